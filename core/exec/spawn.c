/* SPDX-License-Identifier: Apache-2.0 */
/* Step 7: everything is made ready, the backend starts kavach-init, the gate
 * is checked, and only then the command runs. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/exec/plan.h"
#include "core/exec/private.h"
#include "core/exec/read_back.h"
#include "core/util/cleanup.h"
#include "core/util/places.h"

#define LOAD_DEADLINE_MS 5000
#define SPAWN_DEADLINE_MS 10000
#define GATE_DEADLINE_MS 10000
#define GRACE_MS 2000

/* Host uids that nobody is: above every range that distributions hand out,
 * below the sign bit. A fresh one a run, so that two runs share nothing. */
#define ROOT_BOX_FIRST UINT32_C (0x7e000000)
#define ROOT_BOX_MASK UINT32_C (0x00ffffff)

static int
choose_ids (struct kv_run *run, struct kv_error *err)
{
  const struct kv_host *host = kv_host_facts ();
  uint32_t random;

  run->uid = host->euid;
  run->gid = host->egid;
  if (host->euid != 0 || !kv_boundary_has (&run->boundary, KAVACH_CTL_USER))
    return 0;
  if (getrandom (&random, sizeof random, 0) != (ssize_t) sizeof random)
    return kv_fail_errno (err, "KVX-13", "cannot choose a uid");
  run->uid = ROOT_BOX_FIRST | (random & ROOT_BOX_MASK);
  run->gid = run->uid;
  return 0;
}

/* Copies the environment, with VARIABLES (NULL at the end) put over it. */
static int
make_env (struct kv_run *run, char **over, struct kv_error *err)
{
  unsigned n = 0, m = 0, i, j;

  while (run->policy.env[n] != NULL)
    n++;
  while (over[m] != NULL)
    m++;
  run->env = calloc (n + m + 1, sizeof *run->env);
  if (run->env == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  for (i = 0, j = 0; i < n; i++) {
    size_t name = strcspn (run->policy.env[i], "=") + 1;
    bool covered = false;
    unsigned k;

    for (k = 0; k < m; k++)
      covered |= strncmp (run->policy.env[i], over[k], name) == 0;
    if (!covered)
      run->env[j++] = run->policy.env[i];
  }
  for (i = 0; i < m; i++)
    run->env[j++] = over[i];
  return 0;
}

/* Toolchains beneath HOME look for themselves there: ~/.rustup.  What has no
 * link is not found, never exposed; a failure here costs no protection. */
static void
link_toolchains (struct kv_run *run)
{
  const struct kv_policy *policy = &run->policy;
  unsigned i;

  for (i = 0; i < policy->n_paths; i++) {
    const struct kv_path_rule *rule = &policy->paths[i];

    if (rule->access != 0 && !rule->pin
        && kv_rule_is_beneath (policy->home, rule->path))
      (void) kv_private_link (run->private_folder,
                              rule->path + strlen (policy->home) + 1,
                              rule->path);
  }
}

static int
make_grants (struct kv_run *run, struct kv_error *err)
{
  bool synthetic = run->uid != kv_host_facts ()->euid;
  char *over[3] = { NULL, NULL, NULL };

  kv_grants_free (&run->grants);
  if (kv_boundary_has (&run->boundary, KAVACH_CTL_ROOTFS)) {
    if (kv_grants_own_root (&run->grants, &run->policy, run->uid, run->gid,
                            synthetic, err)
        < 0)
      return -1;
    if (synthetic)
      over[0]
          = (char *) (uintptr_t) kv_grants_text (&run->grants, "USER=sandbox");
    return make_env (run, over, err);
  }

  if (run->policy.scratch) {
    run->private_folder = kv_private_make (run->id, err);
    if (run->private_folder == NULL)
      return -1;
    link_toolchains (run);
    over[0] = (char *) (uintptr_t) kv_grants_text (&run->grants, "HOME=%s",
                                                   run->private_folder);
    over[1] = (char *) (uintptr_t) kv_grants_text (&run->grants, "TMPDIR=%s",
                                                   run->private_folder);
  }
  if (kv_grants_shared_root (&run->grants, &run->policy, run->private_folder,
                             err)
      < 0)
    return -1;
  return make_env (run, over, err);
}

static int
open_init (struct kv_run *run, struct kv_error *err)
{
  char path[PATH_MAX];

  snprintf (path, sizeof path, "%s/kavach-init", kv_place_libexec ());
  run->init_exec = open (path, O_PATH | O_CLOEXEC);
  if (run->init_exec < 0) {
    kv_fail_errno (err, "KVX-14", "cannot open %s", path);
    return kv_error_hint (err, "install kavach again");
  }
  return 0;
}

static int
make_gate (struct kv_run *run, struct kv_error *err)
{
  int pair[2], on = 1;

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
    return kv_fail_errno (err, "KVX-15", "cannot make the gate");
  run->gate = pair[0];
  run->gate_inside = pair[1];
  if (setsockopt (run->gate, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0)
    return kv_fail_errno (err, "KVX-15", "cannot make the gate");
  return 0;
}

/* The plan waits in the socket before kavach-init exists. */
static int
send_plan (struct kv_run *run, struct kv_error *err)
{
  kv_autoclose int plan = kv_make_plan (run, err);
  int fds[KV_GATE_FD_JOIN + KV_LIMIT_MAX_GROUPS];
  unsigned n = 0, i;
  uint32_t size;
  off_t end;

  if (plan < 0)
    return -1;
  end = lseek (plan, 0, SEEK_END);
  if (end < 0 || end > UINT32_MAX)
    return kv_fail_errno (err, "KVX-12", "cannot measure the plan");
  size = (uint32_t) end;

  fds[n++] = plan;
  for (i = 0; i < 3; i++)
    fds[n++] = run->stdio.inside[i];
  for (i = 0; i < run->limits.n_groups; i++)
    if (run->limits.groups[i].join_fd >= 0)
      fds[n++] = run->limits.groups[i].join_fd;
  if (kv_message_send (run->gate, KV_MSG_PLAN, &size, sizeof size, fds, n) < 0)
    return kv_fail_errno (err, "KVX-15", "cannot send the plan");
  kv_stdio_sent (&run->stdio);
  return 0;
}

/* For the boundary as it is known; again once the backend has looked at the
 * request, which may have changed that. */
static int
get_filter (struct kv_run *run, struct kv_error *err)
{
  struct kv_filter_spec spec;

  if (run->policy.syscalls == KV_SYSCALLS_NONE)
    return 0;
  kv_filter_spec_for (&run->policy, &run->boundary, &spec);
  if (run->filter.program != NULL && spec.profile == run->filter_spec.profile
      && spec.flags == run->filter_spec.flags)
    return 0;
  free (run->filter.program);
  memset (&run->filter, 0, sizeof run->filter);
  run->filter_spec = spec;
  return kv_filter_get (&spec, &run->filter, err);
}

int
kv_start_shim (struct kv_run *run, struct kv_candidate *candidate,
               struct kv_error *err)
{
  bool waits = run->shim.pid > 0 && run->shim_of == NULL;
  int result;

  run->shim_of = NULL;
  if (waits && run->shim.packaged == candidate->packaged)
    result = kv_shim_load (&run->shim, candidate, err);
  else {
    kv_shim_stop (&run->shim, 0);
    result = kv_shim_start (&run->shim, candidate, err);
  }
  if (result < 0)
    return -1;
  run->shim_of = candidate;
  run->shim.verbose = run->options->verbose;
  return 0;
}

/* Asks the backend about this very request.  What it said when it was probed
 * only ordered the candidates. */
static int
assess (struct kv_run *run, int request, struct kv_error *err)
{
  struct kv_report report = { 0 };
  uint64_t lacks;
  char names[256];

  if (kv_shim_loaded (&run->shim, run->chosen, LOAD_DEADLINE_MS, err) < 0
      || kv_shim_assess (&run->shim, request, &report, SPAWN_DEADLINE_MS, err)
             < 0)
    return -1;
  run->boundary = report.controls;
  run->boundary_kind = report.boundary;
  kv_join_layers (&run->policy, &run->boundary, &run->layers);
  lacks = run->required & ~kv_controls_full (&run->layers);
  if (lacks == 0)
    return kv_judge_score (run, err);
  kv_controls_list (names, sizeof names, lacks);
  kv_fail (err, "KVS-05", "%s cannot enforce %s for this request",
           run->chosen->name, names);
  kv_refusal_rule (run, lacks, err);
  return kv_error_hint (err, "choose another backend with -b, or --waive the "
                             "control by name");
}

/* Request, assessment, and once more as host uid 0 where the file system
 * refused to show its files as somebody else's. */
static int
agree_on_request (struct kv_run *run, int *request, struct kv_error *err)
{
  bool had_user = kv_boundary_has (&run->boundary, KAVACH_CTL_USER);

  if (make_grants (run, err) < 0)
    return -1;
  *request = kv_make_request (run, err);
  if (*request < 0 || assess (run, *request, err) < 0)
    return -1;
  if (!had_user || kv_boundary_has (&run->boundary, KAVACH_CTL_USER)
      || kv_host_facts ()->euid != 0)
    return 0;

  close (*request);
  *request = -1;
  free (run->env);
  run->env = NULL;
  run->uid = 0;
  run->gid = 0;
  if (make_grants (run, err) < 0)
    return -1;
  *request = kv_make_request (run, err);
  return *request < 0 ? -1 : assess (run, *request, err);
}

static int64_t
now_ms (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (int64_t) t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
gate_failure (struct kv_run *run, const struct kv_message *m,
              struct kv_error *err)
{
  struct kv_init_failure f;

  if (m->type != KV_MSG_INIT_FAILED || !kv_init_failure_read (m, &f))
    return kv_fail (err, "KVG-04", "what came through the gate is no report");
  errno = (int) f.number;
  return kv_fail_errno (err, "KVG-05",
                        "kavach-init could not confine itself "
                        "(%s%s%s) in the sandbox of %s",
                        kv_init_step_name (f.step),
                        f.subject[0] != '\0' ? ": " : "", f.subject,
                        run->chosen->name);
}

/* Waits until the gate has something to say; what the shim says meanwhile is
 * noted, and its child's end is the end of waiting. */
static int
await_gate (struct kv_run *run, struct kv_message *m, struct kv_error *err)
{
  struct kv_shim_event event = { .type = KV_SHIM_NOTHING };
  int64_t deadline = now_ms () + GATE_DEADLINE_MS;

  for (;;) {
    struct pollfd set[2] = { { .fd = run->gate, .events = POLLIN },
                             { .fd = run->shim.socket, .events = POLLIN } };
    int64_t left = deadline - now_ms ();

    if (left <= 0 || (poll (set, 2, (int) left) < 0 && errno != EINTR))
      return kv_fail (err, "KVG-06", "nothing came to the gate within %d s",
                      GATE_DEADLINE_MS / 1000);
    if ((set[0].revents & POLLIN) != 0
        && kv_message_receive (run->gate, m, true) == 1)
      return 0;
    if (set[1].revents != 0)
      kv_shim_next (&run->shim, &event);
    if (set[0].revents != 0 || event.type == KV_SHIM_CHILD_ENDED
        || event.type == KV_SHIM_GONE)
      return kv_fail (
          err, "KVG-07",
          "what backend %s started ended before it reached the gate",
          run->chosen->name);
  }
}

/* Holds /proc/PID of the process, so that no later one can take its
 * number. */
static int
open_process (struct kv_run *run, pid_t pid, struct kv_error *err)
{
  char path[64];

  run->init_pid = pid;
  snprintf (path, sizeof path, "/proc/%ld", (long) pid);
  run->proc_fd = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (run->proc_fd < 0)
    return kv_fail_errno (err, "KVG-01", "cannot look at process %ld",
                          (long) pid);
  return 0;
}

static int
meet_process (struct kv_run *run, const struct kv_message *m, pid_t announced,
              struct kv_error *err)
{
  if (m->pid <= 0 || (announced > 0 && m->pid != announced))
    return kv_fail (err, "KVG-02",
                    "process %ld is at the gate, backend %s announced %ld",
                    (long) m->pid, run->chosen->name, (long) announced);
  return run->proc_fd >= 0 ? 0 : open_process (run, m->pid, err);
}

static int
receive_report (struct kv_run *run, pid_t announced, struct kv_error *err)
{
  kv_autofree struct kv_message *m = malloc (sizeof *m);
  kv_autoclose int terminal = -1;

  if (m == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  if (await_gate (run, m, err) < 0)
    return -1;
  terminal = kv_message_take_fd (m, 0);
  kv_message_close_fds (m);
  if (run->stdio.pty && m->type == KV_MSG_GATE_REPORT) {
    if (kv_stdio_attach (&run->stdio, kv_steal_fd (&terminal), err) < 0)
      return -1;
  }
  if (m->type != KV_MSG_GATE_REPORT
      || !kv_gate_report_read (m, &run->gate_report))
    return gate_failure (run, m, err);
  return meet_process (run, m, announced, err);
}

static int
let_go (struct kv_run *run, struct kv_error *err)
{
  uint64_t wall = run->policy.wall.value;

  if (kv_shim_started (&run->shim, wall, GRACE_MS) < 0)
    return kv_fail_errno (err, "KVX-16", "the shim is gone");
  kv_stdio_begin (&run->stdio);
  clock_gettime (CLOCK_MONOTONIC, &run->go);
  if (kv_message_send (run->gate, KV_MSG_GO, NULL, 0, NULL, 0) < 0)
    return kv_fail_errno (err, "KVX-16", "kavach-init is gone");
  run->started = true;
  return 0;
}

static int
make_ready (struct kv_run *run, struct kv_error *err)
{
  /* What the boundary limits by itself, or RLIMIT_NPROC in its user
   * namespace, needs no group; the gate sees whether it holds. */
  uint64_t by_group = run->required & ~kv_controls_full (&run->boundary);

  if (kv_boundary_has (&run->boundary, KAVACH_CTL_USER))
    by_group &= ~KAVACH_BIT (KAVACH_CTL_PIDS);
  kv_read_back_prepare (run);
  /* A caller that has to move to get a group takes along who starts
   * kavach-init. */
  run->limits_wanted.shim = run->shim.pid;
  run->limits_wanted.kill_tree
      = !kv_boundary_has (&run->boundary, KAVACH_CTL_KILL_TREE);
  return choose_ids (run, err) < 0 || open_init (run, err) < 0
                 || kv_limits_make (&run->limits, run->id, &run->limits_wanted,
                                    by_group, err)
                        < 0
                 || get_filter (run, err) < 0
                 || kv_stdio_open (&run->stdio, run->policy.tty,
                                   run->policy.output.value, err)
                        < 0
                 || make_gate (run, err) < 0
             ? -1
             : 0;
}

static int
start (struct kv_run *run, struct kv_error *err)
{
  kv_autoclose int request = -1;
  struct kv_error ignored = { 0 };
  int cgroup = -1;
  pid_t announced = 0;

  if (run->shim_of != run->chosen && kv_start_shim (run, run->chosen, err) < 0)
    return -1;
  if (make_ready (run, err) < 0 || agree_on_request (run, &request, err) < 0
      || get_filter (run, err) < 0)
    return -1;

  if (run->limits.kind == KV_LIMIT_CGROUP_V2
      && (run->chosen->ops_flags & KAVACH_BACKEND_CGROUP_FD) != 0) {
    cgroup = run->limits.groups[0].fd;
    close (run->limits.groups[0].join_fd);
    run->limits.groups[0].join_fd = -1;
  }
  if (send_plan (run, err) < 0
      || kv_shim_spawn_begin (&run->shim, request, run->gate_inside,
                              run->init_exec, cgroup, err)
             < 0)
    return -1;
  /* What earlier runs left that were killed together with their shim: what
   * still runs ends now, while ours makes the box; the rest has time. */
  run->leftovers = kv_limits_sweep (false);
  run->leftovers |= kv_private_sweep (false);
  if (kv_shim_spawned (&run->shim, &announced, SPAWN_DEADLINE_MS, err) < 0)
    return -1;
  /* Ours must go, or the gate would never read as closed. */
  close (run->gate_inside);
  run->gate_inside = -1;
  /* What is wrong with it shows at the gate. */
  if (announced > 0 && open_process (run, announced, &ignored) == 0)
    kv_gate_look_ahead (run);

  if (receive_report (run, announced, err) < 0 || kv_gate_check (run, err) < 0)
    return -1;
  return let_go (run, err);
}

/* Takes back what start has made, as long as nothing was let go. */
static void
undo_start (struct kv_run *run)
{
  int *const fds[]
      = { &run->gate, &run->gate_inside, &run->init_exec, &run->proc_fd };
  unsigned i;

  for (i = 0; i < KV_COUNT (fds); i++) {
    if (*fds[i] >= 0)
      close (*fds[i]);
    *fds[i] = -1;
  }
  kv_shim_stop (&run->shim, SPAWN_DEADLINE_MS);
  run->shim_of = NULL;
  kv_limits_remove (&run->limits);
  memset (&run->limits, 0, sizeof run->limits);
  run->looked_ahead = false;
  kv_grants_free (&run->grants);
  free (run->filter.program);
  memset (&run->filter, 0, sizeof run->filter);
  free (run->env);
  run->env = NULL;
  if (run->private_folder != NULL)
    (void) kv_private_remove (run->private_folder);
  free (run->private_folder);
  run->private_folder = NULL;
  kv_stdio_finish (&run->stdio, -1, 0);
  kv_stdio_init (&run->stdio);
}

/* A backend that the cache praised and that fails before anything was let go
 * is probed anew, once; selection then goes by what it says now. */
int
kv_step_spawn (struct kv_run *run, struct kv_error *err)
{
  struct kv_candidate *chosen = run->chosen;

  if (start (run, err) == 0)
    return 0;
  if (!chosen->from_cache || strncmp (err->code, "KVL-", 4) != 0)
    return -1;
  undo_start (run);
  chosen->from_cache = false;
  (void) kv_candidate_probe (chosen, KV_PROBE_DEADLINE_MS);
  memset (err, 0, sizeof *err);
  return kv_step_select (run, err) < 0 ? -1 : start (run, err);
}

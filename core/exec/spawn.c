/* SPDX-License-Identifier: Apache-2.0 */
/* Step 7: everything is made ready, the backend starts kavach-init, the gate
 * is checked, and only then the command runs. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/exec/plan.h"
#include "core/exec/private.h"
#include "core/exec/read_back.h"
#include "core/exec/spawn.h"
#include "core/util/cleanup.h"

#define LOAD_DEADLINE_MS 5000
#define SPAWN_DEADLINE_MS 10000

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

  if (kv_make_grants (run, err) < 0)
    return -1;
  *request = kv_make_request (run, err);
  if (*request < 0 || assess (run, *request, err) < 0)
    return -1;
  if (!had_user || kv_boundary_has (&run->boundary, KAVACH_CTL_USER)
      || kv_host_facts ()->euid != 0)
    return 0;

  if (run->options->verbose >= 1)
    kv_say ("%s: the command runs as host uid 0: %s", run->chosen->name,
            run->boundary.c[KAVACH_CTL_USER].hint);
  close (*request);
  *request = -1;
  free (run->env);
  run->env = NULL;
  run->uid = 0;
  run->gid = 0;
  if (kv_make_grants (run, err) < 0)
    return -1;
  *request = kv_make_request (run, err);
  return *request < 0 ? -1 : assess (run, *request, err);
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
start (struct kv_run *run, struct kv_error *err)
{
  kv_autoclose int request = -1;
  struct kv_error ignored = { 0 };
  int cgroup = -1;
  pid_t announced = 0;

  if (run->shim_of != run->chosen && kv_start_shim (run, run->chosen, err) < 0)
    return -1;
  if (kv_make_ready (run, err) < 0 || agree_on_request (run, &request, err) < 0
      || kv_get_filter (run, err) < 0)
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
  if (announced > 0 && kv_open_process (run, announced, &ignored) == 0)
    kv_gate_look_ahead (run);

  if (kv_receive_report (run, announced, err) < 0
      || kv_gate_check (run, err) < 0)
    return -1;
  return let_go (run, err);
}

int
kv_plan_assess (struct kv_run *run, struct kv_error *err)
{
  kv_autoclose int request = -1;

  return kv_start_shim (run, run->chosen, err) < 0
                 || kv_choose_ids (run, err) < 0
             ? -1
             : agree_on_request (run, &request, err);
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
  kv_forget_filter (run);
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

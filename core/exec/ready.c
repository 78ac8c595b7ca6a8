/* SPDX-License-Identifier: Apache-2.0 */
/* Step 7, before the backend is asked: ids, environment, grants, limits,
 * filter, streams and the gate. */
#include "config.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/exec/plan.h"
#include "core/exec/private.h"
#include "core/exec/read_back.h"
#include "core/exec/spawn.h"
#include "core/util/cleanup.h"
#include "core/util/places.h"

/* Host uids that nobody is: above every range that distributions hand out,
 * below the sign bit. A fresh one a run, so that two runs share nothing. */
#define ROOT_BOX_FIRST UINT32_C (0x7e000000)
#define ROOT_BOX_MASK UINT32_C (0x00ffffff)

int
kv_choose_ids (struct kv_run *run, struct kv_error *err)
{
  const struct kv_host *host = kv_host_facts ();
  uint32_t random;

  run->uid = host->euid;
  run->gid = host->egid;
  /* Who asks for no other user, as the preset minimal does, keeps his own:
   * his files are the command's. */
  if (host->euid != 0 || !kv_boundary_has (&run->boundary, KAVACH_CTL_USER)
      || ((run->required | run->wanted) & KAVACH_BIT (KAVACH_CTL_USER)) == 0)
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

/* One run's private folder must not be beneath what another may write. */
static int
check_private_place (const struct kv_run *run, struct kv_error *err)
{
  const struct kv_path_rule *rule = NULL;
  kv_autofree char *real = NULL;
  char place[PATH_MAX];

  kv_private_place (place, sizeof place);
  real = realpath (place, NULL);
  if (real != NULL)
    rule = kv_policy_paths_rule (&run->policy, real);
  if (rule == NULL || (rule->access & KV_ACCESS_WRITE) == 0)
    return 0;
  kv_fail (err, "KVX-30",
           "the private folder would lie in %s, where the command may write",
           place);
  kv_error_rule (err, "filesystem.write = \"%s\" (%s)", rule->path,
                 rule->origin);
  return kv_error_hint (err, "set TMPDIR to another folder");
}

int
kv_make_grants (struct kv_run *run, struct kv_error *err)
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

  if (run->policy.scratch && !run->options->plan_only) {
    if (check_private_place (run, err) < 0)
      return -1;
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

void
kv_forget_filter (struct kv_run *run)
{
  free (run->filter.program);
  free (run->command_filter.program);
  memset (&run->filter, 0, sizeof run->filter);
  memset (&run->command_filter, 0, sizeof run->command_filter);
  memset (&run->filter_spec, 0, sizeof run->filter_spec);
}

/* For the boundary as it is known; again once the backend has looked at the
 * request, which may have changed that. */
int
kv_get_filter (struct kv_run *run, struct kv_error *err)
{
  struct kv_filter_spec spec;

  if (kv_filter_spec_for (&run->policy, &run->boundary, &spec, err) < 0)
    return -1;
  if (kv_filter_spec_same (&spec, &run->filter_spec))
    return 0;
  kv_forget_filter (run);
  if (kv_filter_get (&spec, &run->filter, err) < 0
      || kv_filter_get_command (&spec, &run->command_filter, err) < 0)
    return -1;
  run->filter_spec = spec;
  return 0;
}

int
kv_make_ready (struct kv_run *run, struct kv_error *err)
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
  return kv_choose_ids (run, err) < 0 || open_init (run, err) < 0
                 || kv_limits_make (&run->limits, run->id, &run->limits_wanted,
                                    by_group, err)
                        < 0
                 || kv_get_filter (run, err) < 0
                 || kv_stdio_open (&run->stdio, run->policy.tty,
                                   run->policy.output.value, err)
                        < 0
                 || (run->policy.net != KV_NET_HOST
                     && kv_stdio_check (&run->stdio, err) < 0)
                 || make_gate (run, err) < 0
             ? -1
             : 0;
}

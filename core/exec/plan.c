/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <sys/resource.h>

#include "core/exec/plan.h"
#include "core/filter/known.h"
#include "core/util/cleanup.h"

#define KEEP_ID UINT32_MAX

int
kv_filter_spec_for (const struct kv_policy *policy,
                    const struct kv_controls *boundary,
                    struct kv_filter_spec *spec, struct kv_error *err)
{
  bool own_net = kv_boundary_has (boundary, KAVACH_CTL_NET_OUT);
  bool own_root = kv_boundary_has (boundary, KAVACH_CTL_ROOTFS);
  bool host_net = policy->net == KV_NET_HOST;
  bool strict = policy->syscalls == KV_SYSCALLS_STRICT;

  memset (spec, 0, sizeof *spec);
  spec->file = policy->syscalls_file;
  if (spec->file != NULL)
    spec->file_hash = policy->syscalls_hash;
  if ((policy->syscalls_allow != NULL || policy->syscalls_deny != NULL)
      && kv_calls_resolve (
             (const char *const *) (uintptr_t) policy->syscalls_allow,
             (const char *const *) (uintptr_t) policy->syscalls_deny,
             &spec->allow, &spec->deny, err)
             < 0)
    return -1;
  if (policy->syscalls == KV_SYSCALLS_NONE) {
    spec->profile = KV_FILTER_NONE;
    return 0;
  }
  spec->profile = strict ? KV_FILTER_STRICT : KV_FILTER_BASIC;
  /* Sockets may exist where they lead nowhere, or where the policy says so.
   * A unix socket of the host is reachable by path until the mount
   * namespace hides it. */
  if (own_net || host_net)
    spec->flags |= KV_FILTER_INET | KV_FILTER_UNIX;
  /* Before Landlock ABI 9 connecting asks no domain: every socket of the host
   * that plain permissions leave open can be reached, the session bus among
   * them.  A root of its own shows only those in granted folders; strict takes
   * no chances even then.  A pair of connected sockets can always be made. */
  if ((strict || !own_root) && kv_host_facts ()->landlock_abi < 9)
    spec->flags &= ~(uint32_t) KV_FILTER_UNIX;
  if ((own_net && !strict) || host_net)
    spec->flags |= KV_FILTER_NETLINK_ROUTE;
  if (kv_boundary_has (boundary, KAVACH_CTL_IPC))
    spec->flags |= KV_FILTER_IPC;
  if (kv_boundary_has (boundary, KAVACH_CTL_PROCESSES))
    spec->flags |= KV_FILTER_OTHERS;
  /* Landlock keeps ptrace inside the domain, a pid namespace inside the
   * tree; strict has no use for it. */
  if (!strict
      && (kv_boundary_has (boundary, KAVACH_CTL_PROCESSES)
          || kv_host_facts ()->landlock_abi > 0))
    spec->flags |= KV_FILTER_PTRACE;
  return 0;
}

static void
add_rlimit (struct kv_plan *plan, uint32_t resource, uint64_t value)
{
  struct kv_plan_rlimit *limit = &plan->rlimits[plan->n_rlimits++];

  limit->resource = resource;
  limit->soft = value;
  limit->hard = value;
}

static void
fill_rlimits (const struct kv_run *run, struct kv_plan *plan)
{
  const struct kv_policy *policy = &run->policy;

  /* 0 would not stop a core_pattern that pipes to a program; 1 stops both
   * kinds, see core(5). */
  add_rlimit (plan, RLIMIT_CORE, 1);
  if (policy->files.value > 0)
    add_rlimit (plan, RLIMIT_NOFILE, policy->files.value);
  if (policy->file_size.value > 0)
    add_rlimit (plan, RLIMIT_FSIZE, policy->file_size.value);
  /* Only inside an own user namespace does it count this tree alone.  Where a
   * cgroup counts too, that one is to say no: only it tells that it did. */
  if (policy->pids.value > 0
      && kv_boundary_has (&run->boundary, KAVACH_CTL_USER))
    add_rlimit (
        plan, RLIMIT_NPROC,
        policy->pids.value
            + (kv_limits_carry (&run->limits, KAVACH_CTL_PIDS) ? 2 : 1));
}

static bool
grants_all (const struct kv_policy *policy)
{
  unsigned i;

  for (i = 0; i < policy->n_paths; i++)
    if (strcmp (policy->paths[i].path, "/") == 0
        && (policy->paths[i].access & KV_ACCESS_WRITE) != 0)
      return true;
  return false;
}

static uint32_t
plan_flags (const struct kv_run *run)
{
  const struct kv_controls *boundary = &run->boundary;
  const struct kv_policy *policy = &run->policy;
  int abi = kv_host_facts ()->landlock_abi;
  uint32_t flags
      = run->options->probing != NULL ? KV_PLAN_PROBES : KV_PLAN_SEARCH_PATH;

  if (kv_boundary_has (boundary, KAVACH_CTL_PROCESSES))
    flags |= KV_PLAN_PID_NAMESPACE;
  if (kv_boundary_has (boundary, KAVACH_CTL_USER)
      && kv_boundary_has (boundary, KAVACH_CTL_ROOTFS))
    flags |= KV_PLAN_CGROUP_NAMESPACE;
  if (run->stdio.pty)
    flags |= KV_PLAN_TTY;
  if (abi >= 1 && !grants_all (policy))
    flags |= KV_PLAN_LANDLOCK_FS;
  if (abi >= 4 && policy->net == KV_NET_NONE
      && !kv_boundary_has (boundary, KAVACH_CTL_NET_OUT))
    flags |= KV_PLAN_LANDLOCK_TCP;
  if (abi >= 6 && policy->syscalls != KV_SYSCALLS_NONE)
    flags |= KV_PLAN_LANDLOCK_SCOPE;
  if (kv_boundary_has (boundary, KAVACH_CTL_NET_OUT))
    flags |= KV_PLAN_LOOPBACK;
  return flags;
}

uint64_t
kv_selftest_set (const struct kv_run *run)
{
  const uint64_t witnessed = KAVACH_BIT (KAVACH_CTL_NO_NEW_PRIVS)
                             | KAVACH_BIT (KAVACH_CTL_TERMINAL)
                             | KAVACH_BIT (KAVACH_CTL_ENVIRONMENT)
                             | KAVACH_BIT (KAVACH_CTL_FILE_SIZE);
  const struct kv_controls *boundary = &run->boundary;
  uint64_t inside = 0;

  if (run->policy.syscalls != KV_SYSCALLS_NONE)
    inside
        |= KAVACH_BIT (KAVACH_CTL_SYSCALLS) | KAVACH_BIT (KAVACH_CTL_KEYRING);
  if (!kv_boundary_has (boundary, KAVACH_CTL_ROOTFS)
      && (plan_flags (run) & KV_PLAN_LANDLOCK_FS) != 0)
    inside |= KAVACH_BIT (KAVACH_CTL_FS_READ) | KAVACH_BIT (KAVACH_CTL_FS_WRITE)
              | KAVACH_BIT (KAVACH_CTL_FS_EXEC)
              | KAVACH_BIT (KAVACH_CTL_DEVICES);
  if (!kv_boundary_has (boundary, KAVACH_CTL_NET_OUT))
    inside |= KAVACH_BIT (KAVACH_CTL_NET_OUT) | KAVACH_BIT (KAVACH_CTL_NET_IN);
  if (!kv_boundary_has (boundary, KAVACH_CTL_IPC))
    inside |= KAVACH_BIT (KAVACH_CTL_IPC);
  /* A second witness of what is seen from outside, where it costs a call. */
  inside |= run->required & witnessed;
  if (kv_boundary_has (boundary, KAVACH_CTL_PROCESSES))
    inside |= KAVACH_BIT (KAVACH_CTL_PROCESSES);
  if (kv_boundary_has (boundary, KAVACH_CTL_USER))
    inside |= KAVACH_BIT (KAVACH_CTL_USER);
  return inside & kv_controls_full (&run->layers);
}

int
kv_make_plan (struct kv_run *run, struct kv_error *err)
{
  struct kv_writer w = { 0 };
  struct kv_plan plan = {
    .flags = plan_flags (run),
    .selftest = kv_selftest_set (run),
    .uid = KEEP_ID,
    .gid = KEEP_ID,
    .umask = 022,
    .n_paths = run->grants.n_landlock,
    .paths = run->grants.landlock,
    .filter = run->filter.program,
    .filter_size = run->filter.size,
    .command_filter = run->command_filter.program,
    .command_filter_size = run->command_filter.size,
    .cwd = run->policy.cwd,
    .envp = run->env,
  };
  int fd;

  run->plan_flags = plan.flags;
  memcpy (&plan.argv, &run->options->argv, sizeof plan.argv);
  fill_rlimits (run, &plan);
  kv_plan_write (&w, &plan);
  if (w.bad) {
    kv_writer_free (&w);
    return kv_fail (err, "KVI-01", "out of memory");
  }
  fd = kv_seal_bytes ("kavach-plan", w.data, w.size);
  kv_writer_free (&w);
  if (fd < 0)
    return kv_fail_errno (err, "KVX-12", "cannot make the plan");
  return fd;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What kavach-init will enforce, control by control, on this kernel.  It is
 * the same for every backend; only where a boundary of its own is missing
 * does the filter have to stand in for it. */
#include "config.h"

#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/exec/assess.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#endif
#define LANDLOCK_VERSION_FLAG 1U

const struct kv_host *
kv_host_facts (void)
{
  static struct kv_host host;
  static bool known;

  if (!known) {
    uint32_t action = SECCOMP_RET_ERRNO;
    long abi
        = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION_FLAG);

    host.landlock_abi = abi > 0 ? (int) abi : 0;
    host.seccomp
        = syscall (SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
    host.euid = geteuid ();
    host.egid = getegid ();
    known = true;
  }
  return &host;
}

bool
kv_rule_is_narrower (const struct kv_policy *policy,
                     const struct kv_path_rule *inner, uint32_t access)
{
  unsigned i;

  for (i = 0; i < policy->n_paths; i++) {
    const struct kv_path_rule *outer = &policy->paths[i];
    size_t n = strlen (outer->path);

    if (inner == outer || strncmp (inner->path, outer->path, n) != 0
        || (inner->path[n] != '/' && n > 1))
      continue;
    if ((outer->access & access & ~inner->access) != 0)
      return true;
  }
  return false;
}

/* NAMED: one that the user wrote; else one of the preset's (a protected place
 * in the workspace). */
static bool
has_narrower_rule (const struct kv_policy *policy, uint32_t access, bool named)
{
  unsigned i;

  for (i = 0; i < policy->n_paths; i++)
    if (policy->paths[i].named == named && !policy->paths[i].pin
        && kv_rule_is_narrower (policy, &policy->paths[i], access))
      return true;
  return false;
}

/* What Landlock does not cover belongs behind its name: modes, owners and
 * times of what the caller owns, and places that the preset would protect. */
static const char *
write_words (const struct kv_policy *policy, const struct kv_host *host,
             const struct kv_controls *backend, const char *plain)
{
  static char words[96];

  if (kv_boundary_has (backend, KAVACH_CTL_ROOTFS))
    return plain;
  snprintf (words, sizeof words, "landlock ABI %d, but modes and times%s",
            host->landlock_abi,
            has_narrower_rule (policy, KV_ACCESS_WRITE, false)
                ? ", protected places in the workspace"
                : "");
  return words;
}

/* Devices among what rules grant are not kept away by them. */
static void
confine_devices (const struct kv_policy *policy, const struct kv_host *host,
                 const char *words, struct kv_controls *out)
{
  if (kv_policy_paths_access (policy, "/dev") != 0)
    kv_control_hint (out, KAVACH_CTL_DEVICES,
                     "a rule grants everything in /dev, too");
  else if (host->landlock_abi >= 5)
    kv_control_set (out, KAVACH_CTL_DEVICES, KAVACH_FULL, words);
  else {
    kv_control_set (out, KAVACH_CTL_DEVICES, KAVACH_PARTIAL, words);
    kv_control_hint (out, KAVACH_CTL_DEVICES,
                     "device ioctls are covered from Landlock ABI 5 (Linux "
                     "6.10)");
  }
}

static void
confine_files (const struct kv_policy *policy, const struct kv_host *host,
               const struct kv_controls *backend, struct kv_controls *out)
{
  static const char narrower[]
      = "a rule narrower than the one above it needs a backend with its own "
        "root";
  char words[96];

  if (host->landlock_abi == 0) {
    static const char hint[] = "Landlock: Linux 5.13 with "
                               "CONFIG_SECURITY_LANDLOCK and \"landlock\" in "
                               "the lsm= list";

    kv_control_hint (out, KAVACH_CTL_FS_READ, hint);
    kv_control_hint (out, KAVACH_CTL_FS_WRITE, hint);
    kv_control_hint (out, KAVACH_CTL_FS_EXEC, hint);
    kv_control_hint (out, KAVACH_CTL_DEVICES, hint);
    return;
  }

  snprintf (words, sizeof words, "landlock ABI %d", host->landlock_abi);
  if (has_narrower_rule (policy, KV_ACCESS_READ, true)) {
    kv_control_set (out, KAVACH_CTL_FS_READ, KAVACH_PARTIAL, words);
    kv_control_hint (out, KAVACH_CTL_FS_READ, narrower);
  }
  else
    kv_control_set (out, KAVACH_CTL_FS_READ, KAVACH_FULL, words);

  /* Asked for by its name it is meant whole; a preset means what is in the
   * files. */
  if ((policy->named & KAVACH_BIT (KAVACH_CTL_FS_WRITE)) != 0
      && !kv_boundary_has (backend, KAVACH_CTL_ROOTFS)) {
    kv_control_set (out, KAVACH_CTL_FS_WRITE, KAVACH_PARTIAL, words);
    kv_control_hint (out, KAVACH_CTL_FS_WRITE,
                     "Landlock covers no modes, owners and times, and no place "
                     "beneath a grant; that needs a root of its own");
  }
  else if (has_narrower_rule (policy, KV_ACCESS_WRITE, true)) {
    kv_control_set (out, KAVACH_CTL_FS_WRITE, KAVACH_PARTIAL, words);
    kv_control_hint (out, KAVACH_CTL_FS_WRITE, narrower);
  }
  else if (host->landlock_abi >= 3)
    kv_control_set (out, KAVACH_CTL_FS_WRITE, KAVACH_FULL,
                    write_words (policy, host, backend, words));
  else {
    kv_control_set (out, KAVACH_CTL_FS_WRITE, KAVACH_PARTIAL, words);
    kv_control_hint (out, KAVACH_CTL_FS_WRITE,
                     "truncate is covered from Landlock ABI 3 (Linux 6.2)");
  }
  /* The dynamic loader is a program that may be executed, and it maps what
   * may only be read: without noexec mounts this is never more than half. */
  kv_control_set (out, KAVACH_CTL_FS_EXEC, KAVACH_PARTIAL, words);
  if (!policy->scratch_exec && !kv_boundary_has (backend, KAVACH_CTL_ROOTFS))
    kv_control_hint (out, KAVACH_CTL_FS_EXEC,
                     "the dynamic loader maps what may be read; noexec mounts "
                     "need a root of its own");
  confine_devices (policy, host, words, out);
}

/* Without namespaces of its own, the command loses the system calls that
 * would reach the host's. */
static void
confine_without_boundary (const struct kv_policy *policy,
                          const struct kv_host *host, bool filter,
                          const struct kv_controls *backend,
                          struct kv_controls *out)
{
  bool scope = host->landlock_abi >= 6;

  if (filter && !kv_boundary_has (backend, KAVACH_CTL_NET_OUT)
      && policy->net == KV_NET_NONE) {
    kv_control_set (out, KAVACH_CTL_NET_OUT, KAVACH_FULL,
                    "seccomp: no network and no unix sockets");
    kv_control_set (out, KAVACH_CTL_NET_IN, KAVACH_FULL,
                    "seccomp: no network sockets");
  }
  if (!kv_boundary_has (backend, KAVACH_CTL_PROCESSES)) {
    if (scope)
      kv_control_set (out, KAVACH_CTL_PROCESSES, KAVACH_PARTIAL,
                      "landlock: no ptrace, no signals outside");
    kv_control_hint (out, KAVACH_CTL_PROCESSES,
                     "host processes stay in view without a pid namespace");
  }
  if (filter && !kv_boundary_has (backend, KAVACH_CTL_IPC)) {
    kv_control_set (out, KAVACH_CTL_IPC,
                    host->landlock_abi >= 1 ? KAVACH_FULL : KAVACH_PARTIAL,
                    "seccomp: no SysV IPC, queues, unix sockets");
  }
  if (!kv_boundary_has (backend, KAVACH_CTL_USER)) {
    if (host->euid != 0)
      kv_control_set (out, KAVACH_CTL_USER, KAVACH_PARTIAL,
                      "the caller's own uid");
    else
      kv_control_hint (out, KAVACH_CTL_USER,
                       "host uid 0 without a user namespace");
  }
  if (!kv_boundary_has (backend, KAVACH_CTL_KILL_TREE))
    kv_control_set (out, KAVACH_CTL_KILL_TREE, KAVACH_PARTIAL, "subreaper");
}

static const char *
filter_words (const struct kv_policy *policy)
{
  static char words[96];

  snprintf (words, sizeof words, "seccomp, profile %s%s%s",
            policy->syscalls == KV_SYSCALLS_STRICT ? "strict" : "basic",
            policy->syscalls == KV_SYSCALLS_FILE ? " and a file's" : "",
            policy->syscalls_allow != NULL ? ", but for syscalls.allow" : "");
  return words;
}

void
kv_confine_controls (const struct kv_policy *policy,
                     const struct kv_controls *backend, struct kv_controls *out)
{
  const struct kv_host *host = kv_host_facts ();
  bool filter = policy->syscalls != KV_SYSCALLS_NONE && host->seccomp;

  confine_files (policy, host, backend, out);
  confine_without_boundary (policy, host, filter, backend, out);

  kv_control_set (out, KAVACH_CTL_NO_NEW_PRIVS, KAVACH_FULL, "no_new_privs");
  kv_control_set (out, KAVACH_CTL_CAPABILITIES, KAVACH_FULL,
                  "capability sets empty");
  kv_control_set (out, KAVACH_CTL_ENVIRONMENT, KAVACH_FULL,
                  "environment rebuilt");
  kv_control_set (out, KAVACH_CTL_DESCRIPTORS, KAVACH_FULL, "close_range");
  kv_control_set (out, KAVACH_CTL_TERMINAL, KAVACH_FULL, "own session");
  kv_control_set (out, KAVACH_CTL_WALL_TIME, KAVACH_FULL, "timer in the shim");
  kv_control_set (out, KAVACH_CTL_FILE_SIZE, KAVACH_FULL, "RLIMIT_FSIZE");
  kv_control_set (out, KAVACH_CTL_PAUSE, KAVACH_PARTIAL, "SIGSTOP");

  if (filter) {
    kv_control_set (out, KAVACH_CTL_SYSCALLS, KAVACH_FULL,
                    filter_words (policy));
    kv_control_set (out, KAVACH_CTL_KEYRING, KAVACH_FULL,
                    "own session keyring, keyctl refused");
  }
  else {
    kv_control_set (out, KAVACH_CTL_KEYRING, KAVACH_PARTIAL,
                    "own session keyring");
    if (host->seccomp && policy->syscalls_deny != NULL)
      kv_control_hint (out, KAVACH_CTL_SYSCALLS,
                       "the profile none allows all but syscalls.deny");
    if (!host->seccomp)
      kv_control_hint (out, KAVACH_CTL_SYSCALLS,
                       "seccomp filters: CONFIG_SECCOMP_FILTER");
  }

  /* Counted per user namespace since Linux 5.14; per uid of the whole host
   * without one, which starves the caller's other programs instead. */
  if (kv_boundary_has (backend, KAVACH_CTL_USER))
    kv_control_set (out, KAVACH_CTL_PIDS, KAVACH_FULL,
                    "RLIMIT_NPROC in an own user namespace");
  else
    kv_control_hint (out, KAVACH_CTL_PIDS,
                     "pids needs a cgroup or a user namespace");
}

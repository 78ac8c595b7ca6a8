/* SPDX-License-Identifier: Apache-2.0 */
/* The plan: everything kavach-init needs to confine itself and to start the
 * command.  The launcher writes it into a sealed memfd and sends it over the
 * gate (KV_MSG_PLAN); kavach-init maps it and uses the strings in place.
 */
#ifndef KV_PLAN_H
#define KV_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "core/wire/pack.h"

#define KV_PLAN_VERSION 2

enum kv_plan_flag {
  /* kavach-init must be process 1 of its pid namespace. */
  KV_PLAN_PID_NAMESPACE = 1 << 0,
  /* Enter a new cgroup namespace after the cgroups were joined. */
  KV_PLAN_CGROUP_NAMESPACE = 1 << 1,
  /* Make a pty inside; it becomes standard input, output and error and the
   * command's controlling terminal. */
  KV_PLAN_TTY = 1 << 2,
  /* Landlock: build a domain from the paths below. */
  KV_PLAN_LANDLOCK_FS = 1 << 3,
  /* Landlock: no TCP bind and connect at all (ABI 4). */
  KV_PLAN_LANDLOCK_TCP = 1 << 4,
  /* Landlock: abstract unix sockets and signals stay inside (ABI 6); the
   * command gets a scope of its own, so it cannot signal kavach-init. */
  KV_PLAN_LANDLOCK_SCOPE = 1 << 5,
  /* Bring up the loopback interface (own network namespace). */
  KV_PLAN_LOOPBACK = 1 << 6,
  /* Search argv[0] in the command's PATH. */
  KV_PLAN_SEARCH_PATH = 1 << 7,
  /* No command: the battery of probes, and argv is what was planted. */
  KV_PLAN_PROBES = 1 << 8
};

/* What a path rule grants; everything else is refused. */
enum kv_access {
  KV_ACCESS_READ = 1 << 0,
  KV_ACCESS_WRITE = 1 << 1,
  KV_ACCESS_EXEC = 1 << 2,
  /* Device files: read, write and ioctl. */
  KV_ACCESS_DEVICE = 1 << 3,
  /* Nothing to do when the path is not there. */
  KV_ACCESS_OPTIONAL = 1 << 4,
  /* Seen to be a file: spares kavach-init the look.  Were it a folder by now,
   * what the rule grants of files would hold for those in it, as it would had
   * the rule been made for that folder. */
  KV_ACCESS_FILE = 1 << 5
};

struct kv_plan_path {
  const char *path;
  uint32_t access;
};

struct kv_plan_rlimit {
  uint32_t resource;
  uint64_t soft, hard;
};

#define KV_PLAN_MAX_RLIMITS 16

struct kv_plan {
  uint32_t flags;
  /* Landlock ABI not to go beyond; 0: the kernel's newest. For tests. */
  uint32_t landlock_abi_max;
  /* Set of KAVACH_BIT: what must be self-tested; a failed test is reported,
   * an impossible one too. */
  uint64_t selftest;
  /* Host-view ids to switch to, or UINT32_MAX to keep. */
  uint32_t uid, gid;
  uint32_t umask;
  uint32_t n_rlimits;
  struct kv_plan_rlimit rlimits[KV_PLAN_MAX_RLIMITS];
  /* Landlock rules. */
  uint32_t n_paths;
  struct kv_plan_path *paths;
  /* Seccomp programs, struct sock_filter[]; size 0: none.  The second is for
   * the command alone, loaded last before it is executed. */
  const void *filter;
  size_t filter_size;
  const void *command_filter;
  size_t command_filter_size;
  const char *cwd;
  /* NULL at the end, fit for execve. */
  char **argv;
  char **envp;
};

/* Appends the plan to W.  Used by the launcher. */
void kv_plan_write (struct kv_writer *w, const struct kv_plan *plan);

/* Reads a plan in place.  TABLE is zeroed memory for the pointer arrays;
 * kv_plan_table_size says how much is needed at most for SIZE bytes of plan.
 * 0, or -1 when the bytes are not a plan. */
int kv_plan_read (const void *data, size_t size, struct kv_plan *plan,
                  void *table, size_t table_size);
size_t kv_plan_table_size (size_t size);

/* Makes a sealed, close-on-exec memfd of the bytes; -1 with errno. */
int kv_seal_bytes (const char *name, const void *data, size_t size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Limits on a whole tree of processes: cgroup v2, v1, or neither.
 *
 * The launcher makes the groups (while the shim starts), kavach-init joins
 * them through descriptors it is handed, or the backend clones into them;
 * nobody writes to cgroup.procs on the way (8 to 20 ms of RCU) unless there
 * is no other door.  Every path is opened beneath a descriptor and statfs
 * says that it is a cgroup before a value is written: on a mixed host
 * "memory.max" would be an ordinary file.
 */
#ifndef KV_LIMIT_H
#define KV_LIMIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/policy/control.h"
#include "core/util/error.h"

enum kv_limit_kind {
  KV_LIMIT_NONE = 0,
  KV_LIMIT_CGROUP_V1 = 1,
  KV_LIMIT_CGROUP_V2 = 2
};

struct kv_limits_wanted {
  /* bytes, processes (kavach-init among them), thousandths of a CPU; 0 for
   * no limit. */
  uint64_t memory, pids, cpu;
  /* A backend whose boundary does not end or stop the whole tree by itself
   * wants a group for it; on v1 that can be one more folder (freezer). */
  bool kill_tree, pause;
  /* The shim, or 0: where the caller has to move into a scope first, whoever
   * starts kavach-init has to be there too. */
  pid_t shim;
};

#define KV_LIMIT_MAX_GROUPS 6

/* One folder: a v1 controller's, or the one of v2, which comes first and may
 * be followed by the folder around it. */
struct kv_group {
  /* The first of its controllers: "memory", "pids", "cpu", "freezer"; or
   * "unified". */
  char controller[16];
  /* All of them, enum kv_cg_controller; 0 for the folder around. */
  unsigned controllers;
  /* O_RDONLY | O_DIRECTORY descriptors of the group, fit for
   * CLONE_INTO_CGROUP on v2, and of its parent. */
  int fd, parent_fd;
  /* Open for write: writing "0" joins.  -1 where nobody joins. */
  int join_fd;
  /* Its folder's name, and its path as /proc/PID/cgroup shows it. */
  char name[96];
  char path[512];
};

struct kv_limits {
  int kind;
  /* Name of the groups: "kavach-", who owns them, and the run's id. */
  char name[96];
  /* What the groups limit, enum kv_cg_controller. */
  unsigned controllers;
  struct kv_group groups[KV_LIMIT_MAX_GROUPS];
  unsigned n_groups;
};

/* Looks at the host without changing it (and without asking the user's
 * systemd): which of memory, cpu, pids, kill-tree and pause a group could
 * enforce here, by which mechanism, and a hint where it cannot. */
void kv_limits_probe (struct kv_controls *controls);

/* Makes the groups for WANTED and writes the limits; LIMITS need not be
 * initialised.  ID is letters, digits and dashes, 40 at most.  Groups that
 * carry no wanted limit are made only when they serve kill-tree or pause
 * (freezer). A limit of the groups between the caller and the new one is kept:
 * the new one then gets the smaller of the two. LIMITS->kind says what came of
 * it; a wanted limit that could not be set is an error only if its bit is in
 * REQUIRED. */
int kv_limits_make (struct kv_limits *limits, const char *id,
                    const struct kv_limits_wanted *wanted, uint64_t required,
                    struct kv_error *err);

/* Is there a group with the limit of CONTROL (memory, cpu, pids)? */
bool kv_limits_carry (const struct kv_limits *limits, int control);

/* Is PID (from /proc/PID/cgroup, read through PROC_FD, an O_PATH descriptor
 * of /proc/PID) in every group, and do the groups still hold WANTED?  Sets
 * the controls that are seen to hold. */
int kv_limits_read_back (const struct kv_limits *limits, int proc_fd,
                         const struct kv_limits_wanted *wanted,
                         struct kv_controls *seen, struct kv_error *err);

/* Freezer. 0 or -1 with errno (ENOSYS where there is none). */
int kv_limits_freeze (const struct kv_limits *limits, bool frozen);
/* Kills everything in the groups, also what is frozen. 0 or -1. */
int kv_limits_kill (const struct kv_limits *limits);

/* What was hit, after the end. */
struct kv_limits_hit {
  bool memory, pids, cpu;
  uint64_t memory_peak;
};
void kv_limits_hit (const struct kv_limits *limits, struct kv_limits_hit *hit);

/* Kills what is left, removes the groups, closes everything; idempotent. */
void kv_limits_remove (struct kv_limits *limits);

/* Groups named kavach-* of this user whose launcher is gone: what a double
 * kill left behind.  Kills what is in them, which takes no time; with REMOVE
 * waits for the dead, up to a second each, and removes the groups.  True when
 * there was one. */
bool kv_limits_sweep (bool remove);

#endif

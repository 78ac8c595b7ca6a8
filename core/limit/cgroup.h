/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share: where the caller's own groups are,
 * and how a file of a group is opened, read and written. */
#ifndef KV_LIMIT_CGROUP_H
#define KV_LIMIT_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/limit/limit.h"
#include "core/util/owner.h"

/* How mechanisms are worded. */
#define KV_CG_WORDS_V1 "cgroup v1 "
#define KV_CG_WORDS_V2 "cgroup v2 "

/* Magic numbers of statfs. */
#define KV_CG_MAGIC_V1 0x27e0eb
#define KV_CG_MAGIC_V2 0x63677270

#define KV_CG_PATH 512

enum kv_cg_controller {
  KV_CG_MEMORY = 1 << 0,
  KV_CG_PIDS = 1 << 1,
  KV_CG_CPU = 1 << 2,
  KV_CG_FREEZER = 1 << 3,
  /* v2's folder, which needs no controller to be stopped and killed. */
  KV_CG_UNIFIED = 1 << 4
};
#define KV_CG_LIMITS (KV_CG_MEMORY | KV_CG_PIDS | KV_CG_CPU)

/* "memory", "pids", "cpu", "freezer"; NULL for anything else. */
const char *kv_cg_controller_name (unsigned bit);
/* One name out of TEXT, LENGTH bytes; 0 when it is none of ours. */
unsigned kv_cg_controller_bit (const char *text, size_t length);
/* A list of names, divided by any byte of DIVIDERS. */
unsigned kv_cg_controller_set (const char *text, size_t length,
                               const char *dividers);

/* One hierarchy. */
struct kv_cg_tree {
  bool v2;
  /* v1: those of our controllers that it carries. */
  unsigned controllers;
  /* The caller's group, as /proc/self/cgroup names it. */
  char own[KV_CG_PATH];
  /* Where it is mounted, "" for nowhere; and the group that the mount shows
   * as its top. */
  char mount[KV_CG_PATH];
  char root[KV_CG_PATH];
  /* The caller's group, open and checked, or -1 with the reason. */
  int own_fd, own_errno;
};

#define KV_CG_TREES 5

struct kv_cg_host {
  /* The kind that carries the limits. */
  int kind;
  struct kv_cg_tree tree[KV_CG_TREES];
  unsigned n_trees;
};

/* mountinfo.c */

struct kv_cg_mount {
  bool v2;
  char root[KV_CG_PATH];
  char point[KV_CG_PATH];
  /* v1: our controllers among the super block's options. */
  unsigned controllers;
};

/* One line of mountinfo, LENGTH bytes without the newline: 1 for a cgroup
 * mount, 0 for any other, -1 when malformed or too long for us. */
int kv_cg_parse_mount (const char *line, size_t length,
                       struct kv_cg_mount *mount);

/* own_group.c */

/* The text of a /proc/PID/cgroup into HOST's trees (without their mounts). 0,
 * or -1 when malformed. */
int kv_cg_parse_groups (const char *text, struct kv_cg_host *host);

/* host.c */

/* Read once; NULL with errno when the host cannot be read. */
const struct kv_cg_host *kv_cg_host (void);
/* The caller was moved: read it again. */
void kv_cg_host_forget (void);
/* The hierarchy of one v1 controller, or that of v2; NULL. */
const struct kv_cg_tree *kv_cg_tree (const struct kv_cg_host *host,
                                     unsigned controller);
/* PATH, as /proc/PID/cgroup has it, beneath the tree's mount.  OUT is empty
 * ("" or "a/b", never a leading slash). 0, or -1 with ENOENT when the mount
 * does not show it. */
int kv_cg_beneath (const struct kv_cg_tree *tree, const char *path, char *out,
                   size_t size);
/* The group PATH of TREE, O_RDONLY, checked by statfs; -1 with errno
 * (EMEDIUMTYPE: that is no cgroup). */
int kv_cg_open_group (const struct kv_cg_tree *tree, const char *path);

/* file.c: NAME is a file in the group GROUP. Each opens it without following
 * a link and asks statfs before it reads or writes. */

/* Is FD on a cgroup file system of this kind?  Else -1 with EMEDIUMTYPE. */
int kv_cg_check (int fd, bool v2);
int kv_cg_open (int group, bool v2, const char *name, int flags);
ssize_t kv_cg_read (int group, bool v2, const char *name, char *buf,
                    size_t size);
int kv_cg_write (int group, bool v2, const char *name, const char *text);
int kv_cg_write_u64 (int group, bool v2, const char *name, uint64_t value);
/* A lone number; "max" and v1's -1 read as UINT64_MAX. */
int kv_cg_read_u64 (int group, bool v2, const char *name, uint64_t *value);
/* The number behind KEY in a file of "key number" lines. */
int kv_cg_read_key (int group, bool v2, const char *name, const char *key,
                    uint64_t *value);
/* The same in text that was read before. */
int kv_cg_find_key (const char *text, const char *key, uint64_t *value);
/* Opens a folder one level beneath. */
int kv_cg_open_child (int group, bool v2, const char *name);
/* Can the caller, with its effective ids, make and fill groups in here? */
bool kv_cg_writable (int group, const char *name);

/* quota.c */

/* What a new group has. */
#define KV_CG_PERIOD_US 100000

struct kv_cg_quota {
  uint64_t quota_us, period_us;
};
/* Thousandths of a CPU as what the kernel takes. */
struct kv_cg_quota kv_cg_quota_of (uint64_t thousandths);
/* Thousandths, rounded up; UINT64_MAX for no quota. */
uint64_t kv_cg_quota_read_v1 (int group);
uint64_t kv_cg_quota_read_v2 (int group);

/* v1.c, v2.c: make LIMITS' groups. */
int kv_cg_v1_make (const struct kv_cg_host *host, struct kv_limits *limits,
                   const struct kv_limits_wanted *wanted, unsigned must,
                   struct kv_error *err);
int kv_cg_v2_make (struct kv_limits *limits,
                   const struct kv_limits_wanted *wanted, unsigned must,
                   struct kv_error *err);
/* Is the cpu share of GROUP bounded by WANTED, by itself or from above? */
bool kv_cg_v1_cpu_holds (int group, uint64_t wanted);

/* place.c: where a v2 group can be made. */

enum kv_cg_place_kind {
  KV_CG_PLACE_NONE = 0,
  /* The caller's own group is delegated to it. */
  KV_CG_PLACE_OWN,
  /* A group above, which others manage too. */
  KV_CG_PLACE_ABOVE,
  /* A scope that the user's systemd would make. */
  KV_CG_PLACE_SCOPE
};

struct kv_cg_place {
  int kind;
  /* Of the group that will be the parent; not for KV_CG_PLACE_SCOPE. */
  char path[KV_CG_PATH];
  /* Limits of the groups that are left on the way up, UINT64_MAX for none:
   * the new group gets no more than these. */
  uint64_t memory, pids, cpu;
  /* Controllers that a place exists for. */
  unsigned controllers;
};

/* Finds the place for NEED, or for as much of it as there is. */
void kv_cg_find_place (const struct kv_cg_tree *tree, unsigned need,
                       struct kv_cg_place *place);

/* Our controllers that GROUP gives to its children. */
unsigned kv_cg_enabled (int group);
/* Where the processes of a delegated group go, so that it can have children
 * with controllers. */
#define KV_CG_ASIDE "kavach-supervisor"

/* scope.c */

/* Controllers that a scope of the user's systemd would have; 0 where there
 * is no such systemd to ask. Asks nobody. */
unsigned kv_cg_scope_controllers (const struct kv_cg_tree *tree);
/* Moves the caller, and FOLLOW when it is not 0, into a new delegated scope
 * of the user's systemd and waits until they are there. */
int kv_cg_scope_enter (pid_t follow, struct kv_error *err);

/* v2.c: moves the processes of GROUP, which is the caller's own, into a leaf
 * of it. 0 or -1 with errno. */
int kv_cg_move_aside (int group);

/* kill.c */

/* Sends SIGKILL to what is in GROUP, only to processes whose /proc/PID/cgroup
 * says NAME; how many there were, or -1. */
int kv_cg_kill_listed (int group, bool v2, const char *name);
/* Again and again until nobody is left; 0, or -1 with EBUSY after a second.
 * CLOSE_PIDS is a v1 pids group, or -1. */
int kv_cg_kill_all (int group, bool v2, int close_pids, const char *name);
int kv_cg_kill_v2 (int group, const char *name);
int kv_cg_freeze_v1 (int group, bool frozen);
/* Waits 0.1 ms, then twice as long at each turn up to 4 ms. */
void kv_cg_pause (unsigned turn);
/* The group with CONTROLLER, or NULL. */
const struct kv_group *kv_cg_group (const struct kv_limits *limits,
                                    unsigned controller);

/* remove.c */

/* rmdir, waiting up to a second for what is dying in there. */
int kv_cg_rmdir (int parent, const char *name);
/* The folder around a v2 group holds it under this name. */
#define KV_CG_LEAF "box"

/* limit.c: the refusal of a required limit; -1. */
int kv_limits_refuse (unsigned controller, struct kv_error *err);
int kv_cg_control (unsigned controller);

/* probe.c: what to do about it, into SIZE bytes. */
void kv_cg_hint (unsigned controller, char *out, size_t size);

#endif

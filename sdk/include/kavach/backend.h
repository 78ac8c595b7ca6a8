/* SPDX-License-Identifier: 0BSD */
/* <kavach/backend.h> - the backend kind: it makes a boundary and starts
 * kavach-init inside it.
 *
 * A backend confines nothing by itself: kavach-init, the first word of the
 * argument vector, drops rights, sets limits, and loads Landlock and seccomp
 * from the inside, the same for every backend.  The backend reports only
 * what its own boundary enforces.
 *
 * One thread, one plugin, one box per process; callbacks are never
 * re-entered.  Order:
 *
 *   open -> probe                                        (probing process)
 *   open -> [assess] -> [prepare] -> spawn* -> (kill | wait | pause |
 *                       resume)* -> [destroy] -> [close]  (serving process)
 *
 * Callbacks return 0 or a negative errno.  A positive return is a fault of
 * the plugin and becomes -EPROTO.  All pointers in a request belong to the
 * host, are constant, and live until destroy.
 */
#ifndef KAVACH_BACKEND_H
#define KAVACH_BACKEND_H

#include <kavach/host.h>

enum kavach_namespace {
  KAVACH_NS_USER = 1 << 0,
  KAVACH_NS_MOUNT = 1 << 1,
  KAVACH_NS_PID = 1 << 2,
  KAVACH_NS_NET = 1 << 3,
  KAVACH_NS_IPC = 1 << 4,
  KAVACH_NS_UTS = 1 << 5,
  KAVACH_NS_CGROUP = 1 << 6
};

enum kavach_mount_type {
  /* SOURCE of the host appears at TARGET.  SOURCE holds no symbolic link;
   * one that is met means that somebody swapped it: refuse. */
  KAVACH_MOUNT_BIND = 1,
  /* An empty folder that belongs to this box; SIZE bytes at most, shared by
   * all areas of one box. */
  KAVACH_MOUNT_SCRATCH = 2,
  /* A fresh proc of the box's own pid namespace, kernel files masked. */
  KAVACH_MOUNT_PROC = 3,
  /* A fresh /dev: null zero full random urandom tty, pts, shm, links. */
  KAVACH_MOUNT_DEV = 4,
  /* A read-only file with the text DATA. */
  KAVACH_MOUNT_FILE = 5,
  /* A symbolic link at TARGET to DATA. */
  KAVACH_MOUNT_SYMLINK = 6,
  /* Whatever is at TARGET is covered by an empty inode of the box's own:
   * neither readable nor writable. */
  KAVACH_MOUNT_MASK = 7
};

enum kavach_mount_flag {
  KAVACH_MOUNT_WRITE = 1 << 0,
  KAVACH_MOUNT_EXEC = 1 << 1,
  /* The owner of SOURCE appears as the box's user, by an idmapped mount. */
  KAVACH_MOUNT_IDMAP = 1 << 2,
  /* Nothing to do when SOURCE is not there. */
  KAVACH_MOUNT_OPTIONAL = 1 << 3
};

struct kavach_mount {
  uint32_t struct_size;
  uint32_t type;
  uint32_t flags;
  uint32_t reserved;
  const char *source;
  const char *target;
  const char *data;
  uint64_t size;
};

/* Request flags. */
enum kavach_request_flag {
  /* No idmapped mount was possible before: the box may run as host uid 0. */
  KAVACH_REQUEST_ALLOW_ROOT = 1 << 0,
  /* The loopback interface of an own network namespace shall be up. */
  KAVACH_REQUEST_LOOPBACK = 1 << 1
};

struct kavach_request {
  uint32_t struct_size;
  uint32_t flags;
  /* Sets of KAVACH_BIT (control).  What is in REQUIRED must be FULL in the
   * report of assess, from some layer, or the host will not spawn. */
  uint64_t required;
  uint64_t wanted;
  /* Names the box: [a-z0-9-], at most 48 bytes, unique on this host. */
  const char *id;
  /* argv[0] is the path of kavach-init on the host; exec_fd the same file,
   * opened by the host.  Both are fit for execve and execveat without a
   * cast.  envp is empty: kavach-init brings the command's environment. */
  char *const *argv;
  char *const *envp;
  int exec_fd;
  /* Descriptors that must stay open, under the same number, in the child.
   * They are not close-on-exec.  The command's own standard streams come to
   * kavach-init through the gate: what the child has at 0, 1 and 2 does not
   * matter. */
  uint32_t n_keep_fds;
  const int *keep_fds;
  /* Array of pointers, so that the elements can grow. Parents come before
   * what lies beneath them. */
  const struct kavach_mount *const *mounts;
  uint32_t n_mounts;
  /* Set of enum kavach_namespace that the policy asks for. */
  uint32_t namespaces;
  /* NULL: the host's folders as MOUNTS say; otherwise a folder that becomes
   * the root. */
  const char *rootfs;
  const char *hostname;
  /* Who the command is, as seen from the host; kavach-init starts as this
   * user and keeps it.  UID_INSIDE is what the box shows. */
  uint32_t uid, gid;
  uint32_t uid_inside, gid_inside;
  /* Limits, 0 for none.  The host enforces them by cgroups where it can;
   * they are here for backends that have means of their own. */
  uint64_t memory_max;
  uint64_t pids_max;
  uint64_t cpu_quota_us;
  uint64_t cpu_period_us;
  /* A cgroup v2 folder to start the child in (CLONE_INTO_CGROUP), or -1. */
  int cgroup_fd;
  uint32_t reserved;
};

enum kavach_backend_flag {
  /* spawn starts the child in request->cgroup_fd. */
  KAVACH_BACKEND_CGROUP_FD = 1 << 0,
  /* The box needs a root file system named by the policy. */
  KAVACH_BACKEND_NEEDS_IMAGE = 1 << 1
};

struct kavach_backend {
  uint32_t struct_size;
  uint32_t flags;
  int (*open) (const struct kavach_config *, void **self);
  /* Mandatory.  Is this backend usable here at all, and what does its
   * boundary enforce?  Found out by doing; no side effect may remain. */
  int (*probe) (void *self, struct kavach_report *);
  /* The same for one request.  Without it the answer of probe counts. */
  int (*assess) (void *self, const struct kavach_request *,
                 struct kavach_report *);
  /* Makes the box; without it, BOX is SELF. */
  int (*prepare) (void *self, const struct kavach_request *, void **box);
  /* Mandatory.  Starts request->argv in the box; may be called many times. */
  int (*spawn) (void *box, const struct kavach_request *,
                struct kavach_child *);
  /* SIGNAL goes to the child given to spawn, which is kavach-init: it
   * forwards TERM, INT, HUP, QUIT, USR1, USR2 and WINCH to the command, and
   * takes the whole tree with it on KILL where the boundary can. */
  int (*kill) (void *box, struct kavach_child *, int signal);
  /* STATUS as from waitpid(2).  Needed only without a pidfd. */
  int (*wait) (void *box, struct kavach_child *, int *status);
  int (*pause) (void *box);
  int (*resume) (void *box);
  /* Must be idempotent; is called even when spawn failed. */
  int (*destroy) (void *box);
  void (*close) (void *self);
};

#endif

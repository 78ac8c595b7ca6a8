/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the namespace backend.
 *
 * "Parent" is the shim, with the caller's rights.  "Child" is what becomes
 * kavach-init: it shares the parent's memory from clone to exec and uses raw
 * system calls only (raw.h), no heap, no locks. */
#ifndef NAMESPACE_NS_H
#define NAMESPACE_NS_H

#include <linux/mount.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <kavach/backend.h>

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

struct namespace_stack {
  void *base;
};

/* 0 or -errno. */
int namespace_stack_make (struct namespace_stack *);
void namespace_stack_free (struct namespace_stack *);

/* Starts FUNCTION in a process that shares our memory; its result is the
 * exit status.  FLAGS are CLONE_ flags to add.  TID is for CLONE_CHILD_*TID.
 * The pid, or -errno. */
int namespace_clone (const struct namespace_stack *, uint64_t flags,
                     int cgroup_fd, int (*function) (void *), void *argument,
                     int *pidfd, volatile int *tid);

/* The same with FLAGS as they are: for a thread of the child. */
int namespace_clone_raw (const struct namespace_stack *, uint64_t flags,
                         int (*function) (void *), void *argument,
                         volatile int *tid);

/* A detached copy of the host's tree at SOURCE with all its attributes set.
 * Nothing else can reach it, so nothing can change between the check and the
 * use. */
struct namespace_tree {
  int fd;
  bool directory;
  /* The source was not there, and needs not be. */
  bool absent;
};

/* A user namespace that maps one owner of files to the box's user. */
struct namespace_owner {
  uid_t uid;
  gid_t gid;
  uid_t to_uid;
  gid_t to_gid;
  int fd;
  /* Who made it, until namespace_owners_reap; 0: gone. */
  pid_t pid;
};

#define NAMESPACE_OWNERS 8

/* Descriptors that a request may want kept. */
#define NAMESPACE_MAX_KEPT 63

struct namespace_spawn;

struct namespace_self {
  /* Of the child, of its thread, of those that own user namespaces. */
  struct namespace_stack stack, thread_stack, owner_stack;
  /* The child that open started and the one that assess did, or NULL. */
  struct namespace_spawn *spare, *early;
  /* Started with host uid 0: maps and trees are made by the parent. */
  bool privileged;
  int proc_fd;
  struct namespace_owner owners[NAMESPACE_OWNERS];
  unsigned n_owners;
  /* mount_setattr is missing. */
  bool old_kernel;
  /* One for each mount of TREES_FOR, or NULL: unprivileged. */
  struct namespace_tree *trees;
  /* Their descriptors without gaps. */
  int *to_send;
  const struct kavach_request *trees_for;
  unsigned n_trees;
};

/* What went wrong: "cannot WHAT SUBJECT at TARGET: ERROR". */
struct namespace_fault_note {
  const char *what;
  const char *subject;
  const char *target;
  int error;
};

enum namespace_progress {
  NAMESPACE_STARTED = 0,
  NAMESPACE_AT_EXEC = 1,
  NAMESPACE_FAILED = 2,
  NAMESPACE_PROBED = 3
};

/* An empty inode of our own, mode 0, read-only; -1: not made yet. */
struct namespace_mask {
  int fd;
  bool attached;
};

/* One spawn; written by the parent before clone, then by the child, read by
 * the parent after the exec.  The child has a copy of the descriptors as they
 * were at clone; what the parent gets later it sends through a socket. */
struct namespace_spawn {
  const struct kavach_request *request;
  const struct namespace_stack *stack;
  int proc_fd;
  bool handshake;
  /* The parent's: the child, and the two ends of the socket. */
  pid_t pid;
  int pidfd;
  int sender, receiver;
  /* Written before the descriptors that belong to it are sent.  The trees
   * are NULL for a child that makes its own. */
  const struct namespace_tree *volatile trees;
  const struct kavach_request *volatile to_execute;
  /* The child's numbers for them: one for each mount, with what is kept
   * behind that. */
  int *received;
  unsigned room;
  bool have_trees;
  /* Go through everything but the exec. */
  bool probe;
  /* It was started before it was asked for. */
  bool early;
  /* Even before there was a request: it has a network and the loopback. */
  bool spare;
  sigset_t mask;
  char tmpfs_options[96];
  char uid_map[48], gid_map[48];
  /* 0: wait, 1: the maps are written, 2: give up. */
  volatile int go;
  /* Cleared and woken by the kernel at exec or exit. */
  volatile int tid;
  volatile int progress;
  struct namespace_fault_note fault;

  /* The child's own.  THREAD is cleared when the root is built. */
  volatile int thread;
  int root_fd;
  uint32_t root_major, root_minor;
  /* Where staged files are made; a mount covers it later, if there is one. */
  int stage_fd;
  unsigned n_staged;
  struct namespace_mask mask_file, mask_folder;
  /* The first that a mask covers in proc. */
  const char *covered_file, *covered_folder;
  /* mount_setattr is missing: attributes are set one by one at the end. */
  bool old_kernel;
};

/* child.c: the whole road from clone to exec; never returns. */
int namespace_child (void *spawn);
/* root.c, in the child or a thread of it. */
int namespace_build_root (void *spawn);
/* Notes the fault and leaves. */
_Noreturn void namespace_die (struct namespace_spawn *, const char *what,
                              const char *subject, const char *target,
                              long error);

/* place.c, child: where something is to be mounted. */
struct namespace_spot {
  int fd;
  /* Relative to fd; empty: fd itself. */
  const char *name;
  /* It was made just now, on our own tmpfs. */
  bool fresh;
};
enum namespace_make {
  NAMESPACE_MAKE_NOTHING = 0,
  NAMESPACE_MAKE_FOLDER = 1,
  NAMESPACE_MAKE_FILE = 2
};
/* Finds TARGET beneath the new root without following any link and makes
 * what is missing, on our own tmpfs only.  0 or -errno; -ENOENT when it is
 * not there and may not be made. */
int namespace_place (struct namespace_spawn *, const char *target,
                     enum namespace_make, unsigned mode,
                     struct namespace_spot *);
/* The folder above TARGET and the last word of it. */
int namespace_place_parent (struct namespace_spawn *, const char *target,
                            bool make, const char **name, bool *ours);
/* statx of NAME beneath FD, or of FD itself when NAME is empty; no link is
 * followed.  0 or -errno. */
int namespace_look (int fd, const char *name, struct statx *);
/* Opens PATH, absolute, O_PATH, with no symbolic link in it. */
int namespace_open_source (const char *path);
bool namespace_is_ours (struct namespace_spawn *, int fd);
int namespace_attach (int tree, const struct namespace_spot *);

/* tree.c, parent and child. */
uint64_t namespace_bind_attributes (uint32_t mount_flags);
int namespace_set_attributes (int tree, bool recursive, uint64_t set,
                              uint64_t clear, int user_ns);
/* 0 or -errno; OLD is set when mount_setattr is missing. */
int namespace_tree_make (const struct kavach_mount *, int user_ns,
                         struct namespace_tree *, bool *old);

/* mounts.c, device.c, proc.c, attributes.c: child. */
void namespace_mount_all (struct namespace_spawn *);
void namespace_mount_dev (struct namespace_spawn *, const char *target);
void namespace_mount_proc (struct namespace_spawn *, const char *target);
/* Puts the mask of a file or a folder over what is there; 0 or -errno. */
int namespace_cover (struct namespace_spawn *, bool folder,
                     const struct namespace_spot *);
void namespace_attributes_by_walk (struct namespace_spawn *);

/* owner.c: parent.  A user namespace in which OWNER appears as the request's
 * user, made or found; -errno. */
int namespace_owner_fd (struct namespace_self *, uid_t uid, gid_t gid,
                        const struct kavach_request *);
/* Ending a process takes longer than making it: not before it suits. */
void namespace_owners_reap (struct namespace_self *);
void namespace_owners_close (struct namespace_self *);

/* trees.c: parent.  All trees of a request; 0 or -errno with NOTE. */
int namespace_trees_make (struct namespace_self *,
                          const struct kavach_request *,
                          struct namespace_fault_note *note);
void namespace_trees_drop (struct namespace_self *);

/* Is the box made for one as good for the other? */
bool namespace_same_box (const struct kavach_request *,
                         const struct kavach_request *);

enum namespace_purpose {
  NAMESPACE_TO_EXECUTE = 0,
  /* The same, but it is not known yet what. */
  NAMESPACE_EARLY = 1,
  /* It ends where it would wait. */
  NAMESPACE_TO_PROBE = 2
};

/* start.c: parent.  A child that builds the box and waits; 0 or -errno with
 * NOTE. */
int namespace_begin (struct namespace_self *, const struct kavach_request *,
                     enum namespace_purpose, struct namespace_spawn **,
                     struct namespace_fault_note *note);
/* Gives it the trees of the request, which are made by now. */
void namespace_give_trees (struct namespace_self *, struct namespace_spawn *);
/* Lets it execute what the request says: PID and PIDFD of a child past its
 * exec, or -errno with NOTE.  Frees the spawn. */
int namespace_finish (struct namespace_spawn *, const struct kavach_request *,
                      pid_t *pid, int *pidfd,
                      struct namespace_fault_note *note);
/* Starts a child for whatever request may come. */
void namespace_make_spare (struct namespace_self *);
/* Ends the early child, if there is one.  Trees it was given may have
 * become part of its box, so they are of no more use. */
void namespace_abandon (struct namespace_self *);
/* The spare one too. */
void namespace_abandon_all (struct namespace_self *);

/* pass.c.  N descriptors from parent to child; 0 or -errno. */
int namespace_send (int socket, const int *fds, unsigned n);
/* How many came, ROOM at most, or -errno. */
int namespace_receive (int socket, int *fds, unsigned room);

/* The note's WHAT when an idmapped mount was refused. */
extern const char namespace_map_owner[];
#define NAMESPACE_MAP_OWNER namespace_map_owner

/* report.c.  What the boundary enforces for the request; NULL: at best. */
void namespace_report (const struct kavach_host *, struct kavach_report *,
                       const struct kavach_request *);

/* advice.c.  The note as one sentence with the way out, in OUT. */
void namespace_sentence (const struct namespace_self *,
                         const struct namespace_fault_note *, char *out,
                         size_t size);

#endif

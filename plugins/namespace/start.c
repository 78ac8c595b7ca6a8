/* SPDX-License-Identifier: Apache-2.0 */
/* The parent's side of one spawn. */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "ns.h"
#include "raw.h"

/* A file is about this big on average, so that one many of them cost no more
 * memory than the size says. */
#define BYTES_PER_INODE 8192
#define MIN_INODES 16384
#define MAX_INODES 1048576
/* What the box itself keeps in the root: passwd, hosts and the like. */
#define OWN_BYTES 65536

static uint64_t
namespace_flags (void)
{
  uint64_t flags = CLONE_NEWNS;

  if (!FAULT (USER))
    flags |= CLONE_NEWUSER;
  if (!FAULT (PID))
    flags |= CLONE_NEWPID;
  if (!FAULT (IPC))
    flags |= CLONE_NEWIPC;
  if (!FAULT (UTS))
    flags |= CLONE_NEWUTS;
  /* The cgroup namespace is kavach-init's, once it is in its cgroups; the
   * network the child makes itself. */
  return flags;
}

static void
namespace_fill (struct namespace_spawn *s, const struct kavach_request *q)
{
  uint64_t size = 0, inodes = MAX_INODES / 4;
  uint32_t i;
  int n;

  for (i = 0; i < q->n_mounts; i++)
    if (q->mounts[i]->type == KAVACH_MOUNT_SCRATCH && q->mounts[i]->size > size)
      size = q->mounts[i]->size;
  if (size > 0) {
    inodes = size / BYTES_PER_INODE;
    inodes = inodes < MIN_INODES ? MIN_INODES : inodes;
    inodes = inodes > MAX_INODES ? MAX_INODES : inodes;
  }
  n = snprintf (s->tmpfs_options, sizeof s->tmpfs_options,
                "mode=755,nr_inodes=%llu", (unsigned long long) inodes);
  if (size > 0 && !FAULT (TMPFS_SIZE))
    snprintf (s->tmpfs_options + n, sizeof s->tmpfs_options - (size_t) n,
              ",size=%llu", (unsigned long long) (size + OWN_BYTES));
  snprintf (s->uid_map, sizeof s->uid_map, "%u %u 1\n", q->uid_inside, q->uid);
  snprintf (s->gid_map, sizeof s->gid_map, "%u %u 1\n", q->gid_inside, q->gid);
}

static int
namespace_write_map (const struct namespace_self *self, pid_t pid,
                     const char *name, const char *text)
{
  size_t size = strlen (text);
  char path[48];
  int fd, result = 0;

  snprintf (path, sizeof path, "%ld/%s", (long) pid, name);
  fd = openat (self->proc_fd, path, O_WRONLY | O_CLOEXEC);
  if (fd < 0)
    return -errno;
  if (write (fd, text, size) != (ssize_t) size)
    result = errno != 0 ? -errno : -EIO;
  close (fd);
  return result;
}

static void
namespace_map_child (const struct namespace_self *self,
                     struct namespace_spawn *s)
{
  int result = 0;

  if (s->handshake && !FAULT (USER)) {
    result = namespace_write_map (self, s->pid, "gid_map", s->gid_map);
    if (result == 0)
      result = namespace_write_map (self, s->pid, "uid_map", s->uid_map);
  }
  if (result < 0) {
    s->fault = (struct namespace_fault_note){ "map the user of the box", NULL,
                                              NULL, -result };
    s->progress = NAMESPACE_FAILED;
  }
  s->go = result < 0 ? 2 : 1;
  RAW (futex, &s->go, FUTEX_WAKE_PRIVATE, 1);
}

static void
namespace_free (struct namespace_spawn *s)
{
  if (s->pidfd >= 0)
    close (s->pidfd);
  if (s->sender >= 0)
    close (s->sender);
  if (s->receiver >= 0)
    close (s->receiver);
  free (s->received);
  free (s);
}

static struct namespace_spawn *
namespace_new (const struct namespace_self *self, bool spare)
{
  struct namespace_spawn *s = calloc (1, sizeof *s);
  int ends[2];

  if (s == NULL)
    return NULL;
  *s = (struct namespace_spawn){
    .proc_fd = self->proc_fd,
    .stack = &self->thread_stack,
    .handshake = self->privileged,
    .spare = spare,
    .pid = -1,
    .pidfd = -1,
    .tid = -1,
    .room = NAMESPACE_MAX_KEPT + 1,
    .mask_file = { -1, false },
    .mask_folder = { -1, false },
  };
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
    free (s);
    return NULL;
  }
  s->sender = ends[0];
  s->receiver = ends[1];
  return s;
}

/* The spawn becomes one for Q. */
static int
namespace_dedicate (const struct namespace_self *self,
                    struct namespace_spawn *s, const struct kavach_request *q,
                    enum namespace_purpose purpose)
{
  s->received = calloc (q->n_mounts + s->room, sizeof *s->received);
  if (s->received == NULL)
    return -ENOMEM;
  s->request = q;
  s->probe = purpose == NAMESPACE_TO_PROBE;
  s->early = purpose == NAMESPACE_EARLY;
  s->old_kernel = self->old_kernel;
  namespace_fill (s, q);
  return 0;
}

static int
namespace_clone_child (const struct namespace_self *self,
                       struct namespace_spawn *s, int cgroup_fd)
{
  uint64_t flags
      = namespace_flags () | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
  sigset_t all;

  /* No handler of the shim's may run in the child. */
  sigfillset (&all);
  sigprocmask (SIG_BLOCK, &all, &s->mask);
  s->pid = namespace_clone (&self->stack, flags, cgroup_fd, namespace_child, s,
                            &s->pidfd, &s->tid);
  sigprocmask (SIG_SETMASK, &s->mask, NULL);
  return s->pid < 0 ? s->pid : 0;
}

static void
namespace_reap (const struct namespace_spawn *s)
{
  while (waitpid (s->pid, NULL, 0) < 0)
    if (errno != EINTR)
      break;
}

static void
namespace_end (struct namespace_spawn *s)
{
  kill (s->pid, SIGKILL);
  namespace_reap (s);
  namespace_free (s);
}

void
namespace_make_spare (struct namespace_self *self)
{
  struct namespace_spawn *s = namespace_new (self, true);

  if (s != NULL && namespace_clone_child (self, s, -1) < 0) {
    namespace_free (s);
    s = NULL;
  }
  self->spare = s;
}

/* The spare child, if it is of use for Q; otherwise it ends. */
static struct namespace_spawn *
namespace_take_spare (struct namespace_self *self,
                      const struct kavach_request *q)
{
  struct namespace_spawn *s = self->spare;

  self->spare = NULL;
  /* What it could not do, one with a request will say. */
  if (s == NULL
      || (s->tid != 0 && q->cgroup_fd < 0
          && (q->namespaces & KAVACH_NS_NET) != 0
          && (q->flags & KAVACH_REQUEST_LOOPBACK) != 0))
    return s;
  namespace_end (s);
  return NULL;
}

int
namespace_begin (struct namespace_self *self, const struct kavach_request *q,
                 enum namespace_purpose purpose, struct namespace_spawn **begun,
                 struct namespace_fault_note *note)
{
  struct namespace_spawn *s = namespace_take_spare (self, q);
  int result = 0;

  if (s == NULL)
    s = namespace_new (self, false);
  if (s == NULL || namespace_dedicate (self, s, q, purpose) < 0) {
    *note = (struct namespace_fault_note){ "get memory and a socket", NULL,
                                           NULL, ENOMEM };
    if (s != NULL && s->pid > 0)
      namespace_end (s);
    else if (s != NULL)
      namespace_free (s);
    return -ENOMEM;
  }
  if (s->pid < 0)
    result = namespace_clone_child (self, s, q->cgroup_fd);
  if (result < 0) {
    *note = (struct namespace_fault_note){
      q->cgroup_fd >= 0 ? "make namespaces in the cgroup (clone3)"
                        : "make namespaces (clone)",
      NULL, NULL, -result
    };
    namespace_free (s);
    return result;
  }
  if (s->handshake || s->spare)
    namespace_map_child (self, s);
  *begun = s;
  return 0;
}

void
namespace_give_trees (struct namespace_self *self, struct namespace_spawn *s)
{
  unsigned i, n = 0;

  if (!s->handshake)
    return;
  /* The array is big enough for all of them and the child's only once it
   * has been told. */
  for (i = 0; i < self->n_trees; i++)
    if (self->trees[i].fd >= 0)
      self->to_send[n++] = self->trees[i].fd;
  s->trees = self->trees;
  if (self->old_kernel)
    s->old_kernel = true;
  /* A child that is gone is noticed at the end. */
  namespace_send (s->sender, self->to_send, n);
}

/* The child is gone, or past its exec. */
static void
namespace_wait_for_exec (struct namespace_spawn *s)
{
  int value;

  while ((value = s->tid) != 0)
    RAW (futex, &s->tid, FUTEX_WAIT, value, NULL);
}

static void
namespace_let_go (struct namespace_spawn *s, const struct kavach_request *q)
{
  int fds[NAMESPACE_MAX_KEPT + 1];
  uint32_t i;

  fds[0] = q->exec_fd;
  for (i = 0; i < q->n_keep_fds; i++)
    fds[i + 1] = q->keep_fds[i];
  s->to_execute = q;
  namespace_send (s->sender, fds, q->n_keep_fds + 1);
}

int
namespace_finish (struct namespace_spawn *s, const struct kavach_request *q,
                  pid_t *pid, int *pidfd, struct namespace_fault_note *note)
{
  int wanted = s->probe ? NAMESPACE_PROBED : NAMESPACE_AT_EXEC, result = 0;

  if (!s->probe)
    namespace_let_go (s, q);
  namespace_wait_for_exec (s);
  if (s->probe || s->progress != wanted)
    namespace_reap (s);
  if (s->progress == wanted && !s->probe) {
    *pid = s->pid;
    *pidfd = s->pidfd;
    s->pidfd = -1;
  }
  else if (s->progress != wanted) {
    *note = s->fault;
    if (s->progress != NAMESPACE_FAILED)
      *note = (struct namespace_fault_note){ "start: killed while the box was "
                                             "being made",
                                             NULL, NULL, EIO };
    result = -(note->error > 0 ? note->error : EIO);
  }
  namespace_free (s);
  return result;
}

void
namespace_abandon (struct namespace_self *self)
{
  bool given = self->early != NULL && self->early->trees != NULL;

  if (self->early != NULL)
    namespace_end (self->early);
  self->early = NULL;
  if (given)
    namespace_trees_drop (self);
}

void
namespace_abandon_all (struct namespace_self *self)
{
  if (self->spare != NULL)
    namespace_end (self->spare);
  self->spare = NULL;
  namespace_abandon (self);
}

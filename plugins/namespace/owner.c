/* SPDX-License-Identifier: Apache-2.0 */
/* User namespaces that only serve to map the owner of files. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ns.h"
#include "raw.h"

/* A parent that was gone before we asked is no longer our parent. */
static _Noreturn void
namespace_pause (pid_t parent)
{
  RAW (prctl, PR_SET_PDEATHSIG, SIGKILL);
  while (RAW (getppid, 0) == parent)
    RAW (ppoll, NULL, 0, NULL, NULL, 0);
  for (;;)
    RAW (exit_group, 0);
}

static int
namespace_paused (void *parent)
{
  namespace_pause (*(const pid_t *) parent);
}

/* OWNER on disk is TO for everyone; every other id is itself, but TO, which
 * must have one origin only. */
static void
namespace_owner_map (char *out, size_t size, uint32_t owner, uint32_t to)
{
  uint32_t low = owner < to ? owner : to, high = owner < to ? to : owner;
  int n = snprintf (out, size, "%u %u 1\n", owner, to);

  if (low > 0)
    n += snprintf (out + n, size - (size_t) n, "0 0 %u\n", low);
  if (high - low > 1)
    n += snprintf (out + n, size - (size_t) n, "%u %u %u\n", low + 1, low + 1,
                   high - low - 1);
  if (high < UINT32_MAX - 1)
    snprintf (out + n, size - (size_t) n, "%u %u %u\n", high + 1, high + 1,
              UINT32_MAX - 1 - high);
}

static int
namespace_owner_write (const struct namespace_self *self, pid_t pid,
                       const char *name, uint32_t owner, uint32_t to)
{
  char path[48], text[160];
  size_t size;
  int fd, result = 0;

  namespace_owner_map (text, sizeof text, owner, to);
  size = strlen (text);
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
namespace_owner_reap (struct namespace_owner *o)
{
  if (o->pid <= 0)
    return;
  kill (o->pid, SIGKILL);
  while (waitpid (o->pid, NULL, 0) < 0 && errno == EINTR)
    continue;
  o->pid = 0;
}

static int
namespace_owner_make (struct namespace_self *self, struct namespace_owner *o)
{
  int pidfd = -1, result;
  pid_t own = getpid ();
  char path[48];

  /* The one before has the stack. */
  namespace_owners_reap (self);
  result = namespace_clone (&self->owner_stack, CLONE_NEWUSER, -1,
                            namespace_paused, &own, &pidfd, NULL);
  if (result < 0)
    return result;
  close (pidfd);
  o->pid = result;
  result = namespace_owner_write (self, o->pid, "uid_map", o->uid, o->to_uid);
  if (result == 0)
    result = namespace_owner_write (self, o->pid, "gid_map", o->gid, o->to_gid);
  if (result == 0) {
    snprintf (path, sizeof path, "%ld/ns/user", (long) o->pid);
    result = openat (self->proc_fd, path, O_RDONLY | O_CLOEXEC);
    if (result < 0)
      result = -errno;
  }
  if (result < 0)
    namespace_owner_reap (o);
  return result;
}

void
namespace_owners_reap (struct namespace_self *self)
{
  unsigned i;

  for (i = 0; i < self->n_owners; i++)
    namespace_owner_reap (&self->owners[i]);
}

int
namespace_owner_fd (struct namespace_self *self, uid_t uid, gid_t gid,
                    const struct kavach_request *q)
{
  struct namespace_owner *o;
  unsigned i;
  int fd;

  for (i = 0; i < self->n_owners; i++) {
    o = &self->owners[i];
    if (o->uid == uid && o->gid == gid && o->to_uid == q->uid
        && o->to_gid == q->gid)
      return o->fd;
  }
  if (self->n_owners == NAMESPACE_OWNERS)
    namespace_owners_close (self);
  o = &self->owners[self->n_owners];
  *o = (struct namespace_owner){ uid, gid, q->uid, q->gid, -1, 0 };
  fd = namespace_owner_make (self, o);
  if (fd >= 0) {
    o->fd = fd;
    self->n_owners++;
  }
  return fd;
}

void
namespace_owners_close (struct namespace_self *self)
{
  unsigned i;

  namespace_owners_reap (self);
  for (i = 0; i < self->n_owners; i++)
    close (self->owners[i].fd);
  self->n_owners = 0;
}

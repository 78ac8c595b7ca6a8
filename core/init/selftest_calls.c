/* SPDX-License-Identifier: Apache-2.0 */
/* The filter as seen from below.  Arguments are chosen so that the kernel
 * itself refuses with another errno, and does nothing, where no filter
 * answers first. */
#include "config.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/init/selftest.h"
#include "core/util/cleanup.h"

#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef SYS_io_uring_setup
#define SYS_io_uring_setup 425
#endif

/* EBADF unfiltered. */
static long
push_keys (void)
{
  return ioctl (-1, TIOCSTI, NULL);
}

/* EFAULT: the target is looked at before anything else. */
static long
mount_nothing (void)
{
  return syscall (SYS_mount, NULL, NULL, NULL, 0L, NULL);
}

/* EINVAL: too small. */
static long
clone_nothing (void)
{
  return syscall (SYS_clone3, NULL, 0L);
}

/* EINVAL for the exit signal, which is no flag of unshare. */
static long
unshare_user (void)
{
  return syscall (SYS_unshare, (long) CLONE_NEWUSER | 1);
}

/* EFAULT; EPERM where the administrator has switched it off. */
static long
ring_nothing (void)
{
  return syscall (SYS_io_uring_setup, 0L, NULL);
}

static long (*const calls[]) (void)
    = { push_keys, mount_nothing, clone_nothing, unshare_user, ring_nothing };

static bool
is_refused (long result)
{
  return result < 0
         && (errno == EPERM || errno == EACCES || errno == ENOSYS
             || errno == EAFNOSUPPORT);
}

void
kv_before_calls (struct kv_init *init)
{
  size_t i;

  for (i = 0; i < KV_COUNT (calls); i++)
    if (!is_refused (calls[i]()))
      init->before.calls |= 1u << i;
}

enum kv_answer
kv_test_calls (const struct kv_init *init)
{
  size_t i;

  for (i = 0; i < KV_COUNT (calls); i++)
    if (!is_refused (calls[i]()))
      return KV_OPEN;
  /* Where all were refused before, it was not this filter that did. */
  return init->before.calls != 0 ? KV_HELD : KV_UNANSWERED;
}

enum kv_answer
kv_test_network (const struct kv_init *init)
{
  /* All that lead somewhere from a network namespace that is not our own: a
   * unix socket reaches whoever listens at a path. */
  static const int families[]
      = { AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_VSOCK };
  size_t i;

  (void) init;
  for (i = 0; i < KV_COUNT (families); i++) {
    kv_autoclose int fd = socket (families[i], SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (!is_refused (fd))
      return KV_OPEN;
  }
  return KV_HELD;
}

/* Connects one datagram socket to another by an abstract name that the
 * kernel chooses. */
static int
connect_abstract (int target)
{
  kv_autoclose int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct sockaddr_storage name;
  socklen_t size = sizeof name;

  if (fd < 0 || getsockname (target, (struct sockaddr *) &name, &size) < 0)
    return -1;
  return connect (fd, (struct sockaddr *) &name, size);
}

/* A socket belongs to the domain that its maker was in: made before, it is
 * outside. */
void
kv_before_ipc (struct kv_init *init)
{
  struct sockaddr automatic = { .sa_family = AF_UNIX };
  kv_autoclose int fd = -1;

  if ((init->plan.flags & KV_PLAN_LANDLOCK_SCOPE) == 0)
    return;
  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && bind (fd, &automatic, sizeof automatic.sa_family) == 0
      && connect_abstract (fd) == 0)
    init->before.abstract_fd = kv_steal_fd (&fd);
}

enum kv_answer
kv_test_ipc (const struct kv_init *init)
{
  /* EINVAL for each of them, and nothing is made. */
  if (!is_refused (shmget (IPC_PRIVATE, 0, 0600))
      || !is_refused (semget (IPC_PRIVATE, 0, 0600))
      || !is_refused (msgctl (-1, IPC_RMID, NULL))
      || !is_refused (syscall (SYS_mq_unlink, NULL)))
    return KV_OPEN;
  if ((init->plan.flags & KV_PLAN_LANDLOCK_SCOPE) == 0)
    return KV_HELD;
  if (init->before.abstract_fd < 0)
    return KV_UNANSWERED;
  return is_refused (connect_abstract (init->before.abstract_fd)) ? KV_HELD
                                                                  : KV_OPEN;
}

/* An own session keyring, and no call left to reach the user's. */
enum kv_answer
kv_test_keyring (const struct kv_init *init)
{
  if (!init->keyring_own && !init->keyring_closed)
    return KV_OPEN;
  return is_refused (syscall (SYS_keyctl, (long) KEYCTL_GET_KEYRING_ID,
                              (long) KEY_SPEC_SESSION_KEYRING, 0L, 0L, 0L))
             ? KV_HELD
             : KV_OPEN;
}

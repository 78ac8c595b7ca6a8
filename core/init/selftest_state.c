/* SPDX-License-Identifier: Apache-2.0 */
/* What can be asked back instead of being attempted. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/init/selftest.h"
#include "core/util/cleanup.h"

void
kv_before_processes (struct kv_init *init)
{
  pid_t parent = getppid ();

  /* 0 is a parent outside the pid namespace, and kill's word for a group. */
  init->before.signalled = parent > 0 && kill (parent, 0) == 0;
}

/* As process 1 init has nobody beside or above itself to signal. */
enum kv_answer
kv_test_processes (const struct kv_init *init)
{
  if (init->first)
    return getppid () == 0 ? KV_HELD : KV_OPEN;
  if (!init->before.signalled)
    return KV_UNANSWERED;
  if (kill (getppid (), 0) == 0)
    return KV_OPEN;
  return errno == EPERM ? KV_HELD : KV_UNANSWERED;
}

enum kv_answer
kv_test_capabilities (const struct kv_init *init)
{
  return kv_capabilities_dropped (init) ? KV_HELD : KV_OPEN;
}

enum kv_answer
kv_test_no_new_privs (const struct kv_init *init)
{
  (void) init;
  return prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? KV_HELD : KV_OPEN;
}

enum kv_answer
kv_test_user (const struct kv_init *init)
{
  return getuid () != 0 && kv_user_switched (init) ? KV_HELD : KV_OPEN;
}

void
kv_before_terminal (struct kv_init *init)
{
  kv_autoclose int fd = open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

  init->before.no_terminal = fd < 0;
}

/* The command's pty, when it gets one, becomes its terminal only later. */
enum kv_answer
kv_test_terminal (const struct kv_init *init)
{
  return getsid (0) == getpid () && init->before.no_terminal ? KV_HELD
                                                             : KV_OPEN;
}

enum kv_answer
kv_test_environment (const struct kv_init *init)
{
  return kv_environment_wiped (init) ? KV_HELD : KV_OPEN;
}

enum kv_answer
kv_test_pids (const struct kv_init *init)
{
  return kv_rlimit_holds (init, RLIMIT_NPROC);
}

enum kv_answer
kv_test_file_size (const struct kv_init *init)
{
  return kv_rlimit_holds (init, RLIMIT_FSIZE);
}

/* Outside a pid namespace init collects orphans, and must be able to find
 * them and be safe from them. */
enum kv_answer
kv_test_kill_tree (const struct kv_init *init)
{
  int subreaper = 0;

  if (init->first)
    return KV_HELD;
  if (prctl (PR_GET_CHILD_SUBREAPER, &subreaper) < 0 || subreaper != 1)
    return KV_OPEN;
  return init->scoped && init->before.signalled ? KV_HELD : KV_UNANSWERED;
}

static bool
is_known (const struct kv_init *init, int fd)
{
  return fd <= 2 || fd == init->gate || fd == init->children_fd
         || fd == init->before.exec_fd || fd == init->before.fd_list
         || fd == init->before.abstract_fd;
}

void
kv_before_descriptors (struct kv_init *init)
{
  init->before.fd_list
      = open ("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Without proc: one call that tells for a thousand numbers. */
static enum kv_answer
poll_descriptors (const struct kv_init *init)
{
  static struct pollfd all[1024];
  struct rlimit limit;
  nfds_t n = KV_COUNT (all), i;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < n)
    n = (nfds_t) limit.rlim_cur;
  for (i = 0; i < n; i++)
    all[i].fd = (int) i;
  if (poll (all, n, 0) < 0)
    return KV_UNANSWERED;
  for (i = 0; i < n; i++)
    if ((all[i].revents & POLLNVAL) == 0 && !is_known (init, (int) i))
      return KV_OPEN;
  return KV_HELD;
}

enum kv_answer
kv_test_descriptors (const struct kv_init *init)
{
  _Alignas(struct dirent64) char room[2048];
  ssize_t got;

  if (init->before.fd_list < 0)
    return poll_descriptors (init);
  while ((got = getdents64 (init->before.fd_list, room, sizeof room)) > 0) {
    ssize_t at = 0;

    while (at < got) {
      const struct dirent64 *entry = (const void *) (room + at);
      const char *digit = entry->d_name;
      int fd = 0;

      at += entry->d_reclen;
      if (*digit == '.')
        continue;
      for (; *digit >= '0' && *digit <= '9' && fd < 100000000; digit++)
        fd = fd * 10 + (*digit - '0');
      if (!is_known (init, fd))
        return KV_OPEN;
    }
  }
  return got < 0 ? KV_UNANSWERED : KV_HELD;
}

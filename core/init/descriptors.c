/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the backend, the shim or the caller left open ends here: only
 * 0, 1, 2 and the gate stay. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/init/init.h"
#include "core/util/cleanup.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

static int
close_between (unsigned from, unsigned to)
{
  if (from > to)
    return 0;
  return (int) syscall (SYS_close_range, from, to, 0);
}

static int
number (const char *text)
{
  int n = 0;

  for (; *text >= '0' && *text <= '9' && n < 100000000; text++)
    n = n * 10 + (*text - '0');
  return *text == '\0' ? n : -1;
}

/* One pass over /proc/self/fd; how many were closed, or -1. */
static int
close_listed (int gate)
{
  kv_autoclose int dir
      = open ("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  _Alignas(struct dirent64) char room[4096];
  int closed = 0;
  ssize_t got;

  if (dir < 0)
    return -1;
  while ((got = getdents64 (dir, room, sizeof room)) > 0) {
    ssize_t at = 0;

    while (at < got) {
      const struct dirent64 *entry = (const void *) (room + at);
      int fd = entry->d_name[0] == '.' ? -1 : number (entry->d_name);

      at += entry->d_reclen;
      if (fd > 2 && fd != gate && fd != dir && close (fd) == 0)
        closed++;
    }
  }
  return got < 0 ? -1 : closed;
}

/* Before Linux 5.9, or under a filter older than that. */
static int
close_slowly (int gate)
{
  struct rlimit limit;
  rlim_t last;
  int closed, fd;

  /* Closing while reading may skip entries: until a pass finds nothing. */
  do
    closed = close_listed (gate);
  while (closed > 0);
  if (closed == 0)
    return 0;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return -1;
  /* The limit may have been lowered below what was already open. */
  last = limit.rlim_max < 65536 ? 65536 : limit.rlim_max;
  if (last > 1 << 20)
    last = 1 << 20;
  for (fd = 3; fd < (int) last; fd++)
    if (fd != gate)
      close (fd);
  return 0;
}

int
kv_close_descriptors (struct kv_init *init)
{
  unsigned gate = (unsigned) init->gate;

  if (fcntl (init->gate, F_SETFD, FD_CLOEXEC) < 0)
    return -1;
  if (close_between (3, gate - 1) == 0 && close_between (gate + 1, ~0u) == 0)
    return 0;
  if (errno != ENOSYS && errno != EPERM)
    return -1;
  return close_slowly (init->gate);
}

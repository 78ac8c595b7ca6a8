/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/util/cleanup.h"
#include "core/util/fd.h"

/* The way without openat2: as strict as RESOLVE_BENEATH with NO_SYMLINKS. */
static int
open_by_steps (int dir, const char *path, int flags, mode_t mode)
{
  kv_autoclose int here = -1;
  char part[NAME_MAX + 1];
  const char *next = path;

  if (*next == '/') {
    here = open ("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (here < 0)
      return -1;
    next += strspn (next, "/");
    if (*next == '\0')
      return openat (here, ".", flags | O_CLOEXEC, mode);
  }

  for (;;) {
    size_t length = strcspn (next, "/");
    const char *after = next + length + strspn (next + length, "/");
    int from = here >= 0 ? here : dir;
    int fd;

    if (length == 0 || length > NAME_MAX) {
      errno = length == 0 ? ENOENT : ENAMETOOLONG;
      return -1;
    }
    memcpy (part, next, length);
    part[length] = '\0';
    if (strcmp (part, "..") == 0) {
      errno = EXDEV;
      return -1;
    }
    if (*after == '\0')
      return openat (from, part, flags | O_NOFOLLOW | O_CLOEXEC, mode);

    fd = openat (from, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
      /* A link met where a folder is wanted reads as ENOTDIR. */
      if (errno == ENOTDIR)
        errno = ELOOP;
      return -1;
    }
    if (here >= 0)
      close (here);
    here = fd;
    next = after;
  }
}

int
kv_openat2 (int dir, const char *path, int flags, mode_t mode, uint64_t resolve)
{
  struct open_how how = {
    .flags = (uint64_t) (flags | O_CLOEXEC),
    .mode = (flags & O_CREAT) != 0 ? mode : 0,
    .resolve = resolve,
  };
  long fd = syscall (SYS_openat2, dir, path, &how, sizeof how);

  if (fd >= 0)
    return (int) fd;
  /* EPERM: container filters of the time before openat2 answer so. */
  if (errno != ENOSYS && errno != EPERM)
    return -1;
  if (path[0] == '/' && (resolve & RESOLVE_BENEATH) != 0) {
    errno = EXDEV;
    return -1;
  }
  return open_by_steps (dir, path, flags, mode);
}

int
kv_open_nolinks (const char *path, int flags)
{
  return kv_openat2 (AT_FDCWD, path, flags, 0,
                     RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
}

ssize_t
kv_read_at (int dir, const char *path, char *buf, size_t size)
{
  kv_autoclose int fd = openat (dir, path, O_RDONLY | O_CLOEXEC);
  size_t used = 0;

  if (fd < 0)
    return -1;
  while (used < size) {
    ssize_t n = read (fd, buf + used, size - used);

    if (n < 0) {
      if (errno == EINTR)
        continue;
      return -1;
    }
    if (n == 0) {
      buf[used] = '\0';
      return (ssize_t) used;
    }
    used += (size_t) n;
  }
  errno = EFBIG;
  return -1;
}

int
kv_write_at (int dir, const char *path, const char *text)
{
  kv_autoclose int fd = openat (dir, path, O_WRONLY | O_CLOEXEC);
  size_t length = strlen (text);
  ssize_t n;

  if (fd < 0)
    return -1;
  do
    n = write (fd, text, length);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    return -1;
  if ((size_t) n != length) {
    errno = EIO;
    return -1;
  }
  return 0;
}

char *
kv_read_all (int fd, size_t max, size_t *size)
{
  kv_autofree char *data = NULL;
  struct stat st;
  size_t used = 0, room;

  if (fstat (fd, &st) < 0)
    return NULL;
  if (!S_ISREG (st.st_mode) || (uintmax_t) st.st_size > max) {
    errno = S_ISREG (st.st_mode) ? EFBIG : EINVAL;
    return NULL;
  }
  room = (size_t) st.st_size + 1;
  data = malloc (room);
  if (data == NULL)
    return NULL;
  while (used < room) {
    ssize_t n = read (fd, data + used, room - used);

    if (n < 0) {
      if (errno == EINTR)
        continue;
      return NULL;
    }
    if (n == 0) {
      data[used] = '\0';
      *size = used;
      return kv_steal_ptr (&data);
    }
    used += (size_t) n;
  }
  /* It grew while it was read. */
  errno = EBUSY;
  return NULL;
}

int
kv_write_full (int fd, const void *data, size_t size)
{
  const char *next = data;

  while (size > 0) {
    ssize_t n = write (fd, next, size);

    if (n < 0) {
      if (errno == EINTR)
        continue;
      return -1;
    }
    next += n;
    size -= (size_t) n;
  }
  return 0;
}

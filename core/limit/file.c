/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/limit/cgroup.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"
#include "core/util/parse.h"

int
kv_cg_check (int fd, bool v2)
{
  struct statfs fs;

  if (fstatfs (fd, &fs) < 0)
    return -1;
  if ((unsigned long) fs.f_type
      != (unsigned long) (v2 ? KV_CG_MAGIC_V2 : KV_CG_MAGIC_V1)) {
    errno = EMEDIUMTYPE;
    return -1;
  }
  return 0;
}

int
kv_cg_open (int group, bool v2, const char *name, int flags)
{
  kv_autoclose int fd
      = openat (group, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0 || kv_cg_check (fd, v2) < 0)
    return -1;
  return kv_steal_fd (&fd);
}

ssize_t
kv_cg_read (int group, bool v2, const char *name, char *buf, size_t size)
{
  kv_autoclose int fd = kv_cg_open (group, v2, name, O_RDONLY);
  size_t used = 0;

  if (fd < 0)
    return -1;
  while (used < size) {
    ssize_t n = read (fd, buf + used, size - used);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return -1;
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
kv_cg_write (int group, bool v2, const char *name, const char *text)
{
  kv_autoclose int fd = kv_cg_open (group, v2, name, O_WRONLY);
  ssize_t n;

  if (fd < 0)
    return -1;
  /* One write: the kernel takes each as a whole value. */
  do
    n = write (fd, text, strlen (text));
  while (n < 0 && errno == EINTR);
  if (n < 0)
    return -1;
  if ((size_t) n != strlen (text)) {
    errno = EIO;
    return -1;
  }
  return 0;
}

int
kv_cg_write_u64 (int group, bool v2, const char *name, uint64_t value)
{
  char text[24];

  snprintf (text, sizeof text, "%" PRIu64, value);
  return kv_cg_write (group, v2, name, text);
}

int
kv_cg_read_u64 (int group, bool v2, const char *name, uint64_t *value)
{
  char text[64];

  if (kv_cg_read (group, v2, name, text, sizeof text) < 0)
    return -1;
  text[strcspn (text, "\n")] = '\0';
  if (strcmp (text, "max") == 0 || strcmp (text, "-1") == 0) {
    *value = UINT64_MAX;
    return 0;
  }
  if (kv_parse_u64 (text, value) < 0) {
    errno = EINVAL;
    return -1;
  }
  return 0;
}

int
kv_cg_find_key (const char *text, const char *key, uint64_t *value)
{
  size_t length = strlen (key);

  while (*text != '\0') {
    size_t line = strcspn (text, "\n");
    char number[24];

    if (line > length + 1 && line - length - 1 < sizeof number
        && memcmp (text, key, length) == 0 && text[length] == ' ') {
      memcpy (number, text + length + 1, line - length - 1);
      number[line - length - 1] = '\0';
      if (kv_parse_u64 (number, value) == 0)
        return 0;
      errno = EINVAL;
      return -1;
    }
    text += line;
    if (*text == '\n')
      text++;
  }
  errno = ENOENT;
  return -1;
}

int
kv_cg_read_key (int group, bool v2, const char *name, const char *key,
                uint64_t *value)
{
  char text[4096];

  if (kv_cg_read (group, v2, name, text, sizeof text) < 0)
    return -1;
  return kv_cg_find_key (text, key, value);
}

int
kv_cg_open_child (int group, bool v2, const char *name)
{
  kv_autoclose int fd = kv_openat2 (
      group, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
      RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);

  if (fd < 0 || kv_cg_check (fd, v2) < 0)
    return -1;
  return kv_steal_fd (&fd);
}

bool
kv_cg_writable (int group, const char *name)
{
  return faccessat (group, name, W_OK, AT_EACCESS) == 0;
}

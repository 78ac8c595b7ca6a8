/* SPDX-License-Identifier: Apache-2.0 */
/* The shim's own descriptors, and whether the plugin respects them.
 *
 * Standard output and error are memfds: a plugin that prints there cannot
 * disturb the protocol or the command's own output, and it is seen.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/shim/shim.h"

/* There is one thread and one callback at a time, and the host table's
 * functions have no argument to carry this in. */
static struct {
  const char *path;
  bool failed;
  char text[448];
  dev_t dev[4];
  ino_t ino[4];
} guard;

static int
remember (int fd)
{
  struct stat st;

  if (fstat (fd, &st) < 0)
    return -1;
  guard.dev[fd] = st.st_dev;
  guard.ino[fd] = st.st_ino;
  return 0;
}

void
guard_name (const char *path)
{
  guard.path = path;
}

/* The lowest number that is free is the one that comes next. */
int
guard_init (void)
{
  if (syscall (SYS_close_range, 0, SHIM_SOCKET - 1, 0) < 0)
    return -1;
  if (open ("/dev/null", O_RDWR) != 0 || memfd_create ("stdout", 0) != 1
      || memfd_create ("stderr", 0) != 2)
    return -1;
  if (remember (0) < 0 || remember (1) < 0 || remember (2) < 0)
    return -1;
  return remember (SHIM_SOCKET);
}

void
guard_enter (void)
{
  guard.failed = false;
  guard.text[0] = '\0';
}

const char *
guard_failure (void)
{
  return guard.failed && guard.text[0] != '\0' ? guard.text : NULL;
}

int
guard_fail (int number, const char *fmt, va_list args)
{
  char raw[1024];

  vsnprintf (raw, sizeof raw, fmt, args);
  kv_escape (guard.text, sizeof guard.text, raw);
  guard.failed = true;
  if (number < 0)
    number = number == INT32_MIN ? EIO : -number;
  return number == 0 ? -EIO : -number;
}

/* What came on standard error goes to the launcher, line by line. */
static void
relay_stderr (off_t size)
{
  char raw[1024], line[1536];
  char *next = raw, *text;
  ssize_t n;

  n = pread (2, raw, size < 1023 ? (size_t) size : 1023, 0);
  if (n > 0) {
    raw[n] = '\0';
    while ((text = strsep (&next, "\n")) != NULL)
      if (text[0] != '\0') {
        kv_escape (line, sizeof line, text);
        reply_log (KAVACH_LOG_DEBUG, line);
      }
  }
  if (ftruncate (2, 0) < 0 || lseek (2, 0, SEEK_SET) < 0)
    _exit (1);
}

int
guard_leave (struct kv_error *err)
{
  struct stat st[4];
  char raw[96], seen[128];
  ssize_t n;
  int fd;

  fflush (stdout);
  fflush (stderr);
  for (fd = 0; fd <= SHIM_SOCKET; fd++)
    if (fstat (fd, &st[fd]) < 0 || st[fd].st_dev != guard.dev[fd]
        || st[fd].st_ino != guard.ino[fd])
      _exit (SHIM_EXIT_LOST);

  if (st[2].st_size > 0)
    relay_stderr (st[2].st_size);
  if (st[1].st_size == 0)
    return 0;

  n = pread (1, raw, sizeof raw - 1, 0);
  raw[n > 0 ? n : 0] = '\0';
  kv_escape (seen, sizeof seen, raw);
  kv_fail (err, "KVL-18", "%s writes to standard output: \"%s\"", guard.path,
           seen);
  return kv_error_hint (err, "a plugin speaks through host->log");
}

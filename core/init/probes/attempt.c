/* SPDX-License-Identifier: Apache-2.0 */
/* What probes have in common. */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/init/probes/probe.h"

int kv_battery_descriptor = -1;

static char detail[256];
static char *const *plants;

#define SET_DETAIL(fmt)                                                        \
  do {                                                                         \
    va_list args;                                                              \
    va_start (args, fmt);                                                      \
    vsnprintf (detail, sizeof detail, fmt, args);                              \
    va_end (args);                                                             \
  } while (0)

enum kv_verdict
kv_held (const char *fmt, ...)
{
  SET_DETAIL (fmt);
  return KV_VERDICT_HELD;
}

enum kv_verdict
kv_reached (const char *fmt, ...)
{
  SET_DETAIL (fmt);
  return KV_VERDICT_REACHED;
}

enum kv_verdict
kv_unanswered (const char *fmt, ...)
{
  SET_DETAIL (fmt);
  return KV_VERDICT_UNANSWERED;
}

enum kv_verdict
kv_by_result (long result)
{
  if (result >= 0)
    return kv_reached ("it worked");
  return kv_held ("%s", strerror (errno));
}

enum kv_verdict
kv_by_errno (long result)
{
  if (result >= 0)
    return kv_reached ("it worked");
  if (errno == EPERM || errno == ENOSYS || errno == EACCES)
    return kv_held ("%s", strerror (errno));
  return kv_reached ("the kernel answered: %s", strerror (errno));
}

const char *
kv_detail (void)
{
  return detail;
}

void
kv_plants_use (char *const *list)
{
  plants = list;
}

const char *
kv_plant (const char *key)
{
  size_t length = strlen (key), i;

  for (i = 0; plants != NULL && plants[i] != NULL; i++)
    if (strncmp (plants[i], key, length) == 0 && plants[i][length] == '=')
      return plants[i] + length + 1;
  return "";
}

long
kv_plant_number (const char *key)
{
  const char *value = kv_plant (key);

  return value[0] == '\0' ? -1 : strtol (value, NULL, 10);
}

long
kv_slurp (const char *path, char *buf, size_t size)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  size_t n = 0;

  if (fd < 0)
    return -1;
  while (n < size - 1) {
    ssize_t got = read (fd, buf + n, size - 1 - n);

    if (got < 0 && n == 0) {
      int saved = errno;

      close (fd);
      errno = saved;
      return -1;
    }
    if (got <= 0)
      break;
    n += (size_t) got;
  }
  close (fd);
  buf[n] = '\0';
  return (long) n;
}

bool
kv_file_has (const char *path, const char *text)
{
  static char buf[65536];
  long n = kv_slurp (path, buf, sizeof buf);

  return text[0] != '\0' && n > 0
         && memmem (buf, (size_t) n, text, strlen (text)) != NULL;
}

int
kv_put_file (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  ssize_t n;

  if (fd < 0)
    return -1;
  n = write (fd, text, strlen (text));
  close (fd);
  return n < 0 ? -1 : 0;
}

const char *
kv_proc_path (long pid, const char *name)
{
  static char path[64];

  snprintf (path, sizeof path, "/proc/%ld/%s", pid, name);
  return path;
}

const char *
kv_status_field (const char *name)
{
  static char buf[8192];
  char *line;

  if (kv_slurp ("/proc/self/status", buf, sizeof buf) < 0)
    return NULL;
  line = strstr (buf, name);
  if (line == NULL)
    return NULL;
  line += strlen (name);
  while (isspace ((unsigned char) *line))
    line++;
  line[strcspn (line, "\n")] = '\0';
  return line;
}

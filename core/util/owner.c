/* SPDX-License-Identifier: Apache-2.0 */
/* The name of what a run makes says whose it is, so that what a killed
 * launcher left can be told from what a living one uses.  A pid alone is not
 * enough: it is reused, and in another pid namespace it is another process. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/util/fd.h"
#include "core/util/owner.h"
#include "core/util/parse.h"

#define PREFIX "kavach-"

/* Fields of stat behind the command's name, which may hold anything. */
#define FIELDS_TO_START 19

int
kv_owner_parse_start (const char *stat, uint64_t *start)
{
  const char *p = strrchr (stat, ')');
  char number[24];
  size_t length;
  int i;

  if (p == NULL)
    return -1;
  p++;
  for (i = 0; i < FIELDS_TO_START; i++) {
    if (*p != ' ')
      return -1;
    p++;
    p += strcspn (p, " \n");
  }
  if (*p != ' ')
    return -1;
  p++;
  length = strcspn (p, " \n");
  if (length >= sizeof number)
    return -1;
  memcpy (number, p, length);
  number[length] = '\0';
  return kv_parse_u64 (number, start);
}

static int
read_start (const char *path, uint64_t *start)
{
  char text[1024];

  if (kv_read_at (AT_FDCWD, path, text, sizeof text) < 0)
    return -1;
  if (kv_owner_parse_start (text, start) < 0) {
    errno = EINVAL;
    return -1;
  }
  return 0;
}

static int
own_pid_ns (uint64_t *inode)
{
  struct stat st;

  if (stat ("/proc/self/ns/pid", &st) < 0)
    return -1;
  *inode = st.st_ino;
  return 0;
}

static bool
is_plain (const char *id)
{
  size_t length = strspn (id, "0123456789abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-");

  return length > 0 && id[length] == '\0';
}

int
kv_owner_name (char *out, size_t size, const char *id)
{
  uint64_t inode, start;
  int n;

  if (!is_plain (id)) {
    errno = EINVAL;
    return -1;
  }
  if (own_pid_ns (&inode) < 0 || read_start ("/proc/self/stat", &start) < 0)
    return -1;
  n = snprintf (out, size, PREFIX "%" PRIu64 "-%ld-%" PRIu64 "-%s", inode,
                (long) getpid (), start, id);
  if (n < 0 || (size_t) n >= size) {
    errno = ENAMETOOLONG;
    return -1;
  }
  return 0;
}

/* Digits up to a dash. */
static int
number_field (const char **p, uint64_t *value)
{
  size_t length = strcspn (*p, "-");
  char text[24];

  if (length == 0 || length >= sizeof text || (*p)[length] != '-')
    return -1;
  memcpy (text, *p, length);
  text[length] = '\0';
  *p += length + 1;
  return kv_parse_u64 (text, value);
}

int
kv_owner_parse (const char *name, struct kv_owner *owner)
{
  const char *p = name + strlen (PREFIX);

  if (strncmp (name, PREFIX, strlen (PREFIX)) != 0
      || number_field (&p, &owner->pid_ns) < 0
      || number_field (&p, &owner->pid) < 0
      || number_field (&p, &owner->start) < 0)
    return -1;
  return is_plain (p) && owner->pid > 0 && owner->pid <= INT32_MAX ? 0 : -1;
}

bool
kv_owner_is_gone (const struct kv_owner *owner)
{
  char path[64];
  uint64_t inode, start;

  if (own_pid_ns (&inode) < 0 || inode != owner->pid_ns)
    return false;
  snprintf (path, sizeof path, "/proc/%" PRIu64 "/stat", owner->pid);
  if (read_start (path, &start) < 0) {
    if (errno != ENOENT && errno != ESRCH)
      return false;
    /* hidepid hides others' processes behind ENOENT; the kernel itself does
     * not lie about who exists. */
    return kill ((pid_t) owner->pid, 0) < 0 && errno == ESRCH;
  }
  return start != owner->start;
}

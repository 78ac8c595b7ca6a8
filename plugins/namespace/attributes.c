/* SPDX-License-Identifier: Apache-2.0 */
/* Linux 5.10 and 5.11 have no mount_setattr: the binds came with what their
 * sources had.  Each mount of the finished root is remounted with what it
 * should have, and then all are read again; one that differs ends the run. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "ns.h"
#include "raw.h"

/* On the child's own stack. */
#define TEXT_SIZE 65536

/* The bits of MS_ and MOUNT_ATTR_ are the same for these four. */
#define ALL_FOUR (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)

struct namespace_line {
  unsigned id, parent;
  const char *point;
  unsigned long flags;
};

static void
namespace_read_mounts (struct namespace_spawn *s, char text[TEXT_SIZE])
{
  size_t used = 0;
  long fd = RAW (openat, s->proc_fd, "thread-self/mountinfo",
                 O_RDONLY | O_CLOEXEC, 0);
  long n = fd;

  while (n > 0) {
    n = RAW (read, fd, text + used, TEXT_SIZE - 1 - used);
    used += n > 0 ? (size_t) n : 0;
    if (used == TEXT_SIZE - 1)
      n = -EFBIG;
  }
  if (n < 0)
    namespace_die (s, "read", "mountinfo", NULL, n);
  RAW (close, fd);
  text[used] = '\0';
}

static unsigned
namespace_digits (const char **p)
{
  unsigned n = 0;

  while (**p >= '0' && **p <= '9')
    n = n * 10 + (unsigned) (*(*p)++ - '0');
  return n;
}

/* Cuts one word off, in place. */
static char *
namespace_cut (char **p)
{
  char *word = *p, *end = word + strcspn (word, " \n");

  *p = *end == '\0' ? end : end + 1;
  *end = '\0';
  return word;
}

/* Blank, tab, newline and backslash are written \ooo. */
static void
namespace_unescape (char *p)
{
  char *out = p;

  for (; *p != '\0'; p++) {
    if (p[0] == '\\' && p[1] != '\0' && p[2] != '\0' && p[3] != '\0') {
      *out++ = (char) ((p[1] - '0') * 64 + (p[2] - '0') * 8 + (p[3] - '0'));
      p += 3;
    }
    else
      *out++ = *p;
  }
  *out = '\0';
}

static unsigned long
namespace_options (const char *p)
{
  static const struct {
    const char *name;
    unsigned long flag;
  } known[] = { { "ro", MS_RDONLY },
                { "nosuid", MS_NOSUID },
                { "nodev", MS_NODEV },
                { "noexec", MS_NOEXEC },
                { "nosymfollow", 256 } };
  unsigned long flags = 0;

  while (*p != '\0') {
    size_t n = strcspn (p, ",");
    unsigned i;

    for (i = 0; i < sizeof known / sizeof *known; i++)
      if (strlen (known[i].name) == n && memcmp (known[i].name, p, n) == 0)
        flags |= known[i].flag;
    p += n + (p[n] == ',');
  }
  return flags;
}

/* The next line, or false. */
static bool
namespace_next_line (char **p, struct namespace_line *line)
{
  const char *number;
  char *end;

  if (**p == '\0')
    return false;
  end = *p + strcspn (*p, "\n");
  if (*end == '\n')
    *end++ = '\0';
  number = namespace_cut (p);
  line->id = namespace_digits (&number);
  number = namespace_cut (p);
  line->parent = namespace_digits (&number);
  namespace_cut (p);
  namespace_cut (p);
  line->point = *p;
  namespace_unescape (namespace_cut (p));
  line->flags = namespace_options (namespace_cut (p));
  *p = end;
  return true;
}

static bool
namespace_is_at_or_beneath (const char *target, const char *point)
{
  size_t n = strlen (target);

  return strncmp (target, point, n) == 0
         && (point[n] == '\0' || point[n] == '/');
}

static unsigned long
namespace_wanted_of (const struct kavach_mount *m, const char *point)
{
  bool exact = strcmp (m->target, point) == 0;

  switch (m->type) {
  case KAVACH_MOUNT_BIND:
  case KAVACH_MOUNT_SCRATCH:
    return namespace_bind_attributes (m->flags);
  case KAVACH_MOUNT_PROC:
    return exact ? ALL_FOUR & ~(unsigned long) MS_RDONLY : ALL_FOUR;
  case KAVACH_MOUNT_DEV:
    if (strcmp (point + strlen (m->target), "/pts") == 0)
      return MS_NOSUID | MS_NOEXEC;
    return MS_RDONLY | MS_NOSUID | MS_NOEXEC;
  default:
    return ALL_FOUR;
  }
}

/* What the mount at POINT should have of the four. */
static unsigned long
namespace_wanted (const struct namespace_spawn *s, const char *point)
{
  const struct kavach_mount *best = NULL;
  uint32_t i;

  for (i = 0; i < s->request->n_mounts; i++) {
    const struct kavach_mount *m = s->request->mounts[i];

    if (namespace_is_at_or_beneath (m->target, point)
        && (best == NULL || strlen (m->target) >= strlen (best->target)))
      best = m;
  }
  return best == NULL ? ALL_FOUR : namespace_wanted_of (best, point);
}

/* More than wanted is fine for what came with the source, and a mount of our
 * own that should be executable started as noexec. */
static bool
namespace_is_right (unsigned long has, unsigned long wanted)
{
  return (wanted & ~has) == 0;
}

static void
namespace_remount (struct namespace_spawn *s, const struct namespace_line *l)
{
  unsigned long wanted = namespace_wanted (s, l->point);
  unsigned long flags = l->flags | wanted;
  long result;

  if (strcmp (l->point, "/") != 0 && (wanted & MS_NOEXEC) == 0)
    flags &= ~(unsigned long) MS_NOEXEC;
  if (flags == l->flags)
    return;
  result
      = RAW (mount, NULL, l->point, NULL, MS_REMOUNT | MS_BIND | flags, NULL);
  /* The source was noexec already and stays so. */
  if (result == -EPERM && (l->flags & MS_NOEXEC) != 0)
    RAW (mount, NULL, l->point, NULL, MS_REMOUNT | MS_BIND | MS_NOEXEC | flags,
         NULL);
}

/* Another mount lies on top of it at the same point: out of reach. */
static bool
namespace_is_covered (struct namespace_spawn *s,
                      const struct namespace_line *lower, char text[TEXT_SIZE])
{
  struct namespace_line l;
  char *p = text;

  namespace_read_mounts (s, text);
  while (namespace_next_line (&p, &l))
    if (l.parent == lower->id && l.id != lower->id
        && strcmp (l.point, lower->point) == 0)
      return true;
  return false;
}

void
namespace_attributes_by_walk (struct namespace_spawn *s)
{
  char text[TEXT_SIZE], point[4096];
  struct namespace_line line, copy;
  unsigned checked = 0, seen;
  char *p = text;
  long result = RAW (mount, NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);

  if (result < 0)
    namespace_die (s, "make private", "the mounts of the box", NULL, result);
  namespace_read_mounts (s, text);
  while (namespace_next_line (&p, &line))
    namespace_remount (s, &line);

  for (;; checked++) {
    namespace_read_mounts (s, text);
    p = text;
    for (seen = 0; seen <= checked; seen++)
      if (!namespace_next_line (&p, &line))
        return;
    if (namespace_is_right (line.flags, namespace_wanted (s, line.point)))
      continue;
    copy = line;
    copy.point = point;
    if (strlen (line.point) >= sizeof point)
      namespace_die (s, "check the mounts of the box", NULL, NULL,
                     -ENAMETOOLONG);
    memcpy (point, line.point, strlen (line.point) + 1);
    if (!namespace_is_covered (s, &copy, text))
      namespace_die (s, "set the attributes of a mount of the box", NULL, NULL,
                     -EBUSY);
  }
}

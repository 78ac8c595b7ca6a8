/* SPDX-License-Identifier: Apache-2.0 */
/* The symbolic links on the way to a path that somebody named. */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/internal.h"

/* As many as the kernel follows. */
#define LINKS_MAX 40

/* The length of the beginning of PATH that is a link, and where it leads to
 * TARGET; 0 when no part of it is one. */
static size_t
first_link (const char *path, char *target, size_t size)
{
  char prefix[PATH_MAX];
  const char *slash = path;

  while ((slash = strchr (slash + 1, '/')) != NULL || *path != '\0') {
    size_t n = slash != NULL ? (size_t) (slash - path) : strlen (path);
    ssize_t length;

    memcpy (prefix, path, n);
    prefix[n] = '\0';
    length = readlink (prefix, target, size - 1);
    if (length > 0) {
      target[length] = '\0';
      return n;
    }
    if (slash == NULL)
      break;
  }
  return 0;
}

int
kv_links_walk (const char *path,
               int (*visit) (void *data, const char *link, const char *target),
               void *data)
{
  char now[PATH_MAX], target[PATH_MAX], next[3 * PATH_MAX];
  unsigned i;

  if (kv_path_clean (now, sizeof now, path) < 0)
    return 0;
  for (i = 0; i < LINKS_MAX; i++) {
    size_t n = first_link (now, target, sizeof target);
    const char *name;
    char rest[PATH_MAX];

    if (n == 0)
      return 0;
    snprintf (rest, sizeof rest, "%s", now + n);
    now[n] = '\0';
    if (visit (data, now, target) < 0)
      return -1;
    /* No link is before it, so that ".." is what it seems. */
    name = strrchr (now, '/');
    snprintf (next, sizeof next, "%.*s/%s%s",
              target[0] == '/' ? 0 : (int) (name - now), now, target, rest);
    if (kv_path_clean (now, sizeof now, next) < 0)
      return 0;
  }
  return 0;
}

static int
add_link (void *data, const char *link, const char *target)
{
  return kv_link_add (data, link, target);
}

int
kv_links_add (struct kv_resolve *r, const char *path)
{
  return kv_links_walk (path, add_link, r);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Paths: sources on the host, targets beneath the new root.  Both are walked
 * without following a single symbolic link. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/stat.h>

#include "ns.h"
#include "raw.h"

#define PATH_FLAGS (O_PATH | O_CLOEXEC | O_NOFOLLOW)

/* Copies the next word of *PATH into NAME and steps over it.  1, 0 at the
 * end, or -errno for what a canonical path does not hold. */
static int
namespace_word (const char **path, char name[NAME_MAX + 1])
{
  const char *p = *path;
  unsigned n = 0;

  while (*p == '/')
    p++;
  for (; *p != '\0' && *p != '/'; p++) {
    if (n == NAME_MAX)
      return -ENAMETOOLONG;
    name[n++] = *p;
  }
  name[n] = '\0';
  *path = p;
  if (name[0] == '.' && (n == 1 || (n == 2 && name[1] == '.')))
    return -EINVAL;
  return n > 0;
}

/* One step down.  A link met with O_PATH | O_NOFOLLOW opens as itself. */
static int
namespace_step (int dir, const char *name, bool folder)
{
  return (int) RAW (openat, dir, name, PATH_FLAGS | (folder ? O_DIRECTORY : 0),
                    0);
}

static int
namespace_open_by_words (const char *path)
{
  char name[NAME_MAX + 1], next[NAME_MAX + 1];
  int fd = (int) RAW (openat, AT_FDCWD, "/", PATH_FLAGS | O_DIRECTORY, 0);
  int more = namespace_word (&path, next);

  while (fd >= 0 && more > 0) {
    int below;
    unsigned i;

    for (i = 0; i <= NAME_MAX; i++)
      name[i] = next[i];
    more = namespace_word (&path, next);
    /* O_DIRECTORY turns a link in the middle into ENOTDIR. */
    below = namespace_step (fd, name, more > 0);
    RAW (close, fd);
    fd = below == -ENOTDIR ? -ELOOP : below;
  }
  if (more < 0 && fd >= 0) {
    RAW (close, fd);
    return more;
  }
  return fd;
}

int
namespace_look (int fd, const char *name, struct statx *st)
{
  return (int) RAW (statx, fd, name,
                    AT_SYMLINK_NOFOLLOW | (name[0] == '\0' ? AT_EMPTY_PATH : 0),
                    STATX_BASIC_STATS, st);
}

int
namespace_open_source (const char *path)
{
  struct open_how how = {
    .flags = PATH_FLAGS,
    .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
  };
  struct statx st;
  long fd;

  if (path[0] != '/')
    return -EINVAL;
  fd = RAW (openat2, AT_FDCWD, path, &how, sizeof how);
  /* EPERM is a container's filter: a path walk gives no such error. */
  if (fd != -ENOSYS && fd != -EPERM)
    return (int) fd;
  fd = namespace_open_by_words (path);
  if (fd >= 0 && namespace_look ((int) fd, "", &st) == 0
      && S_ISLNK (st.stx_mode)) {
    RAW (close, fd);
    return -ELOOP;
  }
  return (int) fd;
}

bool
namespace_is_ours (struct namespace_spawn *s, int fd)
{
  struct statx st;

  return namespace_look (fd, "", &st) == 0 && st.stx_dev_major == s->root_major
         && st.stx_dev_minor == s->root_minor;
}

int
namespace_place_parent (struct namespace_spawn *s, const char *target,
                        bool make, const char **name, bool *ours)
{
  char word[NAME_MAX + 1];
  const char *rest = target;
  int fd = s->root_fd;

  *ours = true;
  for (;;) {
    const char *start;
    int below, result;

    while (*rest == '/')
      rest++;
    start = rest;
    result = namespace_word (&rest, word);
    if (result < 0)
      return result;
    while (*rest == '/')
      rest++;
    if (*rest == '\0') {
      *name = start;
      return result == 0 ? -EINVAL : fd;
    }

    below = namespace_step (fd, word, true);
    if (below == -ENOENT && make) {
      /* Nothing is ever made in a folder of the host. */
      if (!*ours && !namespace_is_ours (s, fd))
        return -ENOENT;
      result = (int) RAW (mkdirat, fd, word, 0755);
      if (result < 0)
        return result;
      *ours = true;
      below = namespace_step (fd, word, true);
    }
    else
      *ours = false;
    if (fd != s->root_fd)
      RAW (close, fd);
    if (below < 0)
      return below == -ENOTDIR ? -ELOOP : below;
    fd = below;
  }
}

int
namespace_place (struct namespace_spawn *s, const char *target,
                 enum namespace_make make, unsigned mode,
                 struct namespace_spot *spot)
{
  const char *name;
  struct statx st;
  bool ours;
  int dir = namespace_place_parent (s, target, make != NAMESPACE_MAKE_NOTHING,
                                    &name, &ours);
  long result;

  if (dir < 0)
    return dir;
  if (make != NAMESPACE_MAKE_NOTHING && (ours || namespace_is_ours (s, dir))) {
    if (make == NAMESPACE_MAKE_FOLDER)
      result = RAW (mkdirat, dir, name, mode);
    else
      result = RAW (mknodat, dir, name, S_IFREG | mode, 0);
    if (result == 0) {
      *spot = (struct namespace_spot){ dir, name, true };
      return 0;
    }
    if (result != -EEXIST)
      return (int) result;
  }
  result = namespace_step (dir, name, false);
  if (result < 0)
    return (int) result;
  if (namespace_look ((int) result, "", &st) < 0)
    return -EIO;
  if (S_ISLNK (st.stx_mode))
    return -ELOOP;
  *spot = (struct namespace_spot){ (int) result, "", false };
  return 0;
}

int
namespace_attach (int tree, const struct namespace_spot *spot)
{
  return (int) RAW (
      move_mount, tree, "", spot->fd, spot->name,
      MOVE_MOUNT_F_EMPTY_PATH
          | (spot->name[0] == '\0' ? MOVE_MOUNT_T_EMPTY_PATH : 0));
}

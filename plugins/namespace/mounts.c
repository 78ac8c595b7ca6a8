/* SPDX-License-Identifier: Apache-2.0 */
/* The request's mounts, one by one, in the child. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "fault.h"
#include "ns.h"
#include "raw.h"

/* The trees that the parent made are waited for when the first is needed. */
static void
namespace_await_trees (struct namespace_spawn *s)
{
  uint32_t i, n = s->request->n_mounts;
  int next = namespace_receive (s->receiver, s->received, n);

  if (next < 0 || s->trees == NULL)
    namespace_die (s, "get", "the mounts", NULL, next < 0 ? next : -EPROTO);
  /* They came without gaps; each goes to the place of its mount. */
  for (i = n; i-- > 0;)
    if (s->trees[i].fd < 0)
      s->received[i] = -1;
    else if (next > 0)
      s->received[i] = s->received[--next];
    else
      namespace_die (s, "get", "the mounts", NULL, -EPROTO);
  s->have_trees = true;
}

static void
namespace_mount_bind (struct namespace_spawn *s, const struct kavach_mount *m,
                      uint32_t i)
{
  struct namespace_tree tree;
  struct namespace_spot spot;
  int result;

  if (s->handshake) {
    if (!s->have_trees)
      namespace_await_trees (s);
    tree = s->trees[i];
    tree.fd = s->received[i];
  }
  else {
    result = namespace_tree_make (m, -1, &tree, &s->old_kernel);
    if (result < 0)
      namespace_die (s, "bind", m->source, m->target, result);
  }
  if (tree.absent)
    return;
  result = namespace_place (s, m->target,
                            tree.directory ? NAMESPACE_MAKE_FOLDER
                                           : NAMESPACE_MAKE_FILE,
                            tree.directory ? 0755 : 0444, &spot);
  if (result == 0)
    result = namespace_attach (tree.fd, &spot);
  if (result < 0)
    namespace_die (s, "bind", m->source, m->target, result);
  RAW (close, tree.fd);
}

/* A copy of the mount FD (NAME beneath it) alone, not attached yet. */
static int
namespace_copy (int fd, const char *name)
{
  return (int) RAW (open_tree, fd, name,
                    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW
                        | (name[0] == '\0' ? AT_EMPTY_PATH : 0));
}

/* Attributes that differ from the root's, which every copy starts with. */
static int
namespace_differ (struct namespace_spawn *s, int tree, uint64_t set,
                  uint64_t clear)
{
  int result = 0;

  if (set != 0 || clear != 0)
    result = namespace_set_attributes (tree, false, set, clear, -1);
  if (result == -ENOSYS) {
    s->old_kernel = true;
    return 0;
  }
  return result;
}

static bool
namespace_is_tmp (const char *target)
{
  size_t n = strlen (target);

  return n >= 4
         && (strcmp (target + n - 4, "/tmp") == 0
             || strcmp (target + n - 4, "/shm") == 0);
}

/* A new name in the staging folder.  An inode without a name cannot be
 * mounted, so it keeps this one. */
static int
namespace_stage_name (struct namespace_spawn *s, char name[8])
{
  static const char digits[] = "0123456789abcdef";
  unsigned n = s->n_staged++;

  if (n > 0xfff)
    return -EMFILE;
  name[0] = '.';
  name[1] = digits[n >> 8];
  name[2] = digits[n >> 4 & 15];
  name[3] = digits[n & 15];
  name[4] = '\0';
  return 0;
}

/* A folder where TARGET is one of the host's already: made aside. */
static int
namespace_stage_folder (struct namespace_spawn *s, unsigned mode)
{
  char name[8];
  long result = namespace_stage_name (s, name);

  if (result == 0)
    result = RAW (mkdirat, s->stage_fd, name, mode);
  return result < 0 ? (int) result : namespace_copy (s->stage_fd, name);
}

static void
namespace_mount_scratch (struct namespace_spawn *s,
                         const struct kavach_mount *m)
{
  unsigned mode = namespace_is_tmp (m->target) ? 01777 : 0755;
  struct namespace_spot spot;
  int tree = -1;
  int result
      = namespace_place (s, m->target, NAMESPACE_MAKE_FOLDER, mode, &spot);

  if (result == 0 && (spot.fresh || namespace_is_ours (s, spot.fd))) {
    bool hosts = FAULT (SCRATCH) && strcmp (m->target, "/dev/shm") == 0;

    tree = hosts ? namespace_copy (AT_FDCWD, "/opt")
                 : namespace_copy (spot.fd, spot.name);
    result = tree < 0 ? tree : 0;
  }
  else if (result == 0) {
    tree = namespace_stage_folder (s, mode);
    result = tree < 0 ? tree : 0;
  }
  if (result == 0)
    result = namespace_differ (
        s, tree,
        ((m->flags & KAVACH_MOUNT_WRITE) == 0 ? MOUNT_ATTR_RDONLY : 0)
            /* So that nothing but what it is gives it away. */
            | (FAULT (SCRATCH) ? MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV : 0),
        (m->flags & KAVACH_MOUNT_EXEC) != 0 ? MOUNT_ATTR_NOEXEC : 0);
  if (result == 0)
    result = namespace_attach (tree, &spot);
  if (result < 0)
    namespace_die (s, "make the folder", m->target, NULL, result);
  RAW (close, tree);
}

static int
namespace_stage_file (struct namespace_spawn *s, const char *data)
{
  size_t size = strlen (data);
  char name[8];
  long n = 0, fd = namespace_stage_name (s, name);

  if (fd == 0)
    fd = RAW (openat, s->stage_fd, name,
              O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
  if (fd < 0)
    return (int) fd;
  while (size > 0) {
    n = RAW (write, fd, data, size);
    if (n <= 0)
      break;
    data += n;
    size -= (size_t) n;
  }
  /* Open for writing, it would keep the root from becoming read-only. */
  RAW (close, fd);
  return n < 0 ? (int) n : namespace_copy (s->stage_fd, name);
}

static void
namespace_mount_file (struct namespace_spawn *s, const struct kavach_mount *m)
{
  struct namespace_spot spot;
  int tree = namespace_stage_file (s, m->data != NULL ? m->data : "");
  int result = tree;

  if (result >= 0)
    result = namespace_differ (s, tree, MOUNT_ATTR_RDONLY, 0);
  if (result == 0)
    result = namespace_place (s, m->target, NAMESPACE_MAKE_FILE, 0444, &spot);
  if (result == 0)
    result = namespace_attach (tree, &spot);
  if (result == -ENOENT && (m->flags & KAVACH_MOUNT_OPTIONAL) != 0)
    return;
  if (result < 0)
    namespace_die (s, "make the file", m->target, NULL, result);
  RAW (close, tree);
}

static void
namespace_mount_symlink (struct namespace_spawn *s,
                         const struct kavach_mount *m)
{
  const char *name;
  bool ours;
  int dir = namespace_place_parent (s, m->target, true, &name, &ours);
  long result = dir;

  if (dir >= 0)
    result = ours || namespace_is_ours (s, dir)
                 ? RAW (symlinkat, m->data, dir, name)
                 : -EROFS;
  if (result < 0)
    namespace_die (s, "make the symbolic link", m->target, NULL, result);
}

/* The empty inode with mode 0 that covers things, as a detached tree. */
static int
namespace_mask_make (struct namespace_spawn *s, bool folder)
{
  char name[8];
  long result = namespace_stage_name (s, name);
  int tree;

  if (result == 0)
    result = folder ? RAW (mkdirat, s->stage_fd, name, 0)
                    : RAW (mknodat, s->stage_fd, name, S_IFREG, 0);
  if (result < 0)
    return (int) result;
  tree = namespace_copy (s->stage_fd, name);
  result = tree < 0 ? tree : namespace_differ (s, tree, MOUNT_ATTR_RDONLY, 0);
  return result < 0 ? (int) result : tree;
}

int
namespace_cover (struct namespace_spawn *s, bool folder,
                 const struct namespace_spot *spot)
{
  struct namespace_mask *mask = folder ? &s->mask_folder : &s->mask_file;
  int tree, result;

  if (mask->fd < 0)
    mask->fd = namespace_mask_make (s, folder);
  if (mask->fd < 0)
    return mask->fd;
  /* Only what is attached can be copied, with its attributes. */
  tree = mask->attached ? namespace_copy (mask->fd, "") : mask->fd;
  if (tree < 0)
    return tree;
  result = namespace_attach (tree, spot);
  if (mask->attached)
    RAW (close, tree);
  else
    mask->attached = result == 0;
  return result;
}

static void
namespace_mount_mask (struct namespace_spawn *s, const struct kavach_mount *m)
{
  struct namespace_spot spot;
  struct statx st;
  int result = namespace_place (s, m->target, NAMESPACE_MAKE_NOTHING, 0, &spot);

  if (result == -ENOENT)
    return;
  if (result == 0)
    result = namespace_look (spot.fd, "", &st);
  if (result == 0)
    result = namespace_cover (s, S_ISDIR (st.stx_mode), &spot);
  if (result < 0)
    namespace_die (s, "cover", m->target, NULL, result);
}

static void
namespace_mount_one (struct namespace_spawn *s, const struct kavach_mount *m,
                     uint32_t i)
{
  switch (m->type) {
  case KAVACH_MOUNT_BIND:
    namespace_mount_bind (s, m, i);
    break;
  case KAVACH_MOUNT_SCRATCH:
    namespace_mount_scratch (s, m);
    break;
  case KAVACH_MOUNT_PROC:
    namespace_mount_proc (s, m->target);
    break;
  case KAVACH_MOUNT_DEV:
    namespace_mount_dev (s, m->target);
    break;
  case KAVACH_MOUNT_FILE:
    namespace_mount_file (s, m);
    break;
  case KAVACH_MOUNT_SYMLINK:
    namespace_mount_symlink (s, m);
    break;
  case KAVACH_MOUNT_MASK:
    namespace_mount_mask (s, m);
    break;
  default:
    namespace_die (s, "mount", "a kind unknown to this backend", m->target,
                   -EINVAL);
  }
}

void
namespace_mount_all (struct namespace_spawn *s)
{
  uint32_t i;

  for (i = 0; i < s->request->n_mounts; i++)
    namespace_mount_one (s, s->request->mounts[i], i);
  if (s->handshake && !s->have_trees && !s->probe)
    namespace_await_trees (s);
}

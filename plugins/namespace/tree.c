/* SPDX-License-Identifier: Apache-2.0 */
/* Detached trees: a bind that is finished before anything can see it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "fault.h"
#include "ns.h"
#include "raw.h"

uint64_t
namespace_bind_attributes (uint32_t mount_flags)
{
  uint64_t set = 0;

  if (!FAULT (NOSUID_NODEV))
    set |= MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  if ((mount_flags & KAVACH_MOUNT_WRITE) == 0 && !FAULT (READ_ONLY))
    set |= MOUNT_ATTR_RDONLY;
  if ((mount_flags & KAVACH_MOUNT_EXEC) == 0 && !FAULT (NOEXEC))
    set |= MOUNT_ATTR_NOEXEC;
  return set;
}

int
namespace_set_attributes (int tree, bool recursive, uint64_t set,
                          uint64_t clear, int user_ns)
{
  struct mount_attr attr = {
    .attr_set = set,
    .attr_clr = clear,
    /* Nothing that the host mounts later appears inside: it would come
     * without these attributes. */
    .propagation = MS_PRIVATE,
  };

  if (user_ns >= 0) {
    attr.attr_set |= MOUNT_ATTR_IDMAP;
    attr.userns_fd = (uint64_t) user_ns;
  }
  return (int) RAW (mount_setattr, tree, "",
                    AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attr,
                    sizeof attr);
}

static int
namespace_tree_attributes (const struct kavach_mount *m, int user_ns, int tree,
                           bool *old)
{
  uint64_t set = namespace_bind_attributes (m->flags);
  int result = namespace_set_attributes (tree, true, set, 0, user_ns);

  /* A file system mounted beneath the source may be of a kind that cannot be
   * mapped.  It keeps its own owners then, which gives no right. */
  if (user_ns >= 0
      && (result == -EINVAL || result == -EPERM || result == -EOPNOTSUPP)) {
    result = namespace_set_attributes (tree, false, set, 0, user_ns);
    if (result == 0)
      result = namespace_set_attributes (tree, true, set, 0, -1);
  }
  if (result == -ENOSYS && user_ns < 0) {
    *old = true;
    result = 0;
  }
  return result;
}

int
namespace_tree_make (const struct kavach_mount *m, int user_ns,
                     struct namespace_tree *tree, bool *old)
{
  bool another = FAULT (SOURCE) && strcmp (m->source, "/opt") == 0;
  int source = namespace_open_source (another ? "/usr/share" : m->source);
  struct statx st;
  int result;

  tree->fd = -1;
  tree->absent = source == -ENOENT && (m->flags & KAVACH_MOUNT_OPTIONAL) != 0;
  if (tree->absent)
    return 0;
  if (source < 0)
    return source;
  result = namespace_look (source, "", &st);
  /* O_NOFOLLOW opened the link itself. */
  if (result == 0 && S_ISLNK (st.stx_mode))
    result = -ELOOP;
  if (result == 0) {
    tree->directory = S_ISDIR (st.stx_mode);
    result = (int) RAW (open_tree, source, "",
                        AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE
                            | OPEN_TREE_CLOEXEC);
    tree->fd = result;
  }
  RAW (close, source);
  if (result < 0)
    return result;
  result = namespace_tree_attributes (m, user_ns, tree->fd, old);
  if (result < 0) {
    RAW (close, tree->fd);
    tree->fd = -1;
  }
  return result;
}

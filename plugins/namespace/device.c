/* SPDX-License-Identifier: Apache-2.0 */
/* A /dev of the box's own: a folder on our tmpfs with the few devices that
 * programs need, each one checked to be that device. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "fault.h"
#include "ns.h"
#include "raw.h"

static const struct {
  const char *name;
  unsigned major, minor;
} namespace_devices[] = {
  { "null", 1, 3 },   { "zero", 1, 5 },    { "full", 1, 7 },
  { "random", 1, 8 }, { "urandom", 1, 9 }, { "tty", 5, 0 },
};

static const char *const namespace_links[][2] = {
  { "pts/ptmx", "ptmx" },          { "/proc/self/fd", "fd" },
  { "/proc/self/fd/0", "stdin" },  { "/proc/self/fd/1", "stdout" },
  { "/proc/self/fd/2", "stderr" },
};

#define COUNT(array) (sizeof (array) / sizeof *(array))

static int
namespace_device (struct namespace_spawn *s, int host, int dev, unsigned i)
{
  const char *name = namespace_devices[i].name;
  struct statx st;
  long tree = RAW (open_tree, host, name,
                   OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
  int result;

  if (tree < 0)
    return (int) tree;
  if (namespace_look ((int) tree, "", &st) < 0 || !S_ISCHR (st.stx_mode)
      || st.stx_rdev_major != namespace_devices[i].major
      || st.stx_rdev_minor != namespace_devices[i].minor)
    return -ENODEV;
  /* Read-only concerns the node's owner and mode, not the device. */
  result = namespace_set_attributes (
      (int) tree, false,
      MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, 0, -1);
  if (result == -ENOSYS)
    s->old_kernel = true;
  else if (result < 0)
    return result;
  result = (int) RAW (mknodat, dev, name, S_IFREG | 0444, 0);
  if (result == 0)
    result
        = (int) RAW (move_mount, tree, "", dev, name, MOVE_MOUNT_F_EMPTY_PATH);
  RAW (close, tree);
  return result;
}

#ifdef NAMESPACE_FAULT
static void
namespace_host_dev (struct namespace_spawn *s, const struct namespace_spot *at)
{
  static const struct kavach_mount host
      = { .source = "/dev", .flags = KAVACH_MOUNT_WRITE };
  struct namespace_tree tree;
  int result = namespace_tree_make (&host, -1, &tree, &s->old_kernel);

  if (result == 0)
    result = namespace_set_attributes (tree.fd, true, 0, MOUNT_ATTR_NODEV, -1);
  if (result == 0)
    result = namespace_attach (tree.fd, at);
  if (result < 0)
    namespace_die (s, "bind", "/dev", "/dev", result);
}
#endif

static void
namespace_pts (struct namespace_spawn *s, int dev)
{
  long result = RAW (mkdirat, dev, "pts", 0755);

  /* The folder is ours and nobody else is in it yet: a name is safe. */
  if (result == 0)
    result = RAW (fchdir, dev);
  if (result == 0)
    result = RAW (mount, "devpts", "pts", "devpts", MS_NOSUID | MS_NOEXEC,
                  "newinstance,ptmxmode=0666,mode=620,max=256");
  if (result < 0)
    namespace_die (s, "mount", "devpts", "/dev/pts", result);
}

void
namespace_mount_dev (struct namespace_spawn *s, const char *target)
{
  struct namespace_spot spot;
  int result = namespace_place (s, target, NAMESPACE_MAKE_FOLDER, 0755, &spot);
  int host, dev;
  unsigned i;

#ifdef NAMESPACE_FAULT
  if (FAULT (DEV) && result == 0) {
    namespace_host_dev (s, &spot);
    return;
  }
#endif
  if (result == 0 && !spot.fresh && !namespace_is_ours (s, spot.fd))
    result = -EEXIST;
  if (result < 0)
    namespace_die (s, "make the folder", target, NULL, result);
  dev = (int) RAW (openat, spot.fd, spot.name[0] == '\0' ? "." : spot.name,
                   O_PATH | O_CLOEXEC | O_NOFOLLOW | O_DIRECTORY, 0);
  host = namespace_open_source ("/dev");
  if (dev < 0 || host < 0)
    namespace_die (s, "open", "/dev", NULL, dev < 0 ? dev : host);

  for (i = 0; i < COUNT (namespace_devices); i++) {
    result = namespace_device (s, host, dev, i);
    /* A small container may leave one out; /dev/null it has. */
    if (result < 0 && (result != -ENOENT || i == 0))
      namespace_die (s, "bind the device", namespace_devices[i].name, target,
                     result);
  }
  for (i = 0; i < COUNT (namespace_links); i++) {
    result = (int) RAW (symlinkat, namespace_links[i][0], dev,
                        namespace_links[i][1]);
    if (result < 0)
      namespace_die (s, "make the symbolic link", namespace_links[i][1], target,
                     result);
  }
  namespace_pts (s, dev);
  RAW (close, host);
  RAW (close, dev);
}

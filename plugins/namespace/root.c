/* SPDX-License-Identifier: Apache-2.0 */
/* The new root: made, filled, made read-only, entered; the old one gone. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "fault.h"
#include "ns.h"
#include "raw.h"

/* Where the new root is mounted until it is the root.  It is there on every
 * host (our maps are written through it), and nothing of the host is bound
 * from beneath it. */
#define MEETING_POINT (FAULT (PID) ? "/sys" : "/proc")

#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif

static void
namespace_make_root (struct namespace_spawn *s)
{
  struct statx st;
  uint32_t i;
  long result = RAW (mount, "kavach", MEETING_POINT, "tmpfs",
                     (FAULT (NOSUID_NODEV) ? 0 : MS_NOSUID | MS_NODEV)
                         | (FAULT (NOEXEC) ? 0 : MS_NOEXEC),
                     s->tmpfs_options);

  if (result < 0)
    namespace_die (s, "mount", "tmpfs", MEETING_POINT, result);
  result = RAW (openat, AT_FDCWD, MEETING_POINT,
                O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
  s->root_fd = s->stage_fd = (int) result;
  if (result >= 0)
    result = namespace_look (s->root_fd, "", &st);
  if (result < 0)
    namespace_die (s, "open", "the new root", NULL, result);
  s->root_major = st.stx_dev_major;
  s->root_minor = st.stx_dev_minor;

  for (i = 0; i < s->request->n_mounts; i++)
    if (s->request->mounts[i]->type == KAVACH_MOUNT_PROC) {
      /* proc will cover what is staged here. */
      result = RAW (mkdirat, s->root_fd, "proc", 0755);
      if (result == 0)
        result = RAW (openat, s->root_fd, "proc",
                      O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
      if (result < 0)
        namespace_die (s, "make the folder", "/proc", NULL, result);
      s->stage_fd = (int) result;
      break;
    }
}

static void
namespace_enter_root (struct namespace_spawn *s)
{
  const char *old = ".";
  long result = 0;

  if (FAULT (OLD_ROOT)) {
    old = ".old-root";
    RAW (mkdirat, s->root_fd, old, 0755);
  }
  if (!FAULT (READ_ONLY))
    result = namespace_set_attributes (s->root_fd, false, MOUNT_ATTR_RDONLY, 0,
                                       -1);
  if (result == -ENOSYS) {
    s->old_kernel = true;
    result = 0;
  }
  if (result < 0)
    namespace_die (s, "make the root read-only", NULL, NULL, result);

  result = RAW (fchdir, s->root_fd);
  /* With both names the same the old root lies on top of the new one, and
   * is what "." means: no folder for it is needed. */
  if (result == 0)
    result = RAW (pivot_root, ".", old);
  if (result == 0 && !FAULT (OLD_ROOT))
    result = RAW (umount2, ".", MNT_DETACH);
  if (result == 0)
    result = RAW (chdir, "/");
  if (result < 0)
    namespace_die (s, "enter the new root", NULL, NULL, result);
}

int
namespace_build_root (void *spawn)
{
  struct namespace_spawn *s = spawn;

#ifdef NAMESPACE_FAULT
  /* In the caller's own user namespace the mounts are still shared. */
  if (FAULT (USER))
    RAW (mount, NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
#endif
  RAW (umask, 0);
  namespace_make_root (s);
  namespace_mount_all (s);
  namespace_enter_root (s);
  if (s->old_kernel)
    namespace_attributes_by_walk (s);
  RAW (umask, 077);
  return 0;
}

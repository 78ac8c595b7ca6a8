/* SPDX-License-Identifier: Apache-2.0 */
/* Changing what is where.  Everything is tried on a folder of the
 * workspace's, so that the run outside harms nobody. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/isolation/probe.h"

/* What was mounted goes at once: whoever clears the workspace later must
 * find nothing behind that folder. */
static enum verdict
mounted (const char *source, const char *type, unsigned long flags)
{
  if (mount (source, "mnt", type, flags, NULL) != 0)
    return held ("%s", strerror (errno));
  if (umount2 ("mnt", MNT_DETACH) != 0)
    return opened ("mounted, and it stays");
  return opened ("it worked");
}

static enum verdict
mount_tmpfs (void)
{
  return mounted ("none", "tmpfs", 0);
}

static enum verdict
mount_bind (void)
{
  return mounted (".git", NULL, MS_BIND);
}

static enum verdict
mount_proc (void)
{
  return mounted ("proc", "proc", 0);
}

/* The way back to a writable system: remount what is read-only. */
static enum verdict
remount (void)
{
  return by_result (mount (NULL,
                           plant ("ro_mount")[0] ? plant ("ro_mount") : "/usr",
                           NULL, MS_REMOUNT | MS_BIND, NULL));
}

static enum verdict
unmount (void)
{
  return by_result (umount2 ("/proc", MNT_DETACH));
}

static enum verdict
new_mount_calls (void)
{
  long fd = syscall (SYS_fsopen, "tmpfs", 0);

  if (fd >= 0)
    return opened ("fsopen");
  fd = syscall (SYS_open_tree, AT_FDCWD, "/", 1 /* OPEN_TREE_CLONE */);
  return by_result (fd);
}

static enum verdict
change_root (void)
{
  return by_result (chroot ("mnt"));
}

static enum verdict
pivot (void)
{
  if (syscall (SYS_pivot_root, ".", ".") == 0)
    return opened ("it worked");
  /* Outside the folder is no mount point, and a kernel that got as far as
   * looking says so. */
  if (errno == EPERM || errno == ENOSYS)
    return held ("%s", strerror (errno));
  return opened ("the kernel answered: %s", strerror (errno));
}

const struct probe mount_probes[] = {
  { "mount.tmpfs", mount_tmpfs, false },
  { "mount.bind", mount_bind, false },
  { "mount.proc", mount_proc, false },
  { "mount.remount", remount, false },
  { "mount.unmount", unmount, true },
  { "mount.new-calls", new_mount_calls, false },
  { "mount.chroot", change_root, false },
  { "mount.pivot-root", pivot, false },
  { NULL, NULL, false },
};

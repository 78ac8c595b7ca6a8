/* SPDX-License-Identifier: Apache-2.0 */
/* Changing what is where, and what only whoever runs the host does.
 * Everything is tried on a folder of the workspace's, or in a way that an
 * unfiltered kernel refuses for another reason. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "core/init/probes/probe.h"

/* What was mounted goes at once: whoever clears the workspace later must
 * find nothing behind that folder. */
static enum kv_verdict
mounted (const char *source, const char *type, unsigned long flags)
{
  if (mount (source, "mnt", type, flags, NULL) != 0)
    return kv_held ("%s", strerror (errno));
  if (umount2 ("mnt", MNT_DETACH) != 0)
    return kv_reached ("mounted, and it stays");
  return kv_reached ("it worked");
}

enum kv_verdict
kv_probe_mount_tmpfs (void)
{
  return mounted ("none", "tmpfs", 0);
}

enum kv_verdict
kv_probe_mount_bind (void)
{
  return mounted (".git", NULL, MS_BIND);
}

enum kv_verdict
kv_probe_mount_proc (void)
{
  return mounted ("proc", "proc", 0);
}

/* On a folder that is no mount point: who may mount learns that it is wrong,
 * who may not does not get that far. */
enum kv_verdict
kv_probe_remount (void)
{
  return kv_by_errno (mount (NULL, "mnt", NULL, MS_REMOUNT | MS_BIND, NULL));
}

enum kv_verdict
kv_probe_unmount (void)
{
  return kv_by_errno (umount2 ("mnt", MNT_DETACH));
}

enum kv_verdict
kv_probe_new_mount_calls (void)
{
  long fd = syscall (SYS_fsopen, "tmpfs", 0);

  if (fd >= 0)
    return kv_reached ("fsopen");
  fd = syscall (SYS_open_tree, AT_FDCWD, "/", 1 /* OPEN_TREE_CLONE */);
  return kv_by_result (fd);
}

enum kv_verdict
kv_probe_change_root (void)
{
  return kv_by_result (chroot ("mnt"));
}

enum kv_verdict
kv_probe_pivot (void)
{
  if (syscall (SYS_pivot_root, ".", ".") == 0)
    return kv_reached ("it worked");
  /* Outside the folder is no mount point, and a kernel that got as far as
   * looking says so. */
  if (errno == EPERM || errno == ENOSYS)
    return kv_held ("%s", strerror (errno));
  return kv_reached ("the kernel answered: %s", strerror (errno));
}

/* A second of 2^30 nanoseconds: wrong, whoever asks. */
enum kv_verdict
kv_probe_set_clock (void)
{
  const struct timespec wrong = { .tv_nsec = 1 << 30 };

  return kv_by_errno (syscall (SYS_clock_settime, CLOCK_REALTIME, &wrong));
}

/* More segments than there can be. */
enum kv_verdict
kv_probe_load_kernel (void)
{
  return kv_by_errno (syscall (SYS_kexec_load, 0UL, 1UL << 20, NULL, 0UL));
}

enum kv_verdict
kv_probe_accounting (void)
{
  return kv_by_errno (syscall (SYS_acct, "/nonexistent/kavach"));
}

enum kv_verdict
kv_probe_swap_on (void)
{
  return kv_by_errno (syscall (SYS_swapon, "/nonexistent/kavach", 0));
}

/* Q_QUOTAON of users' quotas, on what is no device. */
enum kv_verdict
kv_probe_quota (void)
{
  return kv_by_errno (
      syscall (SYS_quotactl, 0x80000200UL, "/nonexistent/kavach", 0, NULL));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Outside the workspace: content, names and metadata.  The witness looks at
 * the files afterwards. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/init/probes/probe.h"

enum kv_verdict
kv_probe_symlink_out (void)
{
  if (symlink (kv_plant ("outside_file"), "probe-link") != 0)
    return kv_held ("%s", strerror (errno));
  return kv_by_result (kv_put_file ("probe-link", "files.symlink-out\n"));
}

static const char *
outside (const char *name)
{
  static char path[PATH_MAX];

  snprintf (path, sizeof path, "%s/%s", kv_plant ("outside"), name);
  return path;
}

enum kv_verdict
kv_probe_read_outside (void)
{
  if (kv_file_has (outside ("secret"), kv_plant ("secret")))
    return kv_reached ("%s", outside ("secret"));
  return kv_held ("not readable");
}

enum kv_verdict
kv_probe_create_outside (void)
{
  return kv_by_result (kv_put_file (outside ("created"), "files.create\n"));
}

enum kv_verdict
kv_probe_append_outside (void)
{
  return kv_by_result (
      kv_put_file (kv_plant ("outside_file"), "files.append\n"));
}

enum kv_verdict
kv_probe_truncate_outside (void)
{
  return kv_by_result (truncate (outside ("truncate-me"), 0));
}

/* Without a right to truncate an O_TRUNC open must fail as well. */
enum kv_verdict
kv_probe_o_trunc_outside (void)
{
  return kv_by_result (open (outside ("truncate-me"), O_RDONLY | O_TRUNC));
}

enum kv_verdict
kv_probe_chmod_outside (void)
{
  return kv_by_result (chmod (outside ("metadata"), 0600));
}

enum kv_verdict
kv_probe_chown_outside (void)
{
  return kv_by_result (chown (outside ("metadata"), geteuid (), getegid ()));
}

enum kv_verdict
kv_probe_utime_outside (void)
{
  const struct timespec times[2] = { { 1, 0 }, { 1, 0 } };

  return kv_by_result (utimensat (AT_FDCWD, outside ("metadata"), times, 0));
}

enum kv_verdict
kv_probe_xattr_outside (void)
{
  return kv_by_result (
      setxattr (outside ("metadata"), "user.probe", "x", 1, 0));
}

enum kv_verdict
kv_probe_unlink_outside (void)
{
  return kv_by_result (unlink (outside ("unlink-me")));
}

enum kv_verdict
kv_probe_rename_outside (void)
{
  char to[PATH_MAX];

  snprintf (to, sizeof to, "%s", outside ("renamed"));
  return kv_by_result (rename (outside ("rename-me"), to));
}

enum kv_verdict
kv_probe_mkdir_outside (void)
{
  return kv_by_result (mkdir (outside ("made"), 0755));
}

/* A hard link in the workspace to a file outside can be written through. */
enum kv_verdict
kv_probe_link_into_workspace (void)
{
  if (link (kv_plant ("outside_file"), "probe-hard-link") != 0)
    return kv_held ("%s", strerror (errno));
  return kv_by_result (kv_put_file ("probe-hard-link", "files.hard-link\n"));
}

enum kv_verdict
kv_probe_host_tmp (void)
{
  return kv_by_result (access (kv_plant ("tmp_file"), F_OK));
}

enum kv_verdict
kv_probe_host_tmp_read (void)
{
  if (kv_file_has (kv_plant ("tmp_file"), kv_plant ("secret")))
    return kv_reached ("%s", kv_plant ("tmp_file"));
  return kv_held ("not readable");
}

enum kv_verdict
kv_probe_host_shm_read (void)
{
  if (kv_file_has (kv_plant ("shm_file"), kv_plant ("secret")))
    return kv_reached ("%s", kv_plant ("shm_file"));
  return kv_held ("not readable");
}

/* A private writable folder in the same place is as it should be, so the
 * oracle is outside: the script looks for these names on the host. */
enum kv_verdict
kv_probe_write_system (void)
{
  static const char *const folders[]
      = { "/etc", "/usr", "/usr/local/bin", "/var/lib", "/boot", "/opt" };
  char path[128];
  size_t i;

  for (i = 0; i < sizeof folders / sizeof folders[0]; i++) {
    snprintf (path, sizeof path, "%s/%s", folders[i], kv_plant ("mark"));
    if (kv_put_file (path, "files.system-write\n") == 0 && unlink (path) == 0)
      return kv_reached ("%s", path);
  }
  return kv_held ("%s", strerror (errno));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Writes outside the workspace: content, names and metadata.  The script
 * looks at the files from outside afterwards. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "tests/isolation/probe.h"

static const char *
outside (const char *name)
{
  static char path[PATH_MAX];

  snprintf (path, sizeof path, "%s/%s", plant ("outside"), name);
  return path;
}

static enum verdict
read_outside (void)
{
  if (file_contains (outside ("secret"), plant ("secret")))
    return opened ("%s", outside ("secret"));
  return held ("not readable");
}

static enum verdict
create_outside (void)
{
  return by_result (put_file (outside ("created"), "fs.create\n"));
}

static enum verdict
append_outside (void)
{
  return by_result (put_file (plant ("outside_file"), "fs.append\n"));
}

static enum verdict
truncate_outside (void)
{
  return by_result (truncate (outside ("truncate-me"), 0));
}

/* Without a right to truncate an O_TRUNC open must fail as well. */
static enum verdict
o_trunc_outside (void)
{
  return by_result (open (outside ("truncate-me"), O_RDONLY | O_TRUNC));
}

static enum verdict
chmod_outside (void)
{
  return by_result (chmod (outside ("metadata"), 0600));
}

static enum verdict
chown_outside (void)
{
  return by_result (chown (outside ("metadata"), geteuid (), getegid ()));
}

static enum verdict
utime_outside (void)
{
  const struct timespec times[2] = { { 1, 0 }, { 1, 0 } };

  return by_result (utimensat (AT_FDCWD, outside ("metadata"), times, 0));
}

static enum verdict
xattr_outside (void)
{
  return by_result (setxattr (outside ("metadata"), "user.probe", "x", 1, 0));
}

static enum verdict
unlink_outside (void)
{
  return by_result (unlink (outside ("unlink-me")));
}

static enum verdict
rename_outside (void)
{
  char to[PATH_MAX];

  snprintf (to, sizeof to, "%s", outside ("renamed"));
  return by_result (rename (outside ("rename-me"), to));
}

static enum verdict
mkdir_outside (void)
{
  return by_result (mkdir (outside ("made"), 0755));
}

/* A hard link in the workspace to a file outside can be written through. */
static enum verdict
link_into_workspace (void)
{
  if (link (plant ("outside_file"), "probe-hard-link") != 0)
    return held ("%s", strerror (errno));
  return by_result (put_file ("probe-hard-link", "fs.hard-link\n"));
}

static enum verdict
host_tmp (void)
{
  return by_result (access (plant ("tmp_file"), F_OK));
}

static enum verdict
host_tmp_read (void)
{
  if (file_contains (plant ("tmp_file"), plant ("secret")))
    return opened ("%s", plant ("tmp_file"));
  return held ("not readable");
}

static enum verdict
host_shm_read (void)
{
  if (file_contains (plant ("shm_file"), plant ("secret")))
    return opened ("%s", plant ("shm_file"));
  return held ("not readable");
}

/* A private writable folder in the same place is as it should be, so the
 * oracle is outside: the script looks for these names on the host. */
static enum verdict
write_system (void)
{
  static const char *const folders[]
      = { "/etc", "/usr", "/usr/local/bin", "/var/lib", "/boot", "/opt" };
  char path[128];
  size_t i;

  for (i = 0; i < sizeof folders / sizeof folders[0]; i++) {
    snprintf (path, sizeof path, "%s/%s", folders[i], plant ("mark"));
    if (put_file (path, "fs.write-system\n") == 0)
      return opened ("%s", path);
  }
  return held ("%s", strerror (errno));
}

static enum verdict
victim_root (void)
{
  char path[64], buf[64];

  snprintf (path, sizeof path, "/proc/%ld/root/etc/hostname",
            plant_number ("victim"));
  return by_result (slurp (path, buf, sizeof buf));
}

static enum verdict
victim_cwd (void)
{
  char path[64];

  snprintf (path, sizeof path, "/proc/%ld/cwd/.", plant_number ("victim"));
  return by_result (open (path, O_RDONLY | O_DIRECTORY));
}

/* A handle of the root folder, made up: what CAP_DAC_READ_SEARCH allows. */
static enum verdict
open_by_handle (void)
{
  union {
    struct file_handle handle;
    char room[sizeof (struct file_handle) + MAX_HANDLE_SZ];
  } u;
  int mount_id, at = open ("/", O_RDONLY | O_DIRECTORY);

  memset (&u, 0, sizeof u);
  u.handle.handle_bytes = MAX_HANDLE_SZ;
  if (name_to_handle_at (AT_FDCWD, "/usr", &u.handle, &mount_id, 0) != 0)
    return held ("name_to_handle_at: %s", strerror (errno));
  return by_result (open_by_handle_at (at, &u.handle, O_RDONLY));
}

const struct probe fs_outside_probes[] = {
  { "fs.read-outside", read_outside, false },
  { "fs.create-outside", create_outside, false },
  { "fs.append-outside", append_outside, false },
  { "fs.truncate-outside", truncate_outside, false },
  { "fs.o-trunc-outside", o_trunc_outside, false },
  { "fs.chmod-outside", chmod_outside, false },
  { "fs.chown-outside", chown_outside, false },
  { "fs.utime-outside", utime_outside, false },
  { "fs.xattr-outside", xattr_outside, false },
  { "fs.unlink-outside", unlink_outside, false },
  { "fs.rename-outside", rename_outside, false },
  { "fs.mkdir-outside", mkdir_outside, false },
  { "fs.hard-link", link_into_workspace, false },
  { "fs.tmp-in-sight", host_tmp, false },
  { "fs.tmp-read", host_tmp_read, false },
  { "fs.shm-read", host_shm_read, false },
  { "fs.write-system", write_system, false },
  { "fs.victim-root", victim_root, false },
  { "fs.victim-cwd", victim_cwd, false },
  { "fs.open-by-handle", open_by_handle, false },
  { NULL, NULL, false },
};

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/exec/private.h"
#include "core/util/cleanup.h"
#include "core/util/owner.h"

/* Deeper than this, a folder is moved up before it is emptied: a hostile
 * tree must not use up our stack or descriptors. */
#define MAX_DEPTH 32

void
kv_private_place (char *out, size_t size)
{
  const char *tmp = geteuid () == 0 ? NULL : secure_getenv ("TMPDIR");

  snprintf (out, size, "%s", tmp != NULL && tmp[0] == '/' ? tmp : "/tmp");
}

static void
base_path (char *out, size_t size)
{
  char place[PATH_MAX - 192];

  kv_private_place (place, sizeof place);
  snprintf (out, size, "%s/kavach-%u", place, (unsigned) geteuid ());
}

/* By descriptor: the name may be a link by the time that chmod follows it. */
static int
chmod_folder (int dir, const char *name)
{
  kv_autoclose int fd = openat (dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  char path[32];
  struct stat st;

  if (fd < 0 || fstat (fd, &st) < 0 || !S_ISDIR (st.st_mode)
      || st.st_uid != geteuid ())
    return -1;
  snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
  return chmod (path, 0700);
}

static int
open_base (bool make)
{
  char path[PATH_MAX];
  kv_autoclose int fd = -1;
  struct stat st;

  base_path (path, sizeof path);
  if (make && mkdir (path, 0700) < 0 && errno != EEXIST)
    return -1;
  fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 && errno == EACCES && chmod_folder (AT_FDCWD, path) == 0)
    fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &st) < 0)
    return -1;
  if (st.st_uid != geteuid ()) {
    errno = EPERM;
    return -1;
  }
  /* Ours, but open: a command may have done that to its parent folder. */
  if ((st.st_mode & 0777) != 0700 && fchmod (fd, 0700) < 0)
    return -1;
  return kv_steal_fd (&fd);
}

static int
make_run (const char *name)
{
  kv_autoclose int base = open_base (true);

  return base < 0 ? -1 : mkdirat (base, name, 0700);
}

char *
kv_private_make (const char *id, struct kv_error *err)
{
  char base[PATH_MAX - 128], name[96] = "";
  char *path = NULL;

  base_path (base, sizeof base);
  if (kv_owner_name (name, sizeof name, id) < 0 || make_run (name) < 0
      || asprintf (&path, "%s/%s", base, name) < 0) {
    kv_fail_errno (err, "KVX-30", "cannot make the private folder %s/%s", base,
                   name);
    kv_error_hint (err, "remove %s, or set TMPDIR to a folder of your own",
                   base);
    return NULL;
  }
  return path;
}

int
kv_private_link (const char *path, const char *relative, const char *target)
{
  kv_autoclose int here
      = open (path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  char part[NAME_MAX + 1] = ".";
  const char *next = relative;

  /* The folder is ours alone as yet: nothing in it can be swapped. */
  while (here >= 0) {
    size_t length = strcspn (next, "/");
    int fd = openat (here, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    close (here);
    here = fd;
    if (here < 0 || length == 0 || length > NAME_MAX)
      return -1;
    memcpy (part, next, length);
    part[length] = '\0';
    if (next[length] == '\0')
      return symlinkat (target, here, part);
    if (mkdirat (here, part, 0700) < 0 && errno != EEXIST)
      return -1;
    next += length + 1;
  }
  return -1;
}

static void empty_folder (int top, int dir, int depth);

static void
remove_entry (int top, int dir, const char *name, int depth)
{
  kv_autoclose int sub = -1;
  char moved[32];
  static unsigned serial;

  if (unlinkat (dir, name, 0) == 0 || (errno != EISDIR && errno != EPERM))
    return;
  sub = openat (dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (sub < 0 && errno == EACCES) {
    /* The command took its own rights away; it is our folder still. */
    if (chmod_folder (dir, name) == 0)
      sub = openat (dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  }
  if (sub < 0)
    return;
  if (depth >= MAX_DEPTH) {
    /* Where that fails, the next round finds it where it is. */
    snprintf (moved, sizeof moved, ".deep-%u", serial++);
    (void) renameat (dir, name, top, moved);
    return;
  }
  if (fchmod (sub, 0700) < 0)
    return;
  empty_folder (top, sub, depth + 1);
  unlinkat (dir, name, AT_REMOVEDIR);
}

static void
empty_folder (int top, int dir, int depth)
{
  int copy = openat (dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  kv_autoclosedir DIR *list = copy >= 0 ? fdopendir (copy) : NULL;
  const struct dirent *entry;

  if (list == NULL) {
    if (copy >= 0)
      close (copy);
    return;
  }
  while ((entry = readdir (list)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      remove_entry (top, dir, entry->d_name, depth);
}

static int
remove_run (int base, const char *name)
{
  kv_autoclose int dir = -1;
  int round;

  /* The command may have taken its own rights to it. */
  if (chmod_folder (base, name) < 0)
    return errno == ENOENT ? 0 : -1;
  dir = openat (base, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (dir < 0)
    return -1;
  /* Each round takes MAX_DEPTH levels off the deepest chain. */
  for (round = 0; round < 4096; round++) {
    empty_folder (dir, dir, 0);
    if (unlinkat (base, name, AT_REMOVEDIR) == 0)
      return 0;
    if (errno != ENOTEMPTY)
      return -1;
  }
  return -1;
}

int
kv_private_remove (const char *path)
{
  kv_autoclose int base = open_base (false);
  const char *name = strrchr (path, '/');

  return base < 0 || name == NULL ? -1 : remove_run (base, name + 1);
}

bool
kv_private_sweep (bool remove)
{
  int fd = open_base (false);
  kv_autoclosedir DIR *list = fd >= 0 ? fdopendir (fd) : NULL;
  const struct dirent *entry;
  bool found = false;

  if (list == NULL) {
    if (fd >= 0)
      close (fd);
    return false;
  }
  while ((entry = readdir (list)) != NULL) {
    struct kv_owner owner;

    if (kv_owner_parse (entry->d_name, &owner) < 0
        || !kv_owner_is_gone (&owner))
      continue;
    found = true;
    if (remove)
      (void) remove_run (dirfd (list), entry->d_name);
  }
  return found;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/loader/trust.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"

/* The id that stands for everybody a user namespace does not map. */
#define OVERFLOW_ID 65534
#define MAX_DEPTH 64
#define MAX_LINKS 16

const char *
kv_trust_rule (const struct stat *st, bool read_only, uid_t caller,
               bool private_group)
{
  bool sticky = S_ISDIR (st->st_mode) && (st->st_mode & S_ISVTX) != 0
                && st->st_uid == 0;

  if (st->st_uid != 0 && st->st_uid != caller
      && !(st->st_uid == OVERFLOW_ID && read_only))
    return "belongs to somebody else";
  /* A link has no mode of its own; its folder was checked. */
  if (S_ISLNK (st->st_mode) || sticky || read_only)
    return NULL;
  if ((st->st_mode & S_IWOTH) != 0)
    return "is writable by everyone";
  if ((st->st_mode & S_IWGRP) != 0 && !private_group)
    return "is writable by its group";
  return NULL;
}

/* The name of the user whose own group GID is; false when somebody else
 * begins in it as well.  Not by getpwuid: name services are shared objects
 * that this process does not load. */
static bool
find_user (uid_t uid, gid_t gid, char *name, size_t size)
{
  kv_autofclose FILE *file = fopen ("/etc/passwd", "re");
  const struct passwd *user;
  bool found = false;

  while (file != NULL && (user = fgetpwent (file)) != NULL) {
    if (user->pw_gid != gid)
      continue;
    if (user->pw_uid != uid || strlen (user->pw_name) >= size)
      return false;
    memcpy (name, user->pw_name, strlen (user->pw_name) + 1);
    found = true;
  }
  return found;
}

static bool
has_only (const struct group *group, const char *name)
{
  unsigned i;

  for (i = 0; group->gr_mem[i] != NULL; i++)
    if (strcmp (group->gr_mem[i], name) != 0)
      return false;
  return true;
}

/* A group of the owner's own, as many distributions make for each user: same
 * number, same name, nobody else in it.  An access list would show as group
 * bits too, so there must be none.  Members that only a name
 * service knows are not seen: a local group has its members here. */
static bool
group_is_private (int fd, const struct stat *st)
{
  kv_autofclose FILE *file = NULL;
  const struct group *group;
  char name[256], path[64];
  bool found = false;

  if (st->st_gid != st->st_uid)
    return false;
  snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
  if (getxattr (path, "system.posix_acl_access", NULL, 0) >= 0
      || (errno != ENODATA && errno != ENOTSUP))
    return false;
  if (!find_user (st->st_uid, st->st_gid, name, sizeof name))
    return false;
  file = fopen ("/etc/group", "re");
  while (file != NULL && (group = fgetgrent (file)) != NULL) {
    if (group->gr_gid != st->st_gid)
      continue;
    if (strcmp (group->gr_name, name) != 0 || !has_only (group, name))
      return false;
    found = true;
  }
  return found;
}

/* Only where ids are mapped does the overflow id stand for somebody who has
 * no other way to the file; in the first namespace it is a user like others. */
static bool
ids_are_mapped (void)
{
  unsigned long first, outside, count;
  char map[256];

  return kv_read_at (AT_FDCWD, "/proc/self/uid_map", map, sizeof map) <= 0
         || sscanf (map, "%lu %lu %lu", &first, &outside, &count) != 3
         || first != 0 || outside != 0 || count != UINT32_MAX;
}

static bool
mount_is_read_only (int fd)
{
  struct statvfs vfs;

  return fstatvfs (fd, &vfs) == 0 && (vfs.f_flag & ST_RDONLY) != 0;
}

static int
refuse (const struct stat *st, const char *path, const char *why, bool linked,
        struct kv_error *err)
{
  const char *code
      = st->st_uid != 0 && st->st_uid != geteuid () ? "KVL-36" : "KVL-37";

  if (linked)
    kv_fail (err, "KVL-38",
             "a symbolic link leads out of the trusted folders: %s %s", path,
             why);
  else
    kv_fail (err, code, "%s %s", path, why);
  if (strcmp (code, "KVL-36") == 0)
    kv_error_hint (err, "chown root %s", path);
  else
    kv_error_hint (err, "chmod go-w %s", path);
  errno = EPERM;
  return -1;
}

/* Is the component behind FD, called PATH, to be trusted? */
static int
check (int fd, const char *path, struct stat *st, struct kv_trust *trust,
       struct kv_error *err)
{
  bool read_only = false, private_group = false;
  const char *why;

  if (fstat (fd, st) < 0)
    return kv_fail_errno (err, "KVL-39", "%s", path);
  why = kv_trust_rule (st, false, geteuid (), false);
  if (why == NULL) {
    trust->root_only = trust->root_only && st->st_uid == 0;
    return 0;
  }
  /* The costly questions only where the answer is needed. */
  if (st->st_uid == OVERFLOW_ID)
    read_only = ids_are_mapped () && mount_is_read_only (fd);
  if ((st->st_mode & (S_IWGRP | S_IWOTH)) == S_IWGRP)
    private_group = group_is_private (fd, st);
  why = kv_trust_rule (st, read_only, geteuid (), private_group);
  trust->root_only = trust->root_only && st->st_uid == 0;
  return why == NULL ? 0 : refuse (st, path, why, trust->linked, err);
}

/* The walk: descriptors of the folders from "/" down to here, and the text
 * that is still to be walked. */
struct walk {
  int fds[MAX_DEPTH];
  unsigned depth;
  unsigned links;
  /* Where fds[depth - 1] is, for messages; no link in it. */
  char here[PATH_MAX];
  char rest[PATH_MAX];
  struct kv_trust *trust;
  struct kv_error *err;
};

static void
close_walk (struct walk *w)
{
  while (w->depth > 0)
    close (w->fds[--w->depth]);
}

static int
to_root (struct walk *w)
{
  struct stat st;

  close_walk (w);
  w->here[0] = '\0';
  w->fds[0] = open ("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (w->fds[0] < 0)
    return kv_fail_errno (w->err, "KVL-39", "/");
  w->depth = 1;
  return check (w->fds[0], "/", &st, w->trust, w->err);
}

static int
step_up (struct walk *w)
{
  char *slash = strrchr (w->here, '/');

  if (w->depth > 1)
    close (w->fds[--w->depth]);
  if (slash != NULL)
    *slash = '\0';
  return 0;
}

/* Puts the link's text in front of the rest. */
static int
follow (struct walk *w, int link, const char *shown)
{
  char target[PATH_MAX], joined[2 * PATH_MAX];
  ssize_t n = readlinkat (link, "", target, sizeof target - 1);

  if (n < 0)
    return kv_fail_errno (w->err, "KVL-39", "%s", shown);
  target[n] = '\0';
  if (++w->links > MAX_LINKS) {
    errno = ELOOP;
    return kv_fail_errno (w->err, "KVL-39", "%s", shown);
  }
  w->trust->linked = true;
  n = snprintf (joined, sizeof joined, "%s/%s", target, w->rest);
  if (n < 0 || n >= PATH_MAX) {
    errno = ENAMETOOLONG;
    return kv_fail_errno (w->err, "KVL-39", "%s", shown);
  }
  memcpy (w->rest, joined, (size_t) n + 1);
  return target[0] == '/' ? to_root (w) : 0;
}

/* The last component, opened for reading and checked. */
static int
open_last (struct walk *w, const char *part, bool directory, struct stat *st)
{
  int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  kv_autoclose int fd = -1;

  fd = openat (w->fds[w->depth - 1], part,
               flags | (directory ? O_DIRECTORY : 0));
  if (fd < 0) {
    /* Left to the caller: not there, or a link. */
    if (errno == ENOENT || errno == ELOOP || errno == ENOTDIR)
      return -1;
    return kv_fail_errno (w->err, "KVL-39", "%s", w->here);
  }
  if (check (fd, w->here, st, w->trust, w->err) < 0)
    return -1;
  if (directory ? !S_ISDIR (st->st_mode) : !S_ISREG (st->st_mode)) {
    errno = EINVAL;
    return kv_fail (w->err, "KVL-39", "%s is not a %s", w->here,
                    directory ? "folder" : "regular file");
  }
  return kv_steal_fd (&fd);
}

/* Enters PART, which is a folder or a link. */
static int
step (struct walk *w, const char *part)
{
  kv_autoclose int fd
      = openat (w->fds[w->depth - 1], part, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  struct stat st;

  if (fd < 0) {
    if (errno == ENOENT)
      return -1;
    return kv_fail_errno (w->err, "KVL-39", "%s", w->here);
  }
  if (check (fd, w->here, &st, w->trust, w->err) < 0)
    return -1;
  if (S_ISLNK (st.st_mode)) {
    char shown[PATH_MAX];
    char *slash = strrchr (w->here, '/');

    memcpy (shown, w->here, sizeof shown);
    if (slash != NULL)
      *slash = '\0';
    return follow (w, fd, shown);
  }
  if (!S_ISDIR (st.st_mode)) {
    errno = ENOTDIR;
    return kv_fail_errno (w->err, "KVL-39", "%s", w->here);
  }
  if (w->depth == MAX_DEPTH) {
    errno = ENAMETOOLONG;
    return kv_fail_errno (w->err, "KVL-39", "%s", w->here);
  }
  w->fds[w->depth++] = kv_steal_fd (&fd);
  return 0;
}

/* Takes the next component off the rest. False when nothing is left. */
static bool
next_part (struct walk *w, char *part)
{
  const char *from = w->rest + strspn (w->rest, "/");
  size_t length = strcspn (from, "/");

  if (length == 0)
    return false;
  if (length > NAME_MAX)
    length = NAME_MAX;
  memcpy (part, from, length);
  part[length] = '\0';
  memmove (w->rest, from + length, strlen (from + length) + 1);
  return true;
}

static int
walk_to (struct walk *w, bool directory)
{
  char part[NAME_MAX + 1];
  struct stat st;

  while (next_part (w, part)) {
    bool last = w->rest[strspn (w->rest, "/")] == '\0';
    size_t used = strlen (w->here);
    int fd;

    if (strcmp (part, ".") == 0)
      continue;
    if (strcmp (part, "..") == 0) {
      step_up (w);
      continue;
    }
    if (used + strlen (part) + 2 > sizeof w->here) {
      errno = ENAMETOOLONG;
      return kv_fail_errno (w->err, "KVL-39", "%s", w->here);
    }
    w->here[used] = '/';
    memcpy (w->here + used + 1, part, strlen (part) + 1);
    if (last) {
      fd = open_last (w, part, directory, &st);
      if (fd >= 0 || (errno != ELOOP && errno != ENOTDIR))
        return fd;
    }
    if (step (w, part) < 0)
      return -1;
  }
  /* A path that ends in ".." or nothing: a folder that is open already. */
  if (!directory) {
    errno = EISDIR;
    return kv_fail_errno (w->err, "KVL-39", "%s", w->here);
  }
  return openat (w->fds[w->depth - 1], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int
kv_trust_open (const char *path, bool directory, struct kv_trust *trust,
               struct kv_error *err)
{
  struct walk w;
  int fd, saved;

  memset (trust, 0, sizeof *trust);
  trust->root_only = true;
  w.depth = w.links = 0;
  w.trust = trust;
  w.err = err;
  if (path[0] != '/' || strlen (path) >= sizeof w.rest)
    return kv_fail (err, "KVL-39", "%s is not an absolute path", path);
  memcpy (w.rest, path, strlen (path) + 1);
  fd = to_root (&w) < 0 ? -1 : walk_to (&w, directory);
  saved = errno;
  close_walk (&w);
  errno = saved;
  return fd;
}

/* A folder, no link, that passes without the costly questions? */
static bool
is_beyond_doubt (const char *path, uid_t caller, struct stat *st,
                 struct kv_trust *trust)
{
  if (lstat (path, st) < 0 || !S_ISDIR (st->st_mode)
      || kv_trust_rule (st, false, caller, false) != NULL)
    return false;
  trust->root_only = trust->root_only && st->st_uid == 0;
  return true;
}

/* One call a component.  By name this is no race: where the folders above can
 * be changed by nobody but root and the caller, nobody else can put something
 * different behind the next name, and the first of them is "/". */
bool
kv_trust_opened (int fd, const char *path, struct kv_trust *trust)
{
  uid_t caller = geteuid ();
  char part[PATH_MAX];
  struct stat st, opened;
  size_t length = strlen (path), at;

  trust->root_only = true;
  trust->linked = false;
  if (path[0] != '/' || length >= sizeof part
      || !is_beyond_doubt ("/", caller, &st, trust))
    return false;
  memcpy (part, path, length + 1);
  for (at = 1; at < length; at++) {
    at += strcspn (part + at, "/");
    part[at] = '\0';
    if (!is_beyond_doubt (part, caller, &st, trust))
      return false;
    part[at] = path[at];
  }
  return fstat (fd, &opened) == 0 && st.st_dev == opened.st_dev
         && st.st_ino == opened.st_ino;
}

int
kv_trust_open_at (int dir, const char *dir_path, const char *name,
                  struct kv_trust *trust, struct kv_error *err)
{
  kv_autoclose int fd = openat (
      dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct kv_trust full;
  char path[PATH_MAX];
  struct stat st;
  int opened;

  if (snprintf (path, sizeof path, "%s/%s", dir_path, name)
      >= (int) sizeof path)
    return kv_fail (err, "KVL-39", "%s/%s: name too long", dir_path, name);
  if (fd < 0 && errno == ELOOP) {
    opened = kv_trust_open (path, false, &full, err);
    if (opened < 0 && err->code[0] == '\0')
      return kv_fail_errno (err, "KVL-39", "%s", path);
    trust->root_only = trust->root_only && full.root_only;
    trust->linked = true;
    return opened;
  }
  if (fd < 0)
    return errno == ENOENT ? -1 : kv_fail_errno (err, "KVL-39", "%s", path);
  if (check (fd, path, &st, trust, err) < 0)
    return -1;
  if (!S_ISREG (st.st_mode))
    return kv_fail (err, "KVL-39", "%s is not a regular file", path);
  return kv_steal_fd (&fd);
}

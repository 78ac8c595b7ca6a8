/* SPDX-License-Identifier: Apache-2.0 */
/* Where the caller's own groups are: /proc/self/cgroup says which, mountinfo
 * says under which folder. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/limit/cgroup.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"

/* A host with more mounts than this is not read. */
#define MOUNTINFO_MAX (16U << 20)

#define CGROUP_FOLDER "/sys/fs/cgroup"
/* Inode of the namespace that the host starts with; the kernel's constant. */
#define FIRST_CGROUP_NAMESPACE 0xEFFFFFFBUL

static struct kv_cg_host facts;
static bool facts_known;

/* Files of proc have no size: read until there is nothing more. */
static char *
read_whole (const char *path)
{
  kv_autoclose int fd = open (path, O_RDONLY | O_CLOEXEC);
  kv_autofree char *text = NULL;
  size_t used = 0, room = 16384;

  if (fd < 0)
    return NULL;
  text = malloc (room);
  while (text != NULL) {
    ssize_t n = read (fd, text + used, room - used - 1);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return NULL;
    if (n == 0) {
      text[used] = '\0';
      return kv_steal_ptr (&text);
    }
    used += (size_t) n;
    if (room - used < 4096) {
      char *more;

      if (room >= MOUNTINFO_MAX) {
        errno = EFBIG;
        return NULL;
      }
      room *= 2;
      more = realloc (text, room);
      if (more == NULL)
        return NULL;
      text = more;
    }
  }
  return NULL;
}

/* Is PATH the group ROOT or one beneath it? */
static bool
is_beneath (const char *path, const char *root)
{
  size_t length = strlen (root);

  if (strcmp (root, "/") == 0)
    return true;
  return strncmp (path, root, length) == 0
         && (path[length] == '\0' || path[length] == '/');
}

static void
take_mount (struct kv_cg_host *host, const struct kv_cg_mount *mount)
{
  unsigned i;

  for (i = 0; i < host->n_trees; i++) {
    struct kv_cg_tree *tree = &host->tree[i];

    if (tree->mount[0] != '\0' || tree->v2 != mount->v2
        || (!tree->v2 && tree->controllers != mount->controllers)
        || !is_beneath (tree->own, mount->root))
      continue;
    memcpy (tree->mount, mount->point, sizeof tree->mount);
    memcpy (tree->root, mount->root, sizeof tree->root);
    return;
  }
}

static int
read_mounts (struct kv_cg_host *host)
{
  kv_autofree char *text = read_whole ("/proc/self/mountinfo");
  const char *line = text;

  if (text == NULL)
    return -1;
  while (*line != '\0') {
    size_t length = strcspn (line, "\n");
    struct kv_cg_mount mount;

    /* A line that makes no sense is somebody else's mount point. */
    if (kv_cg_parse_mount (line, length, &mount) == 1)
      take_mount (host, &mount);
    line += length;
    if (*line == '\n')
      line++;
  }
  return 0;
}

static bool
is_needed (const struct kv_cg_host *host, const struct kv_cg_tree *tree)
{
  return tree->v2 ? host->kind == KV_LIMIT_CGROUP_V2 : tree->controllers != 0;
}

static void
open_own (struct kv_cg_tree *tree)
{
  tree->own_fd = kv_cg_open_group (tree, tree->own);
  tree->own_errno = tree->own_fd < 0 ? errno : 0;
}

/* With a cgroup namespace of its own but somebody else's mount, "/" of the
 * one is not "/" of the other; mountinfo knows. */
static bool
in_first_namespace (void)
{
  struct stat st;

  return stat ("/proc/self/ns/cgroup", &st) == 0
         && st.st_ino == FIRST_CGROUP_NAMESPACE;
}

/* Reading mountinfo costs more than all else together, and nearly every host
 * has its hierarchies at the usual place.  A wrong guess is no danger: the
 * caller's path must be there, and what was joined is read back. */
static bool
guess_mounts (struct kv_cg_host *host)
{
  bool all = true, first = in_first_namespace ();
  unsigned i;

  for (i = 0; i < host->n_trees; i++) {
    struct kv_cg_tree *tree = &host->tree[i];
    const char *name = kv_cg_controller_name (tree->controllers);

    if (!is_needed (host, tree))
      continue;
    if ((tree->v2 || name != NULL) && (tree->own[1] != '\0' || first)) {
      snprintf (tree->mount, sizeof tree->mount, CGROUP_FOLDER "%s%s",
                tree->v2 ? "" : "/", tree->v2 ? "" : name);
      memcpy (tree->root, "/", 2);
      open_own (tree);
      if (tree->own_fd >= 0)
        continue;
    }
    tree->mount[0] = '\0';
    all = false;
  }
  return all;
}

const struct kv_cg_host *
kv_cg_host (void)
{
  char groups[8192];
  unsigned i;

  if (facts_known)
    return &facts;
  if (kv_read_at (AT_FDCWD, "/proc/self/cgroup", groups, sizeof groups) < 0)
    return NULL;
  if (kv_cg_parse_groups (groups, &facts) < 0) {
    errno = EINVAL;
    return NULL;
  }
  if (!guess_mounts (&facts)) {
    if (read_mounts (&facts) < 0) {
      kv_cg_host_forget ();
      return NULL;
    }
    for (i = 0; i < facts.n_trees; i++)
      if (is_needed (&facts, &facts.tree[i]) && facts.tree[i].own_fd < 0)
        open_own (&facts.tree[i]);
  }
  facts_known = true;
  return &facts;
}

void
kv_cg_host_forget (void)
{
  unsigned i;

  for (i = 0; i < facts.n_trees; i++)
    if (facts.tree[i].own_fd >= 0)
      close (facts.tree[i].own_fd);
  facts.n_trees = 0;
  facts_known = false;
}

const struct kv_cg_tree *
kv_cg_tree (const struct kv_cg_host *host, unsigned controller)
{
  unsigned i;

  for (i = 0; i < host->n_trees; i++) {
    const struct kv_cg_tree *tree = &host->tree[i];

    if (host->kind == KV_LIMIT_CGROUP_V2 ? tree->v2
                                         : (tree->controllers & controller))
      return tree;
  }
  return NULL;
}

int
kv_cg_beneath (const struct kv_cg_tree *tree, const char *path, char *out,
               size_t size)
{
  const char *rest = path;

  if (!is_beneath (path, tree->root)) {
    errno = ENOENT;
    return -1;
  }
  if (strcmp (tree->root, "/") != 0)
    rest += strlen (tree->root);
  rest += strspn (rest, "/");
  if (strlen (rest) >= size) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy (out, rest, strlen (rest) + 1);
  return 0;
}

int
kv_cg_open_group (const struct kv_cg_tree *tree, const char *path)
{
  kv_autoclose int fd = -1;
  char beneath[KV_CG_PATH];
  char whole[2 * KV_CG_PATH];

  if (tree->mount[0] == '\0') {
    errno = ENOENT;
    return -1;
  }
  if (kv_cg_beneath (tree, path, beneath, sizeof beneath) < 0)
    return -1;
  snprintf (whole, sizeof whole, "%s%s%s", tree->mount,
            beneath[0] != '\0' ? "/" : "", beneath);
  fd = kv_open_nolinks (whole, O_RDONLY | O_DIRECTORY);
  if (fd < 0 || kv_cg_check (fd, tree->v2) < 0)
    return -1;
  return kv_steal_fd (&fd);
}

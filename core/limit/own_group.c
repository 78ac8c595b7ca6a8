/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "core/limit/cgroup.h"

/* What the kernel adds to a group that was removed under a process. */
#define DELETED " (deleted)"

/* A path out of the reader's cgroup namespace begins with "/..". */
static bool
is_outside (const char *path, size_t length)
{
  return length >= 3 && memcmp (path, "/..", 3) == 0
         && (length == 3 || path[3] == '/');
}

static int
add_tree (struct kv_cg_host *host, unsigned controllers, const char *path,
          size_t length)
{
  struct kv_cg_tree *tree;
  unsigned i;

  if (length == 0 || path[0] != '/' || length >= KV_CG_PATH
      || host->n_trees == KV_CG_TREES)
    return -1;
  for (i = 0; i < host->n_trees; i++)
    if (host->tree[i].controllers == controllers
        || (host->tree[i].controllers & controllers) != 0)
      return -1;
  /* Nothing can be made beneath a removed group, nor above a namespace's. */
  if ((length > strlen (DELETED)
       && memcmp (path + length - strlen (DELETED), DELETED, strlen (DELETED))
              == 0)
      || is_outside (path, length))
    return 0;

  tree = &host->tree[host->n_trees++];
  memset (tree, 0, sizeof *tree);
  tree->own_fd = -1;
  tree->own_errno = ENOENT;
  tree->v2 = controllers == 0;
  tree->controllers = controllers;
  memcpy (tree->own, path, length);
  return 0;
}

/* 4:cpu,cpuacct:/path of v1, 0::/path of v2. */
static int
parse_line (const char *line, size_t length, struct kv_cg_host *host)
{
  const char *end = line + length;
  const char *list = memchr (line, ':', length);
  const char *path;
  unsigned set;

  if (list == NULL || list == line)
    return -1;
  list++;
  path = memchr (list, ':', (size_t) (end - list));
  if (path == NULL)
    return -1;
  path++;
  if (path - 1 == list) {
    if (line[0] != '0' || list - line != 2)
      return -1;
    return add_tree (host, 0, path, (size_t) (end - path));
  }
  set = kv_cg_controller_set (list, (size_t) (path - 1 - list), ",");
  if (set == 0)
    return 0;
  return add_tree (host, set, path, (size_t) (end - path));
}

int
kv_cg_parse_groups (const char *text, struct kv_cg_host *host)
{
  unsigned i;

  memset (host, 0, sizeof *host);
  while (*text != '\0') {
    size_t length = strcspn (text, "\n");

    if (parse_line (text, length, host) < 0)
      return -1;
    text += length;
    if (*text == '\n')
      text++;
  }

  /* One v1 hierarchy with a limit in it, and v2's folder has nothing to
   * give: a controller lives in one of the two worlds only. */
  for (i = 0; i < host->n_trees; i++) {
    if (host->tree[i].v2 && host->kind == KV_LIMIT_NONE)
      host->kind = KV_LIMIT_CGROUP_V2;
    if ((host->tree[i].controllers & KV_CG_LIMITS) != 0)
      host->kind = KV_LIMIT_CGROUP_V1;
  }
  return 0;
}

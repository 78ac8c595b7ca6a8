/* SPDX-License-Identifier: Apache-2.0 */
/* What a double kill left behind, in the folders where groups are made. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/limit/cgroup.h"
#include "core/util/cleanup.h"

static void
sweep_v1 (int parent, const struct kv_cg_tree *tree, const char *name,
          bool remove)
{
  kv_autoclose int group = kv_cg_open_child (parent, false, name);

  if (group < 0)
    return;
  (void) kv_cg_kill_listed (group, false, name);
  if ((tree->controllers & KV_CG_FREEZER) != 0)
    (void) kv_cg_write (group, false, "freezer.state", "THAWED");
  if (!remove)
    return;
  if (kv_cg_kill_all (group, false,
                      (tree->controllers & KV_CG_PIDS) != 0 ? group : -1, name)
      == 0)
    (void) kv_cg_rmdir (parent, name);
}

static void
sweep_v2 (int parent, const char *name, bool remove)
{
  kv_autoclose int group = kv_cg_open_child (parent, true, name);

  if (group < 0)
    return;
  if (!remove) {
    (void) kv_cg_write (group, true, "cgroup.kill", "1");
    return;
  }
  if (kv_cg_kill_v2 (group, name) < 0)
    return;
  (void) kv_cg_rmdir (group, KV_CG_LEAF);
  (void) kv_cg_rmdir (parent, name);
}

static bool
sweep_folder (int fd, const struct kv_cg_tree *tree, bool remove)
{
  kv_autoclosedir DIR *dir = NULL;
  kv_autoclose int own = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  const struct dirent *entry;
  bool found = false;

  if (own < 0)
    return false;
  dir = fdopendir (own);
  if (dir == NULL)
    return false;
  own = -1;
  while ((entry = readdir (dir)) != NULL) {
    struct kv_owner owner;

    if (entry->d_type != DT_DIR || kv_owner_parse (entry->d_name, &owner) < 0
        || !kv_owner_is_gone (&owner))
      continue;
    found = true;
    if (tree->v2)
      sweep_v2 (fd, entry->d_name, remove);
    else
      sweep_v1 (fd, tree, entry->d_name, remove);
  }
  return found;
}

/* v1 groups are made in the caller's own folder, those of v2 there or in one
 * above. */
static bool
sweep_tree (const struct kv_cg_tree *tree, bool remove)
{
  char path[KV_CG_PATH];
  bool found = false;

  memcpy (path, tree->own, sizeof path);
  for (;;) {
    kv_autoclose int fd = kv_cg_open_group (tree, path);
    char *slash = strrchr (path, '/');

    if (fd >= 0 && kv_cg_writable (fd, "."))
      found |= sweep_folder (fd, tree, remove);
    if (!tree->v2 || slash == NULL || path[1] == '\0')
      return found;
    *slash = '\0';
    if (slash == path)
      memcpy (path, "/", 2);
  }
}

bool
kv_limits_sweep (bool remove)
{
  const struct kv_cg_host *host = kv_cg_host ();
  bool found = false;
  unsigned i;

  if (host == NULL)
    return false;
  /* Frozen processes die only once they are thawed. */
  for (i = 0; i < host->n_trees; i++)
    if ((host->tree[i].controllers & KV_CG_FREEZER) != 0)
      found |= sweep_tree (&host->tree[i], remove);
  for (i = 0; i < host->n_trees; i++)
    if ((host->tree[i].controllers & KV_CG_FREEZER) == 0
        && (host->kind == KV_LIMIT_CGROUP_V2) == host->tree[i].v2)
      found |= sweep_tree (&host->tree[i], remove);
  return found;
}

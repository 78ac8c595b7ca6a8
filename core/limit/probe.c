/* SPDX-License-Identifier: Apache-2.0 */
/* What a group could enforce here.  Nothing is made and nobody is asked: this
 * is on the way of every run. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/limit/cgroup.h"
#include "core/util/cleanup.h"

static const unsigned all[]
    = { KV_CG_MEMORY, KV_CG_PIDS, KV_CG_CPU, KV_CG_FREEZER };

/* Can the caller make a group in its own folder of TREE?  Else errno: ENOENT
 * not mounted, EMEDIUMTYPE no cgroup, EROFS, EACCES. */
static bool
can_make_v1 (const struct kv_cg_tree *tree)
{
  if (tree->own_fd < 0) {
    errno = tree->own_errno;
    return false;
  }
  return faccessat (tree->own_fd, ".", W_OK | X_OK, AT_EACCESS) == 0;
}

static void
hint_v1 (const struct kv_cg_host *host, unsigned controller, char *out,
         size_t size)
{
  const char *name = kv_cg_controller_name (controller);
  const struct kv_cg_tree *tree = kv_cg_tree (host, controller);

  if (tree == NULL)
    snprintf (out, size, "%s: this kernel has no such cgroup v1 controller",
              name);
  else if (can_make_v1 (tree))
    snprintf (out, size, "%s: the cgroup does not take this value", name);
  else if (errno == EROFS)
    snprintf (out, size, "%s: cgroups are mounted read-only here (container)",
              name);
  else if (errno == EACCES || errno == EPERM)
    snprintf (out, size,
              "%s: cgroup v1 gives uid %ld no group of its own; run as root, "
              "or boot with systemd.unified_cgroup_hierarchy=1",
              name, (long) geteuid ());
  else
    snprintf (out, size, "%s: its cgroup v1 hierarchy is not mounted here",
              name);
}

static void
hint_v2 (const struct kv_cg_host *host, unsigned controller, char *out,
         size_t size)
{
  const char *name = kv_cg_controller_name (controller);
  const struct kv_cg_tree *tree = kv_cg_tree (host, controller);
  int fd = tree != NULL ? tree->own_fd : -1;
  struct statvfs fs;

  if (fd < 0)
    snprintf (out, size, "%s: cgroup v2 is not mounted here", name);
  else if (fstatvfs (fd, &fs) == 0 && (fs.f_flag & ST_RDONLY) != 0)
    snprintf (out, size, "%s: cgroups are mounted read-only here (container)",
              name);
  else if (kv_cg_scope_controllers (tree) != 0)
    snprintf (out, size,
              "%s: not delegated to users; a drop-in for user@.service with "
              "Delegate=cpu memory pids does it",
              name);
  else if (geteuid () == 0)
    snprintf (out, size,
              "%s: the own cgroup has other processes in it; run kavach in a "
              "service or scope with Delegate=yes",
              name);
  else
    snprintf (out, size,
              "%s: no cgroup of uid %ld's own; log in by PAM, or run under "
              "systemd-run --user --scope -p Delegate=yes",
              name, (long) geteuid ());
}

void
kv_cg_hint (unsigned controller, char *out, size_t size)
{
  const struct kv_cg_host *host = kv_cg_host ();
  int saved = errno;

  if (kv_cg_controller_name (controller) == NULL)
    controller = KV_CG_FREEZER;
  if (host == NULL)
    snprintf (out, size, "%s: /proc cannot be read",
              kv_cg_controller_name (controller));
  else if (host->kind == KV_LIMIT_NONE)
    snprintf (out, size, "%s: no cgroups are mounted here",
              kv_cg_controller_name (controller));
  else if (host->kind == KV_LIMIT_CGROUP_V1)
    hint_v1 (host, controller, out, size);
  else
    hint_v2 (host, controller, out, size);
  errno = saved;
}

static unsigned
probe_v1 (const struct kv_cg_host *host)
{
  unsigned i, set = 0;

  for (i = 0; i < host->n_trees; i++)
    if (host->tree[i].controllers != 0 && can_make_v1 (&host->tree[i]))
      set |= host->tree[i].controllers;
  return set;
}

static unsigned
probe_v2 (const struct kv_cg_host *host)
{
  const struct kv_cg_tree *tree = kv_cg_tree (host, 0);
  struct kv_cg_place place;

  if (tree == NULL)
    return 0;
  kv_cg_find_place (tree, KV_CG_LIMITS, &place);
  if (place.kind == KV_CG_PLACE_NONE)
    return 0;
  return (place.controllers & KV_CG_LIMITS) | KV_CG_UNIFIED;
}

static void
say (struct kv_controls *controls, unsigned set, unsigned controller,
     int control, const char *kind, const char *mechanism)
{
  char words[160];

  if (set != 0) {
    snprintf (words, sizeof words, "%s%s", kind, mechanism);
    kv_control_set (controls, control, KAVACH_FULL, words);
    return;
  }
  kv_cg_hint (controller, words, sizeof words);
  kv_control_hint (controls, control, words);
}

void
kv_limits_probe (struct kv_controls *controls)
{
  const struct kv_cg_host *host = kv_cg_host ();
  bool v2 = host != NULL && host->kind == KV_LIMIT_CGROUP_V2;
  const char *kind = v2 ? KV_CG_WORDS_V2 : KV_CG_WORDS_V1;
  unsigned set = 0, i;

  if (host != NULL)
    set = v2 ? probe_v2 (host) : probe_v1 (host);
  for (i = 0; i < KV_COUNT (all); i++)
    if ((all[i] & KV_CG_LIMITS) != 0)
      say (controls, set & all[i], all[i], kv_cg_control (all[i]), kind,
           kv_cg_controller_name (all[i]));
  say (controls, set & (KV_CG_FREEZER | KV_CG_UNIFIED), KV_CG_FREEZER,
       KAVACH_CTL_PAUSE, kind, "freezer");
  say (controls, set & (KV_CG_FREEZER | KV_CG_UNIFIED | KV_CG_PIDS),
       KV_CG_FREEZER, KAVACH_CTL_KILL_TREE, kind, "kill");
}

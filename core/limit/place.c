/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup v2: where may the caller make a group?
 *
 * A group that holds processes cannot give controllers to children, and the
 * caller usually sits in such a one.  So, in this order: the caller's own
 * group where systemd has marked it as delegated (its processes are moved
 * into a leaf); the nearest one above that has the controllers for its
 * children already or can have them; the own group if it is at least the
 * caller's property; a scope from the user's systemd.  Going up leaves the
 * limits of the groups between, so these are carried over into the new group.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/limit/cgroup.h"
#include "core/util/cleanup.h"

static unsigned
read_controllers (int group, const char *name)
{
  char text[512];
  ssize_t n = kv_cg_read (group, true, name, text, sizeof text);

  return n > 0 ? kv_cg_controller_set (text, (size_t) n, " \n") & KV_CG_LIMITS
               : 0;
}

/* systemd marks what it hands over. */
static bool
is_delegated (int group)
{
  char mark = '0';

  return (fgetxattr (group, "user.delegate", &mark, 1) == 1 && mark == '1')
         || (fgetxattr (group, "trusted.delegate", &mark, 1) == 1
             && mark == '1');
}

/* A folder that was given to an ordinary user can only have been meant so. */
static bool
is_property (int group)
{
  struct stat st;

  return geteuid () != 0 && fstat (group, &st) == 0 && st.st_uid == geteuid ();
}

/* Making a child takes the folder; moving into it, cgroup.procs of the group
 * above both. */
static bool
can_make (int group)
{
  return kv_cg_writable (group, ".") && kv_cg_writable (group, "cgroup.procs");
}

/* The host's root group, which alone may hold processes and children with
 * controllers; it has no cgroup.type. */
static bool
is_root_group (int group)
{
  return faccessat (group, "cgroup.type", F_OK, 0) < 0 && errno == ENOENT;
}

static bool
has_processes (int group)
{
  kv_autoclose int fd = kv_cg_open (group, true, "cgroup.procs", O_RDONLY);
  char c;

  return fd < 0 || read (fd, &c, 1) != 0;
}

unsigned
kv_cg_enabled (int group)
{
  return read_controllers (group, "cgroup.subtree_control");
}

/* What of NEED children of GROUP could have. */
static unsigned
offers (int group, unsigned need)
{
  unsigned enabled = kv_cg_enabled (group);

  if ((need & ~enabled) == 0
      || !kv_cg_writable (group, "cgroup.subtree_control"))
    return enabled & need;
  if (enabled == 0 && !is_root_group (group) && has_processes (group))
    return 0;
  return need & (enabled | read_controllers (group, "cgroup.controllers"));
}

static void
note_bounds (int group, struct kv_cg_place *place)
{
  uint64_t value;

  if (kv_cg_read_u64 (group, true, "memory.max", &value) == 0
      && value < place->memory)
    place->memory = value;
  if (kv_cg_read_u64 (group, true, "pids.max", &value) == 0
      && value < place->pids)
    place->pids = value;
  value = kv_cg_quota_read_v2 (group);
  if (value < place->cpu)
    place->cpu = value;
}

static unsigned
count (unsigned set)
{
  return (unsigned) __builtin_popcount (set);
}

static void
take (struct kv_cg_place *place, int kind, const char *path,
      unsigned controllers)
{
  place->kind = kind;
  memcpy (place->path, path, sizeof place->path);
  place->controllers = controllers;
}

/* Cuts the last component off. */
static void
go_up (char *path)
{
  char *slash = strrchr (path, '/');

  if (slash == path)
    slash++;
  *slash = '\0';
}

/* Looks at the groups above START, which is open as BELOW; true when one of
 * them has all of NEED. */
static bool
look_above (const struct kv_cg_tree *tree, const char *start, int below,
            unsigned need, struct kv_cg_place *place)
{
  struct kv_cg_place here
      = { .memory = UINT64_MAX, .pids = UINT64_MAX, .cpu = UINT64_MAX };
  kv_autoclose int last = -1;
  char path[KV_CG_PATH];

  memcpy (path, start, sizeof path);
  while (path[1] != '\0') {
    unsigned set;
    int fd;

    go_up (path);
    fd = kv_cg_open_group (tree, path);
    if (fd < 0)
      break;
    note_bounds (below, &here);
    if (last >= 0)
      close (last);
    below = last = fd;
    if (!can_make (fd))
      break;
    set = offers (fd, need);
    if (set == 0 && need != 0)
      continue;
    if (place->kind == KV_CG_PLACE_NONE
        || count (set) > count (place->controllers)) {
      take (&here, KV_CG_PLACE_ABOVE, path, set);
      *place = here;
    }
    if (set == need)
      return true;
  }
  return false;
}

/* The group that was the caller's own before it moved aside. */
static bool
is_aside (const char *path)
{
  const char *last = strrchr (path, '/');

  return last != NULL && last != path && strcmp (last + 1, KV_CG_ASIDE) == 0;
}

static void
find_from (const struct kv_cg_tree *tree, const char *path, int group,
           bool aside, unsigned need, struct kv_cg_place *place)
{
  bool usable = can_make (group);
  unsigned enabled = kv_cg_enabled (group) & need;
  unsigned possible = enabled;

  if (usable && kv_cg_writable (group, "cgroup.subtree_control"))
    possible |= need & read_controllers (group, "cgroup.controllers");
  if (usable && enabled == need)
    take (place, KV_CG_PLACE_OWN, path, enabled);
  else if (usable && (aside || is_delegated (group) || is_root_group (group)))
    take (place, KV_CG_PLACE_OWN, path, possible);
  if (place->kind != KV_CG_PLACE_NONE && place->controllers == need)
    return;
  if (look_above (tree, path, group, need, place))
    return;
  if (usable && is_property (group)
      && count (possible) > count (place->controllers)) {
    place->memory = place->pids = place->cpu = UINT64_MAX;
    take (place, KV_CG_PLACE_OWN, path, possible);
  }
}

void
kv_cg_find_place (const struct kv_cg_tree *tree, unsigned need,
                  struct kv_cg_place *place)
{
  char path[KV_CG_PATH];
  unsigned set;

  memset (place, 0, sizeof *place);
  place->memory = place->pids = place->cpu = UINT64_MAX;
  memcpy (path, tree->own, sizeof path);
  if (is_aside (path)) {
    kv_autoclose int group = -1;

    go_up (path);
    group = kv_cg_open_group (tree, path);
    if (group >= 0)
      find_from (tree, path, group, true, need, place);
  }
  else if (tree->own_fd >= 0)
    find_from (tree, path, tree->own_fd, false, need, place);

  if (place->kind != KV_CG_PLACE_NONE && place->controllers == need)
    return;
  set = need & kv_cg_scope_controllers (tree);
  if (count (set) > count (place->controllers)) {
    place->memory = place->pids = place->cpu = UINT64_MAX;
    take (place, KV_CG_PLACE_SCOPE, tree->own, set);
  }
}

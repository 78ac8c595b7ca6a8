/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup v2: one group with all the limits.
 *
 * In a group that others manage too (systemd's slices), the controllers that
 * our group lives on could be taken away again at any time: systemd switches
 * off what none of its own units needs.  A controller cannot be switched off
 * while a child hands it down, so there we make two folders: an outer one
 * that holds on to the controllers, and in it the one with limits and
 * processes.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/limit/cgroup.h"
#include "core/util/cleanup.h"

/* Rounds of moving: who forks meanwhile leaves a child behind. */
#define ROUNDS 4

static int
move_listed (int group, int target)
{
  kv_autoclose int fd = kv_cg_open (group, true, "cgroup.procs", O_RDONLY);
  kv_autofclose FILE *list = NULL;
  char line[32];
  int n = 0;

  if (fd < 0)
    return -1;
  list = fdopen (fd, "r");
  if (list == NULL)
    return -1;
  fd = -1;
  while (fgets (line, sizeof line, list) != NULL) {
    n++;
    if (kv_cg_write_u64 (target, true, "cgroup.procs",
                         strtoull (line, NULL, 10))
            < 0
        && errno != ESRCH)
      return -1;
  }
  return n;
}

int
kv_cg_move_aside (int group)
{
  kv_autoclose int target = -1;
  int round;

  if (mkdirat (group, KV_CG_ASIDE, 0755) < 0 && errno != EEXIST)
    return -1;
  target = kv_cg_open_child (group, true, KV_CG_ASIDE);
  if (target < 0)
    return -1;
  for (round = 0; round < ROUNDS; round++) {
    int n = move_listed (group, target);

    if (n <= 0)
      return n;
  }
  errno = EBUSY;
  return -1;
}

/* "+memory +pids" */
static int
hand_down (int group, unsigned set)
{
  char text[64] = "";
  size_t used = 0;
  unsigned left;

  for (left = set; left != 0; left &= left - 1) {
    int n
        = snprintf (text + used, sizeof text - used, "%s+%s",
                    used > 0 ? " " : "", kv_cg_controller_name (left & -left));

    if (n < 0 || (size_t) n >= sizeof text - used)
      return -1;
    used += (size_t) n;
  }
  return set == 0 ? 0
                  : kv_cg_write (group, true, "cgroup.subtree_control", text);
}

/* Sees to it that children of GROUP have SET. */
static int
enable (int group, const struct kv_cg_place *place, unsigned set)
{
  int round;

  set &= ~kv_cg_enabled (group);
  if (set == 0 || hand_down (group, set) == 0)
    return 0;
  if (errno != EBUSY || place->kind != KV_CG_PLACE_OWN)
    return -1;
  for (round = 0; round < ROUNDS; round++) {
    if (kv_cg_move_aside (group) < 0)
      return -1;
    if (hand_down (group, set) == 0)
      return 0;
    if (errno != EBUSY)
      return -1;
  }
  return -1;
}

static uint64_t
smaller (uint64_t wanted, uint64_t bound)
{
  return wanted > 0 && wanted < bound ? wanted : bound;
}

static int
set_memory (int group, uint64_t bytes)
{
  if (kv_cg_write_u64 (group, true, "memory.max", bytes) < 0)
    return -1;
  /* Not there without swap.  memory.oom.group stays off: it would kill
   * kavach-init with the rest, and nobody could say how the command ended. */
  if (kv_cg_write (group, true, "memory.swap.max", "0") < 0 && errno != ENOENT)
    return -1;
  return 0;
}

static int
set_cpu (int group, uint64_t thousandths)
{
  struct kv_cg_quota q = kv_cg_quota_of (thousandths);
  char text[64];

  snprintf (text, sizeof text, "%" PRIu64 " %" PRIu64, q.quota_us, q.period_us);
  return kv_cg_write (group, true, "cpu.max", text);
}

static int
set_limits (int group, unsigned set, const struct kv_limits_wanted *wanted,
            const struct kv_cg_place *place, unsigned *failed)
{
  uint64_t memory = smaller (wanted->memory, place->memory);
  uint64_t pids = smaller (wanted->pids, place->pids);
  uint64_t cpu = smaller (wanted->cpu, place->cpu);

  *failed = KV_CG_MEMORY;
  if ((set & KV_CG_MEMORY) != 0 && set_memory (group, memory) < 0)
    return -1;
  *failed = KV_CG_PIDS;
  if ((set & KV_CG_PIDS) != 0
      && kv_cg_write_u64 (group, true, "pids.max", pids) < 0)
    return -1;
  *failed = KV_CG_CPU;
  if ((set & KV_CG_CPU) != 0 && set_cpu (group, cpu) < 0)
    return -1;
  *failed = 0;
  return 0;
}

/* Makes NAME in PARENT and enters it as the next group of LIMITS. */
static struct kv_group *
add_folder (struct kv_limits *limits, int parent, const char *above,
            const char *name)
{
  struct kv_group *g = &limits->groups[limits->n_groups];
  int n = snprintf (g->path, sizeof g->path, "%s/%s",
                    strcmp (above, "/") == 0 ? "" : above, name);

  if (n < 0 || (size_t) n >= sizeof g->path) {
    errno = ENAMETOOLONG;
    return NULL;
  }
  g->parent_fd = fcntl (parent, F_DUPFD_CLOEXEC, 3);
  if (g->parent_fd < 0 || mkdirat (parent, name, 0755) < 0)
    return NULL;
  snprintf (g->name, sizeof g->name, "%s", name);
  snprintf (g->controller, sizeof g->controller, "unified");
  limits->n_groups++;
  g->fd = kv_cg_open_child (parent, true, name);
  return g->fd < 0 ? NULL : g;
}

/* The one with the limits comes first, in the array and when it is removed. */
static void
put_leaf_first (struct kv_limits *limits)
{
  struct kv_group outer = limits->groups[0];

  limits->groups[0] = limits->groups[1];
  limits->groups[1] = outer;
}

static int
make_folders (struct kv_limits *limits, const struct kv_cg_place *place,
              int parent, unsigned set)
{
  struct kv_group *g;

  g = add_folder (limits, parent, place->path, limits->name);
  if (g == NULL)
    return -1;
  if (place->kind == KV_CG_PLACE_ABOVE && set != 0) {
    const struct kv_group *leaf = NULL;

    if (hand_down (g->fd, set) == 0)
      leaf = add_folder (limits, g->fd, g->path, KV_CG_LEAF);
    if (limits->n_groups == 2)
      put_leaf_first (limits);
    if (leaf == NULL)
      return -1;
  }
  g = &limits->groups[0];
  g->controllers = set | KV_CG_UNIFIED;
  g->join_fd = kv_cg_open (g->fd, true, "cgroup.procs", O_WRONLY);
  return g->join_fd < 0 ? -1 : 0;
}

static unsigned
wanted_set (const struct kv_limits_wanted *wanted)
{
  return (wanted->memory > 0 ? KV_CG_MEMORY : 0U)
         | (wanted->pids > 0 ? KV_CG_PIDS : 0U)
         | (wanted->cpu > 0 ? KV_CG_CPU : 0U);
}

/* What has to be carried over from groups that are left. */
static unsigned
bounded_set (const struct kv_cg_place *place)
{
  return (place->memory != UINT64_MAX ? KV_CG_MEMORY : 0U)
         | (place->pids != UINT64_MAX ? KV_CG_PIDS : 0U)
         | (place->cpu != UINT64_MAX ? KV_CG_CPU : 0U);
}

static int
find_place (struct kv_cg_place *place, unsigned need,
            const struct kv_limits_wanted *wanted, struct kv_error *err)
{
  const struct kv_cg_host *host = kv_cg_host ();
  const struct kv_cg_tree *tree = host != NULL ? kv_cg_tree (host, 0) : NULL;

  place->kind = KV_CG_PLACE_NONE;
  if (tree == NULL)
    return 0;
  kv_cg_find_place (tree, need, place);
  if (place->kind != KV_CG_PLACE_SCOPE)
    return 0;
  if (kv_cg_scope_enter (wanted->shim, err) < 0)
    return -1;
  host = kv_cg_host ();
  tree = host != NULL ? kv_cg_tree (host, 0) : NULL;
  place->kind = KV_CG_PLACE_NONE;
  if (tree != NULL)
    kv_cg_find_place (tree, need, place);
  /* Never a second time. */
  if (place->kind == KV_CG_PLACE_SCOPE)
    place->kind = KV_CG_PLACE_NONE;
  return 0;
}

int
kv_cg_v2_make (struct kv_limits *limits, const struct kv_limits_wanted *wanted,
               unsigned must, struct kv_error *err)
{
  unsigned need = wanted_set (wanted), failed, lacking;
  kv_autoclose int parent = -1;
  struct kv_cg_place place;
  struct kv_error refusal = { 0 };
  const struct kv_cg_host *host;

  if (find_place (&place, need, wanted, &refusal) < 0) {
    if (must == 0)
      return 0;
    *err = refusal;
    return -1;
  }
  lacking = place.kind == KV_CG_PLACE_NONE ? must : must & ~place.controllers;
  errno = ENOENT;
  if (lacking != 0)
    return kv_limits_refuse (lacking & -lacking, err);
  if (place.kind == KV_CG_PLACE_NONE)
    return 0;

  host = kv_cg_host ();
  need = (need & place.controllers) | bounded_set (&place);
  failed = need & -need;
  if (host != NULL && kv_cg_tree (host, 0) != NULL)
    parent = kv_cg_open_group (kv_cg_tree (host, 0), place.path);
  if (parent >= 0 && enable (parent, &place, need) == 0
      && make_folders (limits, &place, parent, need) == 0
      && set_limits (limits->groups[0].fd, need, wanted, &place, &failed)
             == 0) {
    limits->controllers = need | KV_CG_UNIFIED;
    /* Moving aside has changed where the caller is. */
    kv_cg_host_forget ();
    return 0;
  }
  kv_cg_host_forget ();
  if (must != 0)
    return kv_limits_refuse ((must & failed) != 0 ? failed : must & -must, err);
  kv_limits_remove (limits);
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup v1: one folder in each hierarchy that carries a wanted limit,
 * beneath the caller's own, so that what bounds the caller stays above. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/limit/cgroup.h"
#include "core/util/cleanup.h"

/* Levels that are looked at above a group. */
#define LEVELS_MAX 32

bool
kv_cg_v1_cpu_holds (int group, uint64_t wanted)
{
  kv_autoclose int here = -1;
  int level;

  for (level = 0; level < LEVELS_MAX; level++) {
    int from = here >= 0 ? here : group;
    int up;

    if (kv_cg_quota_read_v1 (from) <= wanted)
      return true;
    up = openat (from, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (up < 0)
      return false;
    if (here >= 0)
      close (here);
    here = up;
    /* Past the top of the mount. */
    if (kv_cg_check (here, false) < 0)
      return false;
  }
  return false;
}

static int
set_memory (int group, uint64_t bytes)
{
  if (kv_cg_write_u64 (group, false, "memory.limit_in_bytes", bytes) < 0)
    return -1;
  /* Memory and swap together, where the kernel counts swap; it must not be
   * below the first. */
  if (kv_cg_write_u64 (group, false, "memory.memsw.limit_in_bytes", bytes) == 0)
    return 0;
  if (errno != ENOENT)
    return -1;
  return kv_cg_write_u64 (group, false, "memory.swappiness", 0);
}

static int
set_cpu (int group, uint64_t thousandths)
{
  struct kv_cg_quota q = kv_cg_quota_of (thousandths);

  /* A new group begins with the usual period. */
  if ((q.period_us == KV_CG_PERIOD_US
       || kv_cg_write_u64 (group, false, "cpu.cfs_period_us", q.period_us) == 0)
      && kv_cg_write_u64 (group, false, "cpu.cfs_quota_us", q.quota_us) == 0)
    return 0;
  /* More than a group above allows is EINVAL; then that one is tighter. */
  if (errno == EINVAL && kv_cg_v1_cpu_holds (group, thousandths))
    return 0;
  errno = EINVAL;
  return -1;
}

static int
set_limits (int group, unsigned set, const struct kv_limits_wanted *wanted,
            unsigned *failed)
{
  *failed = KV_CG_MEMORY;
  if ((set & KV_CG_MEMORY) != 0 && set_memory (group, wanted->memory) < 0)
    return -1;
  *failed = KV_CG_PIDS;
  if ((set & KV_CG_PIDS) != 0
      && kv_cg_write_u64 (group, false, "pids.max", wanted->pids) < 0)
    return -1;
  *failed = KV_CG_CPU;
  if ((set & KV_CG_CPU) != 0 && set_cpu (group, wanted->cpu) < 0)
    return -1;
  *failed = 0;
  return 0;
}

/* Makes one group; on failure nothing of it is left. */
static int
make_group (const struct kv_cg_tree *tree, struct kv_limits *limits,
            unsigned set, const struct kv_limits_wanted *wanted,
            unsigned *failed)
{
  struct kv_group *g = &limits->groups[limits->n_groups];
  kv_autoclose int parent = -1;
  kv_autoclose int group = -1;
  kv_autoclose int join = -1;
  int saved;

  g->join_fd = -1;
  *failed = set & -set;
  if (tree->own_fd < 0) {
    errno = tree->own_errno;
    return -1;
  }
  parent = fcntl (tree->own_fd, F_DUPFD_CLOEXEC, 3);
  if (parent < 0)
    return -1;
  if (snprintf (g->path, sizeof g->path, "%s/%s",
                strcmp (tree->own, "/") == 0 ? "" : tree->own, limits->name)
      >= (int) sizeof g->path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  if (mkdirat (parent, limits->name, 0755) < 0)
    return -1;
  group = kv_cg_open_child (parent, false, limits->name);
  if (group >= 0 && set_limits (group, set, wanted, failed) == 0) {
    *failed = set & -set;
    join = kv_cg_open (group, false, "tasks", O_WRONLY);
  }
  if (join < 0) {
    saved = errno;
    unlinkat (parent, limits->name, AT_REMOVEDIR);
    errno = saved;
    return -1;
  }
  g->controllers = set;
  snprintf (g->controller, sizeof g->controller, "%s",
            kv_cg_controller_name (set & -set));
  snprintf (g->name, sizeof g->name, "%s", limits->name);
  g->parent_fd = kv_steal_fd (&parent);
  g->fd = kv_steal_fd (&group);
  g->join_fd = kv_steal_fd (&join);
  limits->n_groups++;
  return 0;
}

static unsigned
wanted_set (const struct kv_cg_host *host,
            const struct kv_limits_wanted *wanted)
{
  unsigned set = 0;

  if (wanted->memory > 0)
    set |= KV_CG_MEMORY;
  if (wanted->pids > 0)
    set |= KV_CG_PIDS;
  if (wanted->cpu > 0)
    set |= KV_CG_CPU;
  /* A pids group can be closed to new processes and then emptied, so it
   * serves for killing a tree; stopping it takes the freezer. */
  if (wanted->pause
      || (wanted->kill_tree
          && ((set & KV_CG_PIDS) == 0
              || kv_cg_tree (host, KV_CG_PIDS) == NULL)))
    set |= KV_CG_FREEZER;
  return set;
}

int
kv_cg_v1_make (const struct kv_cg_host *host, struct kv_limits *limits,
               const struct kv_limits_wanted *wanted, unsigned must,
               struct kv_error *err)
{
  unsigned left = wanted_set (host, wanted);

  while (left != 0) {
    unsigned controller = left & -left;
    const struct kv_cg_tree *tree = kv_cg_tree (host, controller);
    unsigned set = tree != NULL ? left & tree->controllers : controller;
    unsigned failed = controller;

    left &= ~set;
    errno = ENOENT;
    if (tree != NULL && make_group (tree, limits, set, wanted, &failed) == 0) {
      limits->controllers |= set;
      continue;
    }
    /* Several controllers in one hierarchy: the others are tried again
     * without the one that failed. */
    left |= set & ~failed;
    if ((must & failed) != 0)
      return kv_limits_refuse (failed, err);
  }
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/limit/cgroup.h"

static bool
counts (int group, bool v2, const char *name, const char *key)
{
  uint64_t value;

  return kv_cg_read_key (group, v2, name, key, &value) == 0 && value > 0;
}

static void
hit_v1 (const struct kv_limits *limits, struct kv_limits_hit *hit)
{
  const struct kv_group *memory = kv_cg_group (limits, KV_CG_MEMORY);
  const struct kv_group *pids = kv_cg_group (limits, KV_CG_PIDS);
  const struct kv_group *cpu = kv_cg_group (limits, KV_CG_CPU);

  if (memory != NULL) {
    /* Not memory.failcnt: it counts each page that had to be reclaimed, and
     * a command that fills its page cache has not been stopped. */
    hit->memory = counts (memory->fd, false, "memory.oom_control", "oom_kill");
    if (kv_cg_read_u64 (memory->fd, false, "memory.max_usage_in_bytes",
                        &hit->memory_peak)
        < 0)
      hit->memory_peak = 0;
  }
  if (pids != NULL)
    hit->pids = counts (pids->fd, false, "pids.events", "max");
  if (cpu != NULL)
    hit->cpu = counts (cpu->fd, false, "cpu.stat", "nr_throttled");
}

static void
hit_v2 (const struct kv_limits *limits, struct kv_limits_hit *hit)
{
  int group = limits->groups[0].fd;

  if ((limits->controllers & KV_CG_MEMORY) != 0) {
    hit->memory = counts (group, true, "memory.events", "oom_kill")
                  || counts (group, true, "memory.events", "oom_group_kill");
    /* Since Linux 5.19. */
    if (kv_cg_read_u64 (group, true, "memory.peak", &hit->memory_peak) < 0)
      hit->memory_peak = 0;
  }
  if ((limits->controllers & KV_CG_PIDS) != 0)
    hit->pids = counts (group, true, "pids.events", "max");
  if ((limits->controllers & KV_CG_CPU) != 0)
    hit->cpu = counts (group, true, "cpu.stat", "nr_throttled");
}

void
kv_limits_hit (const struct kv_limits *limits, struct kv_limits_hit *hit)
{
  memset (hit, 0, sizeof *hit);
  if (limits->n_groups == 0)
    return;
  if (limits->kind == KV_LIMIT_CGROUP_V2)
    hit_v2 (limits, hit);
  else
    hit_v1 (limits, hit);
}

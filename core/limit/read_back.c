/* SPDX-License-Identifier: Apache-2.0 */
/* At the gate: is the process in the groups, and do they hold what was
 * written?  Read from the kernel, not from what we remember. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/limit/cgroup.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"

static int
is_in (const struct kv_group *g, bool v2, const struct kv_cg_host *host,
       struct kv_error *err)
{
  unsigned i;

  for (i = 0; i < host->n_trees; i++) {
    const struct kv_cg_tree *tree = &host->tree[i];

    if (v2 ? !tree->v2 : (tree->controllers & g->controllers) == 0)
      continue;
    if (strcmp (tree->own, g->path) == 0)
      return 0;
    return kv_fail (err, "KVR-03",
                    "the process is in the %s group %s, not in %s",
                    g->controller, tree->own, g->path);
  }
  return kv_fail (err, "KVR-03", "the process is in no %s group",
                  g->controller);
}

static bool
memory_holds_v1 (int group, uint64_t wanted)
{
  uint64_t value;

  if (kv_cg_read_u64 (group, false, "memory.limit_in_bytes", &value) < 0
      || value > wanted)
    return false;
  if (kv_cg_read_u64 (group, false, "memory.memsw.limit_in_bytes", &value) == 0)
    return value <= wanted;
  return errno == ENOENT
         && kv_cg_read_u64 (group, false, "memory.swappiness", &value) == 0
         && value == 0;
}

static bool
memory_holds_v2 (int group, uint64_t wanted)
{
  uint64_t value;

  if (kv_cg_read_u64 (group, true, "memory.max", &value) < 0 || value > wanted)
    return false;
  if (kv_cg_read_u64 (group, true, "memory.swap.max", &value) == 0)
    return value == 0;
  return errno == ENOENT;
}

static bool
pids_hold (int group, bool v2, uint64_t wanted)
{
  uint64_t value;

  return kv_cg_read_u64 (group, v2, "pids.max", &value) == 0 && value <= wanted;
}

static void
seen_to_hold (struct kv_controls *seen, int control, bool v2,
              const char *mechanism)
{
  char words[64];

  snprintf (words, sizeof words, "%s%s", v2 ? KV_CG_WORDS_V2 : KV_CG_WORDS_V1,
            mechanism);
  kv_control_set (seen, control, KAVACH_FULL, words);
  seen->c[control].known = KV_SEEN;
}

static void
read_group (const struct kv_group *g, bool v2, unsigned controllers,
            const struct kv_limits_wanted *wanted, struct kv_controls *seen)
{
  if ((controllers & KV_CG_MEMORY) != 0 && wanted->memory > 0
      && (v2 ? memory_holds_v2 (g->fd, wanted->memory)
             : memory_holds_v1 (g->fd, wanted->memory)))
    seen_to_hold (seen, KAVACH_CTL_MEMORY, v2, "memory");
  if ((controllers & KV_CG_PIDS) != 0 && wanted->pids > 0
      && pids_hold (g->fd, v2, wanted->pids))
    seen_to_hold (seen, KAVACH_CTL_PIDS, v2, "pids");
  if ((controllers & KV_CG_CPU) != 0 && wanted->cpu > 0
      && (v2 ? kv_cg_quota_read_v2 (g->fd) <= wanted->cpu
             : kv_cg_v1_cpu_holds (g->fd, wanted->cpu)))
    seen_to_hold (seen, KAVACH_CTL_CPU, v2, "cpu");
  if ((controllers & (KV_CG_FREEZER | KV_CG_UNIFIED)) != 0)
    seen_to_hold (seen, KAVACH_CTL_PAUSE, v2, "freezer");
  if ((controllers & (KV_CG_FREEZER | KV_CG_UNIFIED | KV_CG_PIDS)) != 0)
    seen_to_hold (seen, KAVACH_CTL_KILL_TREE, v2, "kill");
}

int
kv_limits_read_back (const struct kv_limits *limits, int proc_fd,
                     const struct kv_limits_wanted *wanted,
                     struct kv_controls *seen, struct kv_error *err)
{
  bool v2 = limits->kind == KV_LIMIT_CGROUP_V2;
  kv_autofree struct kv_cg_host *of = malloc (sizeof *of);
  char text[8192];
  unsigned i;

  if (of == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  if (kv_read_at (proc_fd, "cgroup", text, sizeof text) < 0)
    return kv_fail_errno (err, "KVR-03",
                          "cannot read the groups of the process");
  if (kv_cg_parse_groups (text, of) < 0)
    return kv_fail (err, "KVR-03", "the groups of the process make no sense");

  for (i = 0; i < limits->n_groups; i++) {
    const struct kv_group *g = &limits->groups[i];

    if (g->controllers == 0)
      continue;
    if (is_in (g, v2, of, err) < 0)
      return -1;
    read_group (g, v2, v2 ? limits->controllers : g->controllers, wanted, seen);
  }
  return 0;
}

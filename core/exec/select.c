/* SPDX-License-Identifier: Apache-2.0 */
/* Steps 3 and 4: which backends there are, and which one it will be. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/exec/rank.h"
#include "core/exec/run.h"
#include "core/exec/score_gate.h"
#include "core/util/cleanup.h"

int
kv_step_discover (struct kv_run *run, struct kv_error *err)
{
  if (run->discovered)
    return 0;
  run->discovered = true;
  return kv_discover (run->options->policy->plugin, true, &run->candidates,
                      err);
}

/* Before the first step: a shim starts, and loads the likely backend once
 * that is found, so that it is ready when our own work is done.  It only
 * waits; when selection comes to another backend it is killed.  Nothing here
 * can fail a run: the steps come to the same faults again and tell them. */
void
kv_hasten (struct kv_run *run)
{
  const char *name = run->options->policy->backend;
  struct kv_candidate *likely = NULL;
  struct kv_error err = { 0 };
  unsigned i;

  if (run->options->plan_only)
    return;
  (void) kv_shim_launch (&run->shim, true, &err);
  if (kv_step_discover (run, &err) < 0) {
    run->discovered = false;
    return;
  }
  for (i = 0; i < run->candidates.count; i++) {
    struct kv_candidate *c = &run->candidates.list[i];

    if (!c->available || c->kind != KAVACH_BACKEND
        || (name != NULL && strcmp (name, c->name) != 0))
      continue;
    if (likely == NULL || c->boundary > likely->boundary)
      likely = c;
  }
  if (likely != NULL)
    kv_start_shim (run, likely, &err);
}

static int
count_bits (uint64_t set)
{
  return __builtin_popcountll (set);
}

static int
refuse (const struct kv_run *run, const struct kv_standing *ranks, unsigned n,
        struct kv_error *err)
{
  const struct kv_standing *nearest = NULL;
  char names[256];
  unsigned i;
  char *blank;

  if (n == 0 && run->policy.n_backends > 0) {
    kv_fail (err, "KVS-02", "there is no backend \"%s\"",
             run->policy.backends[0]);
    kv_error_rule (err, "require.backends = %s (%s)", run->policy.backends[0],
                   run->policy.backends_origin);
    return kv_error_hint (err, "kavach backends lists them");
  }
  if (n == 0) {
    kv_fail (err, "KVS-02", "no backend is installed");
    return kv_error_hint (err, "kavach plugin list shows where they are "
                               "looked for");
  }

  kv_fail (err, "KVS-01", "no backend can enforce what the policy requires");
  for (i = 0; i < n; i++) {
    kv_standing_describe (&ranks[i], err);
    if (ranks[i].candidate->available
        && (nearest == NULL
            || count_bits (ranks[i].lacks) < count_bits (nearest->lacks)))
      nearest = &ranks[i];
  }
  if (nearest == NULL) {
    const struct kv_error *first = &ranks[0].candidate->error;

    return first->hint[0] != '\0' ? kv_error_hint (err, "%s", first->hint) : -1;
  }
  kv_refusal_rule (run, nearest->lacks, err);
  kv_controls_list (names, sizeof names, nearest->lacks);
  while ((blank = strchr (names, ' ')) != NULL)
    memmove (blank, blank + 1, strlen (blank));
  return kv_error_hint (err,
                        "--waive %s runs it with %s and without that "
                        "protection",
                        names, nearest->candidate->name);
}

/* An object that the command may write would be loaded, unconfined, by the
 * next run.  Those of --plugin and of search paths are protected by rules;
 * where a manifest leads nobody knew before. */
static int
check_objects (const struct kv_run *run, struct kv_error *err)
{
  unsigned i;

  for (i = 0; i < run->candidates.count; i++) {
    const struct kv_candidate *c = &run->candidates.list[i];
    const struct kv_path_rule *rule = NULL;
    kv_autofree char *real = NULL;

    if (c->packaged || c->object_path == NULL)
      continue;
    real = realpath (c->object_path, NULL);
    if (real != NULL)
      rule = kv_policy_paths_rule (&run->policy, real);
    /* The preset minimal confines nothing, and says so. */
    if (rule == NULL || (rule->access & KV_ACCESS_WRITE) == 0
        || strcmp (rule->path, "/") == 0)
      continue;
    kv_fail (err, "KVP-18",
             "plugin %s is loaded from %s, where the command may write",
             c->name, real);
    kv_error_rule (err, "filesystem.write = \"%s\" (%s)", rule->path,
                   rule->origin);
    return kv_error_hint (err, "run it in another folder; -p strict only "
                               "reads the one it is in");
  }
  return 0;
}

int
kv_step_select (struct kv_run *run, struct kv_error *err)
{
  unsigned total = run->candidates.count, n = 0, i;
  kv_autofree struct kv_standing *ranks = calloc (total + 1, sizeof *ranks);
  struct kv_standing *best = NULL;

  if (ranks == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  if (check_objects (run, err) < 0)
    return -1;
  for (i = 0; i < total; i++) {
    struct kv_candidate *c = &run->candidates.list[i];

    if (!kv_standing_is_eligible (&run->policy, c))
      continue;
    kv_standing_assess (&run->policy, c, &ranks[n]);
    if (ranks[n].lacks == 0
        && (best == NULL || kv_standing_compare (&ranks[n], best) < 0))
      best = &ranks[n];
    n++;
  }
  if (best == NULL)
    return refuse (run, ranks, n, err);
  if (kv_score_gate (run, ranks, n, &best, err) < 0)
    return -1;

  run->chosen = best->candidate;
  run->boundary = best->candidate->controls;
  run->boundary_kind = best->candidate->boundary;
  run->layers = best->controls;
  run->estimate = best->score.estimate;
  return 0;
}

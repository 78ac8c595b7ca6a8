/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/exec/assess.h"
#include "core/exec/express.h"
#include "core/exec/rank.h"

bool
kv_standing_is_meant (const struct kv_policy *policy,
                      const struct kv_candidate *c)
{
  /* Kind 0: it has not been loaded, so that nobody knows. */
  if (c->kind != KAVACH_BACKEND && (c->available || c->kind != 0))
    return false;
  return kv_policy_permits (policy, c->name);
}

bool
kv_standing_is_eligible (const struct kv_policy *policy,
                         const struct kv_candidate *c)
{
  return kv_standing_is_meant (policy, c)
         && (policy->n_backends > 0
             || (c->ops_flags & KAVACH_BACKEND_NEEDS_IMAGE) == 0);
}

void
kv_standing_assess (const struct kv_policy *policy, struct kv_candidate *c,
                    struct kv_standing *standing)
{
  memset (standing, 0, sizeof *standing);
  standing->candidate = c;
  if (kv_assess_layers (policy, c, &standing->controls) < 0) {
    standing->lacks = UINT64_MAX;
    return;
  }
  standing->input.boundary = c->boundary;
  standing->input.controls = &standing->controls;
  standing->input.asked = policy->required | policy->wanted;
  standing->input.host_root
      = kv_host_facts ()->euid == 0
        && standing->controls.c[KAVACH_CTL_USER].level != KAVACH_FULL;
  kv_score_estimate (&standing->input, &standing->score);
  standing->lacks = policy->required & ~policy->waived
                    & ~kv_controls_full (&standing->controls);
  standing->lacks |= kv_not_expressed (policy, &c->controls);
}

int
kv_standing_compare (const struct kv_standing *a, const struct kv_standing *b)
{
  if (a->score.unclamped != b->score.unclamped)
    return a->score.unclamped > b->score.unclamped ? -1 : 1;
  /* The same ceiling hides how much more one of them holds. */
  if (a->score.sum != b->score.sum)
    return a->score.sum > b->score.sum ? -1 : 1;
  if (a->candidate->priority != b->candidate->priority)
    return a->candidate->priority > b->candidate->priority ? -1 : 1;
  return strcmp (a->candidate->name, b->candidate->name);
}

void
kv_standing_moved (struct kv_standing *standing)
{
  if (standing->input.controls != NULL)
    standing->input.controls = &standing->controls;
}

void
kv_standing_describe (const struct kv_standing *rank, struct kv_error *err)
{
  const struct kv_candidate *c = rank->candidate;
  char names[256];
  int i;

  if (!c->available) {
    kv_error_detail (err, "  %-10s %s %s", c->name, c->error.code,
                     c->error.text);
    return;
  }
  kv_controls_list (names, sizeof names, rank->lacks);
  kv_error_detail (err, "  %-10s cannot enforce %s", c->name, names);
  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    if ((rank->lacks & KAVACH_BIT (i)) != 0
        && rank->controls.c[i].hint[0] != '\0')
      kv_error_detail (err, "  %-10s   %s", "", rank->controls.c[i].hint);
}

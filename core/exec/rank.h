/* SPDX-License-Identifier: Apache-2.0 */
/* How one backend stands under a policy, and which of two is the better one:
 * the same for a run and for what kavach backends and kavach score print.
 */
#ifndef KV_RANK_H
#define KV_RANK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/loader/loader.h"
#include "core/policy/policy.h"
#include "core/score/evidence.h"
#include "core/score/score.h"

struct kv_standing {
  struct kv_candidate *candidate;
  /* All layers joined; empty where the candidate is not available. */
  struct kv_controls controls;
  struct kv_score score;
  /* Points to this standing's own controls: see kv_standing_moved. */
  struct kv_score_input input;
  /* Required controls that it cannot enforce; all, where it is not
   * available. */
  uint64_t lacks;
  /* Looked for only where a score is asked for. */
  bool has_evidence;
  struct kv_evidence evidence;
};

/* Is C a backend, or what may be one, and not another than the policy
 * names? */
bool kv_standing_is_meant (const struct kv_policy *policy,
                           const struct kv_candidate *c);
/* Would a run take C?  Not without an image that nobody named. */
bool kv_standing_is_eligible (const struct kv_policy *policy,
                              const struct kv_candidate *c);
void kv_standing_assess (const struct kv_policy *policy, struct kv_candidate *c,
                         struct kv_standing *standing);
/* Negative when A is the better one of two that lack nothing. */
int kv_standing_compare (const struct kv_standing *a,
                         const struct kv_standing *b);
/* Why it is not available, or what it cannot enforce. */
void kv_standing_describe (const struct kv_standing *standing,
                           struct kv_error *err);
/* After a copy to another place. */
void kv_standing_moved (struct kv_standing *standing);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KV_SCORE_GATE_H
#define KV_SCORE_GATE_H

#include "core/exec/rank.h"
#include "core/exec/run.h"

/* Where a score is asked for: BEST becomes the strongest by evidence, which is
 * made where there is none; or a refusal. */
int kv_score_gate (struct kv_run *run, struct kv_standing *ranks, unsigned n,
                   struct kv_standing **best, struct kv_error *err);

#endif

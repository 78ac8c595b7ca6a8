/* SPDX-License-Identifier: Apache-2.0 */
/* The estimate: what the controls in force predict (the model is in
 * kavach(7)).  Never a constant per backend: the boundary and the
 * levels are all that goes in.
 */
#ifndef KV_SCORE_H
#define KV_SCORE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/policy/control.h"

enum kv_dimension {
  KV_DIM_KERNEL = 0,
  KV_DIM_FILES,
  KV_DIM_PRIVILEGE,
  KV_DIM_NETWORK,
  KV_DIM_BOUNDARY,
  KV_DIM_PROCESSES,
  KV_DIM_SECRETS,
  KV_DIM_RESOURCES,
  KV_DIM_COUNT
};

struct kv_score_input {
  uint32_t boundary;
  const struct kv_controls *controls;
  /* Controls the policy asks for, required or wanted; 0 stands for all.  An
   * open network is a fault only where it was to be closed. */
  uint64_t asked;
  /* The command runs as host uid 0. */
  int host_root;
};

struct kv_score {
  /* In tenths of a point, so that a share is not lost to rounding. */
  unsigned share[KV_DIM_COUNT];
  unsigned sum;
  unsigned ceiling;
  const char *ceiling_reason;
  /* Controls that would each have to be better to lift the ceiling; 0 where
   * it is the boundary's or the user's. */
  uint64_t ceiling_controls;
  /* min (ceiling, sum), points; the order of candidates. */
  unsigned unclamped;
  /* min (69, 0.85 * unclamped), points: what is printed. */
  unsigned estimate;
};

/* One row of the table: how a control counts in a dimension. */
struct kv_share {
  int dimension;
  int control;
  /* Tenths of a point for FULL and for PARTIAL. */
  unsigned full, partial;
  const char *reason;
};
const struct kv_share *kv_score_shares (unsigned *count);

/* What better levels would bring, best first. */
struct kv_raise {
  int control;
  /* Tenths of a point that its shares would add. */
  unsigned gain;
  /* The estimate if this control alone were FULL. */
  unsigned estimate;
  bool ceiling;
};
/* Fills at most KAVACH_CTL_COUNT elements and returns how many; a control
 * that neither adds a point nor holds the ceiling is left out. */
unsigned kv_score_raises (const struct kv_score_input *in,
                          struct kv_raise raises[KAVACH_CTL_COUNT]);

void kv_score_estimate (const struct kv_score_input *in,
                        struct kv_score *score);
const char *kv_dimension_name (int dimension);
unsigned kv_dimension_weight (int dimension);
/* "minimal" to "fortress". */
const char *kv_score_label (unsigned points);

#endif

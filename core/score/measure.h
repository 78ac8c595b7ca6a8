/* SPDX-License-Identifier: Apache-2.0 */
/* The measured score: what probes inside found, and a witness outside saw
 * arrive.  Never more than what was held.
 */
#ifndef KV_MEASURE_H
#define KV_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/init/probes/rows.h"
#include "core/score/score.h"

/* What of rows.def is about points. */
struct kv_probe_row {
  const char *id;
  int dimension;
  /* Tenths of a point; points, 0: none. */
  unsigned weight, ceiling;
  /* -1: none. */
  int control;
  unsigned flags;
};

/* The battery, in the order of its numbers. */
const struct kv_probe_row *kv_probe_rows (unsigned *count);
/* -1 for an id that is none. */
int kv_probe_find (const char *id);

struct kv_probe_answer {
  /* enum kv_verdict. */
  uint8_t verdict;
  char detail[200];
};

struct kv_measured {
  /* Tenths of a point: what is held, whoever holds it. */
  unsigned share[KV_DIM_COUNT];
  unsigned sum;
  /* Of that, what a run without a sandbox reached. */
  unsigned enforced;
  unsigned ceiling;
  /* The probe that set it, -1 where the kind of kernel does. */
  int ceiling_probe;
  const char *ceiling_reason;
  unsigned points;
};

/* ANSWERS and OUTSIDE (may be NULL) have an element for each row.  ASKED: the
 * controls that the policy asks for. */
void kv_measure (const struct kv_probe_answer *answers,
                 const struct kv_probe_answer *outside, uint64_t asked,
                 struct kv_measured *measured);

/* "held", "reached", "unanswered", "nothing". */
const char *kv_verdict_name (int verdict);

#endif

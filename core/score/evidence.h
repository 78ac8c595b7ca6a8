/* SPDX-License-Identifier: Apache-2.0 */
/* What was measured, kept for the next run of the same shape.  Not signed:
 * the same user could forge it.
 */
#ifndef KV_EVIDENCE_H
#define KV_EVIDENCE_H

#include "core/score/measure.h"

struct kv_evidence {
  struct kv_measured measured;
  /* Seconds since 1970. */
  int64_t at;
};

/* KEY: see core/exec/shape.h.  True when there is some. */
bool kv_evidence_read (const char *key, struct kv_evidence *evidence);
/* ANSWERS have an element for each row.  -1 with errno. */
int kv_evidence_write (const char *key, const struct kv_probe_answer *answers,
                       uint64_t asked);

#endif

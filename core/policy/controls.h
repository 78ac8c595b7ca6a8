/* SPDX-License-Identifier: Apache-2.0 */
/* Which controls a policy requires, and which it would like. */
#ifndef KV_CONTROLS_H
#define KV_CONTROLS_H

#include <stdint.h>

#include <kavach/abi.h>

#include "core/policy/document.h"

struct kv_asked {
  /* Sets of KAVACH_BIT; no control is in two of the first two. */
  uint64_t required, wanted, waived;
  /* Controls whose rules in a file or a flag have to be kept as written, where
   * the control itself is more than the rule: rootfs for process.hostname,
   * fs-exec for filesystem.tmp-exec. */
  uint64_t exact;
  /* What require.controls of a file names, and no preset: in full, the places
   * that kavach protects by itself among it. */
  uint64_t named;
  /* The profile of system calls is none, so far. */
  bool unfiltered;
  /* Where each was asked for, or taken away. */
  struct kv_place at[KAVACH_CTL_COUNT];
};

/* What LAYER, the next one up, adds to ASKED.  A value that a layer says is
 * required, unless its own require.want names the control; a value that
 * opens something takes the control away from the layers below. */
void kv_asked_add (struct kv_asked *asked, const struct kv_document *layer);
/* After the last layer: what is waived is wanted. */
void kv_asked_waive (struct kv_asked *asked);

#endif

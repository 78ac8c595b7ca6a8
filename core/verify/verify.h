/* SPDX-License-Identifier: Apache-2.0 */
/* A verification: the battery in an ordinary sandbox under one policy, with a
 * witness outside; and the same without a sandbox, for what that proves.
 */
#ifndef KV_VERIFY_H
#define KV_VERIFY_H

#include "core/score/measure.h"
#include "core/verify/caller.h"

struct kv_verify_options {
  const struct kv_options *policy;
  /* Called after each answer; may be NULL. */
  void (*progress) (void *data, unsigned done, unsigned total);
  void *data;
};

struct kv_verification {
  /* An element for each row. */
  struct kv_probe_answer *answers, *outside;
  struct kv_outcome outcome;
  struct kv_measured measured;
};

/* How a control of the policy stands. */
enum kv_standing_of {
  KV_DOES_NOT_HOLD = 0,
  KV_HOLDS,
  /* A partial claim, of which some was reached. */
  KV_HOLDS_IN_PART,
  KV_NOT_ANSWERED,
  /* Wanted, and this host does not give it. */
  KV_NOT_CLAIMED
};

/* 0, 125 when the run was refused (said on standard error already), or -1
 * with ERR.  V is to be freed in every case. */
int kv_verify (const struct kv_verify_options *options,
               struct kv_verification *v, struct kv_error *err);
void kv_verification_free (struct kv_verification *v);

/* PROBE: the number of the probe that says so, or -1. */
enum kv_standing_of kv_conforms (const struct kv_verification *v, int control,
                                 int *probe);

#endif

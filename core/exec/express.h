/* SPDX-License-Identifier: Apache-2.0 */
/* How a backend keeps each rule of a policy: as it is written, more strictly,
 * or not at all.
 */
#ifndef KV_EXPRESS_H
#define KV_EXPRESS_H

#include "core/policy/control.h"
#include "core/policy/document.h"
#include "core/policy/policy.h"

enum kv_answer { KV_EXACT, KV_STRICTER, KV_CANNOT };

/* "exact", "stricter", "cannot". */
const char *kv_answer_name (enum kv_answer answer);

struct kv_rule_answer {
  /* "filesystem.hide", "\"/srv/secret\"" */
  const char *key, *value;
  struct kv_place at;
  /* The control it belongs to, -1 for none. */
  int control;
  enum kv_answer answer;
  /* What is different, "" where it is exact. */
  const char *words;
};

/* Calls SAY for every rule of POLICY that a backend can keep or not.
 * BOUNDARY is what the backend itself enforces, LAYERS that with all that
 * kavach adds. */
void kv_express (const struct kv_policy *policy,
                 const struct kv_controls *boundary,
                 const struct kv_controls *layers,
                 void (*say) (void *data, const struct kv_rule_answer *answer),
                 void *data);

/* The set of controls whose rules have to be kept as written, and are not. */
uint64_t kv_not_expressed (const struct kv_policy *policy,
                           const struct kv_controls *boundary);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing: limits, where less is less and 0 is none, and booleans that
 * allow something when they are true.  By the key table. */
#include "config.h"

#include <string.h>

#include "core/policy/compare_private.h"
#include "core/policy/document_key.h"
#include "core/policy/whole.h"

static void
compare_limit (struct kv_comparison *c, const struct kv_key *key,
               const struct kv_said_number *a, const struct kv_said_number *b)
{
  struct kv_sides sides = { .a_at = a->at, .b_at = b->at };
  uint64_t value = kv_is_said (a->at) ? a->value : 0;
  char words[2][32];

  if (b->value == 0 || (value != 0 && value <= b->value))
    return;
  kv_limit_text (words[0], sizeof words[0], key, value);
  kv_limit_text (words[1], sizeof words[1], key, b->value);
  sides.a = words[0];
  sides.b = words[1];
  kv_excess (c, key->path, &sides, "%s", words[0]);
}

static void
compare_boolean (struct kv_comparison *c, const struct kv_key *key,
                 const struct kv_said_number *a, const struct kv_said_number *b)
{
  const struct kv_sides sides
      = { .a_at = a->at, .b_at = b->at, .a = "true", .b = "false" };

  if (b->value == 0 && (!kv_is_said (a->at) || a->value != 0))
    kv_excess (c, key->path, &sides, "true");
}

void
kv_compare_numbers (struct kv_comparison *c)
{
  unsigned i;

  for (i = 0; i < kv_keys_count && !kv_compared (c); i++) {
    const struct kv_key *key = &kv_keys[i];
    const void *a = (const char *) c->a + key->offset;
    const void *b = (const char *) c->b + key->offset;
    bool limit = kv_key_is_limit (key);

    /* None of these is within a list, so that the offset is the document's. */
    if ((!limit && key->type != KV_KEY_BOOLEAN)
        || !kv_is_said (*(const struct kv_place *) b))
      continue;
    if (limit)
      compare_limit (c, key, a, b);
    else
      compare_boolean (c, key, a, b);
  }
}

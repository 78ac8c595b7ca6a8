/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing: the score that is asked for, what satisfies it, and the log. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/policy/compare_private.h"

static void
compare_score (struct kv_comparison *c)
{
  const struct kv_said_number *a = &c->a->require.score,
                              *b = &c->b->require.score;
  uint64_t value = kv_is_said (a->at) ? a->value : 0;
  struct kv_sides sides = { .a_at = a->at, .b_at = b->at };
  char words[2][24];

  if (!kv_is_said (b->at) || value >= b->value)
    return;
  snprintf (words[0], sizeof words[0], "%" PRIu64, value);
  snprintf (words[1], sizeof words[1], "%" PRIu64, b->value);
  sides.a = words[0];
  sides.b = words[1];
  kv_excess (c, "require.score", &sides, "%s", words[0]);
}

/* Not only where A asks for a score: what is within what is within a third
 * has to be within it. */
static void
compare_accepted (struct kv_comparison *c)
{
  const struct kv_said_number *a = &c->a->require.accept,
                              *b = &c->b->require.accept;
  const struct kv_sides sides
      = { .a_at = a->at, .b_at = b->at, .a = "estimate", .b = "measured" };

  if (kv_is_said (b->at) && b->value == KV_ACCEPT_MEASURED
      && (!kv_is_said (a->at) || a->value == KV_ACCEPT_ESTIMATE))
    kv_excess (c, "require.accept", &sides, "%s", sides.a);
}

static void
compare_log (struct kv_comparison *c)
{
  const struct kv_said_text *a = &c->a->audit.log, *b = &c->b->audit.log;
  const struct kv_sides sides = { .a_at = a->at,
                                  .b_at = b->at,
                                  .a = kv_is_said (a->at) ? a->value : "no log",
                                  .b = b->value };

  if (kv_is_said (b->at)
      && (!kv_is_said (a->at) || strcmp (a->value, b->value) != 0))
    kv_excess (c, "audit.log", &sides, "%s", sides.a);
}

void
kv_compare_required (struct kv_comparison *c)
{
  compare_log (c);
  compare_score (c);
  compare_accepted (c);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/policy/compare_private.h"
#include "core/util/cleanup.h"

void
kv_excess (struct kv_comparison *c, const char *key,
           const struct kv_sides *sides, const char *fmt, ...)
{
  struct kv_witness w
      = { .key = key, .a_at = sides->a_at, .b_at = sides->b_at };
  va_list args;

  if (kv_compared (c))
    return;
  c->found++;
  if (c->say == NULL)
    return;
  va_start (args, fmt);
  vsnprintf (w.what, sizeof w.what, fmt, args);
  va_end (args);
  snprintf (w.a, sizeof w.a, "%s", sides->a != NULL ? sides->a : "");
  snprintf (w.b, sizeof w.b, "%s", sides->b != NULL ? sides->b : "");
  c->say (c->data, &w);
}

static void
compare (struct kv_comparison *c)
{
  static void (*const kinds[]) (struct kv_comparison * c)
      = { kv_compare_paths,   kv_compare_numbers, kv_compare_network,
          kv_compare_calls,   kv_compare_names,   kv_compare_credentials,
          kv_compare_required };
  size_t i;

  for (i = 0; i < KV_COUNT (kinds) && !kv_compared (c); i++)
    kinds[i](c);
}

static void
keep (void *data, const struct kv_witness *w)
{
  struct kv_witness *kept = data;

  *kept = *w;
}

bool
kv_policy_le (const struct kv_document *a, const struct kv_document *b,
              const char *home, struct kv_witness *w)
{
  struct kv_comparison c = { .a = a,
                             .b = b,
                             .home = home,
                             .say = w != NULL ? keep : NULL,
                             .data = w,
                             .first_only = true };

  compare (&c);
  return c.found == 0;
}

unsigned
kv_policy_excess (const struct kv_document *a, const struct kv_document *b,
                  const char *home,
                  void (*say) (void *data, const struct kv_witness *w),
                  void *data)
{
  struct kv_comparison c
      = { .a = a, .b = b, .home = home, .say = say, .data = data };

  compare (&c);
  return c.found;
}

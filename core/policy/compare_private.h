/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by compare*.c: one file for each kind of key. */
#ifndef KV_COMPARE_PRIVATE_H
#define KV_COMPARE_PRIVATE_H

#include <stdint.h>

#include "core/policy/compare.h"

struct kv_comparison {
  const struct kv_document *a, *b;
  const char *home;
  void (*say) (void *data, const struct kv_witness *w);
  void *data;
  /* One difference is enough. */
  bool first_only;
  unsigned found;
};

/* Nobody wants to hear of more. */
static inline bool
kv_compared (const struct kv_comparison *c)
{
  return c->first_only && c->found > 0;
}

/* What both sides say to one key: places, and words that are copied. */
struct kv_sides {
  struct kv_place a_at, b_at;
  const char *a, *b;
};

/* A allows what FMT says, and B does not. */
void kv_excess (struct kv_comparison *c, const char *key,
                const struct kv_sides *sides, const char *fmt, ...)
    __attribute__ ((format (printf, 4, 5)));

/* Every one of them says all differences, or the first and returns. */
void kv_compare_paths (struct kv_comparison *c);
void kv_compare_numbers (struct kv_comparison *c);
void kv_compare_network (struct kv_comparison *c);
void kv_compare_calls (struct kv_comparison *c);
void kv_compare_credentials (struct kv_comparison *c);
void kv_compare_names (struct kv_comparison *c);
void kv_compare_required (struct kv_comparison *c);

/* compare_match.c: is all that PATTERN means meant by OTHER as well?  None of
 * them covers another's ground only together with a third: whoever has one
 * string that no other pattern reaches has them all. */
struct kv_host {
  /* Without "*." */
  const char *name;
  enum { KV_HOST_NAME, KV_HOST_BENEATH, KV_HOST_ADDRESS, KV_HOST_ANY } kind;
  uint8_t family, address[16];
};

void kv_host_read (struct kv_host *host, const char *text);
bool kv_host_within (const struct kv_host *host, const struct kv_host *other);
/* A star at the end stands for anything, nothing too. */
bool kv_pattern_within (const char *pattern, const char *other);
/* Is PATTERN within one of LIST, which holds kv_said_text? */
bool kv_pattern_listed (const char *pattern, const struct kv_said_list *list);

#endif

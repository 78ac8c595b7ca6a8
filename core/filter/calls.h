/* SPDX-License-Identifier: Apache-2.0 */
/* A set of system calls, by their numbers in core/filter/known.h. */
#ifndef KV_FILTER_CALLS_H
#define KV_FILTER_CALLS_H

#include <stdbool.h>
#include <stdint.h>

/* The tests see to it that the tables have fewer rows. */
enum { KV_CALLS_MAX = 640 };

struct kv_calls {
  uint64_t bits[KV_CALLS_MAX / 64];
};

static inline void
kv_calls_add (struct kv_calls *set, unsigned call)
{
  set->bits[call / 64] |= UINT64_C (1) << call % 64;
}

static inline void
kv_calls_remove (struct kv_calls *set, unsigned call)
{
  set->bits[call / 64] &= ~(UINT64_C (1) << call % 64);
}

static inline bool
kv_calls_has (const struct kv_calls *set, unsigned call)
{
  return (set->bits[call / 64] >> call % 64 & 1) != 0;
}

static inline bool
kv_calls_empty (const struct kv_calls *set)
{
  uint64_t all = 0;
  unsigned i;

  for (i = 0; i < KV_CALLS_MAX / 64; i++)
    all |= set->bits[i];
  return all == 0;
}

#endif

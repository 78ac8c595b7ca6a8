/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KV_CLOCK_H
#define KV_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds of CLOCK_MONOTONIC: for deadlines, never below 0. */
static inline int64_t
kv_now_ms (void)
{
  struct timespec t = { 0, 0 };

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (int64_t) t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

#endif

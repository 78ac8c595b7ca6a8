/* SPDX-License-Identifier: Apache-2.0 */
/* A share of the CPUs in thousandths and as quota and period. */
#include "config.h"

#include <string.h>

#include "core/limit/cgroup.h"
#include "core/util/parse.h"

/* The kernel takes no quota below this, and no period above a second. */
#define QUOTA_MIN_US 1000
#define PERIOD_MAX_US 1000000

struct kv_cg_quota
kv_cg_quota_of (uint64_t thousandths)
{
  struct kv_cg_quota q = { 0, KV_CG_PERIOD_US };

  if (thousandths * (KV_CG_PERIOD_US / 1000) < QUOTA_MIN_US)
    q.period_us = PERIOD_MAX_US;
  q.quota_us = thousandths * (q.period_us / 1000);
  return q;
}

/* Rounded up: what holds is never made to look tighter than it is. */
static uint64_t
thousandths_of (uint64_t quota, uint64_t period)
{
  uint64_t scaled;

  if (quota == UINT64_MAX || period == 0
      || __builtin_mul_overflow (quota, (uint64_t) 1000, &scaled))
    return UINT64_MAX;
  return scaled / period + (scaled % period != 0);
}

uint64_t
kv_cg_quota_read_v1 (int group)
{
  uint64_t quota, period;

  if (kv_cg_read_u64 (group, false, "cpu.cfs_quota_us", &quota) < 0
      || kv_cg_read_u64 (group, false, "cpu.cfs_period_us", &period) < 0)
    return UINT64_MAX;
  return thousandths_of (quota, period);
}

uint64_t
kv_cg_quota_read_v2 (int group)
{
  char text[64];
  char *second;
  uint64_t quota, period;

  /* The root group has no such file, and no quota. */
  if (kv_cg_read (group, true, "cpu.max", text, sizeof text) < 0)
    return UINT64_MAX;
  text[strcspn (text, "\n")] = '\0';
  second = strchr (text, ' ');
  if (second == NULL)
    return UINT64_MAX;
  *second++ = '\0';
  if (kv_parse_u64 (text, &quota) < 0 || kv_parse_u64 (second, &period) < 0)
    return UINT64_MAX;
  return thousandths_of (quota, period);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <sys/resource.h>

#include "core/init/init.h"

static const char *
resource_name (uint32_t resource)
{
  switch (resource) {
  case RLIMIT_CPU:
    return "cpu";
  case RLIMIT_FSIZE:
    return "fsize";
  case RLIMIT_DATA:
    return "data";
  case RLIMIT_STACK:
    return "stack";
  case RLIMIT_CORE:
    return "core";
  case RLIMIT_NPROC:
    return "nproc";
  case RLIMIT_NOFILE:
    return "nofile";
  case RLIMIT_MEMLOCK:
    return "memlock";
  case RLIMIT_AS:
    return "as";
  default:
    return "rlimit";
  }
}

/* A lower limit that was inherited stays: it may not be raised, and it is
 * the stricter one. */
static int
set_limit (const struct kv_plan_rlimit *wanted)
{
  __rlimit_resource_t resource = (__rlimit_resource_t) wanted->resource;
  struct rlimit64 old, new, now;

  if (prlimit64 (0, resource, NULL, &old) < 0)
    return -1;
  new.rlim_max = wanted->hard < old.rlim_max ? wanted->hard : old.rlim_max;
  new.rlim_cur = wanted->soft < new.rlim_max ? wanted->soft : new.rlim_max;
  if (prlimit64 (0, resource, &new, NULL) < 0
      || prlimit64 (0, resource, NULL, &now) < 0)
    return -1;
  if (now.rlim_cur != new.rlim_cur || now.rlim_max != new.rlim_max) {
    errno = EIO;
    return -1;
  }
  return 0;
}

int
kv_set_rlimits (struct kv_init *init)
{
  uint32_t i;

  for (i = 0; i < init->plan.n_rlimits; i++) {
    init->subject = resource_name (init->plan.rlimits[i].resource);
    if (set_limit (&init->plan.rlimits[i]) < 0)
      return -1;
  }
  return 0;
}

enum kv_answer
kv_rlimit_holds (const struct kv_init *init, uint32_t resource)
{
  uint32_t i;

  for (i = 0; i < init->plan.n_rlimits; i++) {
    const struct kv_plan_rlimit *wanted = &init->plan.rlimits[i];
    struct rlimit64 now;

    if (wanted->resource != resource)
      continue;
    if (prlimit64 (0, (__rlimit_resource_t) resource, NULL, &now) < 0)
      return KV_OPEN;
    return now.rlim_max <= wanted->hard && now.rlim_cur <= wanted->soft
               ? KV_HELD
               : KV_OPEN;
  }
  return KV_UNANSWERED;
}

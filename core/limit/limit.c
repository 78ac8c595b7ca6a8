/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "core/limit/cgroup.h"

int
kv_cg_control (unsigned controller)
{
  switch (controller) {
  case KV_CG_MEMORY:
    return KAVACH_CTL_MEMORY;
  case KV_CG_PIDS:
    return KAVACH_CTL_PIDS;
  case KV_CG_CPU:
    return KAVACH_CTL_CPU;
  default:
    return KAVACH_CTL_KILL_TREE;
  }
}

bool
kv_limits_carry (const struct kv_limits *limits, int control)
{
  unsigned left;

  for (left = limits->controllers & KV_CG_LIMITS; left != 0; left &= left - 1)
    if (kv_cg_control (left & -left) == control)
      return true;
  return false;
}

int
kv_limits_refuse (unsigned controller, struct kv_error *err)
{
  const char *name = kv_cg_controller_name (controller);
  char hint[160] = "";

  if (name == NULL)
    name = "process";
  kv_fail_errno (err, "KVR-01", "no cgroup can hold the %s limit here", name);
  kv_cg_hint (controller, hint, sizeof hint);
  if (hint[0] != '\0')
    kv_error_hint (err, "%s", hint);
  return -1;
}

/* The limits that a required control stands for. */
static unsigned
required_set (const struct kv_limits_wanted *wanted, uint64_t required)
{
  unsigned set = 0;

  if (wanted->memory > 0 && (required & KAVACH_BIT (KAVACH_CTL_MEMORY)) != 0)
    set |= KV_CG_MEMORY;
  if (wanted->pids > 0 && (required & KAVACH_BIT (KAVACH_CTL_PIDS)) != 0)
    set |= KV_CG_PIDS;
  if (wanted->cpu > 0 && (required & KAVACH_BIT (KAVACH_CTL_CPU)) != 0)
    set |= KV_CG_CPU;
  return set;
}

int
kv_limits_make (struct kv_limits *limits, const char *id,
                const struct kv_limits_wanted *wanted, uint64_t required,
                struct kv_error *err)
{
  const struct kv_cg_host *host;
  unsigned must = required_set (wanted, required);
  int result = 0;
  unsigned i;

  memset (limits, 0, sizeof *limits);
  for (i = 0; i < KV_LIMIT_MAX_GROUPS; i++) {
    limits->groups[i].fd = -1;
    limits->groups[i].parent_fd = -1;
    limits->groups[i].join_fd = -1;
  }
  if (wanted->memory == 0 && wanted->pids == 0 && wanted->cpu == 0
      && !wanted->kill_tree && !wanted->pause)
    return 0;
  if (kv_owner_name (limits->name, sizeof limits->name, id) < 0)
    return kv_fail_errno (err, "KVR-02", "cannot name the cgroup of %s", id);

  host = kv_cg_host ();
  if (host == NULL || host->kind == KV_LIMIT_NONE) {
    if (must == 0)
      return 0;
    if (host != NULL)
      errno = ENOENT;
    return kv_limits_refuse (must & -must, err);
  }
  limits->kind = host->kind;
  if (host->kind == KV_LIMIT_CGROUP_V1)
    result = kv_cg_v1_make (host, limits, wanted, must, err);
  else
    result = kv_cg_v2_make (limits, wanted, must, err);
  if (result < 0) {
    kv_limits_remove (limits);
    return -1;
  }
  if (limits->n_groups == 0)
    limits->kind = KV_LIMIT_NONE;
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "core/wire/plan.h"

/* Every element of an array takes at least five bytes in the plan (a length
 * and a NUL, or more), and at most one struct kv_plan_path in the table. */
size_t
kv_plan_table_size (size_t size)
{
  return (size / 5 + 4) * sizeof (struct kv_plan_path);
}

struct table {
  uint8_t *next;
  size_t left;
};

static void *
table_take (struct table *t, size_t size)
{
  void *here = t->next;

  size = (size + 7) & ~(size_t) 7;
  if (size > t->left)
    return NULL;
  t->next += size;
  t->left -= size;
  return here;
}

static char **
get_vector (struct kv_reader *r, struct table *t)
{
  uint32_t count = kv_get_count (r, 5), i;
  char **vector = table_take (t, ((size_t) count + 1) * sizeof *vector);

  if (vector == NULL) {
    r->bad = true;
    return NULL;
  }
  for (i = 0; i < count; i++) {
    /* The mapping is private and writable; execve wants char *. */
    vector[i] = (char *) (uintptr_t) kv_get_str (r);
    if (vector[i] == NULL)
      r->bad = true;
  }
  vector[count] = NULL;
  return vector;
}

static void
get_rlimits (struct kv_reader *r, struct kv_plan *plan)
{
  uint32_t i;

  plan->n_rlimits = kv_get_u32 (r);
  if (plan->n_rlimits > KV_PLAN_MAX_RLIMITS) {
    plan->n_rlimits = 0;
    r->bad = true;
  }
  for (i = 0; i < plan->n_rlimits; i++) {
    plan->rlimits[i].resource = kv_get_u32 (r);
    plan->rlimits[i].soft = kv_get_u64 (r);
    plan->rlimits[i].hard = kv_get_u64 (r);
  }
}

static void
get_paths (struct kv_reader *r, struct kv_plan *plan, struct table *t)
{
  uint32_t i;

  plan->n_paths = kv_get_count (r, 9);
  plan->paths = table_take (t, plan->n_paths * sizeof *plan->paths);
  if (plan->paths == NULL) {
    r->bad = true;
    return;
  }
  for (i = 0; i < plan->n_paths; i++) {
    plan->paths[i].access = kv_get_u32 (r);
    plan->paths[i].path = kv_get_str (r);
    if (plan->paths[i].path == NULL)
      r->bad = true;
  }
}

int
kv_plan_read (const void *data, size_t size, struct kv_plan *plan, void *table,
              size_t table_size)
{
  struct table t = { .next = table, .left = table_size };
  struct kv_reader r;

  memset (plan, 0, sizeof *plan);
  kv_reader_init (&r, data, size);
  if (kv_get_u32 (&r) != KV_PLAN_VERSION)
    return -1;

  plan->flags = kv_get_u32 (&r);
  plan->landlock_abi_max = kv_get_u32 (&r);
  plan->selftest = kv_get_u64 (&r);
  plan->uid = kv_get_u32 (&r);
  plan->gid = kv_get_u32 (&r);
  plan->umask = kv_get_u32 (&r);
  get_rlimits (&r, plan);
  if (!r.bad)
    get_paths (&r, plan, &t);
  plan->cwd = kv_get_str (&r);
  if (!r.bad)
    plan->argv = get_vector (&r, &t);
  if (!r.bad)
    plan->envp = get_vector (&r, &t);
  plan->filter = kv_get_bytes (&r, &plan->filter_size);
  plan->command_filter = kv_get_bytes (&r, &plan->command_filter_size);

  if (!kv_reader_done (&r) || plan->cwd == NULL || plan->argv == NULL
      || plan->argv[0] == NULL || plan->filter_size % 8 != 0
      || plan->command_filter_size % 8 != 0)
    return -1;
  return 0;
}

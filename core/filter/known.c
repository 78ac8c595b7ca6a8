/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/filter/known.h"
#include "core/filter/table.h"

const struct kv_row *
kv_call_row (unsigned call)
{
  size_t i;

  for (i = 0; kv_tables[i] != NULL; i++) {
    if (call < kv_tables[i]->n_rows)
      return &kv_tables[i]->rows[call];
    call -= (unsigned) kv_tables[i]->n_rows;
  }
  return NULL;
}

unsigned
kv_calls_count (void)
{
  size_t n = 0, i;

  for (i = 0; kv_tables[i] != NULL; i++)
    n += kv_tables[i]->n_rows;
  return (unsigned) n;
}

const char *
kv_call_name (unsigned call)
{
  const struct kv_row *row = kv_call_row (call);

  return row != NULL ? row->name : NULL;
}

/* Numbers in the order of their names, made when first asked for: a policy
 * with groups asks some thousand times. */
static struct {
  unsigned count;
  uint16_t numbers[KV_CALLS_MAX];
} sorted;

/* Never NULL: the numbers here are those of calls. */
static const char *
name_of (unsigned call)
{
  const char *name = kv_call_name (call);

  return name != NULL ? name : "";
}

static int
by_name (const void *a, const void *b)
{
  return strcmp (name_of (*(const uint16_t *) a),
                 name_of (*(const uint16_t *) b));
}

static int
name_to_number (const void *name, const void *number)
{
  return strcmp (name, name_of (*(const uint16_t *) number));
}

int
kv_call_find (const char *name)
{
  const uint16_t *found;

  if (sorted.count == 0) {
    unsigned n = kv_calls_count (), i;

    for (i = 0; i < n && i < KV_CALLS_MAX; i++)
      sorted.numbers[i] = (uint16_t) i;
    qsort (sorted.numbers, i, sizeof sorted.numbers[0], by_name);
    sorted.count = i;
  }
  found = bsearch (name, sorted.numbers, sorted.count, sizeof sorted.numbers[0],
                   name_to_number);
  return found != NULL ? *found : -1;
}

enum kv_openness
kv_call_openness (unsigned call, uint32_t profile)
{
  const struct kv_row *row = kv_call_row (call);
  bool strict = profile == KV_FILTER_STRICT;

  if (profile == KV_FILTER_NONE)
    return KV_OPEN;
  if (row == NULL)
    return KV_CLOSED;
  switch (strict ? row->strict : row->basic) {
  case KV_YES:
    /* The launcher opens it where the boundary makes that safe; ptrace and
     * its kin never under strict. */
    if (row->flag == KV_FILTER_PTRACE && strict)
      return KV_CLOSED;
    if (row->flag != 0)
      break;
    return KV_OPEN;
  case KV_GUARDED:
    break;
  default:
    return KV_CLOSED;
  }
  return strict ? KV_GUARDED_STRICT : KV_GUARDED_BASIC;
}

char *
kv_calls_text (const struct kv_calls *set)
{
  size_t size = 1, used = 0;
  unsigned call, n = kv_calls_count ();
  char *text;

  for (call = 0; call < n; call++)
    if (kv_calls_has (set, call))
      size += strlen (name_of (call)) + 1;
  text = calloc (1, size);
  for (call = 0; call < n && text != NULL; call++) {
    size_t length = strlen (name_of (call));

    if (!kv_calls_has (set, call))
      continue;
    if (used > 0)
      text[used++] = ',';
    memcpy (text + used, name_of (call), length);
    used += length;
  }
  return text;
}

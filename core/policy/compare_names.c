/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing: lists of names, of which fewer allow less, and those whose
 * names ask for something, of which fewer allow more. */
#include "config.h"

#include <string.h>

#include "core/policy/compare_private.h"
#include "core/policy/document_key.h"
#include "core/util/cleanup.h"

#define AT(member) offsetof (struct kv_document, member)

static const struct names {
  size_t list;
  const char *key;
  /* Fewer allow more: A has to have all that B has. */
  bool asks;
  /* What is not said is every name, and not none. */
  bool open;
  /* The names may be patterns. */
  bool patterns;
  const char *has, *has_not;
} kinds[] = {
  { AT (process.pass), "process.env.pass", .open = true, .patterns = true,
    .has = "passed", .has_not = "not passed" },
  { AT (audit.hooks), "audit.hooks", .asks = true, .has = "without it",
    .has_not = "with it" },
  { AT (require.controls), "require.controls", .asks = true,
    .has = "not required", .has_not = "required" },
  { AT (require.waive), "require.waive", .open = true, .has = "can be waived",
    .has_not = "cannot be waived" },
  { AT (require.backends), "require.backends", .open = true, .has = "permitted",
    .has_not = "not permitted" },
};

static bool
has (const struct names *kind, const struct kv_said_list *list,
     const char *name)
{
  if (!kind->patterns)
    return kv_said_has (list, name);
  if (kv_said_has (list, KV_ANY))
    return true;
  return strcmp (name, KV_ANY) != 0 && kv_pattern_listed (name, list);
}

static void
compare_lists (struct kv_comparison *c, const struct names *kind,
               const struct kv_said_list *a, const struct kv_said_list *b)
{
  const struct kv_said_list *from = kind->asks ? b : a;
  const struct kv_said_list *in = kind->asks ? a : b;
  const struct kv_said_text *items = from->items;
  struct kv_sides sides = { .a = kind->has, .b = kind->has_not };
  unsigned i;

  sides.a_at = a->at;
  sides.b_at = b->at;
  if (kind->open && !kv_is_said (a->at) && !has (kind, b, KV_ANY)) {
    kv_excess (c, kind->key, &sides, KV_ANY);
    return;
  }
  for (i = 0; i < from->count && !kv_compared (c); i++) {
    if (has (kind, in, items[i].value))
      continue;
    *(kind->asks ? &sides.b_at : &sides.a_at) = items[i].at;
    kv_excess (c, kind->key, &sides, "%s", items[i].value);
  }
}

void
kv_compare_names (struct kv_comparison *c)
{
  size_t i;

  for (i = 0; i < KV_COUNT (kinds) && !kv_compared (c); i++) {
    const void *a = (const char *) c->a + kinds[i].list;
    const void *b = (const char *) c->b + kinds[i].list;

    if (kv_is_said (*(const struct kv_place *) b))
      compare_lists (c, &kinds[i], a, b);
  }
}

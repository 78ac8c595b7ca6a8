/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing: system calls, each by how far it is open. */
#include "config.h"

#include <string.h>

#include "core/filter/filter.h"
#include "core/filter/groups.h"
#include "core/filter/known.h"
#include "core/policy/compare_private.h"
#include "core/policy/document_key.h"
#include "core/util/cleanup.h"

enum { NONE, BASIC, STRICT, CLOSED, LEVELS };

struct side {
  const struct kv_document *document;
  /* What the profile does at most and at least: of a file nothing is known
   * but that it takes away from basic. */
  const uint8_t *most, *least;
  struct kv_calls allowed, denied;
};

static const uint8_t *
levels (int profile)
{
  static const uint32_t profiles[]
      = { KV_FILTER_NONE, KV_FILTER_BASIC, KV_FILTER_STRICT };
  static uint8_t made[LEVELS][KV_CALLS_MAX];
  static bool is_made[LEVELS];
  unsigned call, n = kv_calls_count ();

  if (!is_made[profile] && profile != CLOSED)
    for (call = 0; call < n; call++)
      made[profile][call]
          = (uint8_t) kv_call_openness (call, profiles[profile]);
  is_made[profile] = true;
  return made[profile];
}

static void
join (struct kv_calls *into, const struct kv_calls *set)
{
  unsigned i;

  for (i = 0; i < KV_COUNT (into->bits); i++)
    into->bits[i] |= set->bits[i];
}

static void
take_out (struct kv_calls *from, const struct kv_calls *set)
{
  unsigned i;

  for (i = 0; i < KV_COUNT (from->bits); i++)
    from->bits[i] &= ~set->bits[i];
}

/* A has fewer calls than B, and none that B has not. */
static bool
is_narrower (const struct kv_calls *a, const struct kv_calls *b)
{
  struct kv_calls rest = *a;

  take_out (&rest, b);
  return kv_calls_empty (&rest) && memcmp (a, b, sizeof *a) != 0;
}

/* The calls that LIST has by their own names. */
static struct kv_calls
named (const struct kv_said_list *list)
{
  const struct kv_said_text *items = list->items;
  struct kv_calls set = { .bits = { 0 } };
  unsigned i;

  for (i = 0; i < list->count; i++) {
    int call = items[i].value[0] == '@' ? -1 : kv_call_find (items[i].value);

    if (call >= 0)
      kv_calls_add (&set, (unsigned) call);
  }
  return set;
}

static const struct kv_calls *
group_of (const struct kv_said_list *list, unsigned at)
{
  const struct kv_said_text *item
      = (const struct kv_said_text *) list->items + at;

  return item->value[0] == '@' ? kv_group_calls (item->value) : NULL;
}

/* What kv_calls_resolve makes of the words, by whole sets: there each call is
 * looked at by itself, which takes longer than all else that is compared.
 * Words that mean nothing open and close nothing. */
static void
read_words (struct side *side)
{
  const struct kv_said_list *allow = &side->document->syscalls.allow;
  const struct kv_said_list *deny = &side->document->syscalls.deny;
  struct kv_calls names[2];
  unsigned i, j;

  if (allow->count == 0 && deny->count == 0)
    return;
  for (i = 0; i < deny->count; i++)
    if (group_of (deny, i) != NULL)
      join (&side->denied, group_of (deny, i));
  for (i = 0; i < allow->count; i++) {
    const struct kv_calls *group = group_of (allow, i);
    struct kv_calls left;

    if (group == NULL)
      continue;
    left = *group;
    for (j = 0; j < deny->count; j++) {
      const struct kv_calls *other = group_of (deny, j);

      if (other != NULL && !is_narrower (group, other))
        take_out (&left, other);
    }
    join (&side->allowed, &left);
  }
  names[0] = named (allow);
  names[1] = named (deny);
  join (&side->allowed, &names[0]);
  take_out (&side->allowed, &names[1]);
  take_out (&side->denied, &side->allowed);
  join (&side->denied, &names[1]);
}

static void
read_side (struct side *side, const struct kv_document *document)
{
  const struct kv_said_text *profile = &document->syscalls.profile;

  memset (side, 0, sizeof *side);
  side->document = document;
  if (!kv_is_said (profile->at) || strcmp (profile->value, "none") == 0)
    side->most = side->least = levels (NONE);
  else if (strcmp (profile->value, "basic") == 0)
    side->most = side->least = levels (BASIC);
  else if (strcmp (profile->value, "strict") == 0)
    side->most = side->least = levels (STRICT);
  else {
    side->most = levels (BASIC);
    side->least = levels (CLOSED);
  }
  read_words (side);
}

static size_t
folder_length (const char *file)
{
  const char *slash = file != NULL ? strrchr (file, '/') : NULL;

  return slash != NULL ? (size_t) (slash - file) + 1 : 0;
}

/* The same text means the same file only from the same folder. */
static bool
same_profile (const struct kv_said_text *a, const struct kv_said_text *b)
{
  size_t n = folder_length (a->at.file);

  if (!kv_is_said (a->at) || !kv_is_said (b->at)
      || strcmp (a->value, b->value) != 0)
    return false;
  return !kv_form_file.fits (a->value) || a->value[0] == '/'
         || strncmp (a->value, "~/", 2) == 0
         || (n == folder_length (b->at.file)
             && memcmp (a->at.file, b->at.file, n) == 0);
}

static enum kv_openness
openness (const struct side *side, unsigned call, bool least)
{
  if (kv_calls_has (&side->allowed, call))
    return KV_OPEN;
  if (kv_calls_has (&side->denied, call))
    return KV_CLOSED;
  return (enum kv_openness) (least ? side->least : side->most)[call];
}

static bool
is_said (const struct side *side, unsigned call)
{
  return kv_calls_has (&side->allowed, call)
         || kv_calls_has (&side->denied, call);
}

/* The word of LIST that speaks of CALL: its name, else a group. */
static const struct kv_said_text *
word_for (const struct kv_said_list *list, const char *call)
{
  const struct kv_said_text *items = list->items, *found = NULL;
  unsigned i, j, n;

  for (i = 0; i < list->count; i++) {
    const char *const *members;

    if (strcmp (items[i].value, call) == 0)
      return &items[i];
    members
        = items[i].value[0] == '@' ? kv_group_find (items[i].value, &n) : NULL;
    for (j = 0; members != NULL && j < n; j++)
      if (strcmp (members[j], call) == 0)
        found = &items[i];
  }
  return found;
}

static struct kv_place
place_of (const struct side *side, unsigned call)
{
  const struct kv_document *d = side->document;
  const struct kv_said_text *word = NULL;

  if (kv_calls_has (&side->allowed, call))
    word = word_for (&d->syscalls.allow, kv_call_name (call));
  else if (kv_calls_has (&side->denied, call))
    word = word_for (&d->syscalls.deny, kv_call_name (call));
  return word != NULL ? word->at : d->syscalls.profile.at;
}

static void
say_call (struct kv_comparison *c, const struct side *a, const struct side *b,
          unsigned call)
{
  static const char *const words[]
      = { "closed", "guarded as in strict", "guarded as in basic", "open" };
  const struct kv_sides sides = { .a_at = place_of (a, call),
                                  .b_at = place_of (b, call),
                                  .a = words[openness (a, call, false)],
                                  .b = words[openness (b, call, true)] };

  kv_excess (c,
             kv_calls_has (&a->allowed, call)  ? "syscalls.allow"
             : kv_calls_has (&b->denied, call) ? "syscalls.deny"
                                               : "syscalls.profile",
             &sides, "%s", kv_call_name (call));
}

void
kv_compare_calls (struct kv_comparison *c)
{
  const struct kv_said_text *profile = &c->b->syscalls.profile;
  unsigned call, n = kv_calls_count ();
  struct side a, b;
  bool same;

  if (!kv_is_said (profile->at) && c->b->syscalls.deny.count == 0)
    return;
  read_side (&a, c->a);
  read_side (&b, c->b);
  same = same_profile (&c->a->syscalls.profile, profile);
  for (call = 0; call < n && !kv_compared (c); call++) {
    if (same && !is_said (&a, call) && !is_said (&b, call))
      continue;
    if (openness (&a, call, false) > openness (&b, call, true))
      say_call (c, &a, &b, call);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/filter/groups.h"
#include "core/filter/known.h"
#include "core/filter/table.h"

enum {
  GROUPS_MAX = 40,
  /* Of all groups together, those of @known twice over. */
  MEMBERS_MAX = 4 * KV_CALLS_MAX,
  WORD_MAX = 40
};

/* Made from the words when it is first asked for. */
static struct {
  bool made;
  struct kv_calls calls[GROUPS_MAX];
  const char *names[GROUPS_MAX];
  const char *members[MEMBERS_MAX];
  unsigned start[GROUPS_MAX + 1];
} known;

static int
group_number (const char *name)
{
  unsigned i;

  for (i = 0; i < kv_groups_count; i++)
    if (strcmp (kv_groups[i].name, name) == 0)
      return (int) i;
  return -1;
}

/* The next word of TEXT, which moves behind it; false at the end. */
static bool
next_word (const char **text, char *word)
{
  size_t length = strcspn (*text, " ");

  if (length == 0 || length >= WORD_MAX)
    return false;
  memcpy (word, *text, length);
  word[length] = '\0';
  *text += length + ((*text)[length] == ' ');
  return true;
}

/* No group is within itself: the tests go through all of them. */
static void
expand (unsigned group, struct kv_calls *into)
{
  const char *text = kv_groups[group].members;
  char word[WORD_MAX];
  unsigned i;

  if (*text == '\0')
    for (i = 0; i < kv_calls_count (); i++)
      kv_calls_add (into, i);
  while (next_word (&text, word)) {
    int at = word[0] == '@' ? group_number (word) : kv_call_find (word);

    if (at >= 0 && word[0] == '@')
      expand ((unsigned) at, into);
    else if (at >= 0)
      kv_calls_add (into, (unsigned) at);
  }
}

static void
make_known (void)
{
  unsigned used = 0, i, call;

  if (known.made)
    return;
  for (i = 0; i < kv_groups_count && i < GROUPS_MAX; i++) {
    known.names[i] = kv_groups[i].name;
    expand (i, &known.calls[i]);
    known.start[i] = used;
    for (call = 0; call < kv_calls_count () && used < MEMBERS_MAX; call++)
      if (kv_calls_has (&known.calls[i], call))
        known.members[used++] = kv_call_name (call);
    known.start[i + 1] = used;
  }
  known.made = true;
}

const struct kv_calls *
kv_group_calls (const char *name)
{
  int at = group_number (name);

  make_known ();
  return at < 0 ? NULL : &known.calls[at];
}

const char *const *
kv_group_find (const char *name, unsigned *count)
{
  int at = group_number (name);

  *count = 0;
  make_known ();
  if (at < 0)
    return NULL;
  *count = known.start[at + 1] - known.start[at];
  return known.members + known.start[at];
}

const char *const *
kv_group_names (unsigned *count)
{
  make_known ();
  *count = kv_groups_count;
  return known.names;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/filter/groups.h"
#include "core/filter/known.h"
#include "core/filter/table.h"

enum { GROUPS_MAX = 40, WORD_MAX = 40 };

/* Made of the words when it is first asked for. */
static struct {
  bool made;
  struct kv_calls calls;
  /* The names, made later still. */
  const char **members;
  unsigned count;
} known[GROUPS_MAX];

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

static const struct kv_calls *
calls_of (unsigned group)
{
  if (!known[group].made)
    expand (group, &known[group].calls);
  known[group].made = true;
  return &known[group].calls;
}

const struct kv_calls *
kv_group_calls (const char *name)
{
  int at = group_number (name);

  return at < 0 ? NULL : calls_of ((unsigned) at);
}

const char *const *
kv_group_find (const char *name, unsigned *count)
{
  int at = group_number (name);
  const struct kv_calls *calls;
  unsigned call, n = 0;

  *count = 0;
  if (at < 0)
    return NULL;
  calls = calls_of ((unsigned) at);
  if (known[at].members == NULL) {
    known[at].members = calloc (KV_CALLS_MAX, sizeof *known[at].members);
    for (call = 0; known[at].members != NULL && call < kv_calls_count ();
         call++)
      if (kv_calls_has (calls, call))
        known[at].members[n++] = kv_call_name (call);
    known[at].count = n;
  }
  *count = known[at].count;
  return known[at].members;
}

const char *const *
kv_group_names (unsigned *count)
{
  static const char *names[GROUPS_MAX];
  unsigned i;

  for (i = 0; i < kv_groups_count && i < GROUPS_MAX; i++)
    names[i] = kv_groups[i].name;
  *count = i;
  return names;
}

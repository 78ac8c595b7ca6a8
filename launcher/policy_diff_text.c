/* SPDX-License-Identifier: Apache-2.0 */
/* Differences in words, for people and for pull requests: 80 columns, what
 * changes in the same way in one paragraph. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/groups.h"
#include "core/filter/known.h"
#include "core/policy/paths.h"
#include "core/util/cleanup.h"
#include "core/util/error.h"
#include "core/util/text.h"
#include "launcher/policy_diff.h"

enum { COLUMNS = 80, INDENT = 4, HANGING = 8 };

struct printer {
  const struct kv_differences *differences;
  bool more;
  const char *folder, *home;
  /* Of the section that was printed last. */
  char section[32];
};

/* What is said of keys whose two sides say nothing that the direction does
 * not: when the second policy allows more, and when the first does. */
static const struct {
  const char *key, *more, *less;
} verbs[] = {
  { "network.allow", "let through", "no longer let through" },
  { "process.env.pass", "passed", "no longer passed" },
  { "process.tty", "can be had", "cannot be had" },
  { "filesystem.tmp-exec", "allowed", "no longer allowed" },
  { "audit.hooks", "no longer told", "told" },
  { "require.controls", "no longer required", "now required" },
  { "require.waive", "may be waived", "may no longer be waived" },
  { "require.backends", "permitted", "no longer permitted" },
};

static const char *
verb_of (const char *key, bool more)
{
  size_t i;

  for (i = 0; i < KV_COUNT (verbs); i++)
    if (strcmp (verbs[i].key, key) == 0)
      return more ? verbs[i].more : verbs[i].less;
  return NULL;
}

/* The three keys of system calls are one paragraph. */
static const char *
paragraph_of (const struct kv_witness *w)
{
  return strncmp (w->key, "syscalls.", 9) == 0 ? "syscalls" : w->key;
}

static bool
goes_with (const struct kv_witness *one, const struct kv_witness *other)
{
  return strcmp (paragraph_of (one), paragraph_of (other)) == 0
         && strcmp (one->a, other->a) == 0 && strcmp (one->b, other->b) == 0;
}

static bool
is_first (const struct kv_differences *d, unsigned at)
{
  unsigned i;

  for (i = 0; i < at; i++)
    if (goes_with (&d->list[i], &d->list[at]))
      return false;
  return true;
}

static void
put_name (struct kv_text *text, const char *name)
{
  char shown[1024];

  kv_escape (shown, sizeof shown, name);
  if (text->used > 0)
    kv_text_word (text, ", ");
  kv_text_word (text, shown);
}

static void
put_path (struct kv_text *text, const struct printer *p, const char *path)
{
  char shown[300];

  if (p->folder != NULL && p->folder[1] != '\0'
      && kv_path_beneath (path, p->folder))
    snprintf (shown, sizeof shown, ".%s", path + strlen (p->folder));
  else if (p->home != NULL && kv_path_beneath (path, p->home))
    snprintf (shown, sizeof shown, "~%s", path + strlen (p->home));
  else
    snprintf (shown, sizeof shown, "%s", path);
  put_name (text, shown);
}

static bool
has_path (const struct printer *p, const struct kv_witness *first,
          const char *path)
{
  unsigned i;

  for (i = 0; i < p->differences->count; i++)
    if (goes_with (first, &p->differences->list[i])
        && strcmp (p->differences->list[i].what, path) == 0)
      return true;
  return false;
}

/* Are all of the system's secrets, or all of its folders, in the paragraph of
 * FIRST? */
static bool
has_system (const struct printer *p, const struct kv_witness *first,
            bool secrets)
{
  unsigned n, i;
  const struct kv_system_path *system = kv_system_paths (&n);

  for (i = 0; i < n; i++)
    if (system[i].secret == secrets && !has_path (p, first, system[i].path))
      return false;
  return true;
}

static bool
is_system (const char *path, bool secrets)
{
  unsigned n, i;
  const struct kv_system_path *system = kv_system_paths (&n);

  for (i = 0; i < n; i++)
    if (system[i].secret == secrets && strcmp (system[i].path, path) == 0)
      return true;
  return false;
}

static void
put_paths (struct kv_text *text, const struct printer *p,
           const struct kv_witness *first)
{
  static const char *const words[]
      = { "the system's folders", "the system's secrets" };
  bool all[2];
  unsigned i, s;

  for (s = 0; s < 2; s++) {
    all[s] = has_system (p, first, s == 1);
    if (all[s])
      put_name (text, words[s]);
  }
  for (i = 0; i < p->differences->count; i++) {
    const struct kv_witness *w = &p->differences->list[i];

    if (goes_with (first, w) && !(all[0] && is_system (w->what, false))
        && !(all[1] && is_system (w->what, true)))
      put_path (text, p, w->what);
  }
}

static unsigned
count_of (const struct kv_calls *set)
{
  unsigned n = 0, i;

  for (i = 0; i < KV_COUNT (set->bits); i++)
    n += (unsigned) __builtin_popcountll (set->bits[i]);
  return n;
}

/* The group that has most of what is left of ALL, and nothing beside ALL;
 * NULL when none has two. */
static const char *
largest_group (const struct kv_calls *all, const struct kv_calls *left)
{
  const char *const *names, *best = NULL;
  unsigned n, i, j, most = 1;

  names = kv_group_names (&n);
  for (i = 0; i < n; i++) {
    struct kv_calls beside = *kv_group_calls (names[i]), had = beside;

    for (j = 0; j < KV_COUNT (beside.bits); j++) {
      beside.bits[j] &= ~all->bits[j];
      had.bits[j] &= left->bits[j];
    }
    if (kv_calls_empty (&beside) && count_of (&had) > most) {
      most = count_of (&had);
      best = names[i];
    }
  }
  return best;
}

static void
put_calls (struct kv_text *text, const struct kv_calls *all)
{
  struct kv_calls left = *all;
  const char *group;
  unsigned call, j;

  while ((group = largest_group (all, &left)) != NULL) {
    const struct kv_calls *calls = kv_group_calls (group);

    for (j = 0; j < KV_COUNT (left.bits); j++)
      left.bits[j] &= ~calls->bits[j];
    put_name (text, group);
  }
  for (call = 0; call < kv_calls_count (); call++)
    if (kv_calls_has (&left, call))
      put_name (text, kv_call_name (call));
}

/* All that goes with the one at AT. */
static void
put_names (struct kv_text *text, const struct printer *p, unsigned at)
{
  const struct kv_differences *d = p->differences;
  const struct kv_witness *first = &d->list[at];
  bool calls = strncmp (first->key, "syscalls.", 9) == 0;
  struct kv_calls set = { .bits = { 0 } };
  unsigned i;

  if (strncmp (first->key, "filesystem.", 11) == 0) {
    put_paths (text, p, first);
    return;
  }
  for (i = at; i < d->count; i++) {
    const struct kv_witness *w = &d->list[i];

    if (!goes_with (first, w))
      continue;
    if (calls && kv_call_find (w->what) >= 0)
      kv_calls_add (&set, (unsigned) kv_call_find (w->what));
    else
      put_name (text, w->what);
  }
  if (calls) {
    put_calls (text, &set);
    kv_text_print (text, " (%u)", count_of (&set));
  }
}

/* Breaks at blanks; what has none is longer than a line. */
static void
print_wrapped (const char *text)
{
  int column = printf ("%*s", INDENT, "");
  bool begun = false;

  while (*text != '\0') {
    int n = (int) strcspn (text, " ");

    if (begun && column + 1 + n > COLUMNS) {
      column = printf ("\n%*s", HANGING, "") - 1;
      begun = false;
    }
    column += printf ("%s%.*s", begun ? " " : "", n, text);
    begun = true;
    text += n;
    text += *text == ' ';
  }
  putchar ('\n');
}

static void
print_section (struct printer *p, const char *key)
{
  size_t n = strcspn (key, ".");
  char section[sizeof p->section];

  snprintf (section, sizeof section, "%.*s", (int) n, key);
  if (strcmp (section, p->section) == 0)
    return;
  printf ("  %s\n", section);
  memcpy (p->section, section, sizeof section);
}

static int
print_paragraph (struct printer *p, unsigned at)
{
  const struct kv_witness *w = &p->differences->list[at];
  const char *dot = strchr (w->key, '.');
  const char *key = paragraph_of (w), *verb = verb_of (w->key, p->more);
  const char *from = p->more ? w->b : w->a, *to = p->more ? w->a : w->b;
  kv_autofree char *names = NULL;
  struct kv_text text = { .bytes = NULL }, line = { .bytes = NULL };
  char shown[2][400];

  print_section (p, key);
  kv_escape (shown[0], sizeof shown[0], from);
  kv_escape (shown[1], sizeof shown[1], to);
  /* A limit is its own name; there is a call that is called open. */
  if (key != w->key
      || (strcmp (w->what, w->a) != 0 && strcmp (w->what, "true") != 0))
    put_names (&text, p, at);
  names = text.bytes;
  if (key == w->key && dot != NULL)
    kv_text_print (&line, "%s: ", dot + 1);
  if (verb != NULL)
    kv_text_word (&line, verb);
  else {
    kv_text_word (&line, shown[0]);
    kv_text_word (&line, " -> ");
    kv_text_word (&line, shown[1]);
  }
  if (names != NULL) {
    kv_text_word (&line, ": ");
    kv_text_word (&line, names);
  }
  if (!text.failed && !line.failed)
    print_wrapped (line.bytes);
  free (line.bytes);
  return text.failed || line.failed ? -1 : 0;
}

int
kv_differences_print (const struct kv_differences *differences, bool more,
                      const char *folder, const char *home)
{
  struct printer p = {
    .differences = differences, .more = more, .folder = folder, .home = home
  };
  const char *const sections[]
      = { "filesystem", "network",     "syscalls", "limits",
          "process",    "credentials", "audit",    "require" };
  unsigned i, s;

  for (s = 0; s < KV_COUNT (sections); s++)
    for (i = 0; i < differences->count; i++)
      if (strncmp (differences->list[i].key, sections[s], strlen (sections[s]))
              == 0
          && is_first (differences, i) && print_paragraph (&p, i) < 0)
        return -1;
  return 0;
}

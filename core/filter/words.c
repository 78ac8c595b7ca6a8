/* SPDX-License-Identifier: Apache-2.0 */
/* syscalls.allow and syscalls.deny: from words to calls. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/filter/groups.h"
#include "core/filter/known.h"
#include "core/policy/nearest.h"
#include "core/util/cleanup.h"

/* By what kavach-init starts the command when the command's own program is
 * loaded, and what the kernel and the C library have every program do: come
 * back from a signal, go on after a stop, end.  A program that lacks another
 * call can say so. */
static const char *const needed[] = {
  "execve",       "exit",      "exit_group",
  "rt_sigreturn", "sigreturn", "restart_syscall",
};

static bool
is_group (const char *word)
{
  return word[0] == '@';
}

bool
kv_call_is_needed (unsigned call)
{
  const char *name = kv_call_name (call);
  size_t i;

  for (i = 0; i < KV_COUNT (needed) && name != NULL; i++)
    if (strcmp (needed[i], name) == 0)
      return true;
  return false;
}

enum kv_call_word
kv_call_word (const char *word, bool deny)
{
  int call;

  if (is_group (word))
    return kv_group_calls (word) != NULL ? KV_WORD_FINE : KV_WORD_NO_GROUP;
  call = kv_call_find (word);
  if (call < 0)
    return KV_WORD_NO_CALL;
  return deny && kv_call_is_needed ((unsigned) call) ? KV_WORD_NEEDED
                                                     : KV_WORD_FINE;
}

const char *
kv_call_nearest (const char *word)
{
  const char *names[KV_CALLS_MAX];
  unsigned n = 0, count;
  const char *const *groups = kv_group_names (&count);

  if (is_group (word))
    return kv_nearest (word, groups, count);
  while (n < KV_CALLS_MAX && kv_call_name (n) != NULL) {
    names[n] = kv_call_name (n);
    n++;
  }
  return kv_nearest (word, names, n);
}

static int
refuse_word (const char *list, const char *word, struct kv_error *err)
{
  const char *near = kv_call_nearest (word);
  bool group = is_group (word);

  kv_fail (err, "KVC-01", "there is no %s \"%s\"",
           group ? "group of system calls" : "system call", word);
  kv_error_rule (err, "syscalls.%s = \"%s\"", list, word);
  if (near != NULL)
    return kv_error_hint (err, "did you mean \"%s\"?", near);
  return kv_error_hint (err, group ? "systemd-analyze syscall-filter lists "
                                     "such groups"
                                   : "kavach-filter --print basic lists them");
}

/* One list, taken apart. */
struct words {
  /* Calls by their own names. */
  struct kv_calls named;
  const struct kv_calls *groups[64];
  unsigned n_groups;
};

static int
read_words (const char *list, const char *const *words, struct words *out,
            struct kv_error *err)
{
  unsigned i, k;

  memset (out, 0, sizeof *out);
  for (i = 0; words != NULL && words[i] != NULL; i++) {
    const struct kv_calls *group
        = is_group (words[i]) ? kv_group_calls (words[i]) : NULL;
    int call = group == NULL ? kv_call_find (words[i]) : -1;

    if (group == NULL && call < 0)
      return refuse_word (list, words[i], err);
    if (call >= 0)
      kv_calls_add (&out->named, (unsigned) call);
    for (k = 0; group != NULL && k < out->n_groups; k++)
      if (out->groups[k] == group)
        group = NULL;
    /* There are fewer groups than places. */
    if (group != NULL && out->n_groups < KV_COUNT (out->groups))
      out->groups[out->n_groups++] = group;
  }
  return 0;
}

static void
add_all (struct kv_calls *to, const struct kv_calls *these)
{
  unsigned i;

  for (i = 0; i < KV_COUNT (to->bits); i++)
    to->bits[i] |= these->bits[i];
}

static void
remove_all (struct kv_calls *from, const struct kv_calls *these)
{
  unsigned i;

  for (i = 0; i < KV_COUNT (from->bits); i++)
    from->bits[i] &= ~these->bits[i];
}

/* A has fewer calls than B, and none that B has not. */
static bool
is_narrower (const struct kv_calls *a, const struct kv_calls *b)
{
  bool fewer = false;
  unsigned i;

  for (i = 0; i < KV_COUNT (a->bits); i++) {
    if ((a->bits[i] & ~b->bits[i]) != 0)
      return false;
    fewer = fewer || a->bits[i] != b->bits[i];
  }
  return fewer;
}

static void
resolve (const struct words *allow, const struct words *deny,
         struct kv_calls *allowed, struct kv_calls *denied)
{
  unsigned i, k;

  memset (denied, 0, sizeof *denied);
  *allowed = allow->named;
  for (i = 0; i < allow->n_groups; i++) {
    struct kv_calls open = *allow->groups[i];

    for (k = 0; k < deny->n_groups; k++)
      if (!is_narrower (allow->groups[i], deny->groups[k]))
        remove_all (&open, deny->groups[k]);
    add_all (allowed, &open);
  }
  remove_all (allowed, &deny->named);
  for (k = 0; k < deny->n_groups; k++)
    add_all (denied, deny->groups[k]);
  remove_all (denied, allowed);
  add_all (denied, &deny->named);
}

/* Names of the calls that are denied and must not be, with quotes. */
static int
refuse_needed (const char *const *deny, const struct kv_calls *denied,
               struct kv_error *err)
{
  char names[256] = "";
  const char *first = NULL, *word = NULL;
  unsigned call, i;

  for (call = 0; call < kv_calls_count (); call++) {
    size_t used = strlen (names);

    if (!kv_calls_has (denied, call) || !kv_call_is_needed (call))
      continue;
    if (first == NULL)
      first = kv_call_name (call);
    snprintf (names + used, sizeof names - used, "%s\"%s\"",
              used > 0 ? ", " : "", kv_call_name (call));
  }
  if (first == NULL)
    return 0;
  for (i = 0; deny[i] != NULL && word == NULL; i++)
    if (strcmp (deny[i], first) == 0
        || (is_group (deny[i])
            && kv_calls_has (kv_group_calls (deny[i]),
                             (unsigned) kv_call_find (first))))
      word = deny[i];
  kv_fail (err, "KVC-02",
           "syscalls.deny takes away %s, and no program starts and ends "
           "without",
           names);
  kv_error_rule (err, "syscalls.deny = \"%s\"", word != NULL ? word : first);
  if (word == NULL || !is_group (word))
    return kv_error_hint (err, "take \"%s\" out of syscalls.deny", first);
  return kv_error_hint (
      err, "a call's own name outdoes a group: \"allow\": [%s]", names);
}

int
kv_calls_resolve (const char *const *allow, const char *const *deny,
                  struct kv_calls *allowed, struct kv_calls *denied,
                  struct kv_error *err)
{
  struct words open, closed;

  memset (allowed, 0, sizeof *allowed);
  memset (denied, 0, sizeof *denied);
  if (read_words ("allow", allow, &open, err) < 0
      || read_words ("deny", deny, &closed, err) < 0)
    return -1;
  resolve (&open, &closed, allowed, denied);
  return deny != NULL ? refuse_needed (deny, denied, err) : 0;
}

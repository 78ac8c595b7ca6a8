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

static int
check_words (const char *list, const char *const *words, struct kv_error *err)
{
  unsigned i;

  for (i = 0; words != NULL && words[i] != NULL; i++) {
    enum kv_call_word said
        = kv_call_word (words[i], strcmp (list, "deny") == 0);

    if (said == KV_WORD_NO_CALL || said == KV_WORD_NO_GROUP)
      return refuse_word (list, words[i], err);
  }
  return 0;
}

static bool
is_named (const char *const *words, const char *name)
{
  unsigned i;

  for (i = 0; words != NULL && words[i] != NULL; i++)
    if (strcmp (words[i], name) == 0)
      return true;
  return false;
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

static bool
in_group (const char *word, unsigned call)
{
  return is_group (word) && kv_calls_has (kv_group_calls (word), call);
}

/* Does a group of DENY have CALL, and is GROUP, which has it too, no narrower
 * than that one?  GROUP may be NULL. */
static bool
group_denies (const char *const *deny, const char *group, unsigned call)
{
  unsigned i;

  for (i = 0; deny != NULL && deny[i] != NULL; i++)
    if (in_group (deny[i], call)
        && (group == NULL
            || !is_narrower (kv_group_calls (group), kv_group_calls (deny[i]))))
      return true;
  return false;
}

static void
resolve_call (const char *const *allow, const char *const *deny, unsigned call,
              struct kv_calls *allowed, struct kv_calls *denied)
{
  const char *name = kv_call_name (call);
  unsigned i;

  if (is_named (deny, name)) {
    kv_calls_add (denied, call);
    return;
  }
  if (is_named (allow, name)) {
    kv_calls_add (allowed, call);
    return;
  }
  for (i = 0; allow != NULL && allow[i] != NULL; i++)
    if (in_group (allow[i], call) && !group_denies (deny, allow[i], call)) {
      kv_calls_add (allowed, call);
      return;
    }
  if (group_denies (deny, NULL, call))
    kv_calls_add (denied, call);
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
        || in_group (deny[i], (unsigned) kv_call_find (first)))
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
  unsigned call;

  memset (allowed, 0, sizeof *allowed);
  memset (denied, 0, sizeof *denied);
  if (check_words ("allow", allow, err) < 0
      || check_words ("deny", deny, err) < 0)
    return -1;
  for (call = 0; call < kv_calls_count (); call++)
    resolve_call (allow, deny, call, allowed, denied);
  return deny != NULL ? refuse_needed (deny, denied, err) : 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The calls and groups that kavach knows without libseccomp. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/filter.h"
#include "core/filter/groups.h"
#include "core/filter/known.h"
#include "core/util/cleanup.h"

Test (known, every_call_is_found_by_its_name)
{
  unsigned n = kv_calls_count (), i;

  cr_assert_gt (n, 400);
  cr_assert_leq (n, KV_CALLS_MAX);
  for (i = 0; i < n; i++)
    cr_expect_eq (kv_call_find (kv_call_name (i)), (int) i, "%s",
                  kv_call_name (i));
  cr_expect_null (kv_call_name (n));
  cr_expect_eq (kv_call_find ("no_such_call"), -1);
  cr_expect_eq (kv_call_find (""), -1);
}

static enum kv_openness
openness (const char *name, uint32_t profile)
{
  int call = kv_call_find (name);

  cr_assert_geq (call, 0, "%s", name);
  return kv_call_openness ((unsigned) call, profile);
}

Test (known, openness_is_that_of_the_tables)
{
  static const struct {
    const char *name;
    enum kv_openness strict, basic;
  } calls[] = {
    { "read", KV_OPEN, KV_OPEN },
    { "mount", KV_CLOSED, KV_CLOSED },
    { "clone3", KV_CLOSED, KV_CLOSED },
    { "memfd_create", KV_CLOSED, KV_OPEN },
    { "execveat", KV_CLOSED, KV_OPEN },
    { "clone", KV_GUARDED_STRICT, KV_GUARDED_BASIC },
    { "prctl", KV_GUARDED_STRICT, KV_OPEN },
    { "sched_setattr", KV_CLOSED, KV_GUARDED_BASIC },
    { "shmget", KV_GUARDED_STRICT, KV_GUARDED_BASIC },
    { "ptrace", KV_CLOSED, KV_GUARDED_BASIC },
  };
  size_t i;

  for (i = 0; i < KV_COUNT (calls); i++) {
    cr_expect_eq (openness (calls[i].name, KV_FILTER_STRICT), calls[i].strict,
                  "%s", calls[i].name);
    cr_expect_eq (openness (calls[i].name, KV_FILTER_BASIC), calls[i].basic,
                  "%s", calls[i].name);
    cr_expect_eq (openness (calls[i].name, KV_FILTER_NONE), KV_OPEN, "%s",
                  calls[i].name);
  }
}

Test (known, every_word_of_a_group_is_a_call_or_a_group)
{
  unsigned i, count;

  for (i = 0; i < kv_groups_count; i++) {
    kv_autofree char *words = strdup (kv_groups[i].members);
    char *rest = words, *word;
    const char *const *members = kv_group_find (kv_groups[i].name, &count);

    cr_assert_not_null (members, "%s", kv_groups[i].name);
    cr_expect_gt (count, 0, "%s", kv_groups[i].name);
    while ((word = strsep (&rest, " ")) != NULL && *word != '\0')
      cr_expect_eq (kv_call_word (word, false), KV_WORD_FINE, "%s in %s", word,
                    kv_groups[i].name);
  }
  cr_expect_null (kv_group_find ("@mouse", &count));
  cr_expect_eq (count, 0);
  kv_group_find ("@known", &count);
  cr_expect_eq (count, kv_calls_count ());
}

Test (known, groups_within_groups_are_expanded)
{
  const struct kv_calls *privileged = kv_group_calls ("@privileged");
  const struct kv_calls *service = kv_group_calls ("@system-service");

  cr_expect (kv_calls_has (privileged, (unsigned) kv_call_find ("chown")));
  cr_expect (kv_calls_has (privileged, (unsigned) kv_call_find ("bpf")));
  cr_expect (kv_calls_has (service, (unsigned) kv_call_find ("timer_create")));
  cr_expect (!kv_calls_has (service, (unsigned) kv_call_find ("mount")));
}

/* One group as systemd-analyze prints it, groups within it left as names. */
static void
compare_group (const char *name, FILE *printed)
{
  const struct kv_calls *ours = kv_group_calls (name);
  struct kv_calls theirs = { { 0 } };
  char line[256], word[128];
  unsigned call;

  while (fgets (line, sizeof line, printed) != NULL) {
    if (sscanf (line, "    %127s", word) != 1 || line[0] != ' '
        || word[0] == '#')
      continue;
    if (word[0] == '@') {
      const struct kv_calls *inner = kv_group_calls (word);

      cr_assert_not_null (inner, "%s in %s", word, name);
      for (call = 0; call < kv_calls_count (); call++)
        if (kv_calls_has (inner, call))
          kv_calls_add (&theirs, call);
    }
    /* Newer than the tables. */
    else if (kv_call_find (word) >= 0)
      kv_calls_add (&theirs, (unsigned) kv_call_find (word));
  }
  for (call = 0; call < kv_calls_count (); call++) {
    cr_expect (!kv_calls_has (&theirs, call) || kv_calls_has (ours, call),
               "%s lacks %s", name, kv_call_name (call));
    /* What the list of this version of systemd did not know yet. */
    if (kv_calls_has (ours, call) && !kv_calls_has (&theirs, call))
      fprintf (stderr, "# %s: %s is not in systemd's\n", name,
               kv_call_name (call));
  }
}

Test (known, groups_are_those_of_systemd)
{
  unsigned count, i, compared = 0;
  const char *const *names = kv_group_names (&count);
  char command[128];
  int version = 0;
  FILE *f = popen ("systemd-analyze --version 2>/dev/null", "r");

  cr_assert_not_null (f);
  if (fscanf (f, "systemd %d", &version) != 1)
    version = 0;
  pclose (f);
  /* A later one may have moved a call. */
  if (version != 252)
    cr_skip ("needs systemd-analyze 252, the version of the list");
  for (i = 0; i < count; i++) {
    /* Their known calls are those of their libseccomp. */
    if (strcmp (names[i], "@known") == 0)
      continue;
    snprintf (command, sizeof command,
              "systemd-analyze syscall-filter %s 2>/dev/null", names[i]);
    f = popen (command, "r");
    cr_assert_not_null (f);
    if (getc (f) == '@') {
      compare_group (names[i], f);
      compared++;
    }
    pclose (f);
  }
  cr_expect_gt (compared, 25);
}

static struct kv_calls allowed, denied;
static struct kv_error error;

static int
resolve (const char *allow, const char *deny)
{
  kv_autofree char *words[2] = { strdup (allow), strdup (deny) };
  const char *lists[2][16] = { { NULL } };
  int i, n;

  for (i = 0; i < 2; i++) {
    char *rest = words[i], *word;

    for (n = 0; (word = strsep (&rest, " ")) != NULL && *word != '\0'; n++)
      lists[i][n] = word;
  }
  memset (&error, 0, sizeof error);
  n = kv_calls_resolve (lists[0], lists[1], &allowed, &denied, &error);
  free (words[1]);
  words[1] = NULL;
  return n;
}

/* 'a' allowed, 'd' denied, '-' neither. */
static char
said_of (const char *name)
{
  unsigned call = (unsigned) kv_call_find (name);

  return kv_calls_has (&allowed, call)  ? 'a'
         : kv_calls_has (&denied, call) ? 'd'
                                        : '-';
}

Test (known, the_narrower_word_wins)
{
  cr_assert_eq (resolve ("mount", "@mount"), 0);
  cr_expect_eq (said_of ("mount"), 'a');
  cr_expect_eq (said_of ("umount2"), 'd');
  cr_expect_eq (said_of ("read"), '-');

  cr_assert_eq (resolve ("@mount", "umount2"), 0);
  cr_expect_eq (said_of ("mount"), 'a');
  cr_expect_eq (said_of ("umount2"), 'd');

  /* @chown is a part of @privileged. */
  cr_assert_eq (resolve ("@chown", "@privileged"), 0);
  cr_expect_eq (said_of ("fchown"), 'a');
  cr_expect_eq (said_of ("bpf"), 'd');
  cr_assert_eq (resolve ("@privileged", "@chown"), 0);
  cr_expect_eq (said_of ("fchown"), 'd');
  cr_expect_eq (said_of ("bpf"), 'a');

  /* chroot is in both, and neither is a part of the other. */
  cr_assert_eq (resolve ("@mount", "@privileged"), 0);
  cr_expect_eq (said_of ("chroot"), 'd');
  cr_expect_eq (said_of ("mount"), 'a');
}

Test (known, the_needed_calls_stay)
{
  cr_expect_lt (resolve ("", "execve"), 0);
  cr_expect_str_eq (error.code, "KVC-02");
  cr_expect_lt (resolve ("", "@default"), 0);
  cr_expect_str_eq (error.code, "KVC-02");
  cr_expect_str_eq (error.rule, "syscalls.deny = \"@default\"");
  cr_expect_eq (kv_call_word ("exit_group", true), KV_WORD_NEEDED);
  cr_expect_eq (kv_call_word ("exit_group", false), KV_WORD_FINE);
}

Test (known, a_needed_call_that_is_named_leaves_its_group)
{
  unsigned count, i;
  const char *const *members = kv_group_find ("@network-io", &count);
  char allow[512] = "";

  for (i = 0; i < count; i++)
    if (kv_call_is_needed ((unsigned) kv_call_find (members[i]))) {
      strcat (allow, members[i]);
      strcat (allow, " ");
    }
  if (allow[0] != '\0')
    cr_expect_lt (resolve ("", "@network-io"), 0);
  cr_assert_eq (resolve (allow, "@network-io"), 0, "%s", error.text);
  cr_expect_eq (said_of ("connect"), 'd');
}

Test (known, unknown_words_are_refused_with_the_nearest)
{
  cr_expect_lt (resolve ("memfd_creat", ""), 0);
  cr_expect_str_eq (error.code, "KVC-01");
  cr_expect_str_eq (error.rule, "syscalls.allow = \"memfd_creat\"");
  cr_expect_str_eq (error.hint, "did you mean \"memfd_create\"?");
  cr_expect_lt (resolve ("", "@mounts"), 0);
  cr_expect_str_eq (error.rule, "syscalls.deny = \"@mounts\"");
  cr_expect_str_eq (error.hint, "did you mean \"@mount\"?");
  cr_expect_lt (resolve ("", "@"), 0);
  cr_expect_eq (kv_call_word ("@mounts", true), KV_WORD_NO_GROUP);
  cr_expect_eq (kv_call_word ("mounts", true), KV_WORD_NO_CALL);
}

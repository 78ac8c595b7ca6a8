/* SPDX-License-Identifier: Apache-2.0 */
/* Reading seccomp files: what is in them, and what is wrong with them. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/oci_profile.h"
#include "core/util/cleanup.h"
#include "tests/unit/corpus.h"

#define FOLDER "tests/corpus/seccomp"

static struct kv_oci_profile profile;
static struct kv_faults faults;
static struct kv_error err;
/* "CODE LINE:COLUMN" of every fault, a line each. */
static char codes[1024];

static int
parse_bytes (const char *text, size_t size, size_t piece)
{
  int result
      = kv_oci_profile_parse (text, size, piece, &profile, &faults, &err);
  size_t used = 0;
  unsigned i;

  codes[0] = '\0';
  for (i = 0; i < faults.count; i++)
    used += (size_t) snprintf (codes + used, sizeof codes - used, "%s %u:%u\n",
                               faults.list[i].code, faults.list[i].line,
                               faults.list[i].column);
  return result;
}

static int
parse (const char *text)
{
  return parse_bytes (text, strlen (text), 0);
}

static void
load (const char *sample)
{
  kv_autofree char *text = NULL;
  char path[128];
  size_t size;

  snprintf (path, sizeof path, FOLDER "/valid/%s.json", sample);
  text = kv_source_file (path, &size);
  cr_assert_not_null (text, "%s", path);
  cr_assert_eq (parse_bytes (text, size, 0), 0, "%s", codes);
}

static void
end (void)
{
  kv_oci_profile_free (&profile);
}

TestSuite (oci_profile, .fini = end);

static void
judge (void *data, const struct kv_sample *sample)
{
  unsigned *judged = data;
  size_t piece;

  for (piece = 0; piece <= 7; piece++) {
    int result = parse_bytes (sample->text, sample->size, piece);

    cr_expect_eq (result, sample->valid ? 0 : 1, "%s by %zu: %s", sample->name,
                  piece, codes);
    if (!sample->valid)
      cr_expect_str_eq (codes, sample->faults, "%s by %zu", sample->name,
                        piece);
    kv_oci_profile_free (&profile);
  }
  ++*judged;
}

Test (oci_profile, the_samples_have_their_faults)
{
  unsigned judged = 0;

  kv_each_sample_in (FOLDER, judge, &judged);
  cr_expect_gt (judged, 20);
}

Test (oci_profile, conditions_have_their_values)
{
  const struct kv_oci_rule *rule;

  load ("conditions");
  cr_expect_eq (profile.otherwise.action, KV_OCI_ERRNO);
  cr_expect_eq (profile.otherwise.number, EINVAL);
  cr_assert_eq (profile.n_rules, 11);
  rule = &profile.rules[6];
  cr_expect_str_eq (rule->names.items[0], "mprotect");
  cr_assert_eq (rule->n_args, 1);
  cr_expect_eq (rule->args[0].index, 2);
  cr_expect_eq (rule->args[0].value, 4);
  cr_expect_eq (rule->args[0].value_two, 0);
  cr_expect_eq (rule->args[0].op, KV_OCI_MASKED_EQ);
  cr_expect_eq (rule->line, 17);
  cr_expect_eq (rule->column, 5);
  cr_expect_eq (profile.rules[7].n_args, 2);
  cr_expect_eq (profile.rules[9].names.count, 2);
  cr_expect_eq (profile.rules[10].args[0].value, UINT64_MAX);
}

Test (oci_profile, answers_have_their_errno)
{
  load ("refuse-some");
  cr_expect_eq (profile.otherwise.action, KV_OCI_ALLOW);
  cr_expect_eq (profile.rules[0].answer.number, EPERM);
  cr_expect_eq (profile.rules[1].answer.number, EROFS);
  cr_expect_eq (profile.rules[2].answer.number, EMLINK);
  cr_expect_eq (profile.rules[3].answer.action, KV_OCI_KILL_PROCESS);
  cr_expect_eq (profile.rules[4].answer.action, KV_OCI_TRAP);
  cr_expect_eq (profile.rules[5].answer.action, KV_OCI_TRACE);
  cr_expect_eq (profile.rules[6].answer.action, KV_OCI_LOG);
  cr_expect_eq (profile.rules[7].answer.action, KV_OCI_KILL_THREAD);
}

/* Names of the rules that apply, in order. */
static void
expect_applied (const char *arch, uint32_t kernel, const char *names)
{
  char got[512] = "";
  unsigned i;

  for (i = 0; i < profile.n_rules; i++)
    if (kv_oci_rule_applies (&profile.rules[i], arch, kernel)) {
      strcat (got, profile.rules[i].names.items[0]);
      strcat (got, " ");
    }
  cr_expect_str_eq (got, names);
}

Test (oci_profile, rules_are_for_some_sandboxes)
{
  load ("engine");
  cr_expect_eq (profile.otherwise.number, ENOSYS);
  cr_expect_eq (profile.rules[2].answer.number, ESRCH);
  cr_expect_eq (profile.rules[12].answer.number, EPERM);
  cr_expect_eq (profile.rules[13].answer.number, EPERM);
  expect_applied ("amd64", 5 << 16 | 10,
                  "read getpid getppid getuid getegid getsid gettid mount "
                  "umount2 ");
  expect_applied ("s390x", 3 << 16 | 1,
                  "read getpid getppid getgid geteuid gettid getcpu mount "
                  "umount2 ");
}

Test (oci_profile, kernels_are_compared_as_two_numbers)
{
  cr_expect_eq (kv_oci_kernel ("6.1.0-13-amd64"), 6 << 16 | 1);
  cr_expect_eq (kv_oci_kernel ("4.18"), 4 << 16 | 18);
  cr_expect_gt (kv_oci_kernel ("4.18"), kv_oci_kernel ("4.8"));
  cr_expect_gt (kv_oci_kernel ("10.0"), kv_oci_kernel ("9.99"));
  cr_expect_eq (kv_oci_kernel ("next"), 0);
}

Test (oci_profile, words_lead_to_the_right_one)
{
  cr_assert_eq (parse ("{\"defaultAktion\": 1}"), 1);
  cr_expect_str_eq (faults.list[1].text,
                    "there is no key \"defaultAktion\" in the profile; did you "
                    "mean \"defaultAction\"?");
  cr_assert_eq (parse ("{\"defaultAction\": \"SCMP_ACT_NOTIFY\"}"), 1);
  cr_expect_str_eq (faults.list[0].code, "KVC-04");
  cr_expect_null (profile.rules);
}

Test (oci_profile, too_much_is_refused)
{
  size_t size = KV_DOCUMENT_SIZE_MAX + 1, i;
  kv_autofree char *text = malloc (size);

  cr_assert_not_null (text);
  memset (text, ' ', size);
  cr_assert_eq (parse_bytes (text, size, 0), 1);
  cr_expect_str_eq (codes, "KVD-05 1:1\n");
  memset (text, 0, size);
  strcpy (text, "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"flags\": [");
  for (i = 0; i < 4097; i++)
    strcat (text + 16 * i, "\"SECCOMP_FILTER_FLAG_LOG\",");
  text[strlen (text) - 1] = ']';
  strcat (text, "}");
  cr_assert_eq (parse (text), 1);
  cr_expect (strncmp (codes, "KVD-08 ", 7) == 0, "%s", codes);
}

Test (oci_profile, files_are_read_and_others_refused)
{
  struct kv_error no_file = { 0 }, folder = { 0 };

  cr_expect_eq (
      kv_oci_profile_read ("/nonexistent", &profile, &faults, &no_file), -1);
  cr_expect_str_eq (no_file.code, "KVC-03");
  cr_expect_eq (kv_oci_profile_read ("/dev/null", &profile, &faults, &folder),
                -1);
  cr_expect_str_eq (folder.code, "KVC-03");
}

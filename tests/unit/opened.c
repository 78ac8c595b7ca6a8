/* SPDX-License-Identifier: Apache-2.0 */
/* A control that rests on a call is no more than partial where syscalls.allow
 * opens that call, whatever the boundary says. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/exec/assess.h"
#include "core/exec/plan.h"

static struct kv_policy policy;
static struct kv_controls boundary, layers;

static void
assess (char *word)
{
  static char *words[2];

  words[0] = word;
  policy.syscalls_allow = words;
  kv_join_layers (&policy, &boundary, &layers);
}

static void
set_up (void)
{
  int i;

  memset (&policy, 0, sizeof policy);
  memset (&boundary, 0, sizeof boundary);
  policy.syscalls = KV_SYSCALLS_STRICT;
  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    kv_control_set (&boundary, i, KAVACH_FULL, "a boundary");
}

TestSuite (opened, .init = set_up);

Test (opened, a_call_that_both_refuse_costs_syscalls)
{
  char word[] = "bpf";

  if (!kv_host_facts ()->seccomp)
    cr_skip ("no seccomp filters here");
  assess (word);
  cr_expect_eq (layers.c[KAVACH_CTL_SYSCALLS].level, KAVACH_PARTIAL);
  cr_expect_str_eq (layers.c[KAVACH_CTL_SYSCALLS].mechanism,
                    "syscalls.allow opens bpf");
  cr_expect_not_null (
      strstr (layers.c[KAVACH_CTL_SYSCALLS].hint, "syscalls.allow opens bpf"));
  cr_expect_eq (layers.c[KAVACH_CTL_KEYRING].level, KAVACH_FULL);
}

/* What strict alone refuses costs nothing, and is said. */
Test (opened, what_costs_nothing_is_named_as_well)
{
  char word[] = "vmsplice";

  if (!kv_host_facts ()->seccomp)
    cr_skip ("no seccomp filters here");
  memset (&boundary.c[KAVACH_CTL_SYSCALLS], 0, sizeof boundary.c[0]);
  assess (word);
  cr_expect_eq (layers.c[KAVACH_CTL_SYSCALLS].level, KAVACH_FULL);
  cr_expect_str_eq (layers.c[KAVACH_CTL_SYSCALLS].mechanism,
                    "seccomp, profile strict, but for syscalls.allow");
}

Test (opened, a_group_costs_what_its_members_do)
{
  char word[] = "@keyring";

  assess (word);
  cr_expect_eq (layers.c[KAVACH_CTL_KEYRING].level, KAVACH_PARTIAL);
  cr_expect_str_eq (layers.c[KAVACH_CTL_KEYRING].mechanism,
                    "syscalls.allow opens add_key, request_key, ...");
}

/* An own ipc namespace holds what SysV calls reach. */
Test (opened, what_the_boundary_bounds_is_free)
{
  char word[] = "shmget";

  kv_join_layers (&policy, &boundary, &layers);
  cr_expect_eq (layers.c[KAVACH_CTL_IPC].level, KAVACH_FULL);
  assess (word);
  cr_expect_eq (layers.c[KAVACH_CTL_IPC].level, KAVACH_FULL);
  memset (&boundary.c[KAVACH_CTL_IPC], 0, sizeof boundary.c[0]);
  assess (word);
  cr_expect_neq (layers.c[KAVACH_CTL_IPC].level, KAVACH_FULL);
}

Test (opened, what_was_seen_at_the_gate_is_lowered_as_well)
{
  char word[] = "unshare", *words[] = { word, NULL };

  policy.syscalls_allow = words;
  kv_controls_open (&policy, &boundary, &boundary);
  cr_expect_eq (boundary.c[KAVACH_CTL_CAPABILITIES].level, KAVACH_PARTIAL);
  cr_expect_eq (boundary.c[KAVACH_CTL_FS_READ].level, KAVACH_FULL);
}

Test (opened, a_wrong_word_is_refused_before_there_is_a_filter)
{
  char word[] = "bqf", *words[] = { word, NULL };
  struct kv_error err = { 0 };
  struct kv_filter_spec spec;

  policy.syscalls_deny = words;
  cr_expect_lt (kv_filter_spec_for (&policy, &boundary, &spec, &err), 0);
  cr_expect_str_eq (err.code, "KVC-01");
  cr_expect_str_eq (err.hint, "did you mean \"bpf\"?");
}

Test (opened, the_spec_has_the_words)
{
  char one[] = "@mount", two[] = "ptrace";
  char *allow[] = { one, NULL }, *deny[] = { two, NULL };
  struct kv_filter_spec spec;

  policy.syscalls = KV_SYSCALLS_NONE;
  policy.syscalls_allow = allow;
  policy.syscalls_deny = deny;
  cr_assert_eq (kv_filter_spec_for (&policy, &boundary, &spec, NULL), 0);
  cr_expect_eq (spec.profile, KV_FILTER_NONE);
  cr_expect (!kv_calls_empty (&spec.allow));
  cr_expect (!kv_calls_empty (&spec.deny));
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "core/policy/control.h"

Test (control, every_number_has_one_name)
{
  int i;

  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    cr_assert_not_null (kv_control_name (i), "%d", i);
    cr_expect_eq (kv_control_by_name (kv_control_name (i)), i);
  }
  cr_expect_null (kv_control_name (-1));
  cr_expect_null (kv_control_name (KAVACH_CTL_COUNT));
  cr_expect_eq (kv_control_by_name ("fs_read"), -1);
  cr_expect_eq (kv_control_by_name (""), -1);
}

Test (control, the_higher_level_wins_with_its_mechanism)
{
  struct kv_controls a = { 0 }, b = { 0 };

  kv_control_set (&a, KAVACH_CTL_PIDS, KAVACH_PARTIAL, "rlimit");
  kv_control_hint (&a, KAVACH_CTL_PIDS, "delegate a cgroup");
  kv_control_set (&b, KAVACH_CTL_PIDS, KAVACH_FULL, "cgroup v2 pids");
  b.c[KAVACH_CTL_PIDS].known = KV_SEEN;

  kv_controls_join (&a, &b);
  cr_expect_eq (a.c[KAVACH_CTL_PIDS].level, KAVACH_FULL);
  cr_expect_eq (a.c[KAVACH_CTL_PIDS].known, KV_SEEN);
  cr_expect_str_eq (a.c[KAVACH_CTL_PIDS].mechanism, "cgroup v2 pids");
  cr_expect_str_eq (a.c[KAVACH_CTL_PIDS].hint, "");
  cr_expect_eq (kv_controls_full (&a), KAVACH_BIT (KAVACH_CTL_PIDS));
}

Test (control, a_lower_layer_changes_nothing)
{
  struct kv_controls a = { 0 }, b = { 0 };

  kv_control_set (&a, KAVACH_CTL_IPC, KAVACH_FULL, "ipc namespace");
  kv_control_set (&b, KAVACH_CTL_IPC, KAVACH_PARTIAL, "seccomp");
  kv_control_hint (&b, KAVACH_CTL_IPC, "a hint");
  b.c[KAVACH_CTL_IPC].known = KV_SEEN;

  kv_controls_join (&a, &b);
  cr_expect_str_eq (a.c[KAVACH_CTL_IPC].mechanism, "ipc namespace");
  cr_expect_str_eq (a.c[KAVACH_CTL_IPC].hint, "");
  cr_expect_eq (a.c[KAVACH_CTL_IPC].known, KV_CLAIMED,
                "the weaker layer's evidence is not the stronger's");
}

Test (control, equal_levels_keep_both_mechanisms_once)
{
  struct kv_controls a = { 0 }, b = { 0 };

  kv_control_set (&a, KAVACH_CTL_FS_READ, KAVACH_FULL, "own root");
  kv_control_set (&b, KAVACH_CTL_FS_READ, KAVACH_FULL, "landlock ABI 7");
  kv_controls_join (&a, &b);
  kv_controls_join (&a, &b);
  cr_expect_str_eq (a.c[KAVACH_CTL_FS_READ].mechanism,
                    "own root + landlock ABI 7");
}

Test (control, none_has_no_mechanism_and_keeps_its_hint)
{
  struct kv_controls a = { 0 }, b = { 0 };

  kv_control_set (&b, KAVACH_CTL_USER, KAVACH_NONE, "should not stay");
  kv_control_hint (&b, KAVACH_CTL_USER, "a user namespace");
  kv_controls_join (&a, &b);
  cr_expect_str_eq (a.c[KAVACH_CTL_USER].mechanism, "");
  cr_expect_str_eq (a.c[KAVACH_CTL_USER].hint, "a user namespace");
}

Test (control, what_does_not_fit_is_left_out_whole)
{
  struct kv_controls a = { 0 }, b = { 0 };
  char longest[96];

  memset (longest, 'x', 90);
  longest[90] = '\0';
  kv_control_set (&a, KAVACH_CTL_CPU, KAVACH_FULL, "cgroup v1 cpu");
  kv_control_set (&b, KAVACH_CTL_CPU, KAVACH_FULL, longest);
  kv_controls_join (&a, &b);
  cr_expect_str_eq (a.c[KAVACH_CTL_CPU].mechanism, "cgroup v1 cpu");
}

Test (control, lists)
{
  char out[32];
  char small[8];
  uint64_t set = KAVACH_BIT (KAVACH_CTL_MEMORY) | KAVACH_BIT (KAVACH_CTL_CPU);

  kv_controls_list (out, sizeof out, set);
  cr_expect_str_eq (out, "memory, cpu");
  kv_controls_list (out, sizeof out, 0);
  cr_expect_str_eq (out, "");
  kv_controls_list (small, sizeof small, set);
  cr_expect_lt (strlen (small), sizeof small);
}

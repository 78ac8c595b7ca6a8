/* SPDX-License-Identifier: Apache-2.0 */
/* Properties of the estimate: nothing but boundary and levels goes in, a
 * better level never costs, and a lost one costs exactly its share. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/score/score.h"

static uint32_t seed = 1;

/* xorshift: the same numbers every time. */
static uint32_t
next (void)
{
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return seed;
}

static void
fill (struct kv_controls *controls, int level)
{
  int i;

  memset (controls, 0, sizeof *controls);
  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    controls->c[i].level
        = (uint8_t) (level >= 0 ? (uint32_t) level : next () % 3);
}

static struct kv_score
estimate (const struct kv_controls *controls, uint32_t boundary, int root)
{
  struct kv_score_input in
      = { .boundary = boundary, .controls = controls, .host_root = root };
  struct kv_score score;

  kv_score_estimate (&in, &score);
  return score;
}

static const uint32_t boundaries[]
    = { KAVACH_BOUNDARY_NONE, KAVACH_BOUNDARY_NAMESPACE,
        KAVACH_BOUNDARY_USER_KERNEL, KAVACH_BOUNDARY_VM };

Test (score, shares_add_up_to_the_weights)
{
  unsigned sums[KV_DIM_COUNT] = { 0 }, count, total = 0, i;
  const struct kv_share *shares = kv_score_shares (&count);

  for (i = 0; i < count; i++) {
    sums[shares[i].dimension] += shares[i].full;
    cr_expect_lt (shares[i].partial, shares[i].full, "row %u", i);
    cr_expect_gt (strlen (shares[i].reason), 0);
  }
  for (i = 0; i < KV_DIM_COUNT; i++) {
    total += kv_dimension_weight ((int) i);
    if (i != KV_DIM_BOUNDARY)
      cr_expect_eq (sums[i], 10 * kv_dimension_weight ((int) i), "%s",
                    kv_dimension_name ((int) i));
  }
  cr_expect_eq (total, 100);
}

Test (score, everything_and_nothing)
{
  struct kv_controls all, none;

  fill (&all, KAVACH_FULL);
  fill (&none, KAVACH_NONE);
  cr_expect_eq (estimate (&none, KAVACH_BOUNDARY_NONE, 1).estimate, 0);
  cr_expect_eq (estimate (&all, KAVACH_BOUNDARY_VM, 0).unclamped, 100);
  cr_expect_eq (estimate (&all, KAVACH_BOUNDARY_USER_KERNEL, 0).ceiling, 94);
  cr_expect_eq (estimate (&all, KAVACH_BOUNDARY_NAMESPACE, 0).unclamped, 84);
  cr_expect_eq (estimate (&all, KAVACH_BOUNDARY_VM, 0).estimate, 69,
                "an estimate is never hardened");
}

Test (score, a_better_level_never_costs)
{
  unsigned round;

  for (round = 0; round < 4000; round++) {
    struct kv_controls worse, better;
    uint32_t boundary = boundaries[next () % 4];
    int control = (int) (next () % KAVACH_CTL_COUNT);
    int root = (int) (next () % 2);
    struct kv_score a, b;

    fill (&worse, -1);
    better = worse;
    if (better.c[control].level == KAVACH_FULL)
      continue;
    better.c[control].level++;
    a = estimate (&worse, boundary, root);
    b = estimate (&better, boundary, root);
    cr_assert_leq (a.sum, b.sum, "%s", kv_control_name (control));
    cr_assert_leq (a.ceiling, b.ceiling, "%s", kv_control_name (control));
    cr_assert_leq (a.estimate, b.estimate, "%s", kv_control_name (control));
  }
}

Test (score, a_planted_loss_costs_exactly_its_share)
{
  unsigned count, i;
  const struct kv_share *shares = kv_score_shares (&count);
  int control, level;

  for (control = 0; control < KAVACH_CTL_COUNT; control++)
    for (level = KAVACH_NONE; level < KAVACH_FULL; level++) {
      struct kv_controls all, less;
      unsigned expected = 0;

      fill (&all, KAVACH_FULL);
      less = all;
      less.c[control].level = (uint8_t) level;
      for (i = 0; i < count; i++)
        if (shares[i].control == control)
          expected += shares[i].full
                      - (level == KAVACH_PARTIAL ? shares[i].partial : 0);
      cr_expect_eq (estimate (&all, KAVACH_BOUNDARY_VM, 0).sum
                        - estimate (&less, KAVACH_BOUNDARY_VM, 0).sum,
                    expected, "%s", kv_control_name (control));
    }
}

Test (score, only_levels_and_boundary_count)
{
  struct kv_controls a, b;
  struct kv_score x, y;

  fill (&a, -1);
  b = a;
  kv_control_set (&b, KAVACH_CTL_PIDS, b.c[KAVACH_CTL_PIDS].level,
                  "another mechanism");
  b.c[KAVACH_CTL_PIDS].known = KV_SEEN;
  x = estimate (&a, KAVACH_BOUNDARY_NAMESPACE, 0);
  y = estimate (&b, KAVACH_BOUNDARY_NAMESPACE, 0);
  cr_expect_eq (memcmp (x.share, y.share, sizeof x.share), 0);
  cr_expect_eq (x.estimate, y.estimate);
}

Test (score, ceilings)
{
  static const struct {
    int control, level;
    uint32_t boundary;
    unsigned ceiling;
  } cases[] = {
    { KAVACH_CTL_FS_READ, KAVACH_NONE, KAVACH_BOUNDARY_VM, 29 },
    { KAVACH_CTL_FS_WRITE, KAVACH_NONE, KAVACH_BOUNDARY_VM, 29 },
    { KAVACH_CTL_NO_NEW_PRIVS, KAVACH_NONE, KAVACH_BOUNDARY_VM, 49 },
    { KAVACH_CTL_DESCRIPTORS, KAVACH_NONE, KAVACH_BOUNDARY_VM, 49 },
    { KAVACH_CTL_TERMINAL, KAVACH_NONE, KAVACH_BOUNDARY_VM, 49 },
    { KAVACH_CTL_NET_OUT, KAVACH_NONE, KAVACH_BOUNDARY_VM, 49 },
    { KAVACH_CTL_KILL_TREE, KAVACH_NONE, KAVACH_BOUNDARY_VM, 49 },
    { KAVACH_CTL_SYSCALLS, KAVACH_NONE, KAVACH_BOUNDARY_NAMESPACE, 59 },
    { KAVACH_CTL_SYSCALLS, KAVACH_NONE, KAVACH_BOUNDARY_VM, 100 },
    { KAVACH_CTL_CAPABILITIES, KAVACH_PARTIAL, KAVACH_BOUNDARY_VM, 59 },
    { KAVACH_CTL_USER, KAVACH_NONE, KAVACH_BOUNDARY_NAMESPACE, 69 },
    { KAVACH_CTL_USER, KAVACH_PARTIAL, KAVACH_BOUNDARY_NAMESPACE, 84 },
    { KAVACH_CTL_PROCESSES, KAVACH_PARTIAL, KAVACH_BOUNDARY_NAMESPACE, 69 },
    { KAVACH_CTL_PIDS, KAVACH_PARTIAL, KAVACH_BOUNDARY_NAMESPACE, 69 },
    { KAVACH_CTL_MEMORY, KAVACH_NONE, KAVACH_BOUNDARY_NAMESPACE, 69 },
    { KAVACH_CTL_PAUSE, KAVACH_NONE, KAVACH_BOUNDARY_NAMESPACE, 84 },
  };
  size_t i;

  for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct kv_controls controls;
    struct kv_score score;

    fill (&controls, KAVACH_FULL);
    controls.c[cases[i].control].level = (uint8_t) cases[i].level;
    score = estimate (&controls, cases[i].boundary, 0);
    cr_expect_eq (score.ceiling, cases[i].ceiling, "%s %s: %u",
                  kv_control_name (cases[i].control),
                  kv_level_name (cases[i].level), score.ceiling);
  }
}

Test (score, an_open_network_is_a_fault_only_where_it_was_to_be_closed)
{
  struct kv_controls controls;
  struct kv_score_input in
      = { .boundary = KAVACH_BOUNDARY_VM, .controls = &controls };
  struct kv_score score;

  fill (&controls, KAVACH_FULL);
  controls.c[KAVACH_CTL_NET_OUT].level = KAVACH_NONE;
  in.asked = KAVACH_BIT (KAVACH_CTL_FS_READ);
  kv_score_estimate (&in, &score);
  cr_expect_eq (score.ceiling, 100);
  in.asked |= KAVACH_BIT (KAVACH_CTL_NET_OUT);
  kv_score_estimate (&in, &score);
  cr_expect_eq (score.ceiling, 49);
}

Test (score, root_on_the_host)
{
  struct kv_controls controls;

  fill (&controls, KAVACH_FULL);
  cr_expect_eq (estimate (&controls, KAVACH_BOUNDARY_NAMESPACE, 1).ceiling, 69);
}

Test (score, what_would_raise_it_does)
{
  unsigned round;

  for (round = 0; round < 300; round++) {
    struct kv_raise raises[KAVACH_CTL_COUNT];
    struct kv_controls controls;
    struct kv_score_input in
        = { .boundary = KAVACH_BOUNDARY_NAMESPACE, .controls = &controls };
    struct kv_score now;
    unsigned n, i;

    fill (&controls, -1);
    kv_score_estimate (&in, &now);
    n = kv_score_raises (&in, raises);
    for (i = 0; i < n; i++) {
      struct kv_controls better = controls;
      struct kv_score_input with = in;
      struct kv_score then;

      cr_expect_lt (controls.c[raises[i].control].level, KAVACH_FULL);
      better.c[raises[i].control].level = KAVACH_FULL;
      with.controls = &better;
      kv_score_estimate (&with, &then);
      cr_assert_eq (then.sum - now.sum, raises[i].gain);
      cr_assert_eq (then.estimate, raises[i].estimate);
    }
  }
}

Test (score, labels)
{
  cr_expect_str_eq (kv_score_label (0), "minimal");
  cr_expect_str_eq (kv_score_label (29), "minimal");
  cr_expect_str_eq (kv_score_label (30), "basic");
  cr_expect_str_eq (kv_score_label (49), "basic");
  cr_expect_str_eq (kv_score_label (50), "standard");
  cr_expect_str_eq (kv_score_label (69), "standard");
  cr_expect_str_eq (kv_score_label (70), "hardened");
  cr_expect_str_eq (kv_score_label (84), "hardened");
  cr_expect_str_eq (kv_score_label (85), "fortress");
}

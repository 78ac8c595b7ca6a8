/* SPDX-License-Identifier: Apache-2.0 */
/* Properties of the measured score: it is what was held, and each probe that
 * is reached costs its own points and no others. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "core/score/measure.h"

static struct kv_probe_answer answers[256], outside[256];

static const struct kv_probe_row *
all_held (unsigned *n)
{
  const struct kv_probe_row *rows = kv_probe_rows (n);
  unsigned i;

  cr_assert_lt (*n, 256U);
  memset (answers, 0, sizeof answers);
  memset (outside, 0, sizeof outside);
  for (i = 0; i < *n; i++)
    outside[i].verdict = KV_VERDICT_REACHED;
  return rows;
}

Test (measure, weights_are_the_dimensions)
{
  unsigned sums[KV_DIM_COUNT] = { 0 }, n, i;
  const struct kv_probe_row *rows = kv_probe_rows (&n);

  cr_expect_geq (n, 90U);
  for (i = 0; i < n; i++) {
    sums[rows[i].dimension] += rows[i].weight;
    cr_expect_gt (rows[i].weight, 0U, "%s", rows[i].id);
    cr_expect_eq (kv_probe_find (rows[i].id), (int) i, "%s", rows[i].id);
  }
  for (i = 0; i < KV_DIM_COUNT; i++)
    cr_expect_eq (sums[i], 10 * kv_dimension_weight ((int) i), "%s",
                  kv_dimension_name ((int) i));
}

Test (measure, all_held_is_a_hundred)
{
  struct kv_measured m;
  unsigned n;

  all_held (&n);
  kv_measure (answers, outside, UINT64_MAX, &m);
  cr_expect_eq (m.points, 100U);
  cr_expect_eq (m.sum, 1000U);
  cr_expect_eq (m.enforced, 1000U);
}

/* Reached or not answered: its weight goes, and its ceiling holds. */
Test (measure, one_costs_its_own)
{
  static const uint8_t bad[] = { KV_VERDICT_REACHED, KV_VERDICT_UNANSWERED };
  struct kv_measured m;
  unsigned n, i, k;
  const struct kv_probe_row *rows = all_held (&n);

  for (k = 0; k < 2; k++)
    for (i = 0; i < n; i++) {
      all_held (&n);
      answers[i].verdict = bad[k];
      kv_measure (answers, outside, UINT64_MAX, &m);
      cr_expect_eq (m.sum, 1000 - rows[i].weight, "%s", rows[i].id);
      cr_expect_eq (m.share[rows[i].dimension],
                    10 * kv_dimension_weight (rows[i].dimension)
                        - rows[i].weight,
                    "%s", rows[i].id);
      if (rows[i].ceiling != 0) {
        cr_expect_eq (m.ceiling, rows[i].ceiling, "%s", rows[i].id);
        cr_expect_leq (m.points, rows[i].ceiling, "%s", rows[i].id);
        cr_expect_eq (m.ceiling_probe, (int) i, "%s", rows[i].id);
      }
    }
}

/* A network that the policy opens is no fault of the sandbox's. */
Test (measure, ceilings_that_were_not_asked_for)
{
  struct kv_measured m;
  unsigned n;

  all_held (&n);
  answers[kv_probe_find ("network.loopback-tcp")].verdict = KV_VERDICT_REACHED;
  kv_measure (answers, outside, UINT64_MAX, &m);
  cr_expect_eq (m.ceiling, 49U);
  kv_measure (answers, outside, ~(uint64_t) KAVACH_BIT (KAVACH_CTL_NET_OUT),
              &m);
  cr_expect_eq (m.ceiling, 100U);
}

/* Holding one more never lowers the points. */
Test (measure, more_is_never_less)
{
  struct kv_measured before, after;
  unsigned n, i, round;

  srand (1);
  all_held (&n);
  for (round = 0; round < 2000; round++) {
    unsigned at = (unsigned) rand () % n;

    for (i = 0; i < n; i++)
      answers[i].verdict = (uint8_t) (rand () % 8 == 0);
    answers[at].verdict = KV_VERDICT_REACHED;
    kv_measure (answers, outside, UINT64_MAX, &before);
    answers[at].verdict = KV_VERDICT_HELD;
    kv_measure (answers, outside, UINT64_MAX, &after);
    cr_assert_geq (after.points, before.points);
  }
}

/* What was not reached without a sandbox either is not its doing. */
Test (measure, inherited_is_not_enforced)
{
  struct kv_measured m;
  unsigned n;
  const struct kv_probe_row *rows = all_held (&n);

  outside[3].verdict = KV_VERDICT_HELD;
  answers[4].verdict = KV_VERDICT_NOTHING;
  kv_measure (answers, outside, UINT64_MAX, &m);
  cr_expect_eq (m.sum, 1000U);
  cr_expect_eq (m.enforced, 1000 - rows[3].weight);
}

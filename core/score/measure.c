/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/score/measure.h"
#include "core/util/cleanup.h"

/* A probe that belongs to no control. */
#define KAVACH_CTL_NONE -1

static const struct kv_probe_row rows[] = {
#define KV_PROBE(dimension, name, function, weight, ceiling, control, needs,   \
                 flags, twin)                                                  \
  { name, KV_DIM_##dimension, weight, ceiling, KAVACH_CTL_##control, flags },
#include "core/init/probes/rows.def"
#undef KV_PROBE
};

const struct kv_probe_row *
kv_probe_rows (unsigned *count)
{
  *count = KV_COUNT (rows);
  return rows;
}

int
kv_probe_find (const char *id)
{
  size_t i;

  for (i = 0; i < KV_COUNT (rows); i++)
    if (strcmp (rows[i].id, id) == 0)
      return (int) i;
  return -1;
}

const char *
kv_verdict_name (int verdict)
{
  static const char *const names[]
      = { "held", "reached", "unanswered", "nothing" };

  return verdict >= 0 && (size_t) verdict < KV_COUNT (names) ? names[verdict]
                                                             : "unanswered";
}

static void
lower (struct kv_measured *m, unsigned points, int probe, const char *reason)
{
  if (points >= m->ceiling)
    return;
  m->ceiling = points;
  m->ceiling_probe = probe;
  m->ceiling_reason = reason;
}

/* Nobody answered is as good as reached: no evidence, no points above. */
static bool
bounds (const struct kv_probe_row *row, const struct kv_probe_answer *answer,
        uint64_t asked)
{
  if (row->ceiling == 0 || answer->verdict == KV_VERDICT_HELD
      || answer->verdict == KV_VERDICT_NOTHING)
    return false;
  return (row->flags & KV_PROBE_WHEN_ASKED) == 0
         || (asked & KAVACH_BIT (row->control)) != 0;
}

void
kv_measure (const struct kv_probe_answer *answers,
            const struct kv_probe_answer *outside, uint64_t asked,
            struct kv_measured *measured)
{
  const int kernel = kv_probe_find ("boundary.own-kernel");
  const int hardware = kv_probe_find ("boundary.hardware");
  size_t i;

  memset (measured, 0, sizeof *measured);
  measured->ceiling = 100;
  measured->ceiling_probe = -1;
  measured->ceiling_reason = "";
  if (answers[hardware].verdict != KV_VERDICT_HELD)
    lower (measured, 94, -1, "the kernel is a program of the host");
  if (answers[kernel].verdict != KV_VERDICT_HELD)
    lower (measured, 84, -1, "the kernel is shared with the host");
  for (i = 0; i < KV_COUNT (rows); i++) {
    const struct kv_probe_answer *a = &answers[i];

    if (a->verdict == KV_VERDICT_HELD || a->verdict == KV_VERDICT_NOTHING) {
      measured->share[rows[i].dimension] += rows[i].weight;
      measured->sum += rows[i].weight;
      if (outside != NULL && outside[i].verdict == KV_VERDICT_REACHED)
        measured->enforced += rows[i].weight;
    }
    else if (bounds (&rows[i], a, asked))
      lower (measured, rows[i].ceiling, (int) i, a->detail);
  }
  measured->points = measured->sum / 10 < measured->ceiling ? measured->sum / 10
                                                            : measured->ceiling;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Part of step 4: the gate on the score. */
#include "config.h"

#include <stdlib.h>

#include "core/exec/score_gate.h"
#include "core/exec/shape.h"

/* No backend, of those that could enforce the policy, is strong enough. */
static int
refuse_weak (const struct kv_run *run, const struct kv_standing *ranks,
             unsigned n, struct kv_error *err)
{
  const unsigned wanted = run->policy.min_score;
  bool measured = false;
  unsigned i;

  for (i = 0; i < n; i++)
    measured |= ranks[i].has_evidence;
  kv_fail (err, "KVS-04",
           measured ? "no backend was measured at %u"
                    : "no backend has an estimate of %u",
           wanted);
  for (i = 0; i < n; i++)
    if (ranks[i].lacks != 0)
      kv_standing_describe (&ranks[i], err);
    else if (ranks[i].has_evidence)
      kv_error_detail (err, "  %-10s %u, measured: not above %u",
                       ranks[i].candidate->name,
                       ranks[i].evidence.measured.points,
                       ranks[i].evidence.measured.ceiling);
    else
      kv_error_detail (err, "  %-10s ~%u: %s", ranks[i].candidate->name,
                       ranks[i].score.estimate, ranks[i].score.ceiling_reason);
  kv_error_rule (err, "require.score = %u (%s)", wanted,
                 run->policy.score_origin);
  return kv_error_hint (
      err, measured ? "kavach verify says which probes cost points"
                    : "kavach score --explain says what would raise it; an "
                      "estimate is never above 69");
}

static void
look_for_evidence (const struct kv_text *common, struct kv_standing *standing)
{
  char key[65];

  standing->has_evidence = standing->lacks == 0
                           && kv_shape (common, standing->candidate, key) == 0
                           && kv_evidence_read (key, &standing->evidence);
}

/* Has the battery run for the best by estimate. */
static int
make_evidence (const struct kv_run *run, const struct kv_text *common,
               struct kv_standing *best, struct kv_error *err)
{
  const struct kv_exec_options *o = run->options;

  if (o->measure (o->measure_data, best->candidate->name, err) < 0)
    return -1;
  look_for_evidence (common, best);
  if (best->has_evidence)
    return 0;
  kv_fail (err, "KVV-06",
           "%s was measured, and what was measured is not of this run's shape",
           best->candidate->name);
  return kv_error_hint (err, "the battery has a workspace of its own; this one "
                             "may be a home, or its protected places open by "
                             "another name (--plan marks them)");
}

/* The strongest by evidence; where there is none for the best by estimate,
 * it is made. */
static int
find_measured (const struct kv_run *run, const struct kv_text *common,
               struct kv_standing *ranks, unsigned n, struct kv_standing **best,
               struct kv_error *err)
{
  struct kv_standing *strongest = NULL;
  unsigned i;

  for (i = 0; i < n; i++)
    look_for_evidence (common, &ranks[i]);
  if (!(*best)->has_evidence && !run->policy.accept_estimate
      && run->options->measure != NULL
      && make_evidence (run, common, *best, err) < 0)
    return -1;
  for (i = 0; i < n; i++)
    if (ranks[i].has_evidence
        && (strongest == NULL
            || ranks[i].evidence.measured.points
                   > strongest->evidence.measured.points))
      strongest = &ranks[i];
  if (strongest != NULL)
    *best = strongest;
  return 0;
}

int
kv_score_gate (struct kv_run *run, struct kv_standing *ranks, unsigned n,
               struct kv_standing **best, struct kv_error *err)
{
  const unsigned wanted = run->policy.min_score;
  struct kv_text common;
  int found = 0;

  /* What is measured is not gated by it. */
  if (wanted == 0 || run->options->probing != NULL)
    return 0;
  if (kv_shape_begin (run, &common) == 0)
    found = find_measured (run, &common, ranks, n, best, err);
  free (common.bytes);
  if (found < 0)
    return -1;
  if ((*best)->has_evidence) {
    run->measured = (*best)->evidence.measured.points;
    run->measured_at = (*best)->evidence.at;
    return run->measured < wanted ? refuse_weak (run, ranks, n, err) : 0;
  }
  if (!run->policy.accept_estimate) {
    kv_fail (err, "KVS-03",
             "a score of %u is asked for, and %s has an estimate only (~%u): "
             "nothing has been measured",
             wanted, (*best)->candidate->name, (*best)->score.estimate);
    kv_error_rule (err, "require.score = %u (%s)", wanted,
                   run->policy.score_origin);
    return kv_error_hint (err, "kavach verify measures; --accept-estimate, or "
                               "\"accept\": \"estimate\", lets the estimate "
                               "count");
  }
  return (*best)->score.estimate < wanted ? refuse_weak (run, ranks, n, err)
                                          : 0;
}

int
kv_judge_score (struct kv_run *run, struct kv_error *err)
{
  struct kv_score_input input = {
    .boundary = run->boundary_kind,
    .controls = &run->layers,
    .asked = run->required | run->wanted,
    .host_root = run->uid == 0,
  };
  struct kv_score score;

  kv_score_estimate (&input, &score);
  run->estimate = score.estimate;
  /* The file system refused another owner, which the battery's did not. */
  if (run->measured > 69 && run->uid == 0) {
    run->measured = 69;
    if (run->policy.min_score > 69) {
      kv_fail (err, "KVS-04",
               "%s was measured with another user; here the command is the "
               "host's uid 0: not above 69",
               run->chosen->name);
      kv_error_rule (err, "require.score = %u (%s)", run->policy.min_score,
                     run->policy.score_origin);
      return kv_error_hint (err, "%s", run->boundary.c[KAVACH_CTL_USER].hint);
    }
  }
  if (run->policy.min_score == 0 || run->measured > 0
      || run->options->probing != NULL
      || score.estimate >= run->policy.min_score)
    return 0;
  kv_fail (err, "KVS-04", "%s has an estimate of ~%u for this request",
           run->chosen->name, score.estimate);
  kv_error_rule (err, "require.score = %u (%s)", run->policy.min_score,
                 run->policy.score_origin);
  return kv_error_hint (err, "%s", score.ceiling_reason);
}

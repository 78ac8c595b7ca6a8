/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/util/json_out.h"
#include "launcher/standing.h"
#include "launcher/verify_print.h"

#define NAME 14

bool
kv_verification_holds (const struct kv_verification *v)
{
  uint64_t asked = v->outcome.required | v->outcome.wanted;
  int control, probe;

  for (control = 0; control < KAVACH_CTL_COUNT; control++)
    if ((asked & KAVACH_BIT (control)) != 0
        && kv_conforms (v, control, &probe) == KV_DOES_NOT_HOLD)
      return false;
  return true;
}

static void
print_dimensions (const struct kv_measured *m)
{
  kv_print_dimensions (m->share);
  printf ("  %-26s%*s  %4u.%u, %u.%u of it by the sandbox\n", "held", KV_BAR,
          "", m->sum / 10, m->sum % 10, m->enforced / 10, m->enforced % 10);
}

static void
print_ceiling (const struct kv_measured *m)
{
  unsigned n;
  const struct kv_probe_row *rows = kv_probe_rows (&n);
  char reason[200];

  if (m->ceiling == 100)
    return;
  kv_escape (reason, sizeof reason, m->ceiling_reason);
  if (m->ceiling_probe >= 0)
    printf ("  not above %u: %s, %s\n", m->ceiling, rows[m->ceiling_probe].id,
            reason);
  else
    printf ("  not above %u: %s\n", m->ceiling, reason);
}

static const char *
standing_words (enum kv_standing_of standing)
{
  static const char *const words[] = { [KV_DOES_NOT_HOLD] = "DOES NOT HOLD",
                                       [KV_HOLDS] = "holds",
                                       [KV_HOLDS_IN_PART] = "holds in part",
                                       [KV_NOT_ANSWERED] = "not answered",
                                       [KV_NOT_CLAIMED] = "not to be had" };

  return words[standing];
}

static void
print_claims (const struct kv_verification *v)
{
  unsigned n;
  const struct kv_probe_row *rows = kv_probe_rows (&n);
  int control, probe;

  printf ("\n%sWhat the policy claims%s\n", kv_bold (), kv_plain ());
  for (control = 0; control < KAVACH_CTL_COUNT; control++) {
    uint64_t bit = KAVACH_BIT (control);
    enum kv_standing_of standing;

    if (((v->outcome.required | v->outcome.wanted) & bit) == 0)
      continue;
    standing = kv_conforms (v, control, &probe);
    printf ("  %-*s%-9s%s", NAME, kv_control_name (control),
            (v->outcome.required & bit) != 0 ? "required" : "wanted",
            standing_words (standing));
    if (probe >= 0) {
      char detail[200];

      kv_escape (detail, sizeof detail, v->answers[probe].detail);
      printf (": %s, %s", rows[probe].id, detail);
    }
    putchar ('\n');
  }
}

/* What is open, or not known; with ALL also what is held, and by whom. */
static void
print_probes (const struct kv_verification *v, bool all)
{
  unsigned n, i, said = 0;
  const struct kv_probe_row *rows = kv_probe_rows (&n);

  for (i = 0; i < n; i++) {
    const struct kv_probe_answer *a = &v->answers[i];
    bool held
        = a->verdict == KV_VERDICT_HELD || a->verdict == KV_VERDICT_NOTHING;
    const char *by = v->outside[i].verdict == KV_VERDICT_REACHED ? "enforced"
                                                                 : "inherited";
    char detail[200];

    if (held && !all)
      continue;
    if (said++ == 0)
      printf ("\n%s%s%s\n", kv_bold (),
              all ? "The probes" : "What costs points", kv_plain ());
    kv_escape (detail, sizeof detail, a->detail);
    printf ("  %-26s %-11s%2u.%u  ", rows[i].id,
            a->verdict == KV_VERDICT_HELD ? by : kv_verdict_name (a->verdict),
            rows[i].weight / 10, rows[i].weight % 10);
    kv_print_wrapped (46, 46, detail[0] != '\0' ? detail : "-");
  }
}

int
kv_verification_print (const struct kv_verification *v, bool probes)
{
  const struct kv_measured *m = &v->measured;

  printf ("%s%u %s (measured)%s  %s under %s\n", kv_bold (), m->points,
          kv_score_label (m->points), kv_plain (), v->outcome.backend,
          v->outcome.policy);
  print_ceiling (m);
  putchar ('\n');
  print_dimensions (m);
  print_claims (v);
  print_probes (v, probes);
  return fflush (stdout) == 0 && ferror (stdout) == 0 ? 0 : -1;
}

static void
claims_json (struct kv_json *j, const struct kv_verification *v)
{
  static const char *const words[] = { [KV_DOES_NOT_HOLD] = "does-not-hold",
                                       [KV_HOLDS] = "holds",
                                       [KV_HOLDS_IN_PART] = "holds-in-part",
                                       [KV_NOT_ANSWERED] = "not-answered",
                                       [KV_NOT_CLAIMED] = "not-claimed" };
  unsigned n;
  const struct kv_probe_row *rows = kv_probe_rows (&n);
  int control, probe;

  kv_json_open_map (j, "claims");
  for (control = 0; control < KAVACH_CTL_COUNT; control++) {
    uint64_t bit = KAVACH_BIT (control);

    if (((v->outcome.required | v->outcome.wanted) & bit) == 0)
      continue;
    kv_json_open_map (j, kv_control_name (control));
    kv_json_string (j, "need",
                    (v->outcome.required & bit) != 0 ? "required" : "wanted");
    kv_json_string (j, "standing", words[kv_conforms (v, control, &probe)]);
    if (probe >= 0)
      kv_json_string (j, "probe", rows[probe].id);
    kv_json_close (j);
  }
  kv_json_close (j);
}

int
kv_verification_json (const struct kv_verification *v)
{
  const struct kv_measured *m = &v->measured;
  unsigned n, i;
  const struct kv_probe_row *rows = kv_probe_rows (&n);
  struct kv_json j;
  int d;

  kv_json_begin (&j);
  kv_json_string (&j, "type", "verification");
  kv_json_string (&j, "backend", v->outcome.backend);
  kv_json_string (&j, "backend_version", v->outcome.version);
  kv_json_string (&j, "policy", v->outcome.policy);
  kv_json_string (&j, "policy_sha256", v->outcome.digest);
  kv_json_number (&j, "score", m->points);
  kv_json_string (&j, "label", kv_score_label (m->points));
  kv_json_number (&j, "ceiling", m->ceiling);
  kv_json_string (&j, "ceiling_probe",
                  m->ceiling_probe >= 0 ? rows[m->ceiling_probe].id : "");
  kv_json_string (&j, "ceiling_reason", m->ceiling_reason);
  kv_json_number (&j, "held_tenths", m->sum);
  kv_json_number (&j, "enforced_tenths", m->enforced);
  kv_json_number (&j, "estimate", v->outcome.estimate);
  kv_json_open_map (&j, "dimensions");
  for (d = 0; d < KV_DIM_COUNT; d++) {
    kv_json_open_map (&j, kv_dimension_name (d));
    kv_json_number (&j, "held_tenths", m->share[d]);
    kv_json_number (&j, "weight", kv_dimension_weight (d));
    kv_json_close (&j);
  }
  kv_json_close (&j);
  claims_json (&j, v);
  kv_json_open_map (&j, "probes");
  for (i = 0; i < n; i++) {
    kv_json_open_map (&j, rows[i].id);
    kv_json_string (&j, "verdict", kv_verdict_name (v->answers[i].verdict));
    kv_json_string (&j, "detail", v->answers[i].detail);
    kv_json_string (&j, "outside", kv_verdict_name (v->outside[i].verdict));
    kv_json_close (&j);
  }
  kv_json_close (&j);
  return kv_json_end (&j, stdout);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* kavach score: the estimate of the backend that a run would take. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <kavach/backend.h>

#include "core/policy/control.h"
#include "launcher/launcher.h"
#include "launcher/standing.h"

#define NAME 14

static void
print_dimensions (const struct kv_score *score)
{
  kv_print_dimensions (score->share);
  printf ("  %-26s%*s  %4u.%u\n", "sum", KV_BAR, "", score->sum / 10,
          score->sum % 10);
  printf ("  not above %u", score->ceiling);
  if (score->ceiling_reason[0] != '\0')
    printf (": %s", score->ceiling_reason);
  printf ("\n  an estimate is 0.85 of that, and 69 at most: ~%u\n",
          score->estimate);
}

static const char *
wish (const struct kv_policy *policy, int control)
{
  uint64_t bit = KAVACH_BIT (control);

  if ((policy->required & bit) != 0)
    return "required";
  if ((policy->waived & bit) != 0)
    return "waived";
  return (policy->wanted & bit) != 0 ? "wanted" : "-";
}

static void
print_controls (const struct kv_standings *s,
                const struct kv_standing *standing)
{
  int i;

  printf ("\n%sWhat would hold, and by what%s\n", kv_bold (), kv_plain ());
  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    const struct kv_control_state *c = &standing->controls.c[i];
    const char *asked = wish (&s->policy, i);

    if (c->level == KAVACH_NONE && asked[0] == '-')
      continue;
    printf ("  %-*s%-9s%-9s", NAME, kv_control_name (i), asked,
            kv_level_name (c->level));
    kv_print_wrapped (NAME + 20, NAME + 20,
                      c->mechanism[0] != '\0' ? c->mechanism : "-");
  }
}

static void
print_raises (const struct kv_standings *s, const struct kv_standing *standing)
{
  struct kv_raise raises[KAVACH_CTL_COUNT];
  unsigned n = kv_score_raises (&standing->input, raises), i;

  if (n == 0)
    return;
  printf ("\n%sWhat would raise it%s\n", kv_bold (), kv_plain ());
  for (i = 0; i < n; i++) {
    char how[256], text[320];

    kv_raise_text (s, standing, raises[i].control, how, sizeof how);
    snprintf (text, sizeof text, "%s%s%s", how,
              how[0] != '\0' && raises[i].ceiling ? "; " : "",
              raises[i].ceiling ? "it holds the bound" : "");
    printf ("  %-*s+%2u.%u  ", NAME, kv_control_name (raises[i].control),
            raises[i].gain / 10, raises[i].gain % 10);
    kv_print_wrapped (NAME + 9, NAME + 9, text[0] != '\0' ? text : "-");
  }
}

static int
print_text (const struct kv_standings *s, const struct kv_standing *best)
{
  char lacks[512];

  printf ("%s~%u %s (estimate)%s  %s under %s\n", kv_bold (),
          best->score.estimate, kv_score_label (best->score.estimate),
          kv_plain (), best->candidate->name, s->policy.name);
  if (best->lacks != 0) {
    kv_controls_list (lacks, sizeof lacks, best->lacks);
    printf ("  a run is refused: it lacks ");
    kv_print_wrapped (28, 28, lacks);
  }
  if (s->parsed.explain) {
    putchar ('\n');
    print_dimensions (&best->score);
    print_controls (s, best);
    print_raises (s, best);
  }
  return fflush (stdout) == 0 && !ferror (stdout) ? 0 : KV_STATUS_REFUSED;
}

static int
print_json (const struct kv_standings *s, const struct kv_standing *best)
{
  struct kv_json j;

  kv_json_begin (&j);
  kv_standings_json_policy (&j, s);
  kv_json_open_map (&j, "backend");
  kv_standing_json (&j, s, best);
  kv_json_close (&j);
  return kv_json_end (&j, stdout) < 0 ? KV_STATUS_REFUSED : 0;
}

/* The best that does not need an image, unless one was named. */
static const struct kv_standing *
choose (const struct kv_standings *s)
{
  unsigned i;

  for (i = 0; i < s->count; i++)
    if (s->policy.n_backends > 0
        || (s->list[i].candidate->ops_flags & KAVACH_BACKEND_NEEDS_IMAGE) == 0)
      return &s->list[i];
  return &s->list[0];
}

static int
print_score (const struct kv_standings *s)
{
  const struct kv_standing *best = choose (s);

  if (!best->candidate->available) {
    kv_error_print (&best->candidate->error);
    return KV_STATUS_REFUSED;
  }
  return s->parsed.json ? print_json (s, best) : print_text (s, best);
}

int
kv_cmd_score (int argc, char **argv)
{
  struct kv_error err = { .code = "" };
  struct kv_standings s;
  int status = KV_STATUS_REFUSED;

  if (kv_standings_read (KV_FOR_SCORE, argc, argv, &s, &err) < 0)
    kv_error_print (&err);
  else if (s.parsed.help)
    status = kv_print_help (argv[0]);
  else
    status = print_score (&s);
  kv_standings_free (&s);
  return status;
}

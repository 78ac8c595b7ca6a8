/* SPDX-License-Identifier: Apache-2.0 */
/* kavach backends: what there is, how strong, and why not. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/policy/control.h"
#include "launcher/launcher.h"
#include "launcher/standing.h"

/* Columns: name, boundary, estimate, and the rest. */
#define NAME 12
#define BOUNDARY 19
#define REST (NAME + BOUNDARY)
/* More would be the explanation of kavach score. */
#define MOST_RAISES 3

static void
print_raises (const struct kv_standings *s, const struct kv_standing *standing)
{
  struct kv_raise raises[KAVACH_CTL_COUNT];
  unsigned n = kv_score_raises (&standing->input, raises), i;

  for (i = 0; i < n && i < MOST_RAISES; i++) {
    const char *name = kv_control_name (raises[i].control);
    char how[256], text[320];

    kv_raise_text (s, standing, raises[i].control, how, sizeof how);
    snprintf (text, sizeof text, "%s%s%s", name, how[0] != '\0' ? ": " : "",
              how);
    printf ("%*sraise  ", NAME, "");
    kv_print_wrapped (NAME + 7, NAME + 7, text);
  }
}

static void
print_one (const struct kv_standings *s, const struct kv_standing *standing)
{
  const struct kv_candidate *c = standing->candidate;
  char text[640], lacks[512];

  printf ("%s%-*s%s ", kv_bold (), NAME - 1, c->name, kv_plain ());
  if (!c->available) {
    printf ("%-*s", BOUNDARY, "not available");
    snprintf (text, sizeof text, "%s %s", c->error.code, c->error.text);
    kv_print_wrapped (REST, REST, text);
    if (c->error.hint[0] != '\0') {
      printf ("%*sway out  ", NAME, "");
      kv_print_wrapped (NAME + 9, NAME + 9, c->error.hint);
    }
    return;
  }

  printf ("%-*s~%u %s (estimate)\n", BOUNDARY, kv_boundary_name (c->boundary),
          standing->score.estimate, kv_score_label (standing->score.estimate));
  if (standing->lacks != 0) {
    kv_controls_list (lacks, sizeof lacks, standing->lacks);
    printf ("%*slacks  ", NAME, "");
    kv_print_wrapped (NAME + 7, NAME + 7, lacks);
  }
  if (standing->score.ceiling < 84) {
    snprintf (text, sizeof text, "not above %u: %s", standing->score.ceiling,
              standing->score.ceiling_reason);
    printf ("%*sbound  ", NAME, "");
    kv_print_wrapped (NAME + 7, NAME + 7, text);
  }
  print_raises (s, standing);
}

static int
print_json (const struct kv_standings *s)
{
  struct kv_json j;
  unsigned i;

  kv_json_begin (&j);
  kv_standings_json_policy (&j, s);
  kv_json_open_array (&j, "backends");
  for (i = 0; i < s->count; i++) {
    kv_json_open_map (&j, NULL);
    kv_standing_json (&j, s, &s->list[i]);
    kv_json_close (&j);
  }
  return kv_json_end (&j, stdout) < 0 ? KV_STATUS_REFUSED : 0;
}

static int
print_text (const struct kv_standings *s)
{
  unsigned i;

  printf ("%-*s%-*sunder %s\n", NAME, "backend", BOUNDARY, "boundary",
          s->policy.name);
  for (i = 0; i < s->count; i++)
    print_one (s, &s->list[i]);
  return fflush (stdout) == 0 && !ferror (stdout) ? 0 : KV_STATUS_REFUSED;
}

int
kv_cmd_backends (int argc, char **argv)
{
  struct kv_error err = { .code = "" };
  struct kv_standings s;
  int status = KV_STATUS_REFUSED;

  if (kv_standings_read (KV_FOR_BACKENDS, argc, argv, &s, &err) < 0)
    kv_error_print (&err);
  else if (s.parsed.help)
    status = kv_print_help (argv[0]);
  else
    status = s.parsed.json ? print_json (&s) : print_text (&s);
  kv_standings_free (&s);
  return status;
}

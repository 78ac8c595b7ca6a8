/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/control.h"
#include "core/util/cleanup.h"
#include "launcher/standing.h"

const char *
kv_boundary_name (uint32_t boundary)
{
  if (boundary >= KAVACH_BOUNDARY_VM)
    return "virtual machine";
  if (boundary >= KAVACH_BOUNDARY_USER_KERNEL)
    return "user-space kernel";
  return boundary >= KAVACH_BOUNDARY_NAMESPACE ? "namespaces" : "none";
}

/* Available before not, what a run would take before what it would not, then
 * as a run decides. */
static int
best_first (const void *a, const void *b)
{
  const struct kv_standing *x = a, *y = b;
  int fit = (y->candidate->available - x->candidate->available) * 2
            + (y->lacks == 0) - (x->lacks == 0);

  return fit != 0 ? fit : kv_standing_compare (x, y);
}

static int
rank (struct kv_standings *s, struct kv_error *err)
{
  unsigned i;

  s->list = calloc (s->found.count + 1, sizeof *s->list);
  if (s->list == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  for (i = 0; i < s->found.count; i++)
    if (kv_standing_is_meant (&s->policy, &s->found.list[i]))
      kv_standing_assess (&s->policy, &s->found.list[i], &s->list[s->count++]);
  qsort (s->list, s->count, sizeof *s->list, best_first);
  for (i = 0; i < s->count; i++)
    kv_standing_moved (&s->list[i]);
  if (s->count > 0)
    return 0;

  if (s->policy.n_backends > 0) {
    kv_fail (err, "KVS-02", "there is no backend \"%s\"",
             s->policy.backends[0]);
    return kv_error_hint (err, "kavach backends lists them");
  }
  kv_fail (err, "KVS-02", "no backend is installed");
  return kv_error_hint (err, "kavach plugin list shows where they are looked "
                             "for");
}

int
kv_standings_read (unsigned command, int argc, char **argv,
                   struct kv_standings *s, struct kv_error *err)
{
  memset (s, 0, sizeof *s);
  if (kv_parse_options (command, argc, argv, &s->parsed, err) < 0)
    return -1;
  if (s->parsed.help)
    return 0;
  if (argv[s->parsed.rest] != NULL) {
    kv_fail (err, "KVU-10", "%s takes options only, not \"%s\"", argv[0],
             argv[s->parsed.rest]);
    return kv_error_hint (err, "kavach %s --help", argv[0]);
  }
  s->all = command == KV_FOR_VERIFY && s->parsed.policy.backend != NULL
           && strcmp (s->parsed.policy.backend, "all") == 0;
  if (s->all)
    s->parsed.policy.backend = NULL;
  s->parsed.policy.describe = true;
  if (kv_policy_resolve (&s->parsed.policy, &s->policy, err) < 0
      || kv_discover (s->parsed.policy.plugin, true, &s->found, err) < 0)
    return -1;
  return rank (s, err);
}

void
kv_standings_free (struct kv_standings *s)
{
  free (s->list);
  kv_candidates_free (&s->found);
  kv_policy_free (&s->policy);
  kv_parsed_free (&s->parsed);
}

/* The flag by which the policy could ask for CONTROL, where it does not. */
static const char *
missing_flag (const struct kv_policy *policy, int control)
{
  switch (control) {
  case KAVACH_CTL_MEMORY:
    return policy->memory.value == 0 ? "--memory SIZE" : NULL;
  case KAVACH_CTL_CPU:
    return policy->cpu.value == 0 ? "--cpu N" : NULL;
  case KAVACH_CTL_PIDS:
    return policy->pids.value == 0 ? "--pids N" : NULL;
  case KAVACH_CTL_FILE_SIZE:
    return policy->file_size.value == 0 ? "--file-size SIZE" : NULL;
  case KAVACH_CTL_TMP_SIZE:
    return policy->tmp.value == 0 ? "--tmp SIZE" : NULL;
  case KAVACH_CTL_WALL_TIME:
    return policy->wall.value == 0 ? "--timeout TIME" : NULL;
  case KAVACH_CTL_NET_OUT:
  case KAVACH_CTL_NET_IN:
    return policy->net == KV_NET_HOST ? "--net none" : NULL;
  case KAVACH_CTL_SYSCALLS:
    return policy->syscalls == KV_SYSCALLS_NONE ? "-p basic" : NULL;
  case KAVACH_CTL_FS_EXEC:
    return policy->scratch_exec ? "-p strict" : NULL;
  default:
    return NULL;
  }
}

void
kv_raise_text (const struct kv_standings *s, const struct kv_standing *standing,
               int control, char *out, size_t size)
{
  const char *flag = missing_flag (&s->policy, control);

  if (flag != NULL)
    snprintf (out, size, "%s (the policy does not ask for it)", flag);
  else
    snprintf (out, size, "%s", standing->controls.c[control].hint);
}

void
kv_standings_json_policy (struct kv_json *j, const struct kv_standings *s)
{
  kv_json_string (j, "policy", s->policy.name);
  kv_json_string (j, "digest", s->policy.digest);
}

static void
json_set (struct kv_json *j, const char *key, uint64_t set)
{
  int i;

  kv_json_open_array (j, key);
  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    if ((set & KAVACH_BIT (i)) != 0)
      kv_json_string (j, NULL, kv_control_name (i));
  kv_json_close (j);
}

static void
json_estimate (struct kv_json *j, const struct kv_standings *s,
               const struct kv_standing *standing)
{
  const struct kv_score *score = &standing->score;
  struct kv_raise raises[KAVACH_CTL_COUNT];
  unsigned n = kv_score_raises (&standing->input, raises), i;

  kv_json_open_map (j, "estimate");
  kv_json_number (j, "points", score->estimate);
  kv_json_string (j, "label", kv_score_label (score->estimate));
  kv_json_number (j, "unclamped", score->unclamped);
  kv_json_milli (j, "sum", 100 * (uint64_t) score->sum);
  kv_json_number (j, "ceiling", score->ceiling);
  kv_json_string (j, "ceiling-reason", score->ceiling_reason);
  kv_json_open_map (j, "dimensions");
  for (i = 0; i < KV_DIM_COUNT; i++)
    kv_json_milli (j, kv_dimension_name ((int) i),
                   100 * (uint64_t) score->share[i]);
  kv_json_close (j);
  kv_json_open_array (j, "raise");
  for (i = 0; i < n; i++) {
    char text[256];

    kv_raise_text (s, standing, raises[i].control, text, sizeof text);
    kv_json_open_map (j, NULL);
    kv_json_string (j, "control", kv_control_name (raises[i].control));
    kv_json_milli (j, "gain", 100 * (uint64_t) raises[i].gain);
    kv_json_number (j, "estimate", raises[i].estimate);
    kv_json_bool (j, "holds-ceiling", raises[i].ceiling);
    kv_json_string (j, "how", text);
    kv_json_close (j);
  }
  kv_json_close (j);
  kv_json_close (j);
}

static void
json_controls (struct kv_json *j, const struct kv_standing *standing)
{
  int i;

  kv_json_open_map (j, "controls");
  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    const struct kv_control_state *c = &standing->controls.c[i];

    kv_json_open_map (j, kv_control_name (i));
    kv_json_string (j, "level", kv_level_name (c->level));
    kv_json_string (j, "mechanism", c->mechanism);
    kv_json_string (j, "hint", c->hint);
    kv_json_close (j);
  }
  kv_json_close (j);
}

void
kv_standing_json (struct kv_json *j, const struct kv_standings *s,
                  const struct kv_standing *standing)
{
  const struct kv_candidate *c = standing->candidate;

  kv_json_string (j, "name", c->name);
  kv_json_bool (j, "available", c->available);
  if (!c->available) {
    kv_json_string (j, "code", c->error.code);
    kv_json_string (j, "cause", c->error.text);
    kv_json_string (j, "hint", c->error.hint);
    return;
  }
  kv_json_string (j, "version", c->version);
  kv_json_string (j, "boundary", kv_boundary_name (c->boundary));
  json_set (j, "lacks", standing->lacks);
  json_estimate (j, s, standing);
  json_controls (j, standing);
}

void
kv_print_wrapped (int at, int indent, const char *text)
{
  while (*text != '\0') {
    int n = (int) strcspn (text, " ");

    if (at > indent && at + 1 + n >= 80) {
      putchar ('\n');
      at = 0;
    }
    if (at > indent) {
      putchar (' ');
      at++;
    }
    if (at < indent) {
      printf ("%*s", indent - at, "");
      at = indent;
    }
    fwrite (text, 1, (size_t) n, stdout);
    at += n;
    text += n;
    text += strspn (text, " ");
  }
  putchar ('\n');
}

static bool
is_coloured (void)
{
  const char *no = getenv ("NO_COLOR"), *term = getenv ("TERM");

  return (no == NULL || no[0] == '\0') && term != NULL
         && strcmp (term, "dumb") != 0 && isatty (STDOUT_FILENO);
}

const char *
kv_bold (void)
{
  return is_coloured () ? "\033[1m" : "";
}

const char *
kv_plain (void)
{
  return is_coloured () ? "\033[0m" : "";
}

void
kv_print_dimensions (const unsigned share[KV_DIM_COUNT])
{
  int d;

  for (d = 0; d < KV_DIM_COUNT; d++) {
    unsigned weight = kv_dimension_weight (d), held = share[d];
    unsigned filled = KV_BAR * held / (10 * weight);
    char bar[KV_BAR + 1];

    memset (bar, '#', filled);
    memset (bar + filled, '.', KV_BAR - filled);
    bar[KV_BAR] = '\0';
    printf ("  %-26s%s  %4u.%u of %2u\n", kv_dimension_name (d), bar, held / 10,
            held % 10, weight);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* --plan: what would be enforced, by whom, without running anything. */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/exec/express.h"
#include "core/exec/report.h"
#include "core/score/score.h"
#include "core/util/cleanup.h"
#include "core/util/json_out.h"

static const char *
need (const struct kv_run *run, uint64_t bit)
{
  if ((run->required & bit) != 0)
    return "required";
  if ((run->policy.waived & bit) != 0)
    return "waived";
  return (run->wanted & bit) != 0 ? "wanted" : "-";
}

static void
print_controls (const struct kv_run *run)
{
  int i;

  printf ("%-14s %-9s %-8s %s\n", "control", "policy", "level", "by");
  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    const struct kv_control_state *c = &run->layers.c[i];
    uint64_t bit = KAVACH_BIT (i);

    if (((run->required | run->wanted) & bit) == 0 && c->level == KAVACH_NONE)
      continue;
    printf ("%-14s %-9s %-8s %s\n", kv_control_name (i), need (run, bit),
            kv_level_name (c->level), c->mechanism);
    if (c->level != KAVACH_FULL && c->hint[0] != '\0'
        && ((run->required | run->wanted) & bit) != 0)
      printf ("%-14s %-9s %-8s   %s\n", "", "", "", c->hint);
  }
}

/* Takes away beneath a wider grant, which Landlock alone cannot. */
bool
kv_rule_is_not_kept (const struct kv_run *run, const struct kv_path_rule *rule)
{
  const struct kv_path_rule *outer = NULL;
  const char *slash = strrchr (rule->path, '/');
  kv_autofree char *parent = NULL;

  if (rule->porous)
    return true;
  if (rule->access == 0 || rule->pin || slash == rule->path
      || kv_boundary_has (&run->boundary, KAVACH_CTL_ROOTFS))
    return false;
  parent = strndup (rule->path, (size_t) (slash - rule->path));
  if (parent != NULL)
    outer = kv_policy_paths_rule (&run->policy, parent);
  return outer != NULL
         && (outer->access & ~rule->access
             & (KV_ACCESS_READ | KV_ACCESS_WRITE | KV_ACCESS_EXEC))
                != 0;
}

static void
print_paths (const struct kv_run *run)
{
  unsigned i;

  printf ("\n%-6s %s\n", "paths", "");
  for (i = 0; i < run->policy.n_paths; i++) {
    const struct kv_path_rule *rule = &run->policy.paths[i];
    char path[PATH_MAX];

    kv_escape (path, sizeof path, rule->path);
    printf ("%c%c%c    %s  (%s%s%s)\n",
            (rule->access & KV_ACCESS_READ) != 0 ? 'r' : '-',
            (rule->access & KV_ACCESS_WRITE) != 0 ? 'w' : '-',
            (rule->access & KV_ACCESS_EXEC) != 0 ? 'x' : '-', path,
            rule->origin,
            kv_rule_is_not_kept (run, rule) ? "; not kept by " : "",
            kv_rule_is_not_kept (run, rule) ? run->chosen->name : "");
  }
}

/* One row; what comes from a preset and is kept as it is says nothing new,
 * but for how much. */
static void
print_answer (void *data, const struct kv_rule_answer *a)
{
  char place[PATH_MAX], shown[PATH_MAX], value[40];

  (void) data;
  if (a->answer == KV_EXACT && kv_from_preset (a->at)
      && (strncmp (a->key, "limits.", 7) != 0
          || strcmp (a->value, "\"none\"") == 0))
    return;
  kv_place_text (place, sizeof place, a->at);
  kv_escape (shown, sizeof shown, place);
  kv_escape (value, sizeof value, a->value);
  printf ("%-20s %-20s %-8s (%s)\n", a->key, value, kv_answer_name (a->answer),
          shown);
  if (a->words[0] != '\0')
    printf ("%-20s %-20s   %s\n", "", "", a->words);
}

static void
print_answers (const struct kv_run *run)
{
  printf ("\n%-20s %-20s %s\n", "rule", "", "kept by the backend");
  kv_express (&run->policy, &run->boundary, &run->layers, print_answer, NULL);
}

static void
answer_json (void *data, const struct kv_rule_answer *a)
{
  struct kv_json *j = data;
  char place[PATH_MAX];

  kv_place_text (place, sizeof place, a->at);
  kv_json_open_map (j, NULL);
  kv_json_string (j, "key", a->key);
  kv_json_string (j, "value", a->value);
  kv_json_string (j, "origin", place);
  kv_json_string (j, "answer", kv_answer_name (a->answer));
  kv_json_string (j, "words", a->words);
  kv_json_close (j);
}

int
kv_print_plan (const struct kv_run *run)
{
  char folder[PATH_MAX];

  kv_escape (folder, sizeof folder, run->policy.cwd);
  printf ("backend   %s %s, ~%u %s (estimate)\n", run->chosen->name,
          run->chosen->version, run->estimate, kv_score_label (run->estimate));
  printf ("policy    %s, sha256 %s\n", run->policy.name, run->policy.digest);
  printf ("folder    %s\n\n", folder);
  print_controls (run);
  print_answers (run);
  print_paths (run);
  printf ("\nnothing was run\n");
  return ferror (stdout) != 0 || fflush (stdout) != 0 ? -1 : 0;
}

int
kv_print_plan_json (const struct kv_run *run)
{
  struct kv_json j;
  unsigned p;
  int i;

  kv_json_begin (&j);
  kv_json_string (&j, "type", "plan");
  kv_json_string (&j, "backend", run->chosen->name);
  kv_json_string (&j, "policy", run->policy.name);
  kv_json_string (&j, "policy_sha256", run->policy.digest);
  kv_json_number (&j, "estimate", run->estimate);
  kv_json_open_map (&j, "controls");
  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    const struct kv_control_state *c = &run->layers.c[i];

    kv_json_open_map (&j, kv_control_name (i));
    kv_json_string (&j, "need", need (run, KAVACH_BIT (i)));
    kv_json_string (&j, "level", kv_level_name (c->level));
    kv_json_string (&j, "mechanism", c->mechanism);
    kv_json_string (&j, "hint", c->hint);
    kv_json_close (&j);
  }
  kv_json_close (&j);
  kv_json_open_array (&j, "rules");
  kv_express (&run->policy, &run->boundary, &run->layers, answer_json, &j);
  kv_json_close (&j);
  kv_json_open_array (&j, "paths");
  for (p = 0; p < run->policy.n_paths; p++) {
    const struct kv_path_rule *rule = &run->policy.paths[p];

    kv_json_open_map (&j, NULL);
    kv_json_string (&j, "path", rule->path);
    kv_json_bool (&j, "read", (rule->access & KV_ACCESS_READ) != 0);
    kv_json_bool (&j, "write", (rule->access & KV_ACCESS_WRITE) != 0);
    kv_json_bool (&j, "exec", (rule->access & KV_ACCESS_EXEC) != 0);
    kv_json_string (&j, "origin", rule->origin);
    kv_json_bool (&j, "kept", !kv_rule_is_not_kept (run, rule));
    kv_json_close (&j);
  }
  kv_json_close (&j);
  return kv_json_end (&j, stdout);
}

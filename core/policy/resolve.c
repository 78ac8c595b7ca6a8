/* SPDX-License-Identifier: Apache-2.0 */
/* Step 1 of the road: a preset and flags become one policy. */
#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/internal.h"
#include "core/util/cleanup.h"

static int
find_preset (struct kv_resolve *r)
{
  const char *said = r->options->preset;
  const char *near;

  r->preset = kv_preset_find (said != NULL ? said : "basic");
  if (r->preset != NULL && !r->preset->later)
    return 0;
  if (r->preset != NULL) {
    kv_fail (r->err, "KVN-02", "the preset %s is not in this version", said);
    kv_error_rule (r->err, "flag -p");
    return kv_error_hint (r->err, "-p basic, with limits by flags: "
                                  "--memory, --pids, --timeout");
  }

  near = strchr (said, '/') == NULL ? kv_preset_nearest (said) : NULL;
  if (near != NULL)
    kv_fail (r->err, "KVN-01",
             "-p %s: no preset has that name, and running with a policy file "
             "is not in this version",
             said);
  else
    kv_fail (r->err, "KVN-01",
             "-p %s: running with a policy file is not in this version", said);
  kv_error_rule (r->err, "flag -p");
  if (near != NULL)
    return kv_error_hint (r->err, "did you mean -p %s?", near);
  return kv_error_hint (r->err, "-p minimal, -p basic or -p strict, and flags");
}

/* HOME is covered by its scratch folder; where a wider grant reaches it, a
 * backend without mounts has to leave it out. */
static int
hide_home (struct kv_resolve *r)
{
  const struct kv_policy *policy = r->policy;
  const struct kv_path_rule *rule;

  if (!policy->scratch_home)
    return 0;
  rule = kv_rules_find (policy, policy->home);
  if (rule == NULL || rule->access == 0)
    return 0;
  return kv_rule_add (r, policy->home, 0, 0, r->preset->origin);
}

/* A mount covers what is there.  Beneath a grant, what appears under the name
 * later could be read: said now, instead of promised. */
static int
check_hidden (struct kv_resolve *r)
{
  unsigned i;

  for (i = 0; i < r->policy->n_paths; i++) {
    const struct kv_path_rule *rule = &r->policy->paths[i];
    const char *slash = strrchr (rule->path, '/');
    kv_autofree char *parent = NULL;

    if (rule->access != 0 || !rule->named
        || faccessat (AT_FDCWD, rule->path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
      continue;
    parent = strndup (rule->path,
                      slash == rule->path ? 1 : (size_t) (slash - rule->path));
    if (parent == NULL)
      return kv_no_memory (r->err);
    if (kv_policy_paths_access (r->policy, parent) == 0)
      continue;
    kv_fail (r->err, "KVP-19",
             "--hide %s: it is not there, and what appears there during the "
             "run could be read",
             rule->path);
    kv_error_rule (r->err, "%s", rule->origin);
    return kv_error_hint (r->err, "make it first, or leave the flag out");
  }
  return 0;
}

static int
resolve_paths (struct kv_resolve *r)
{
  /* Named paths before what comes by itself: they win. */
  if (kv_resolve_home (r) < 0 || kv_resolve_system (r) < 0
      || kv_resolve_flag_paths (r) < 0 || kv_resolve_workspace (r) < 0)
    return -1;
  /* PATH decides on toolchains. */
  if (kv_resolve_env (r) < 0 || kv_resolve_toolchains (r) < 0
      || kv_resolve_protected (r) < 0 || kv_resolve_own_places (r) < 0
      || hide_home (r) < 0)
    return -1;
  kv_rules_finish (r->policy);
  return check_hidden (r);
}

int
kv_policy_resolve (const struct kv_options *options, struct kv_policy *policy,
                   struct kv_error *err)
{
  struct kv_resolve r = { .options = options, .policy = policy, .err = err };

  memset (policy, 0, sizeof *policy);
  if (find_preset (&r) < 0 || kv_resolve_values (&r) < 0
      || resolve_paths (&r) < 0 || kv_resolve_required (&r) < 0
      || kv_resolve_waived (&r) < 0 || kv_resolve_digest (&r) < 0) {
    kv_policy_free (policy);
    return -1;
  }
  return 0;
}

void
kv_policy_free (struct kv_policy *policy)
{
  unsigned i;

  for (i = 0; i < policy->n_paths; i++)
    free (policy->paths[i].path);
  free (policy->paths);
  for (i = 0; i < policy->n_links; i++) {
    free (policy->links[i].path);
    free (policy->links[i].target);
  }
  free (policy->links);
  for (i = 0; i < policy->n_watches; i++)
    free (policy->watches[i].folder);
  free (policy->watches);
  free (policy->cwd);
  free (policy->home);
  for (i = 0; policy->env != NULL && policy->env[i] != NULL; i++)
    free (policy->env[i]);
  free (policy->env);
  memset (policy, 0, sizeof *policy);
}

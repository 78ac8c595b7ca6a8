/* SPDX-License-Identifier: Apache-2.0 */
/* Step 1 of the road: presets, files and flags become one policy. */
#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/internal.h"
#include "core/policy/whole.h"
#include "core/util/cleanup.h"

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
  return kv_rule_add (r, policy->home, 0, 0, r->root_origin);
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
             "%s is to be hidden and is not there: what appears there during "
             "the run could be read",
             rule->path);
    kv_error_rule (r->err, "%s", rule->origin);
    return kv_error_hint (r->err, "make it first, or leave the rule out");
  }
  return 0;
}

static int
resolve_paths (struct kv_resolve *r)
{
  /* Named paths before what comes by itself: they win. */
  if (kv_resolve_home (r) < 0 || kv_resolve_system (r) < 0
      || kv_resolve_said_paths (r) < 0 || kv_resolve_workspace (r) < 0
      || hide_home (r) < 0)
    return -1;
  /* PATH decides on toolchains. */
  if (kv_resolve_env (r) < 0 || kv_resolve_toolchains (r) < 0
      || kv_resolve_protected (r) < 0 || kv_resolve_own_places (r) < 0
      || kv_resolve_pins (r) < 0
      || kv_links_check (r, &r->said->filesystem.read, "filesystem.read") < 0
      || kv_links_check (r, &r->said->filesystem.write, "filesystem.write") < 0
      || kv_links_check (r, &r->said->filesystem.hide, "filesystem.hide") < 0)
    return -1;
  kv_rules_finish (r->policy);
  return check_hidden (r) < 0 ? -1 : kv_resolve_other_ways (r);
}

static int
resolve (struct kv_resolve *r)
{
  struct kv_policy *policy = r->policy;
  struct kv_whole *whole = policy->whole;

  if (kv_whole_load (whole, r->options, r->err) < 0)
    return -1;
  memcpy (policy->digest, whole->digest, sizeof policy->digest);
  policy->cwd = strdup (kv_stands_for (r, whole->cwd));
  if (policy->cwd == NULL)
    return kv_no_memory (r->err);
  r->said = &whole->document;
  return kv_resolve_values (r) < 0 ? -1 : resolve_paths (r);
}

int
kv_policy_resolve (const struct kv_options *options, struct kv_policy *policy,
                   struct kv_error *err)
{
  struct kv_resolve r = { .options = options, .policy = policy, .err = err };

  memset (policy, 0, sizeof *policy);
  policy->whole = calloc (1, sizeof *policy->whole);
  if (policy->whole == NULL)
    return kv_no_memory (err);
  if (resolve (&r) == 0)
    return 0;
  kv_policy_free (policy);
  return -1;
}

static void
free_words (char **words)
{
  unsigned i;

  for (i = 0; words != NULL && words[i] != NULL; i++)
    free (words[i]);
  free (words);
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
  free_words (policy->syscalls_allow);
  free_words (policy->syscalls_deny);
  free (policy->syscalls_file);
  free_words (policy->env);
  for (i = 0; i < policy->n_origins; i++)
    free (policy->origins[i]);
  free (policy->origins);
  free (policy->backends);
  if (policy->whole != NULL)
    kv_whole_free (policy->whole);
  free (policy->whole);
  memset (policy, 0, sizeof *policy);
}

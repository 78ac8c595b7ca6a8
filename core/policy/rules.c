/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/internal.h"
#include "core/util/cleanup.h"
#include "core/util/grow.h"

int
kv_no_memory (struct kv_error *err)
{
  return kv_fail (err, "KVI-01", "out of memory");
}

int
kv_rule_add (struct kv_resolve *r, const char *path, uint32_t access,
             unsigned flags, kv_origin origin)
{
  struct kv_policy *policy = r->policy;
  struct kv_path_rule *rule;
  unsigned i;

  for (i = 0; i < policy->n_paths; i++)
    if (strcmp (policy->paths[i].path, path) == 0)
      break;
  if (i == policy->n_paths) {
    rule = kv_grow (policy->paths, i, sizeof *rule);
    if (rule == NULL)
      return kv_no_memory (r->err);
    policy->paths = rule;
    rule += i;
    memset (rule, 0, sizeof *rule);
    if (asprintf (&rule->path, "%s", path) < 0)
      return kv_no_memory (r->err);
    policy->n_paths++;
  }
  else {
    rule = &policy->paths[i];
    rule->pin |= (flags & KV_RULE_PIN) != 0;
    /* What the user named stays; of two that came by themselves the first
     * does, because callers add the weightier first. */
    if (rule->named || (flags & KV_RULE_NAMED) == 0)
      return 0;
  }

  rule->access = access;
  rule->own = (flags & KV_RULE_OWN) != 0;
  rule->named = (flags & KV_RULE_NAMED) != 0;
  rule->pin |= (flags & KV_RULE_PIN) != 0;
  rule->origin = origin;
  return 0;
}

int
kv_link_add (struct kv_resolve *r, const char *path, const char *target)
{
  struct kv_policy *policy = r->policy;
  struct kv_path_link *link;
  unsigned i;

  for (i = 0; i < policy->n_links; i++)
    if (strcmp (policy->links[i].path, path) == 0)
      return 0;
  link = kv_grow (policy->links, policy->n_links, sizeof *link);
  if (link == NULL)
    return kv_no_memory (r->err);
  policy->links = link;
  link += policy->n_links;
  if (asprintf (&link->path, "%s", path) < 0)
    return kv_no_memory (r->err);
  if (asprintf (&link->target, "%s", target) < 0) {
    free (link->path);
    return kv_no_memory (r->err);
  }
  policy->n_links++;
  return 0;
}

const struct kv_path_rule *
kv_rules_find (const struct kv_policy *policy, const char *path)
{
  const struct kv_path_rule *best = NULL;
  size_t length = 0;
  unsigned i;

  for (i = 0; i < policy->n_paths; i++) {
    const struct kv_path_rule *rule = &policy->paths[i];

    if (kv_path_beneath (path, rule->path) && strlen (rule->path) > length) {
      best = rule;
      length = strlen (rule->path);
    }
  }
  return best;
}

static int
by_path (const void *a, const void *b)
{
  const struct kv_path_rule *x = a, *y = b;

  return strcmp (x->path, y->path);
}

static int
links_by_path (const void *a, const void *b)
{
  const struct kv_path_link *x = a, *y = b;

  return strcmp (x->path, y->path);
}

/* In sorted order the nearest ancestor is the last that is one: a longer
 * prefix of the same path sorts behind a shorter. */
static const struct kv_path_rule *
last_above (const struct kv_path_rule *rules, unsigned count, const char *path)
{
  while (count-- > 0)
    if (kv_path_beneath (path, rules[count].path))
      return &rules[count];
  return NULL;
}

static bool
says_nothing_new (const struct kv_path_rule *rule,
                  const struct kv_path_rule *above)
{
  uint32_t granted = rule->access & KV_ACCESS_GRANTS;

  if (rule->pin)
    return false;
  if (above == NULL)
    return granted == 0;
  return granted == (above->access & KV_ACCESS_GRANTS)
         && rule->own == above->own;
}

/* A link in a folder that is granted is there already. */
static void
finish_links (struct kv_policy *policy)
{
  unsigned i, kept = 0;

  for (i = 0; i < policy->n_links; i++) {
    struct kv_path_link *link = &policy->links[i];

    if (kv_policy_paths_access (policy, link->path) != 0) {
      free (link->path);
      free (link->target);
    }
    else
      policy->links[kept++] = *link;
  }
  policy->n_links = kept;
  if (kept > 1)
    qsort (policy->links, kept, sizeof *policy->links, links_by_path);
}

void
kv_rules_finish (struct kv_policy *policy)
{
  struct kv_path_rule *rules = policy->paths;
  unsigned i, kept = 0;

  if (policy->n_paths == 0)
    return;
  qsort (rules, policy->n_paths, sizeof *rules, by_path);
  for (i = 0; i < policy->n_paths; i++) {
    if (says_nothing_new (&rules[i], last_above (rules, kept, rules[i].path)))
      free (rules[i].path);
    else
      rules[kept++] = rules[i];
  }
  policy->n_paths = kept;
  finish_links (policy);
}

const struct kv_path_rule *
kv_policy_paths_rule (const struct kv_policy *policy, const char *path)
{
  return last_above (policy->paths, policy->n_paths, path);
}

uint32_t
kv_policy_paths_access (const struct kv_policy *policy, const char *path)
{
  const struct kv_path_rule *rule = kv_policy_paths_rule (policy, path);

  return rule != NULL ? rule->access & KV_ACCESS_GRANTS : 0;
}

char *
kv_canonical (const char *path, struct stat *st)
{
  kv_autoclose int fd = open (path, O_PATH | O_CLOEXEC);
  char link[40], target[PATH_MAX];
  ssize_t n;

  if (fd < 0 || fstat (fd, st) < 0)
    return NULL;
  if (st->st_nlink == 0) {
    errno = ENOENT;
    return NULL;
  }
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink (link, target, sizeof target - 1);
  /* Without /proc the path is walked once more, by the C library. */
  if (n < 0)
    return realpath (path, NULL);
  target[n] = '\0';
  /* "(unreachable)/...": not beneath this process's root. */
  if (target[0] != '/' || n == sizeof target - 1) {
    errno = ENOENT;
    return NULL;
  }
  return strdup (target);
}

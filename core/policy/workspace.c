/* SPDX-License-Identifier: Apache-2.0 */
/* What belongs to the caller: the folder the command works in, HOME, and the
 * paths named on the command line. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/internal.h"
#include "core/policy/whole.h"
#include "core/util/cleanup.h"

static uint32_t
asked_access (uint32_t asked, mode_t mode)
{
  uint32_t access = KV_ACCESS_READ;

  if (asked == 0)
    return 0;
  if (asked & KV_ACCESS_WRITE)
    access |= KV_ACCESS_WRITE;
  return access | (S_ISCHR (mode) ? KV_ACCESS_DEVICE : KV_ACCESS_EXEC);
}

const char *
kv_stands_for (const struct kv_resolve *r, const char *path)
{
  const char *other = r->options->stand_in;

  return other != NULL && strcmp (path, r->policy->whole->cwd) == 0 ? other
                                                                    : path;
}

/* A path that somebody named; "." is the workspace and comes later. */
static int
add_path (struct kv_resolve *r, const struct kv_said_text *text, uint32_t asked)
{
  uint32_t access = asked_access (asked, text->mode);
  unsigned flags
      = KV_RULE_OWN | (kv_from_preset (text->at) ? 0 : KV_RULE_NAMED);
  kv_origin origin;

  if (text->here || strcmp (text->value, KV_ANY) == 0)
    return 0;
  origin = kv_origin_of (r, text->at);
  if (strcmp (text->value, r->policy->home) == 0 && access != 0)
    r->policy->scratch_home = false;
  if (text->link != NULL && asked != 0 && kv_links_add (r, text->link) < 0)
    return -1;
  return kv_rule_add (r, kv_stands_for (r, text->value), access, flags, origin);
}

static int
add_paths (struct kv_resolve *r, const struct kv_said_list *list,
           uint32_t asked)
{
  const struct kv_said_text *items = list->items;
  unsigned i;

  for (i = 0; i < list->count; i++)
    if (add_path (r, &items[i], asked) < 0)
      return -1;
  return 0;
}

int
kv_resolve_said_paths (struct kv_resolve *r)
{
  return add_paths (r, &r->said->filesystem.read, KV_ACCESS_READ) < 0
                 || add_paths (r, &r->said->filesystem.write, KV_ACCESS_WRITE)
                        < 0
             ? -1
             : add_paths (r, &r->said->filesystem.hide, 0);
}

static bool
is_accounts_home (const char *cwd)
{
  kv_autofree char *home = kv_accounts_home ();

  return home != NULL && kv_path_beneath (home, cwd);
}

/* Why CWD is no workspace; NULL when it is fit to be one. */
static const char *
unfit (const struct kv_resolve *r, const char *cwd, bool write)
{
  if (strcmp (cwd, "/") == 0)
    return "the whole file system";
  if (r->home_said != NULL && kv_path_beneath (r->policy->home, cwd))
    return strcmp (r->policy->home, cwd) == 0
               ? "your home, with everything in it"
               : "above your home";
  if (kv_is_shared (cwd))
    return "shared with others";
  /* A folder below the home that HOME names is not above another. */
  if ((r->home_said == NULL || !kv_path_beneath (cwd, r->policy->home))
      && is_accounts_home (cwd))
    return "your account's home, or above it";
  if (write && kv_system_owns (cwd))
    return "the system's own";
  return NULL;
}

/* A rule of somebody's that takes away in a folder that can be written: the
 * folders between stay where they are, or a rename would take what it covers
 * away from under it, for the next run. */
static int
pin_above (struct kv_resolve *r, const char *path)
{
  kv_autofree char *above = strdup (path);
  char *slash;

  while (above != NULL && (slash = strrchr (above, '/')) != above) {
    const struct kv_path_rule *rule;

    *slash = '\0';
    rule = kv_rules_find (r->policy, above);
    if (rule == NULL || (rule->access & KV_ACCESS_WRITE) == 0
        || strcmp (rule->path, above) == 0)
      return 0;
    if (kv_rule_add (r, above, rule->access, KV_RULE_OWN | KV_RULE_PIN,
                     rule->origin)
        < 0)
      return -1;
  }
  return above != NULL ? 0 : kv_no_memory (r->err);
}

int
kv_resolve_pins (struct kv_resolve *r)
{
  unsigned count = r->policy->n_paths, i;

  if (!r->confined)
    return 0;
  for (i = 0; i < count; i++) {
    /* The array moves while rules are added; the strings stay. */
    const struct kv_path_rule rule = r->policy->paths[i];

    if (rule.named && !rule.pin && (rule.access & KV_ACCESS_WRITE) == 0
        && pin_above (r, rule.path) < 0)
      return -1;
  }
  return 0;
}

/* The "." among the paths, or NULL; it is in one list only. */
static const struct kv_said_text *
find_here (const struct kv_resolve *r, bool *write)
{
  const struct kv_said_list *lists[]
      = { &r->said->filesystem.read, &r->said->filesystem.write };
  size_t k;

  for (k = 0; k < KV_COUNT (lists); k++) {
    const struct kv_said_text *items = lists[k]->items;
    unsigned i;

    *write = k == 1;
    for (i = 0; i < lists[k]->count; i++)
      if (items[i].here)
        return &items[i];
  }
  return NULL;
}

static int
refuse_unfit (struct kv_resolve *r, const struct kv_said_text *here, bool write,
              const char *why)
{
  const char *flag = write ? "--write" : "--read";

  kv_fail (r->err, "KVP-12", "%s is no workspace: it is %s", r->policy->cwd,
           why);
  kv_error_rule (r->err, "filesystem.%s = \".\" (%s)", flag + 2,
                 kv_origin_of (r, here->at));
  return kv_error_hint (
      r->err,
      "change into a project's folder or name one with "
      "--cwd DIR; %s %s says yes to this one",
      flag, kv_is_said (r->said->process.cwd.at) ? r->policy->cwd : ".");
}

static int
add_here (struct kv_resolve *r, const struct kv_said_text *here, bool write,
          const struct kv_path_rule *rule)
{
  const char *why = unfit (r, r->policy->cwd, write);

  if (why != NULL) {
    /* A wider folder was named: it is reached, and nothing is added. */
    if ((rule != NULL && rule->named) || r->options->describe)
      return 0;
    return refuse_unfit (r, here, write, why);
  }
  /* Read-only, in what is only read: readable as it is. */
  if (!write && rule != NULL && (rule->access & KV_RWX) == KV_RX)
    return 0;
  return kv_rule_add (r, r->policy->cwd, write ? KV_RWX : KV_RX,
                      KV_RULE_OWN
                          | (kv_from_preset (here->at) ? 0 : KV_RULE_NAMED),
                      kv_origin_of (r, here->at));
}

int
kv_resolve_workspace (struct kv_resolve *r)
{
  const struct kv_path_rule *rule = kv_rules_find (r->policy, r->policy->cwd);
  const struct kv_said_text *here;
  bool write;

  if (rule != NULL && rule->named
      && (rule->access == 0 || strcmp (rule->path, r->policy->cwd) == 0)) {
    if (rule->access != 0)
      return 0;
    kv_fail (r->err, "KVP-11", "%s, where the command starts, is hidden",
             r->policy->cwd);
    kv_error_rule (r->err, "%s", rule->origin);
    return kv_error_hint (r->err, "start it elsewhere with --cwd DIR");
  }
  here = find_here (r, &write);
  if (!r->confined)
    return here == NULL
               ? 0
               : kv_rule_add (r, r->policy->cwd, write ? KV_RWX : KV_RX,
                              KV_RULE_OWN | KV_RULE_NAMED,
                              kv_origin_of (r, here->at));
  if (here != NULL)
    return add_here (r, here, write, rule);
  if ((rule != NULL && rule->access != 0) || r->options->describe)
    return 0;
  kv_fail (r->err, "KVP-24",
           "%s, where the command starts, is not there inside: nothing grants "
           "it",
           r->policy->cwd);
  kv_error_rule (r->err, "filesystem.read (%s)",
                 kv_origin_of (r, r->said->filesystem.read.at));
  return kv_error_hint (r->err,
                        "add \".\" to \"read\" or \"write\", or start it "
                        "elsewhere with --cwd DIR");
}

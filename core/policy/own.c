/* SPDX-License-Identifier: Apache-2.0 */
/* kavach's own programs, plugins, settings and cache: what the next run is
 * made of.  Never written from inside, whatever a rule grants. */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/internal.h"
#include "core/policy/whole.h"
#include "core/util/cleanup.h"
#include "core/util/dirs.h"
#include "core/util/places.h"

/* PLACE is at or above what the rule lets be written. */
static int
refuse (struct kv_resolve *r, const struct kv_path_rule *rule,
        const char *place)
{
  kv_fail (r->err, "KVP-18",
           "%s cannot be written: kavach keeps its own files in %s", rule->path,
           place);
  kv_error_rule (r->err, "filesystem.write = \"%s\" (%s)", rule->path,
                 rule->origin);
  return kv_error_hint (r->err, "run it in another folder; -p strict only "
                                "reads the one it is in");
}

static bool
has_rule (const struct kv_policy *policy, const char *path)
{
  unsigned i;

  for (i = 0; i < policy->n_paths; i++)
    if (strcmp (policy->paths[i].path, path) == 0)
      return true;
  return false;
}

/* PLACE lies below a folder that may be written: it becomes a mount of its
 * own, with the folders between, so that no rename goes round it. */
static int
protect_below (struct kv_resolve *r, const char *top, uint32_t access,
               kv_origin origin, const char *place, unsigned flags)
{
  const uint32_t without = access & ~(uint32_t) KV_ACCESS_WRITE;
  size_t n = strcmp (top, "/") == 0 ? 0 : strlen (top);
  const char *slash;

  for (slash = strchr (place + n + 1, '/'); slash != NULL;
       slash = strchr (slash + 1, '/')) {
    kv_autofree char *above = strndup (place, (size_t) (slash - place));

    if (above == NULL
        || (!has_rule (r->policy, above)
            && kv_rule_add (r, above, access, KV_RULE_OWN | KV_RULE_PIN, origin)
                   < 0))
      return -1;
  }
  return kv_rule_add (r, place, without, KV_RULE_OWN | flags, origin);
}

/* An empty folder covers home, and nothing in it is granted on the way to
 * PLACE. */
static bool
is_covered (const struct kv_policy *policy, const char *place)
{
  const struct kv_path_rule *rule = kv_rules_find (policy, place);

  return policy->scratch_home && rule != NULL
         && strcmp (rule->path, policy->home) == 0;
}

/* Named, so that a backend without mounts refuses instead; a policy file is
 * like what protected.c lists, and may be granted by its name. */
static int
protect (struct kv_resolve *r, const char *said, unsigned flags)
{
  unsigned count = r->policy->n_paths, i;
  kv_autofree char *place = NULL;
  struct stat st;

  if (said == NULL)
    return 0;
  place = kv_canonical (said, &st);
  if (place == NULL || is_covered (r->policy, place))
    return 0;
  for (i = 0; i < count; i++) {
    /* The array moves while rules are added; the strings stay. */
    const struct kv_path_rule rule = r->policy->paths[i];

    if ((rule.access & KV_ACCESS_WRITE) == 0 || rule.pin)
      continue;
    if (kv_path_beneath (rule.path, place)) {
      if (flags == 0)
        continue;
      return refuse (r, &rule, place);
    }
    if (kv_path_beneath (place, rule.path)
        && protect_below (r, rule.path, rule.access, rule.origin, place, flags)
               < 0)
      return -1;
  }
  return 0;
}

/* Where PATH is or would be made: what is there of it without links, and the
 * rest.  malloc'd, NULL without memory. */
static char *
place_of (const char *path)
{
  kv_autofree char *above = strdup (path);
  struct stat st;
  char *slash;

  while (above != NULL && (slash = strrchr (above, '/')) != NULL) {
    kv_autofree char *real = NULL;
    char *whole = NULL;

    *slash = '\0';
    real = kv_canonical (above[0] != '\0' ? above : "/", &st);
    if (real == NULL)
      continue;
    if (asprintf (&whole, "%s%s", strcmp (real, "/") == 0 ? "" : real,
                  path + (slash - above))
        < 0)
      return NULL;
    return whole;
  }
  return NULL;
}

/* A folder that is not there could be made inside, and be read by the next
 * run: where a rule reaches its place, it is made now, empty. */
static int
make_reachable (struct kv_resolve *r, enum kv_dir dir)
{
  const char *path = kv_dir_path (dir);
  kv_autofree char *place = NULL;
  unsigned i;
  int fd;

  if (path == NULL || r->options->no_effects)
    return 0;
  place = place_of (path);
  if (place == NULL)
    return kv_no_memory (r->err);
  if (is_covered (r->policy, place))
    return 0;
  for (i = 0; i < r->policy->n_paths; i++) {
    const struct kv_path_rule *rule = &r->policy->paths[i];

    if ((rule->access & KV_ACCESS_WRITE) == 0
        || !kv_path_beneath (place, rule->path))
      continue;
    fd = kv_dir_open (dir, 1);
    if (fd < 0)
      return refuse (r, rule, place);
    close (fd);
    return 0;
  }
  return 0;
}

/* What an author has kavach load: a command that could write there would be
 * the next run's plugin. */
static int
protect_plugins (struct kv_resolve *r)
{
  const char *value = secure_getenv ("KAVACH_PLUGIN_PATH");
  kv_autofree char *copy = NULL;
  char *next, *path;

  if (r->options->plugin != NULL
      && protect (r, r->options->plugin, KV_RULE_NAMED) < 0)
    return -1;
  if (value == NULL)
    return 0;
  next = copy = strdup (value);
  if (copy == NULL)
    return kv_no_memory (r->err);
  while ((path = strsep (&next, ":")) != NULL)
    if (path[0] == '/' && protect (r, path, KV_RULE_NAMED) < 0)
      return -1;
  return 0;
}

/* A mount cannot cover a link: another could be put in its place. */
static int
check_link (void *data, const char *link, const char *target)
{
  struct kv_resolve *r = data;
  const struct kv_path_rule *rule = kv_rules_find (r->policy, link);

  /* "sub/../p.json" is another file once sub is another folder's name. */
  if (rule == NULL || (rule->access & KV_ACCESS_WRITE) == 0
      || (target == NULL && strcmp (rule->path, link) == 0))
    return 0;
  if (target == NULL)
    kv_fail (r->err, "KVP-27",
             "the policy is read by way of %s/.., and the command could put "
             "another folder there",
             link);
  else
    kv_fail (r->err, "KVP-27",
             "the policy is read by way of %s, a link to %s that the command "
             "could change",
             link, target);
  kv_error_rule (r->err, "filesystem.write = \"%s\" (%s)", rule->path,
                 rule->origin);
  return kv_error_hint (r->err, "name the file itself, without links and "
                                "\"..\"");
}

static int
check_links (struct kv_resolve *r, const char *file)
{
  kv_autofree char *whole = NULL;
  char here[PATH_MAX];

  if (file[0] != '/' && getcwd (here, sizeof here) == NULL)
    return 0;
  if (asprintf (&whole, "%s%s%s", file[0] == '/' ? "" : here,
                file[0] == '/' ? "" : "/", file)
      < 0)
    return kv_no_memory (r->err);
  return kv_links_walk (whole, check_link, r);
}

/* A file with a second name can be written by that one. */
static int
check_names (struct kv_resolve *r, const char *file)
{
  const struct kv_path_rule *rule;
  kv_autofree char *real = NULL;
  struct stat st;

  real = kv_canonical (file, &st);
  rule = real != NULL ? kv_rules_find (r->policy, real) : NULL;
  if (rule == NULL || (rule->access & KV_ACCESS_WRITE) == 0 || st.st_nlink < 2
      || strcmp (rule->path, real) == 0)
    return 0;
  kv_fail (r->err, "KVP-27",
           "%s has another name (a hard link), by which the command could "
           "write it",
           real);
  kv_error_rule (r->err, "filesystem.write = \"%s\" (%s)", rule->path,
                 rule->origin);
  return kv_error_hint (r->err, "make a copy of it");
}

/* What this run was decided by decides the next one. */
static int
protect_policy (struct kv_resolve *r)
{
  const struct kv_layers *layers = &r->policy->whole->layers;
  unsigned i;

  for (i = 0; i < layers->count; i++) {
    const struct kv_document *layer = &layers->list[i];

    /* Presets and flags have no version to say. */
    const struct kv_said_text *profile = &layer->syscalls.profile;

    if (kv_is_said (profile->at) && profile->link != NULL
        && (check_links (r, profile->link) < 0
            || check_names (r, profile->value) < 0
            || protect (r, profile->value, 0) < 0))
      return -1;
    if (layer->version.at.line != 0
        && (check_links (r, layer->file) < 0 || check_names (r, layer->file) < 0
            || protect (r, layer->file, 0) < 0))
      return -1;
  }
  return 0;
}

int
kv_resolve_own_places (struct kv_resolve *r)
{
  const char *const installed[]
      = { kv_place_libexec (), kv_place_plugins (), kv_place_manifests (),
          kv_place_sysconf (), "/proc/self/exe" };
  size_t i;

  if (!r->confined)
    return 0;
  if (make_reachable (r, KV_DIR_CACHE) < 0
      || make_reachable (r, KV_DIR_CONFIG) < 0
      || protect (r, kv_dir_path (KV_DIR_CACHE), KV_RULE_NAMED) < 0
      || protect (r, kv_dir_path (KV_DIR_CONFIG), KV_RULE_NAMED) < 0
      || protect_plugins (r) < 0 || protect_policy (r) < 0)
    return -1;
  for (i = 0; i < KV_COUNT (installed); i++)
    if (protect (r, installed[i], KV_RULE_NAMED) < 0)
      return -1;
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* kavach's own programs, plugins, settings and cache: what the next run is
 * made of.  Never written from inside, whatever a rule grants. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/policy/internal.h"
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
 * own, with the folders between, so that no rename goes round it.  Named, so
 * that a backend without mounts refuses instead. */
static int
protect_below (struct kv_resolve *r, const char *top, uint32_t access,
               kv_origin origin, const char *place)
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
  return kv_rule_add (r, place, without, KV_RULE_OWN | KV_RULE_NAMED, origin);
}

static int
protect (struct kv_resolve *r, const char *said)
{
  unsigned count = r->policy->n_paths, i;
  kv_autofree char *place = NULL;
  struct stat st;

  if (said == NULL)
    return 0;
  place = kv_canonical (said, &st);
  if (place == NULL)
    return 0;
  for (i = 0; i < count; i++) {
    /* The array moves while rules are added; the strings stay. */
    const struct kv_path_rule rule = r->policy->paths[i];

    if ((rule.access & KV_ACCESS_WRITE) == 0 || rule.pin)
      continue;
    if (kv_path_beneath (rule.path, place))
      return refuse (r, &rule, place);
    if (kv_path_beneath (place, rule.path)
        && protect_below (r, rule.path, rule.access, rule.origin, place) < 0)
      return -1;
  }
  return 0;
}

/* A folder that is not there could be made inside, and be read by the next
 * run: where a rule reaches its place, it is made now, empty. */
static void
make_reachable (const struct kv_resolve *r, enum kv_dir dir)
{
  const char *path = kv_dir_path (dir);
  unsigned i;
  int fd;

  for (i = 0; path != NULL && i < r->policy->n_paths; i++)
    if ((r->policy->paths[i].access & KV_ACCESS_WRITE) != 0
        && kv_path_beneath (path, r->policy->paths[i].path)) {
      fd = kv_dir_open (dir, 1);
      if (fd >= 0)
        close (fd);
      return;
    }
}

int
kv_resolve_own_places (struct kv_resolve *r)
{
  const char *const installed[]
      = { kv_place_libexec (), kv_place_plugins (), kv_place_manifests (),
          kv_place_sysconf (), "/proc/self/exe" };
  size_t i;

  if (!r->preset->confined)
    return 0;
  make_reachable (r, KV_DIR_CACHE);
  make_reachable (r, KV_DIR_CONFIG);
  if (protect (r, kv_dir_path (KV_DIR_CACHE)) < 0
      || protect (r, kv_dir_path (KV_DIR_CONFIG)) < 0)
    return -1;
  for (i = 0; i < KV_COUNT (installed); i++)
    if (protect (r, installed[i]) < 0)
      return -1;
  return 0;
}

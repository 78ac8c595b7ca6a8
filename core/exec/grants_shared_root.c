/* SPDX-License-Identifier: Apache-2.0 */
/* Landlock on the host's own tree: rules add up and never take away. A
 * hidden place beneath a grant therefore means granting its siblings one by
 * one; what appears there later is refused, which is the safe side. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/exec/assess.h"
#include "core/exec/grants.h"
#include "core/util/cleanup.h"

/* A folder with more entries than this is not granted one by one. */
#define MAX_SIBLINGS 4096

/* The rules of a policy that lie beneath one folder. */
struct beneath {
  const struct kv_path_rule **list;
  unsigned count;
};

/* Is one of them hidden from a caller who could read it?  What plain
 * permissions keep away needs no rule. */
static bool
hides_any (const struct beneath *rules)
{
  unsigned i;

  for (i = 0; i < rules->count; i++) {
    const struct kv_path_rule *rule = rules->list[i];

    /* A folder that may be searched but not listed still tells what it holds
     * to whoever knows the name. */
    if (rule->access == 0
        && (faccessat (AT_FDCWD, rule->path, R_OK, AT_EACCESS) == 0
            || faccessat (AT_FDCWD, rule->path, X_OK, AT_EACCESS) == 0))
      return true;
  }
  return false;
}

/* Those of OUTER that lie beneath PATH, put into INNER->list; true when one
 * is for PATH itself. */
static bool
narrow (const struct beneath *outer, const char *path, struct beneath *inner)
{
  size_t length = strlen (path);
  unsigned i;

  inner->count = 0;
  for (i = 0; i < outer->count; i++) {
    const char *rule = outer->list[i]->path;

    if (strncmp (rule, path, length) != 0)
      continue;
    /* A pin grants nothing of its own. */
    if (rule[length] == '\0' && !outer->list[i]->pin)
      return true;
    if (rule[length] == '/')
      inner->list[inner->count++] = outer->list[i];
  }
  return false;
}

/* Links lead to what is granted or not by itself.  And root without
 * capabilities still owns root's files: what not everybody may read is not
 * granted beside what is hidden by name. */
static bool
is_to_be_granted (int dir, const struct dirent *entry)
{
  struct stat st;

  if (entry->d_type == DT_LNK)
    return false;
  if (kv_host_facts ()->euid != 0 && entry->d_type != DT_UNKNOWN)
    return true;
  return fstatat (dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0
         && !S_ISLNK (st.st_mode)
         && (kv_host_facts ()->euid != 0 || (st.st_mode & S_IROTH) != 0);
}

static int grant (struct kv_grants *g, const struct beneath *rules,
                  const char *path, uint32_t access, struct kv_error *err);

static int
grant_siblings (struct kv_grants *g, const struct beneath *rules,
                const char *path, uint32_t access, struct kv_error *err)
{
  kv_autoclosedir DIR *dir = opendir (path);
  kv_autofree const struct kv_path_rule **room
      = calloc (rules->count, sizeof *room);
  struct beneath inner = { .list = room };
  const struct dirent *entry;
  unsigned seen = 0;

  if (room == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  if (dir == NULL)
    return errno == ENOENT
               ? 0
               : kv_fail_errno (err, "KVX-10", "cannot list %s", path);
  while ((entry = readdir (dir)) != NULL) {
    uint32_t file = entry->d_type == DT_REG ? KV_ACCESS_FILE : 0;
    const char *child;

    if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
      continue;
    if (++seen > MAX_SIBLINGS)
      return kv_fail (err, "KVX-11",
                      "%s has too many entries to hide one of them with "
                      "Landlock",
                      path);
    if (!is_to_be_granted (dirfd (dir), entry))
      continue;
    child = kv_grants_text (g, "%s/%s", strcmp (path, "/") == 0 ? "" : path,
                            entry->d_name);
    /* A rule of its own is granted when its turn comes. */
    if (narrow (rules, child, &inner))
      continue;
    if (grant (g, &inner, child, access | file, err) < 0)
      return -1;
  }
  return 0;
}

/* RULES: those beneath PATH. */
static int
grant (struct kv_grants *g, const struct beneath *rules, const char *path,
       uint32_t access, struct kv_error *err)
{
  if (hides_any (rules))
    return grant_siblings (g, rules, path, access, err);
  kv_grants_rule (g, path, access | KV_ACCESS_OPTIONAL);
  return 0;
}

static int
grant_rules (struct kv_grants *g, const struct kv_policy *policy,
             struct kv_error *err)
{
  kv_autofree const struct kv_path_rule **room
      = calloc (policy->n_paths + 1, sizeof *room);
  struct beneath inner = { .list = room };
  unsigned i, j;

  if (room == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  for (i = 0; i < policy->n_paths; i++) {
    const struct kv_path_rule *rule = &policy->paths[i];

    if (rule->access == 0 || rule->pin)
      continue;
    inner.count = 0;
    for (j = 0; j < policy->n_paths; j++)
      if (kv_rule_is_beneath (rule->path, policy->paths[j].path))
        inner.list[inner.count++] = &policy->paths[j];
    if (grant (g, &inner, rule->path, rule->access, err) < 0)
      return -1;
  }
  return 0;
}

static void
grant_devices (struct kv_grants *g)
{
  static const char *const devices[]
      = { "/dev/null",   "/dev/zero",    "/dev/full",
          "/dev/random", "/dev/urandom", "/dev/tty" };
  unsigned i;

  for (i = 0; i < KV_COUNT (devices); i++)
    kv_grants_rule (g, devices[i],
                    KV_ACCESS_READ | KV_ACCESS_WRITE | KV_ACCESS_DEVICE
                        | KV_ACCESS_OPTIONAL);
}

int
kv_grants_shared_root (struct kv_grants *g, const struct kv_policy *policy,
                       const char *private_folder, struct kv_error *err)
{
  uint32_t scratch = KV_ACCESS_READ | KV_ACCESS_WRITE
                     | (policy->scratch_exec ? KV_ACCESS_EXEC : 0);

  if (grant_rules (g, policy, err) < 0)
    return -1;
  if (private_folder != NULL)
    kv_grants_rule (g, kv_grants_text (g, "%s", private_folder), scratch);
  kv_grants_rule (g, "/proc", KV_ACCESS_READ);
  grant_devices (g);
  if (g->bad)
    return kv_fail (err, "KVI-01", "out of memory");
  return 0;
}

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

#include "core/exec/grants.h"
#include "core/util/cleanup.h"

/* A folder with more entries than this is not granted one by one. */
#define MAX_SIBLINGS 4096

static const struct kv_path_rule *
rule_at (const struct kv_policy *policy, const char *path)
{
  unsigned i;

  for (i = 0; i < policy->n_paths; i++)
    if (strcmp (policy->paths[i].path, path) == 0)
      return &policy->paths[i];
  return NULL;
}

/* Is something beneath PATH hidden from a caller who could read it?  What
 * plain permissions keep away needs no rule. */
static bool
hides_beneath (const struct kv_policy *policy, const char *path)
{
  unsigned i;

  for (i = 0; i < policy->n_paths; i++) {
    const char *hidden = policy->paths[i].path;

    /* A folder that may be searched but not listed still tells what it holds
     * to whoever knows the name. */
    if (policy->paths[i].access == 0 && kv_rule_is_beneath (path, hidden)
        && (faccessat (AT_FDCWD, hidden, R_OK, AT_EACCESS) == 0
            || faccessat (AT_FDCWD, hidden, X_OK, AT_EACCESS) == 0))
      return true;
  }
  return false;
}

/* Root without capabilities still owns root's files: what not everybody may
 * read is not granted beside what is hidden by name. */
static bool
is_everybodys (int dir, const char *name)
{
  struct stat st;

  if (geteuid () != 0)
    return true;
  return fstatat (dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0
         && (st.st_mode & S_IROTH) != 0;
}

static int
grant (struct kv_grants *g, const struct kv_policy *policy, const char *path,
       uint32_t access, struct kv_error *err)
{
  kv_autoclosedir DIR *dir = NULL;
  const struct dirent *entry;
  unsigned seen = 0;

  if (!hides_beneath (policy, path)) {
    kv_grants_rule (g, path, access | KV_ACCESS_OPTIONAL);
    return 0;
  }

  dir = opendir (path);
  if (dir == NULL)
    return errno == ENOENT
               ? 0
               : kv_fail_errno (err, "KVX-10", "cannot list %s", path);
  while ((entry = readdir (dir)) != NULL) {
    const char *child;

    if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0
        || entry->d_type == DT_LNK)
      continue;
    if (++seen > MAX_SIBLINGS)
      return kv_fail (err, "KVX-11",
                      "%s has too many entries to hide one of them with "
                      "Landlock",
                      path);
    if (!is_everybodys (dirfd (dir), entry->d_name))
      continue;
    child = kv_grants_text (g, "%s/%s", strcmp (path, "/") == 0 ? "" : path,
                            entry->d_name);
    /* A rule of its own is granted when its turn comes. */
    if (rule_at (policy, child) != NULL)
      continue;
    if (grant (g, policy, child, access, err) < 0)
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
  unsigned i;

  for (i = 0; i < policy->n_paths; i++) {
    const struct kv_path_rule *rule = &policy->paths[i];

    if (rule->access != 0 && !rule->pin
        && grant (g, policy, rule->path, rule->access, err) < 0)
      return -1;
  }
  if (private_folder != NULL)
    kv_grants_rule (g, kv_grants_text (g, "%s", private_folder), scratch);
  kv_grants_rule (g, "/proc", KV_ACCESS_READ);
  grant_devices (g);
  if (g->bad)
    return kv_fail (err, "KVI-01", "out of memory");
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Other ways to what a rule takes away, which a mount on it does not cover: a
 * hard link, and names that differ in case only.  Where a file system of this
 * kernel takes them for the same, they are one entry, and a mount covers it.
 * Behind FUSE and 9P it is the other side that does, as for folders shared from
 * macOS or Windows: each spelling is an entry of its own, and a mount on one of
 * them leaves the others open. */
#include "config.h"

#include <ctype.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "core/policy/internal.h"
#include "core/util/cleanup.h"

#ifndef FUSE_SUPER_MAGIC
#define FUSE_SUPER_MAGIC 0x65735546
#endif

/* Is the last name of PATH known by another case, too? */
static bool
has_other_case (const char *path)
{
  kv_autofree char *other = strdup (path);
  struct stat a, b;
  char *c;

  if (other == NULL)
    return true;
  for (c = strrchr (other, '/'); *c != '\0'; c++) {
    unsigned char letter = (unsigned char) *c;

    *c = (char) (islower (letter) ? toupper (letter) : tolower (letter));
  }
  return strcmp (other, path) != 0
         && fstatat (AT_FDCWD, path, &a, AT_SYMLINK_NOFOLLOW) == 0
         && fstatat (AT_FDCWD, other, &b, AT_SYMLINK_NOFOLLOW) == 0
         && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Any name of PATH below TOP. */
static bool
is_open_by_case (const char *path, const char *top)
{
  kv_autofree char *part = strdup (path);
  struct statfs fs;
  char *slash;

  if (part == NULL)
    return true;
  slash = strrchr (part, '/');
  if (slash == part)
    return false;
  *slash = '\0';
  if (statfs (part, &fs) < 0
      || (fs.f_type != FUSE_SUPER_MAGIC && fs.f_type != V9FS_MAGIC))
    return false;
  *slash = '/';
  while (strlen (part) > strlen (top)) {
    if (has_other_case (part))
      return true;
    slash = strrchr (part, '/');
    *slash = '\0';
  }
  return false;
}

/* The rule that the one at INDEX takes away from, parents first; pins grant
 * nothing of their own. */
static const struct kv_path_rule *
rule_above (const struct kv_policy *policy, unsigned index)
{
  const struct kv_path_rule *rule = &policy->paths[index];

  while (index-- > 0) {
    const struct kv_path_rule *above = &policy->paths[index];

    if (!above->pin && kv_path_beneath (rule->path, above->path))
      return (above->access & ~rule->access & KV_RWX) != 0 ? above : NULL;
  }
  return NULL;
}

/* A file that is not for reading or writing by its name may be by another. */
static bool
has_second_name (const char *path)
{
  struct stat st;

  return lstat (path, &st) == 0 && S_ISREG (st.st_mode) && st.st_nlink > 1;
}

static int
refuse_case (struct kv_resolve *r, const struct kv_path_rule *rule)
{
  kv_fail (r->err, "KVP-30",
           "%s can be reached by another spelling: its file system, behind "
           "FUSE or 9P, does not tell cases apart, and a mount covers one "
           "spelling only",
           rule->path);
  kv_error_rule (r->err, "%s", rule->origin);
  return kv_error_hint (r->err, "keep it outside of what is granted, or on a "
                                "file system of this kernel");
}

static int
refuse_link (struct kv_resolve *r, const struct kv_path_rule *rule)
{
  kv_fail (r->err, "KVP-31",
           "%s has another name (a hard link), by which the command could "
           "reach it",
           rule->path);
  kv_error_rule (r->err, "%s", rule->origin);
  return kv_error_hint (r->err, "find -samefile shows the other name; make a "
                                "copy of the file under this one");
}

int
kv_resolve_other_ways (struct kv_resolve *r)
{
  struct kv_policy *policy = r->policy;
  unsigned i;

  for (i = 0; i < policy->n_paths; i++) {
    struct kv_path_rule *rule = &policy->paths[i];
    const struct kv_path_rule *above;

    if (rule->pin)
      continue;
    above = rule_above (policy, i);
    if (above == NULL || !above->own)
      continue;
    if (is_open_by_case (rule->path, above->path)) {
      rule->porous = true;
      if (rule->named)
        return refuse_case (r, rule);
    }
    if (has_second_name (rule->path)) {
      rule->porous = true;
      if (rule->named)
        return refuse_link (r, rule);
    }
  }
  return 0;
}

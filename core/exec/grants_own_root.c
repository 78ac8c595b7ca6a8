/* SPDX-License-Identifier: Apache-2.0 */
/* A root of the command's own: it holds what the policy grants and nothing
 * else, so hiding is leaving out. */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/exec/assess.h"
#include "core/exec/grants.h"
#include "core/util/cleanup.h"

static uint32_t
bind_flags (uint32_t access, bool own)
{
  uint32_t flags = 0;

  if ((access & KV_ACCESS_WRITE) != 0)
    flags |= KAVACH_MOUNT_WRITE;
  if ((access & KV_ACCESS_EXEC) != 0)
    flags |= KAVACH_MOUNT_EXEC;
  if ((access & KV_ACCESS_OPTIONAL) != 0)
    flags |= KAVACH_MOUNT_OPTIONAL;
  if (own)
    flags |= KAVACH_MOUNT_IDMAP;
  return flags;
}

static void
add_bind (struct kv_grants *g, const char *path, uint32_t access, bool own)
{
  kv_grants_mount (g, KAVACH_MOUNT_BIND, bind_flags (access, own), path, path,
                   NULL, 0);
}

/* One entry of the host's root, which may be a link (/bin -> usr/bin). */
static int
add_entry (struct kv_grants *g, const char *path, uint32_t access)
{
  struct stat st;

  if (lstat (path, &st) < 0)
    return -1;
  if (S_ISLNK (st.st_mode)) {
    char text[PATH_MAX];
    ssize_t n = readlink (path, text, sizeof text - 1);

    if (n < 0)
      return -1;
    text[n] = '\0';
    kv_grants_mount (g, KAVACH_MOUNT_SYMLINK, 0, NULL, path,
                     kv_grants_text (g, "%s", text), 0);
  }
  else if (S_ISDIR (st.st_mode) || S_ISREG (st.st_mode))
    add_bind (g, path, access, false);
  return 0;
}

/* A rule for "/" itself: every folder in it, one by one, because our root is
 * a fresh one that must still hold a /proc and a /dev of its own. */
static int
add_whole_root (struct kv_grants *g, uint32_t access, struct kv_error *err)
{
  kv_autoclosedir DIR *dir = opendir ("/");
  const struct dirent *entry;

  if (dir == NULL)
    return kv_fail_errno (err, "KVX-10", "cannot list /");
  while ((entry = readdir (dir)) != NULL) {
    const char *path;

    if (entry->d_name[0] == '.' || strcmp (entry->d_name, "proc") == 0
        || strcmp (entry->d_name, "dev") == 0)
      continue;
    path = kv_grants_text (g, "/%s", entry->d_name);
    if (add_entry (g, path, access) < 0)
      return kv_fail_errno (err, "KVX-10", "cannot look at %s", path);
  }
  return 0;
}

static bool
is_granted (const struct kv_policy *policy, const char *path)
{
  unsigned i;

  for (i = 0; i < policy->n_paths; i++)
    if (policy->paths[i].access != 0
        && (strcmp (policy->paths[i].path, path) == 0
            || kv_rule_is_beneath (policy->paths[i].path, path)))
      return true;
  return false;
}

/* A hidden place beneath a grant is covered, unless plain permissions keep
 * the box's user away already and only a preset wrote the rule: a mount is
 * dear, and this one would change nothing. */
static bool
needs_mask (const struct kv_path_rule *rule, uint32_t uid, uint32_t gid)
{
  struct stat st;
  unsigned bits;

  if (lstat (rule->path, &st) < 0)
    return rule->named;
  if (rule->named || S_ISLNK (st.st_mode))
    return rule->named;
  /* A box of the caller's own uid keeps his groups, and lists of access name
   * him: the kernel knows. */
  if (uid == kv_host_facts ()->euid)
    return faccessat (AT_FDCWD, rule->path, R_OK, AT_EACCESS) == 0
           || faccessat (AT_FDCWD, rule->path, X_OK, AT_EACCESS) == 0;
  bits = S_ISDIR (st.st_mode) ? 05 : 04;
  return (st.st_uid == uid && (st.st_mode & (bits << 6)) != 0)
         || (st.st_gid == gid && (st.st_mode & (bits << 3)) != 0)
         || (st.st_mode & bits) != 0;
}

/* Nothing can be put into the folder that covers a hidden one. */
static int
check_hidden (const struct kv_policy *policy, const struct kv_path_rule *hidden,
              struct kv_error *err)
{
  unsigned i;

  for (i = 0; i < policy->n_paths; i++) {
    const struct kv_path_rule *rule = &policy->paths[i];

    if (rule->access == 0 || !kv_rule_is_beneath (hidden->path, rule->path))
      continue;
    kv_fail (err, "KVP-26", "%s is granted, and %s above it is hidden",
             rule->path, hidden->path);
    kv_error_rule (err, "filesystem.hide = \"%s\" (%s)", hidden->path,
                   hidden->origin);
    return kv_error_hint (err, "hide what lies beside it instead, or grant "
                               "neither the one nor what is above");
  }
  return 0;
}

static int
add_rules (struct kv_grants *g, const struct kv_policy *policy, uint32_t uid,
           uint32_t gid, struct kv_error *err)
{
  unsigned i;

  for (i = 0; i < policy->n_paths; i++) {
    const struct kv_path_rule *rule = &policy->paths[i];

    if (rule->access == 0) {
      /* Home is covered by its empty folder, in which there may be more. */
      if (policy->scratch_home && strcmp (rule->path, policy->home) == 0)
        continue;
      if (!is_granted (policy, rule->path) || !needs_mask (rule, uid, gid))
        continue;
      if (check_hidden (policy, rule, err) < 0)
        return -1;
      kv_grants_mount (g, KAVACH_MOUNT_MASK, KAVACH_MOUNT_OPTIONAL, NULL,
                       rule->path, NULL, 0);
    }
    else if (strcmp (rule->path, "/") == 0) {
      if (add_whole_root (g, rule->access, err) < 0)
        return -1;
    }
    else
      add_bind (g, rule->path, rule->access, rule->own);
  }
  for (i = 0; i < policy->n_links; i++)
    kv_grants_mount (g, KAVACH_MOUNT_SYMLINK, 0, NULL, policy->links[i].path,
                     policy->links[i].target, 0);
  return 0;
}

/* A file that somebody named is meant as it is. */
static void
add_file_over (struct kv_grants *g, const struct kv_policy *policy,
               const char *path, const char *text)
{
  const struct kv_path_rule *rule = kv_policy_paths_rule (policy, path);
  struct stat st;

  if (rule != NULL && rule->named && strcmp (rule->path, path) == 0)
    return;
  if (lstat (path, &st) == 0 && S_ISREG (st.st_mode))
    kv_grants_mount (g, KAVACH_MOUNT_FILE, 0, NULL, path, text, 0);
}

/* What would name the host or its people, replaced by what is true inside. */
static void
add_identity (struct kv_grants *g, const struct kv_policy *policy, uint32_t uid,
              uint32_t gid, bool synthetic)
{
  const char *host = policy->hostname;

  if (!is_granted (policy, "/etc"))
    return;
  if (synthetic) {
    add_file_over (g, policy, "/etc/passwd",
                   kv_grants_text (g,
                                   "root:x:0:0:root:/root:/usr/sbin/nologin\n"
                                   "nobody:x:65534:65534:nobody:/nonexistent:"
                                   "/usr/sbin/nologin\n"
                                   "sandbox:x:%u:%u:sandbox:%s:/bin/sh\n",
                                   uid, gid, policy->home));
    add_file_over (g, policy, "/etc/group",
                   kv_grants_text (g,
                                   "root:x:0:\n"
                                   "nogroup:x:65534:\n"
                                   "sandbox:x:%u:\n",
                                   gid));
  }
  add_file_over (g, policy, "/etc/hostname", kv_grants_text (g, "%s\n", host));
  add_file_over (g, policy, "/etc/machine-id", "");
  if (policy->net != KV_NET_HOST)
    add_file_over (g, policy, "/etc/hosts",
                   kv_grants_text (g,
                                   "127.0.0.1 localhost %s\n"
                                   "::1 localhost\n",
                                   host));
}

static int
by_target (const void *a, const void *b)
{
  const struct kavach_mount *x = a, *y = b;

  return strcmp (x->target, y->target);
}

static void
add_scratch (struct kv_grants *g, const struct kv_policy *policy)
{
  static const char *const places[] = { "/tmp", "/var/tmp", "/dev/shm" };
  uint32_t flags
      = KAVACH_MOUNT_WRITE | (policy->scratch_exec ? KAVACH_MOUNT_EXEC : 0);
  unsigned i;

  for (i = 0; policy->scratch && i < KV_COUNT (places); i++)
    if (!is_granted (policy, places[i]))
      kv_grants_mount (g, KAVACH_MOUNT_SCRATCH, flags, NULL, places[i], NULL,
                       policy->tmp.value);
  if (policy->scratch_home)
    kv_grants_mount (g, KAVACH_MOUNT_SCRATCH, flags, NULL, policy->home, NULL,
                     policy->tmp.value);
}

/* The second layer says the same as the mounts: everything may be read, only
 * what is mounted writable may be written.  /proc is not among it. */
static void
add_landlock (struct kv_grants *g)
{
  unsigned i;

  kv_grants_rule (g, "/", KV_ACCESS_READ | KV_ACCESS_EXEC);
  kv_grants_rule (g, "/dev",
                  KV_ACCESS_READ | KV_ACCESS_WRITE | KV_ACCESS_DEVICE);
  for (i = 0; i < g->n_mounts; i++)
    if ((g->mounts[i].flags & KAVACH_MOUNT_WRITE) != 0)
      kv_grants_rule (g, g->mounts[i].target,
                      KV_ACCESS_READ | KV_ACCESS_WRITE | KV_ACCESS_EXEC);
}

int
kv_grants_own_root (struct kv_grants *g, const struct kv_policy *policy,
                    uint32_t uid, uint32_t gid, bool synthetic,
                    struct kv_error *err)
{
  unsigned i;

  if (add_rules (g, policy, uid, gid, err) < 0)
    return -1;
  kv_grants_mount (g, KAVACH_MOUNT_PROC, 0, NULL, "/proc", NULL, 0);
  kv_grants_mount (g, KAVACH_MOUNT_DEV, 0, NULL, "/dev", NULL, 0);
  add_scratch (g, policy);
  add_identity (g, policy, uid, gid, synthetic);
  if (g->bad)
    return kv_fail (err, "KVI-01", "out of memory");

  /* '/' sorts before every byte that can follow a shared prefix but a few
   * ("/a-b" before "/a/b"), and a parent before what lies beneath it. */
  qsort (g->mounts, g->n_mounts, sizeof *g->mounts, by_target);
  add_landlock (g);
  g->mount_pointers = calloc (g->n_mounts, sizeof *g->mount_pointers);
  if (g->bad || g->mount_pointers == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  for (i = 0; i < g->n_mounts; i++)
    g->mount_pointers[i] = &g->mounts[i];
  return 0;
}

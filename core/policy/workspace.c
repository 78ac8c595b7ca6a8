/* SPDX-License-Identifier: Apache-2.0 */
/* What belongs to the caller: the folder the command works in, HOME, and the
 * paths named on the command line. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/internal.h"
#include "core/util/cleanup.h"

/* HOME inside, where the caller has none that could be one. */
#define PLAIN_HOME "/home/sandbox"

/* Folders that many share: a private folder is put there, or they hold much
 * more than one person's work. */
static bool
is_shared (const char *path)
{
  static const char *const shared[]
      = { "/tmp",  "/var/tmp", "/dev/shm",  "/var",
          "/home", "/run",     "/run/user", "/var/lib" };
  size_t i;

  for (i = 0; i < KV_COUNT (shared); i++)
    if (strcmp (path, shared[i]) == 0)
      return true;
  return false;
}

/* A service's HOME can be /usr/sbin: an empty folder must not cover it, and
 * it holds nothing to hide. */
static bool
can_be_private (const char *path)
{
  return !kv_system_owns (path) && !is_shared (path);
}

int
kv_resolve_home (struct kv_resolve *r)
{
  struct kv_policy *policy = r->policy;
  const char *said = getenv ("HOME");
  bool confined = r->preset->confined;
  kv_autofree char *real = NULL;
  char clean[PATH_MAX];
  const char *home = confined ? PLAIN_HOME : "/";
  struct stat st;

  policy->scratch = policy->scratch_home = confined;
  if (said != NULL && kv_path_clean (clean, sizeof clean, said) == 0) {
    const char *found;

    /* The folder need not be there. */
    real = kv_canonical (clean, &st);
    found = real != NULL ? real : clean;
    if (!confined || can_be_private (found)) {
      r->home_said = said;
      home = found;
    }
  }

  if (asprintf (&policy->home, "%s", home) < 0) {
    policy->home = NULL;
    return kv_no_memory (r->err);
  }
  if (r->home_said != NULL && confined && strcmp (home, clean) != 0)
    return kv_link_add (r, clean, home);
  return 0;
}

/* "~" and "~/x" as the shell would. */
static int
expand (struct kv_resolve *r, char *out, size_t size, const char *path)
{
  const char *home = getenv ("HOME");
  int n;

  if (path[0] == '~' && (path[1] == '\0' || path[1] == '/') && home != NULL
      && home[0] == '/')
    n = snprintf (out, size, "%s%s", home, path + 1);
  else
    n = snprintf (out, size, "%s", path);
  if (n < 0 || (size_t) n >= size)
    return kv_fail (r->err, "KVP-07", "%s: the path is too long", path);
  return 0;
}

/* A path that is to be hidden need not be there: then its folder counts. */
static char *
canonical_absent (const char *path)
{
  kv_autofree char *parent = strdup (path);
  kv_autofree char *real = NULL;
  char *slash, *joined = NULL;
  struct stat st;

  if (parent == NULL)
    return NULL;
  slash = strrchr (parent, '/');
  if (slash == NULL)
    real = kv_canonical (".", &st);
  else if (slash == parent)
    real = strdup ("");
  else {
    *slash = '\0';
    real = kv_canonical (parent, &st);
  }
  if (real == NULL)
    return NULL;
  if (asprintf (&joined, "%s/%s", strcmp (real, "/") == 0 ? "" : real,
                slash == NULL ? path : slash + 1)
      < 0)
    return NULL;
  return joined;
}

static uint32_t
flag_access (uint32_t asked, mode_t mode)
{
  uint32_t access = KV_ACCESS_READ;

  if (asked == 0)
    return 0;
  if (asked & KV_ACCESS_WRITE)
    access |= KV_ACCESS_WRITE;
  return access | (S_ISCHR (mode) ? KV_ACCESS_DEVICE : KV_ACCESS_EXEC);
}

/* A name below the caller's folder that leads out of it: the last command
 * there may have made the link. */
static bool
leads_out (const char *path, const char *real)
{
  char here[PATH_MAX], joined[PATH_MAX], clean[PATH_MAX];
  int n;

  if (getcwd (here, sizeof here) == NULL)
    return false;
  n = snprintf (joined, sizeof joined, "%s%s%s", path[0] == '/' ? "" : here,
                path[0] == '/' ? "" : "/", path);
  return n > 0 && (size_t) n < sizeof joined
         && kv_path_clean (clean, sizeof clean, joined) == 0
         && kv_path_beneath (clean, here) && !kv_path_beneath (real, here);
}

static int
add_flag_path (struct kv_resolve *r, const struct kv_path_flag *flag)
{
  const char *origin = flag->access == 0                ? "flag --hide"
                       : flag->access & KV_ACCESS_WRITE ? "flag --write"
                                                        : "flag --read";
  kv_autofree char *real = NULL;
  const struct kv_path_rule *old;
  char path[PATH_MAX];
  struct stat st = { 0 };
  uint32_t access;

  if (expand (r, path, sizeof path, flag->path) < 0)
    return -1;
  real = kv_canonical (path, &st);
  if (real == NULL && flag->access == 0)
    real = canonical_absent (path);
  if (real == NULL) {
    kv_fail_errno (r->err, "KVP-07", "%s %s", origin + 5, flag->path);
    return kv_error_rule (r->err, "%s", origin);
  }
  if (flag->access != 0 && leads_out (path, real)) {
    kv_fail (r->err, "KVP-20",
             "%s %s: it is a link, or lies behind one, and leads to %s",
             origin + 5, flag->path, real);
    kv_error_rule (r->err, "%s", origin);
    return kv_error_hint (r->err, "if that is what you mean, name it: %s %s",
                          origin + 5, real);
  }
  if (kv_path_beneath (real, "/proc")) {
    kv_fail (r->err, "KVP-08", "%s %s: a sandbox has a /proc of its own",
             origin + 5, flag->path);
    return kv_error_rule (r->err, "%s", origin);
  }

  access = flag_access (flag->access, st.st_mode);
  old = kv_rules_find (r->policy, real);
  if (old != NULL && old->named && strcmp (old->path, real) == 0
      && old->access != access) {
    if (old->access == 0 || access == 0) {
      kv_fail (r->err, "KVP-09", "%s is both hidden and granted", real);
      kv_error_rule (r->err, "%s and %s", old->origin, origin);
      return kv_error_hint (r->err, "leave one of the two out");
    }
    /* --read and --write of one path: the wider was asked for too. */
    if (old->access & KV_ACCESS_WRITE)
      return 0;
  }
  if (access & KV_ACCESS_WRITE)
    kv_require (r->policy, KAVACH_CTL_FS_WRITE, origin);
  else {
    kv_require (r->policy, KAVACH_CTL_FS_READ, origin);
    if (access != 0)
      kv_require (r->policy, KAVACH_CTL_FS_WRITE, origin);
  }
  if (strcmp (real, r->policy->home) == 0 && access != 0)
    r->policy->scratch_home = false;
  return kv_rule_add (r, real, access, KV_RULE_OWN | KV_RULE_NAMED, origin);
}

int
kv_resolve_flag_paths (struct kv_resolve *r)
{
  unsigned i;

  for (i = 0; i < r->options->n_paths; i++)
    if (add_flag_path (r, &r->options->paths[i]) < 0)
      return -1;
  return 0;
}

static int
find_cwd (struct kv_resolve *r)
{
  const char *said = r->options->cwd;
  char path[PATH_MAX];
  struct stat st;

  if (said == NULL) {
    /* The kernel's own answer is canonical. */
    if (getcwd (path, sizeof path) == NULL || path[0] != '/')
      return kv_fail (r->err, "KVP-10",
                      "the current folder has no path any more");
    if (asprintf (&r->policy->cwd, "%s", path) >= 0)
      return 0;
    r->policy->cwd = NULL;
    return kv_no_memory (r->err);
  }
  if (expand (r, path, sizeof path, said) < 0)
    return -1;
  r->policy->cwd = kv_canonical (path, &st);
  if (r->policy->cwd == NULL)
    return kv_fail_errno (r->err, "KVP-10", "--cwd %s", said);
  if (!S_ISDIR (st.st_mode))
    return kv_fail (r->err, "KVP-10", "--cwd %s is no folder", said);
  return 0;
}

/* Home as the account has it: a service's environment may name another, or
 * none.  Not by getpwuid, which would load name services. */
static bool
is_accounts_home (const char *cwd)
{
  kv_autofclose FILE *file = fopen ("/etc/passwd", "re");
  const struct passwd *user;
  bool found = false;

  while (file != NULL && !found && (user = fgetpwent (file)) != NULL) {
    kv_autofree char *real = NULL;
    struct stat st;

    if (user->pw_uid != geteuid () || !can_be_private (user->pw_dir))
      continue;
    real = kv_canonical (user->pw_dir, &st);
    found = real != NULL && kv_path_beneath (real, cwd);
  }
  return found;
}

/* Why CWD is no workspace; NULL when it is fit to be one. */
static const char *
unfit (const struct kv_resolve *r, const char *cwd)
{
  if (strcmp (cwd, "/") == 0)
    return "the whole file system";
  if (r->home_said != NULL && kv_path_beneath (r->policy->home, cwd))
    return strcmp (r->policy->home, cwd) == 0
               ? "your home, with everything in it"
               : "above your home";
  if (is_shared (cwd))
    return "shared with others";
  /* A folder below the home that HOME names is not above another. */
  if ((r->home_said == NULL || !kv_path_beneath (cwd, r->policy->home))
      && is_accounts_home (cwd))
    return "your account's home, or above it";
  if (r->preset->workspace_write && kv_system_owns (cwd))
    return "the system's own";
  return NULL;
}

int
kv_resolve_workspace (struct kv_resolve *r)
{
  const struct kv_path_rule *rule;
  const char *why, *flag;
  uint32_t access;

  if (find_cwd (r) < 0)
    return -1;
  rule = kv_rules_find (r->policy, r->policy->cwd);
  if (rule != NULL && rule->named
      && (rule->access == 0 || strcmp (rule->path, r->policy->cwd) == 0)) {
    if (rule->access != 0)
      return 0;
    kv_fail (r->err, "KVP-11", "%s, where the command starts, is hidden",
             r->policy->cwd);
    kv_error_rule (r->err, "%s", rule->origin);
    return kv_error_hint (r->err, "start it elsewhere with --cwd DIR");
  }
  if (!r->preset->confined)
    return 0;

  why = unfit (r, r->policy->cwd);
  if (why != NULL) {
    /* A wider folder was named: it is reached, and nothing is added. */
    if ((rule != NULL && rule->named) || r->options->describe)
      return 0;
    flag = r->preset->workspace_write ? "--write" : "--read";
    kv_fail (r->err, "KVP-12", "%s is no workspace: it is %s", r->policy->cwd,
             why);
    kv_error_rule (r->err, "filesystem.%s = \".\" (%s)", flag + 2,
                   r->preset->origin);
    return kv_error_hint (r->err,
                          "change into a project's folder or name one with "
                          "--cwd DIR; %s %s says yes to this one",
                          flag, r->options->cwd != NULL ? r->policy->cwd : ".");
  }
  /* Read-only and in the system: readable as it is. */
  if (!r->preset->workspace_write && rule != NULL
      && (rule->access & KV_RX) == KV_RX)
    return 0;
  access = r->preset->workspace_write ? KV_RWX : KV_RX;
  return kv_rule_add (r, r->policy->cwd, access, KV_RULE_OWN,
                      r->preset->origin);
}

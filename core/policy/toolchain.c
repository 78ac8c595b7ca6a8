/* SPDX-License-Identifier: Apache-2.0 */
/* PATH entries outside the system: home is hidden, but what PATH names there
 * is what the caller runs, so it is granted read-only with the folders its
 * programs load from.  Never a folder that is home, above it, or holds
 * credentials. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/policy/internal.h"
#include "core/policy/site.h"
#include "core/util/cleanup.h"

/* Beneath home: version managers and distributions that are useless in part
 * and hold nothing but programs. */
static const char *const whole[] = {
  ".pyenv",
  ".rbenv",
  ".nodenv",
  ".jenv",
  ".goenv",
  ".phpenv",
  ".plenv",
  ".asdf",
  ".volta",
  ".bun",
  ".deno",
  ".sdkman/candidates",
  ".ghcup",
  ".opam",
  ".juliaup",
  ".julia",
  ".swiftly",
  ".fnm",
  ".local/share/fnm",
  ".local/share/mise",
  ".local/share/rtx",
  ".local/share/pnpm",
  ".dotnet",
  ".elan",
  ".pixi",
  ".nix-profile",
  "miniconda3",
  "anaconda3",
  "miniforge3",
  "mambaforge",
  "micromamba",
};

/* Folders that are never granted because PATH says so, though what lies in
 * them may be. */
static const char *const never[] = {
  ".cargo",
  ".config",
  ".local",
  ".local/share",
};

/* Nor anything in these. */
static const char *const secret[] = {
  ".ssh",    ".gnupg",          ".aws",     ".azure",       ".kube",
  ".docker", ".password-store", ".mozilla", ".thunderbird", ".config/gcloud",
};

/* A folder of programs is called so. */
static const char *const for_programs[]
    = { "bin", "sbin", "libexec", "shims", "scripts" };

static int
join (char *out, const char *dir, const char *name)
{
  int n = snprintf (out, PATH_MAX, "%s/%s", dir, name);

  return n >= 0 && n < PATH_MAX ? 0 : -1;
}

/* What follows home in PATH, "" for home itself; NULL elsewhere. */
static const char *
beneath_home (const struct kv_policy *policy, const char *path)
{
  size_t n = strlen (policy->home);

  if (!kv_path_beneath (path, policy->home))
    return NULL;
  return path[n] == '/' ? path + n + 1 : path + n;
}

static bool
is_covered (const struct kv_policy *policy, const char *path)
{
  const struct kv_path_rule *rule = kv_rules_find (policy, path);
  unsigned i;

  /* A link is made with its target's rule, but for the one to home. */
  for (i = 0; i < policy->n_links; i++)
    if (kv_path_beneath (path, policy->links[i].path)
        && strcmp (policy->links[i].target, policy->home) != 0)
      return true;
  return rule != NULL && (rule->named || (rule->access & KV_RX) == KV_RX);
}

static bool
is_too_wide (const struct kv_policy *policy, const char *path)
{
  const char *inside;
  size_t i;

  if (strchr (path + 1, '/') == NULL || kv_path_beneath (policy->home, path)
      || kv_path_beneath (path, "/proc") || kv_path_beneath (path, "/dev")
      || kv_path_beneath (path, "/sys") || strcmp (path, "/run/user") == 0
      || strcmp (path, "/var/tmp") == 0 || strcmp (path, "/dev/shm") == 0)
    return true;
  inside = beneath_home (policy, path);
  for (i = 0; inside != NULL && i < KV_COUNT (never); i++)
    if (strcmp (inside, never[i]) == 0)
      return true;
  for (i = 0; inside != NULL && i < KV_COUNT (secret); i++)
    if (kv_path_beneath (inside, secret[i]))
      return true;
  return false;
}

/* A link is as good as who wrote it, and that may have been the last command
 * in a workspace: one that PATH leads through must lead to programs. */
static bool
holds_programs (const char *path)
{
  const char *name = strrchr (path, '/') + 1;
  size_t i;

  for (i = 0; i < KV_COUNT (for_programs); i++)
    if (strcmp (name, for_programs[i]) == 0)
      return true;
  return false;
}

static int
grant (struct kv_resolve *r, const char *path)
{
  if (is_covered (r->policy, path) || is_too_wide (r->policy, path)
      || !kv_site_permits (r->policy->whole, path))
    return 0;
  return kv_rule_add (r, path, KV_RX, KV_RULE_OWN, r->root_origin);
}

/* NAME in DIR, if it is there: granted, or, when it is a link, kept as one
 * and its target granted.  1 when it was there. */
static int
grant_in (struct kv_resolve *r, const char *dir, const char *name)
{
  kv_autofree char *real = NULL;
  char path[PATH_MAX];
  struct stat st;

  if (join (path, dir, name) < 0 || lstat (path, &st) < 0)
    return 0;
  if (!S_ISLNK (st.st_mode))
    return grant (r, path) < 0 ? -1 : 1;
  if (is_covered (r->policy, path))
    return 1;
  real = kv_canonical (path, &st);
  if (real == NULL)
    return 0;
  return kv_link_add (r, path, real) < 0 || grant (r, real) < 0 ? -1 : 1;
}

static bool
leaves (const char *dir, const char *name)
{
  kv_autofree char *real = NULL;
  char path[PATH_MAX];
  struct stat st;

  if (join (path, dir, name) < 0 || lstat (path, &st) < 0
      || !S_ISLNK (st.st_mode))
    return false;
  real = kv_canonical (path, &st);
  return real != NULL && !kv_path_beneath (real, dir);
}

/* The libraries of a "PREFIX/bin"; a link among them stays in PREFIX. */
static int
grant_prefix (struct kv_resolve *r, const char *prefix)
{
  static const char *const parts[]
      = { "lib", "lib64", "libexec", "share", "include", "pyvenv.cfg" };
  int there = 0;
  size_t i;

  for (i = 0; i < KV_COUNT (parts); i++) {
    there = leaves (prefix, parts[i]) ? 0 : grant_in (r, prefix, parts[i]);
    if (there < 0)
      return -1;
  }
  return there;
}

static int grant_entry (struct kv_resolve *r, const char *entry,
                        unsigned depth);

/* A virtual environment runs the interpreter it was made from. */
static int
grant_base_python (struct kv_resolve *r, const char *bin, unsigned depth)
{
  kv_autofree char *real = NULL;
  char path[PATH_MAX];
  struct stat st;
  char *slash;

  if (depth > 1 || join (path, bin, "python3") < 0)
    return 0;
  real = kv_canonical (path, &st);
  slash = real != NULL ? strrchr (real, '/') : NULL;
  if (slash == NULL || slash == real
      || strncmp (slash + 1, "python", strlen ("python")) != 0)
    return 0;
  *slash = '\0';
  if (!holds_programs (real))
    return 0;
  return grant_entry (r, real, depth + 1);
}

/* 1 when ENTRY is in a folder that is granted as a whole. */
static int
grant_whole (struct kv_resolve *r, const char *entry)
{
  const char *inside = beneath_home (r->policy, entry);
  size_t i;

  for (i = 0; inside != NULL && i < KV_COUNT (whole); i++)
    if (kv_path_beneath (inside, whole[i]))
      return grant_in (r, r->policy->home, whole[i]);
  return 0;
}

static int
grant_local (struct kv_resolve *r, const char *local)
{
  static const char *const parts[]
      = { "lib", "pipx", "share/pipx", "share/uv" };
  size_t i;

  for (i = 0; i < KV_COUNT (parts); i++)
    if (grant_in (r, local, parts[i]) < 0)
      return -1;
  return 0;
}

/* What goes with a canonical ENTRY that has just been granted. */
static int
grant_company (struct kv_resolve *r, const char *entry, unsigned depth)
{
  const char *home = r->policy->home;
  const char *base = strrchr (entry, '/') + 1;
  char prefix[PATH_MAX], folder[PATH_MAX];
  int venv;

  if (strcmp (base, "bin") != 0 || base - entry < 2)
    return 0;
  snprintf (prefix, sizeof prefix, "%.*s", (int) (base - 1 - entry), entry);
  if (strcmp (prefix, home) == 0 || kv_path_beneath (home, prefix))
    return 0;
  /* Programs there are front-ends of rustup; the folder's other files are
   * credentials and sources. */
  if (join (folder, home, ".cargo") == 0 && strcmp (prefix, folder) == 0)
    return grant_in (r, home, ".rustup") < 0 ? -1 : 0;
  if (join (folder, home, ".local") == 0 && strcmp (prefix, folder) == 0)
    return grant_local (r, prefix);
  if (strcmp (prefix, "/home/linuxbrew/.linuxbrew") == 0)
    return grant (r, prefix);

  venv = grant_prefix (r, prefix);
  return venv > 0 ? grant_base_python (r, entry, depth) : venv;
}

/* ENTRY is canonical. */
static int
grant_entry (struct kv_resolve *r, const char *entry, unsigned depth)
{
  int done;

  if (is_covered (r->policy, entry) || is_too_wide (r->policy, entry))
    return 0;
  done = grant_whole (r, entry);
  if (done != 0)
    return done < 0 ? -1 : 0;
  if (grant (r, entry) < 0)
    return -1;
  return grant_company (r, entry, depth);
}

/* ENTRY as PATH has it, cleaned. */
static int
resolve_entry (struct kv_resolve *r, const char *entry)
{
  kv_autofree char *real = NULL;
  struct stat st;

  if (is_covered (r->policy, entry))
    return 0;
  /* By the name it has in home, also when its folder is a link. */
  if (grant_whole (r, entry) < 0)
    return -1;
  if (is_covered (r->policy, entry))
    return 0;
  real = kv_canonical (entry, &st);
  if (real == NULL || !S_ISDIR (st.st_mode))
    return 0;
  if (strcmp (real, entry) != 0 && !holds_programs (real))
    return 0;
  if (strcmp (real, entry) != 0 && !is_too_wide (r->policy, real)
      && kv_link_add (r, entry, real) < 0)
    return -1;
  return grant_entry (r, real, 0);
}

/* PATH says "/home/u", which is a link to where home is. */
static int
resolve_said (struct kv_resolve *r, const char *entry)
{
  char clean[PATH_MAX], path[PATH_MAX];

  if (kv_path_clean (clean, sizeof clean, entry) < 0)
    return 0;
  if (r->home_said != NULL && strcmp (r->home_said, r->policy->home) != 0
      && kv_path_beneath (clean, r->home_said)
      && !kv_path_beneath (clean, r->policy->home)) {
    if (strcmp (clean, r->home_said) == 0
        || join (path, r->policy->home, clean + strlen (r->home_said) + 1) < 0)
      return 0;
    return resolve_entry (r, path);
  }
  return resolve_entry (r, clean);
}

int
kv_resolve_toolchains (struct kv_resolve *r)
{
  const char *path = kv_env_value (r->policy, "PATH");

  if (!r->confined || path == NULL)
    return 0;
  while (*path != '\0') {
    size_t n = strcspn (path, ":");
    char entry[PATH_MAX];

    if (n > 0 && n < sizeof entry && path[0] == '/') {
      memcpy (entry, path, n);
      entry[n] = '\0';
      if (resolve_said (r, entry) < 0)
        return -1;
    }
    path += n;
    path += *path == ':';
  }
  return 0;
}

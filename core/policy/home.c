/* SPDX-License-Identifier: Apache-2.0 */
/* HOME inside. */
#include "config.h"

#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/internal.h"
#include "core/util/cleanup.h"

/* Where the caller has none that could be one. */
#define PLAIN_HOME "/home/sandbox"

/* A private folder is put there, or they hold much more than one person's
 * work. */
bool
kv_is_shared (const char *path)
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
bool
kv_can_be_home (const char *path)
{
  return !kv_system_owns (path) && !kv_is_shared (path);
}

char *
kv_callers_home (void)
{
  const char *said = getenv ("HOME");
  kv_autofree char *home = NULL;
  char clean[PATH_MAX];
  struct stat st;

  if (said == NULL || kv_path_clean (clean, sizeof clean, said) < 0)
    return NULL;
  home = kv_canonical (clean, &st);
  if (home == NULL)
    home = strdup (clean);
  return home != NULL && kv_can_be_home (home) ? kv_steal_ptr (&home) : NULL;
}

/* Not by getpwuid, which would load name services. */
char *
kv_accounts_home (void)
{
  kv_autofclose FILE *file = fopen ("/etc/passwd", "re");
  const struct passwd *user;
  char *home = NULL;

  while (file != NULL && home == NULL && (user = fgetpwent (file)) != NULL) {
    struct stat st;

    if (user->pw_uid == geteuid () && kv_can_be_home (user->pw_dir))
      home = kv_canonical (user->pw_dir, &st);
  }
  return home;
}

int
kv_resolve_home (struct kv_resolve *r)
{
  struct kv_policy *policy = r->policy;
  const char *said = getenv ("HOME");
  bool confined = r->confined;
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
    if (!confined || kv_can_be_home (found)) {
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

/* SPDX-License-Identifier: Apache-2.0 */
/* Places in a writable folder that decide what the next command, shell or
 * build outside does: readable, but not written without being named. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/policy/internal.h"
#include "core/util/cleanup.h"

/* Relative to the folder.  What lies in a folder of its own pins that folder:
 * otherwise a rename would put another in its place. */
static const char *const places[] = {
  /* kavach's own. */
  ".kavach",
  ".kavach.json",
  "kavach.json",
  ".config/kavach",
  ".local/share/kavach",
  ".local/state/kavach",
  ".cache/kavach",
  /* git runs what these name, or what lies where they lead: a ".git" that is
   * a file leads elsewhere. */
  ".git",
  ".git/hooks",
  ".git/config",
  ".git/config.worktree",
  ".git/commondir",
  ".git/modules",
  ".git/worktrees",
  ".gitconfig",
  ".config/git",
  ".husky",
  ".pre-commit-config.yaml",
  /* Read by shells and editors when a folder is entered or opened. */
  ".envrc",
  ".mise.toml",
  ".vscode",
  ".idea",
  ".vimrc",
  ".exrc",
  ".nvim.lua",
  ".devcontainer",
  ".claude",
  ".mcp.json",
  ".cursor",
  /* Continuous integration. */
  ".github",
  ".gitlab-ci.yml",
  ".gitlab",
  ".circleci",
  ".travis.yml",
  ".drone.yml",
  ".woodpecker.yml",
  ".woodpecker",
  ".buildkite",
  ".forgejo",
  ".gitea",
  "Jenkinsfile",
  "azure-pipelines.yml",
  "bitbucket-pipelines.yml",
  "appveyor.yml",
  /* Shell start files and what logs a person in, where home is named. */
  ".profile",
  ".bashrc",
  ".bash_profile",
  ".bash_login",
  ".bash_logout",
  ".zshrc",
  ".zshenv",
  ".zprofile",
  ".zlogin",
  ".inputrc",
  ".config/fish",
  ".config/autostart",
  ".config/systemd",
  ".ssh",
  ".gnupg",
};

_Static_assert(KV_COUNT (places) <= 64, "a set of places is one number");

static int
pin_ancestors (struct kv_resolve *r, const char *top, const char *place,
               uint32_t access, kv_origin origin)
{
  const char *slash;
  char path[PATH_MAX];

  for (slash = strchr (place, '/'); slash != NULL;
       slash = strchr (slash + 1, '/')) {
    int n = snprintf (path, sizeof path, "%s/%.*s", top, (int) (slash - place),
                      place);

    if (n < 0 || (size_t) n >= sizeof path)
      return kv_fail (r->err, "KVP-07", "%s: the path is too long", top);
    if (kv_rule_add (r, path, access, KV_RULE_OWN | KV_RULE_PIN, origin) < 0)
      return -1;
  }
  return 0;
}

/* PLACE is there below DIR, whatever it is.  As a folder ".git" is written by
 * every git command. */
static bool
is_there (int dir, const char *place)
{
  struct stat st;

  return fstatat (dir, place, &st, AT_SYMLINK_NOFOLLOW) == 0
         && (!S_ISDIR (st.st_mode) || strcmp (place, ".git") != 0);
}

/* And through folders that are no links: a link cannot be covered by a mount,
 * and what it leads to is granted or not by itself. */
static bool
can_be_covered (int dir, const char *place)
{
  const char *slash = strrchr (place, '/');
  struct stat st;

  if (fstatat (dir, place, &st, AT_SYMLINK_NOFOLLOW) < 0
      || S_ISLNK (st.st_mode))
    return false;
  for (; slash != NULL;
       slash = memrchr (place, '/', (size_t) (slash - place))) {
    char above[64];

    snprintf (above, sizeof above, "%.*s", (int) (slash - place), place);
    if (fstatat (dir, above, &st, AT_SYMLINK_NOFOLLOW) < 0
        || !S_ISDIR (st.st_mode))
      return false;
  }
  return true;
}

struct entry {
  uint64_t ino;
  int64_t off;
  unsigned short length;
  unsigned char type;
  char name[];
};

/* Some file systems do not tell cases apart, and list a name as it was first
 * written; is_there asks with the right one. */
static bool
is_first_name (const char *name, const char *place)
{
  size_t n = strlen (name);

  return strncasecmp (place, name, n) == 0
         && (place[n] == '\0' || place[n] == '/');
}

/* Which of PLACES can be in DIR: one listing of a folder costs less than a
 * question for each.  Where it is too long, or cannot be read, all can. */
static uint64_t
list_candidates (int dir)
{
  char buf[8192] __attribute__ ((aligned (8)));
  uint64_t set = 0;
  int round;

  for (round = 0; round < 4; round++) {
    long n = syscall (SYS_getdents64, dir, buf, sizeof buf);
    long at;

    if (n < 0)
      return UINT64_MAX;
    if (n == 0)
      return set;
    for (at = 0; at < n;) {
      const struct entry *e = (const struct entry *) (buf + at);
      size_t i;

      for (i = 0; i < KV_COUNT (places); i++)
        if (strncasecmp (e->name, places[i], 2) == 0
            && is_first_name (e->name, places[i]))
          set |= UINT64_C (1) << i;
      at += e->length;
    }
  }
  return UINT64_MAX;
}

/* There is room for one in each writable folder. */
static int
watch (struct kv_policy *policy, const char *folder, uint64_t present)
{
  struct kv_watch *w = &policy->watches[policy->n_watches];

  if (asprintf (&w->folder, "%s", folder) < 0)
    return -1;
  w->present = present;
  policy->n_watches++;
  return 0;
}

/* Those of PLACES that are there. */
static uint64_t
find_places (int dir)
{
  uint64_t candidates = list_candidates (dir), set = 0;
  size_t i;

  for (i = 0; i < KV_COUNT (places); i++)
    if ((candidates >> i & 1) != 0 && is_there (dir, places[i]))
      set |= UINT64_C (1) << i;
  return set;
}

static int
protect_in (struct kv_resolve *r, const char *top, uint32_t access)
{
  kv_autoclose int dir = open (top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const char *base = strcmp (top, "/") == 0 ? "" : top;
  kv_origin origin = r->root_origin;
  uint64_t present;
  size_t i;

  /* A file that was named, or a folder the caller cannot list. */
  if (dir < 0)
    dir = open (top, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0)
    return 0;
  present = find_places (dir);
  if (watch (r->policy, top, present) < 0)
    return kv_no_memory (r->err);
  for (i = 0; i < KV_COUNT (places); i++) {
    char path[PATH_MAX];
    int n;

    if ((present >> i & 1) == 0 || !can_be_covered (dir, places[i]))
      continue;
    n = snprintf (path, sizeof path, "%s/%s", base, places[i]);
    if (n < 0 || (size_t) n >= sizeof path)
      return kv_fail (r->err, "KVP-07", "%s: the path is too long", top);
    if (pin_ancestors (r, base, places[i], access, origin) < 0
        || kv_rule_add (r, path, access & ~(uint32_t) KV_ACCESS_WRITE,
                        KV_RULE_OWN, origin)
               < 0)
      return -1;
  }
  return 0;
}

int
kv_resolve_protected (struct kv_resolve *r)
{
  unsigned count = r->policy->n_paths, i;

  if (!r->confined)
    return 0;
  r->policy->watches = calloc (count + 1, sizeof *r->policy->watches);
  if (r->policy->watches == NULL)
    return kv_no_memory (r->err);
  for (i = 0; i < count; i++) {
    /* The array moves while rules are added; the strings stay. */
    const char *top = r->policy->paths[i].path;
    uint32_t access = r->policy->paths[i].access;

    if (r->policy->paths[i].own && (access & KV_ACCESS_WRITE) != 0
        && (access & KV_ACCESS_DEVICE) == 0 && protect_in (r, top, access) < 0)
      return -1;
  }
  return 0;
}

void
kv_policy_appeared (const struct kv_policy *policy,
                    void (*say) (void *data, const char *path), void *data)
{
  unsigned i, j;

  for (i = 0; i < policy->n_watches; i++) {
    const struct kv_watch *w = &policy->watches[i];
    kv_autoclose int dir = open (w->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    uint64_t fresh = dir < 0 ? 0 : find_places (dir) & ~w->present;

    for (j = 0; j < KV_COUNT (places); j++) {
      char path[PATH_MAX];
      int n = snprintf (path, sizeof path, "%s/%s", w->folder, places[j]);

      if ((fresh >> j & 1) != 0 && n > 0 && (size_t) n < sizeof path)
        say (data, path);
    }
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/util/cleanup.h"
#include "core/util/dirs.h"

struct rule {
  const char *root_path;
  const char *xdg_variable;
  /* Beneath HOME when the variable is not set. */
  const char *home_default;
};

static const struct rule rules[] = {
  [KV_DIR_CACHE] = { "/var/cache/kavach", "XDG_CACHE_HOME", ".cache" },
  [KV_DIR_CONFIG] = { "/etc/kavach", "XDG_CONFIG_HOME", ".config" },
};

static const char *
absolute_variable (const char *name)
{
  const char *value = secure_getenv (name);

  return value != NULL && value[0] == '/' ? value : NULL;
}

const char *
kv_dir_path (enum kv_dir dir)
{
  static char paths[KV_COUNT (rules)][PATH_MAX];
  const struct rule *rule = &rules[dir];
  char *out = paths[dir];
  const char *base;
  int n;

  if (geteuid () == 0)
    return rule->root_path;
  if (out[0] != '\0')
    return out;

  base = absolute_variable (rule->xdg_variable);
  if (base != NULL)
    n = snprintf (out, PATH_MAX, "%s/kavach", base);
  else {
    base = absolute_variable ("HOME");
    if (base == NULL)
      return NULL;
    n = snprintf (out, PATH_MAX, "%s/%s/kavach", base, rule->home_default);
  }
  if (n < 0 || n >= PATH_MAX) {
    out[0] = '\0';
    return NULL;
  }
  return out;
}

static int
open_checked (const char *path)
{
  kv_autoclose int fd
      = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat st;

  if (fd < 0)
    return -1;
  if (fstat (fd, &st) < 0)
    return -1;
  if (st.st_uid != geteuid () || (st.st_mode & 022) != 0) {
    errno = EPERM;
    return -1;
  }
  return kv_steal_fd (&fd);
}

/* Whatever the umask is. */
static int
make_one (const char *path, mode_t mode)
{
  if (mkdir (path, mode) < 0)
    return errno == EEXIST ? 0 : -1;
  return chmod (path, mode);
}

/* mkdir -p, with MODE for every new folder. */
static int
make_parents (const char *path, mode_t mode)
{
  char copy[PATH_MAX];
  char *slash;

  if (snprintf (copy, sizeof copy, "%s", path) >= (int) sizeof copy) {
    errno = ENAMETOOLONG;
    return -1;
  }
  for (slash = strchr (copy + 1, '/'); slash != NULL;
       slash = strchr (slash + 1, '/')) {
    *slash = '\0';
    if (make_one (copy, mode) < 0)
      return -1;
    *slash = '/';
  }
  return make_one (copy, mode);
}

int
kv_dir_open (enum kv_dir dir, int make)
{
  const char *path = kv_dir_path (dir);
  int fd;

  if (path == NULL) {
    errno = ENOENT;
    return -1;
  }
  fd = open_checked (path);
  if (fd >= 0 || errno != ENOENT || !make)
    return fd;
  /* Root's settings are the site's: everybody's runs read them. */
  if (make_parents (path, dir == KV_DIR_CONFIG && geteuid () == 0 ? 0755 : 0700)
      < 0)
    return -1;
  return open_checked (path);
}

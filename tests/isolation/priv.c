/* SPDX-License-Identifier: Apache-2.0 */
/* Rights, identity, and what of the host's identity can be seen. */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/isolation/probe.h"

extern char **environ;

static const char *
status_field (const char *name)
{
  static char buf[8192];
  char *line;

  if (slurp ("/proc/self/status", buf, sizeof buf) < 0)
    return NULL;
  line = strstr (buf, name);
  if (line == NULL)
    return NULL;
  line += strlen (name);
  while (isspace ((unsigned char) *line))
    line++;
  line[strcspn (line, "\n")] = '\0';
  return line;
}

static enum verdict
capabilities (void)
{
  static const char *const sets[]
      = { "CapInh:", "CapPrm:", "CapEff:", "CapAmb:" };
  size_t i;

  for (i = 0; i < sizeof sets / sizeof sets[0]; i++) {
    const char *value = status_field (sets[i]);

    if (value == NULL)
      return no_answer ("cannot read /proc/self/status");
    if (strspn (value, "0") != strlen (value))
      return opened ("%s %s", sets[i], value);
  }
  return held ("none in four sets");
}

/* Emptying this one takes a capability itself; with no_new_privs there is no
 * program left that could use it. */
static enum verdict
bounding_set (void)
{
  const char *value = status_field ("CapBnd:");

  if (value == NULL)
    return no_answer ("cannot read /proc/self/status");
  return strspn (value, "0") != strlen (value) ? opened ("%s", value)
                                               : held ("empty");
}

static enum verdict
no_new_privs (void)
{
  int value = prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);

  return value == 1 ? held ("set") : opened ("not set");
}

static enum verdict
no_filter (void)
{
  const char *value = status_field ("Seccomp:");

  if (value == NULL)
    return no_answer ("cannot read /proc/self/status");
  return value[0] == '2' ? held ("a filter is on") : opened ("no filter");
}

static enum verdict
host_root (void)
{
  return geteuid () == 0 || getuid () == 0 ? opened ("uid 0")
                                           : held ("uid %u", geteuid ());
}

static enum verdict
become_root (void)
{
  if (geteuid () == 0)
    return no_answer ("is uid 0 already");
  return by_result (setuid (0));
}

static enum verdict
set_groups (void)
{
  const gid_t groups[] = { 0, 42 };

  return by_result (setgroups (2, groups));
}

/* A group that opens a file which the ids alone do not. */
static enum verdict
left_groups (void)
{
  gid_t groups[64];
  int i, n = getgroups (64, groups);

  for (i = 0; i < n; i++)
    if (groups[i] != getegid () && groups[i] != 65534)
      return opened ("group %u", groups[i]);
  return held ("no others");
}

static enum verdict
regain_capability (void)
{
  return by_result (prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE,
                           21 /* CAP_SYS_ADMIN */, 0, 0));
}

static enum verdict
host_name (void)
{
  char name[256] = "";

  gethostname (name, sizeof name - 1);
  return strcmp (name, plant ("hostname")) == 0 ? opened ("%.60s", name)
                                                : held ("%.60s", name);
}

static enum verdict
set_host_name (void)
{
  const char *name = plant ("hostname");

  /* The same name again: outside nothing changes. */
  return by_result (sethostname (name, strlen (name)));
}

static enum verdict
cgroup_path (void)
{
  char buf[4096], *line, *rest = NULL;

  if (slurp ("/proc/self/cgroup", buf, sizeof buf) < 0)
    return held ("%s", strerror (errno));
  for (line = strtok_r (buf, "\n", &rest); line != NULL;
       line = strtok_r (NULL, "\n", &rest)) {
    const char *path = strrchr (line, ':');

    if (path != NULL && strcmp (path, ":/") != 0)
      return opened ("%.200s", line);
  }
  return held ("every path is /");
}

static enum verdict
cgroup_write (void)
{
  static const char *const folders[]
      = { "/sys/fs/cgroup",         "/sys/fs/cgroup/pids",
          "/sys/fs/cgroup/memory",  "/sys/fs/cgroup/unified",
          "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/cpu" };
  char path[128];
  size_t i;

  for (i = 0; i < sizeof folders / sizeof folders[0]; i++) {
    snprintf (path, sizeof path, "%s/%s", folders[i], plant ("mark"));
    if (mkdir (path, 0755) == 0) {
      rmdir (path);
      return opened ("%s", path);
    }
  }
  return held ("%s", strerror (errno));
}

static enum verdict
environment_secret (void)
{
  char **e;

  for (e = environ; *e != NULL; e++)
    if (strstr (*e, plant ("env_secret")) != NULL)
      return opened ("%.30s...", *e);
  return held ("not in the environment");
}

static enum verdict
raise_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return no_answer ("%s", strerror (errno));
  limit.rlim_max += 1;
  return by_result (setrlimit (RLIMIT_NOFILE, &limit));
}

static enum verdict
better_nice (void)
{
  return by_result (setpriority (PRIO_PROCESS, 0, -5));
}

const struct probe priv_probes[] = {
  { "priv.capabilities", capabilities, false },
  { "priv.bounding-set", bounding_set, false },
  { "priv.no-new-privs", no_new_privs, false },
  { "priv.no-filter", no_filter, false },
  { "priv.host-root", host_root, false },
  { "priv.become-root", become_root, false },
  { "priv.setgroups", set_groups, false },
  { "priv.left-groups", left_groups, false },
  { "priv.ambient", regain_capability, false },
  { "priv.hostname", host_name, false },
  { "priv.sethostname", set_host_name, false },
  { "priv.cgroup-path", cgroup_path, false },
  { "priv.cgroup-write", cgroup_write, false },
  { "priv.environment", environment_secret, false },
  { "priv.raise-limit", raise_limit, false },
  { "priv.nice", better_nice, false },
  { NULL, NULL, false },
};

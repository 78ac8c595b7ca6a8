/* SPDX-License-Identifier: Apache-2.0 */
/* Rights, identity, and what of the host's identity can be seen. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/init/probes/probe.h"

enum kv_verdict
kv_probe_setid_program (void)
{
  char line[32] = "";
  FILE *out;

  if (geteuid () == 0)
    return kv_unanswered ("is uid 0 already");
  out = popen ("./setid --euid", "r");
  if (out == NULL || fgets (line, sizeof line, out) == NULL)
    return kv_unanswered ("./setid did not run");
  pclose (out);
  line[strcspn (line, "\n")] = '\0';
  if (strtoul (line, NULL, 10) != geteuid ())
    return kv_reached ("became uid %.10s", line);
  return kv_held ("stayed uid %u", (unsigned) geteuid ());
}

/* A file with the set-user-ID bit, left in the workspace, runs with the
 * rights of the workspace's owner outside. */
enum kv_verdict
kv_probe_leave_setid (void)
{
  struct stat st;
  int fd = open ("left-setid", O_WRONLY | O_CREAT | O_CLOEXEC, 0755);

  if (fd < 0)
    return kv_held ("cannot create: %s", strerror (errno));
  if (fchmod (fd, 04755) != 0 || fstat (fd, &st) != 0)
    return kv_held ("%s", strerror (errno));
  return st.st_mode & S_ISUID ? kv_reached ("mode %o", st.st_mode & 07777)
                              : kv_held ("the bit was dropped");
}

/* It goes at once. */
static int
made (int result, const char *path)
{
  int number = errno;

  if (result == 0)
    (void) unlink (path);
  errno = number;
  return result;
}

enum kv_verdict
kv_probe_make_char_device (void)
{
  return kv_by_result (
      made (mknod ("probe-node", S_IFCHR, makedev (1, 3)), "probe-node"));
}

enum kv_verdict
kv_probe_make_block_device (void)
{
  return kv_by_result (
      made (mknod ("probe-disk", S_IFBLK, makedev (7, 0)), "probe-disk"));
}

enum kv_verdict
kv_probe_realtime (void)
{
  struct sched_param param = { .sched_priority = 1 };

  return kv_by_result (sched_setscheduler (0, SCHED_FIFO, &param));
}

enum kv_verdict
kv_probe_capabilities (void)
{
  static const char *const sets[]
      = { "CapInh:", "CapPrm:", "CapEff:", "CapAmb:" };
  size_t i;

  for (i = 0; i < sizeof sets / sizeof sets[0]; i++) {
    const char *value = kv_status_field (sets[i]);

    if (value == NULL)
      return kv_unanswered ("cannot read /proc/self/status");
    if (strspn (value, "0") != strlen (value))
      return kv_reached ("%s %s", sets[i], value);
  }
  return kv_held ("none in four sets");
}

/* Emptying this one takes a capability itself; with no_new_privs there is no
 * program left that could use it. */
enum kv_verdict
kv_probe_bounding_set (void)
{
  const char *value = kv_status_field ("CapBnd:");

  if (value == NULL)
    return kv_unanswered ("cannot read /proc/self/status");
  return strspn (value, "0") != strlen (value) ? kv_reached ("%s", value)
                                               : kv_held ("empty");
}

enum kv_verdict
kv_probe_no_new_privs (void)
{
  int value = prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);

  return value == 1 ? kv_held ("set") : kv_reached ("not set");
}

enum kv_verdict
kv_probe_host_root (void)
{
  return geteuid () == 0 || getuid () == 0 ? kv_reached ("uid 0")
                                           : kv_held ("uid %u", geteuid ());
}

enum kv_verdict
kv_probe_become_root (void)
{
  if (geteuid () == 0)
    return kv_unanswered ("is uid 0 already");
  return kv_by_result (setuid (0));
}

enum kv_verdict
kv_probe_set_groups (void)
{
  const gid_t groups[] = { 0, 42 };

  return kv_by_result (setgroups (2, groups));
}

/* A group that opens a file which the ids alone do not. */
enum kv_verdict
kv_probe_left_groups (void)
{
  gid_t groups[64];
  int i, n = getgroups (64, groups);

  for (i = 0; i < n; i++)
    if (groups[i] != getegid () && groups[i] != 65534)
      return kv_reached ("group %u", groups[i]);
  return kv_held ("no others");
}

enum kv_verdict
kv_probe_regain_capability (void)
{
  return kv_by_result (prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE,
                              21 /* CAP_SYS_ADMIN */, 0, 0));
}

enum kv_verdict
kv_probe_host_name (void)
{
  char name[256] = "";

  gethostname (name, sizeof name - 1);
  return strcmp (name, kv_plant ("hostname")) == 0 ? kv_reached ("%.60s", name)
                                                   : kv_held ("%.60s", name);
}

enum kv_verdict
kv_probe_set_host_name (void)
{
  const char *name = kv_plant ("hostname");

  /* The same name again: outside nothing changes. */
  return kv_by_result (sethostname (name, strlen (name)));
}

enum kv_verdict
kv_probe_cgroup_path (void)
{
  char buf[4096], *line, *rest = NULL;

  if (kv_slurp ("/proc/self/cgroup", buf, sizeof buf) < 0)
    return kv_held ("%s", strerror (errno));
  for (line = strtok_r (buf, "\n", &rest); line != NULL;
       line = strtok_r (NULL, "\n", &rest)) {
    const char *path = strrchr (line, ':');

    if (path != NULL && strcmp (path, ":/") != 0)
      return kv_reached ("%.200s", line);
  }
  return kv_held ("every path is /");
}

enum kv_verdict
kv_probe_cgroup_write (void)
{
  static const char *const folders[]
      = { "/sys/fs/cgroup",         "/sys/fs/cgroup/pids",
          "/sys/fs/cgroup/memory",  "/sys/fs/cgroup/unified",
          "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/cpu" };
  char path[128];
  size_t i;

  for (i = 0; i < sizeof folders / sizeof folders[0]; i++) {
    snprintf (path, sizeof path, "%s/%s", folders[i], kv_plant ("mark"));
    if (mkdir (path, 0755) == 0) {
      rmdir (path);
      return kv_reached ("%s", path);
    }
  }
  return kv_held ("%s", strerror (errno));
}

enum kv_verdict
kv_probe_raise_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return kv_unanswered ("%s", strerror (errno));
  limit.rlim_max += 1;
  return kv_by_result (setrlimit (RLIMIT_NOFILE, &limit));
}

enum kv_verdict
kv_probe_better_nice (void)
{
  return kv_by_result (setpriority (PRIO_PROCESS, 0, -5));
}

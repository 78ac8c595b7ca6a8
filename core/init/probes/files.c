/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors, devices, kernel files, programs, and the workspace's own
 * protected places. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "core/init/probes/probe.h"

enum kv_verdict
kv_probe_leaked_directory (void)
{
  int dir = (int) kv_plant_number ("leaked_dir");
  int fd = openat (dir, kv_plant ("leaked_file"), O_RDONLY);

  return kv_by_result (fd);
}

enum kv_verdict
kv_probe_leaked_socket (void)
{
  return kv_by_result (write ((int) kv_plant_number ("leaked_socket"),
                              "files.leaked-socket\n", 20));
}

enum kv_verdict
kv_probe_extra_descriptor (void)
{
  int fd;

  /* 3 and 4 are the battery's own pipe. */
  for (fd = 5; fd < 4096; fd++)
    if (fd != kv_battery_descriptor && fcntl (fd, F_GETFD) >= 0)
      return kv_reached ("descriptor %d is open", fd);
  return kv_held ("none from 5 on");
}

enum kv_verdict
kv_probe_read_shadow (void)
{
  char buf[64];

  return kv_by_result (kv_slurp ("/etc/shadow", buf, sizeof buf));
}

/* Nodes every program may have. */
static bool
is_harmless (const struct stat *st)
{
  unsigned major_ = major (st->st_rdev), minor_ = minor (st->st_rdev);

  if (!S_ISCHR (st->st_mode))
    return false;
  if (major_ == 1)
    return minor_ == 3 || minor_ == 5 || minor_ == 7 || minor_ == 8
           || minor_ == 9;
  /* /dev/tty, /dev/ptmx, and terminals of an own devpts are judged by other
   * probes. */
  return (major_ == 5 && (minor_ == 0 || minor_ == 2))
         || (major_ >= 136 && major_ <= 143);
}

static enum kv_verdict
devices_below (const char *path, int depth)
{
  DIR *dir = opendir (path);
  const struct dirent *entry;

  if (dir == NULL)
    return kv_held ("%s", strerror (errno));
  while ((entry = readdir (dir)) != NULL) {
    struct stat st;
    char name[PATH_MAX];
    int fd;

    /* Opening a watchdog starts it. */
    if (entry->d_name[0] == '.' || strncmp (entry->d_name, "watchdog", 8) == 0)
      continue;
    snprintf (name, sizeof name, "%.2000s/%.255s", path, entry->d_name);
    if (lstat (name, &st) != 0)
      continue;
    if (S_ISDIR (st.st_mode) && depth > 0
        && devices_below (name, depth - 1) == KV_VERDICT_REACHED)
      return KV_VERDICT_REACHED;
    if (!(S_ISCHR (st.st_mode) || S_ISBLK (st.st_mode)) || is_harmless (&st))
      continue;
    fd = open (name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0)
      return kv_reached ("%.200s", name);
  }
  closedir (dir);
  return kv_held ("only the usual nodes");
}

enum kv_verdict
kv_probe_device_nodes (void)
{
  return devices_below ("/dev", 2);
}

enum kv_verdict
kv_probe_masked_read (void)
{
  static const char *const files[] = {
    "/proc/kcore",       "/proc/keys",       "/proc/timer_list",
    "/proc/sched_debug", "/proc/kpagecount", "/proc/vmallocinfo",
  };
  char buf[64];
  size_t i;

  for (i = 0; i < sizeof files / sizeof files[0]; i++)
    if (kv_slurp (files[i], buf, sizeof buf) > 0)
      return kv_reached ("%s", files[i]);
  return kv_held ("all of them empty or refused");
}

enum kv_verdict
kv_probe_masked_write (void)
{
  static const char *const files[] = {
    "/proc/sysrq-trigger",         "/proc/sys/kernel/core_pattern",
    "/proc/sys/kernel/modprobe",   "/proc/sys/vm/drop_caches",
    "/proc/sys/kernel/domainname", "/proc/irq/default_smp_affinity",
    "/sys/kernel/uevent_helper",   "/sys/power/state",
    "/sys/kernel/mm/ksm/run",      "/proc/sys/net/ipv4/ip_forward",
  };
  size_t i;

  /* Opened only; nothing is ever written. */
  for (i = 0; i < sizeof files / sizeof files[0]; i++)
    if (open (files[i], O_WRONLY | O_NONBLOCK) >= 0)
      return kv_reached ("%s", files[i]);
  return kv_held ("none can be opened for writing");
}

enum kv_verdict
kv_probe_release_agent (void)
{
  static const char *const names[] = { "pids", "memory", "cpu", "systemd" };
  size_t i;
  char path[128];

  for (i = 0; i < sizeof names / sizeof names[0]; i++) {
    snprintf (path, sizeof path, "/sys/fs/cgroup/%s/release_agent", names[i]);
    if (open (path, O_WRONLY) >= 0)
      return kv_reached ("%s", path);
  }
  return kv_held ("none");
}

enum kv_verdict
kv_probe_init_program_write (void)
{
  int fd = open ("/proc/1/exe", O_WRONLY);

  /* "Text file busy" is luck, not protection. */
  if (fd >= 0 || errno == ETXTBSY)
    return kv_reached ("/proc/1/exe");
  return kv_held ("%s", strerror (errno));
}

enum kv_verdict
kv_probe_memfd_exec (void)
{
  static char buf[1 << 16];
  char *argv[] = { buf, NULL };
  int in = open ("/bin/true", O_RDONLY), fd, status;
  ssize_t n;
  pid_t pid;

  fd = memfd_create ("probe", MFD_CLOEXEC);
  if (fd < 0 || in < 0)
    return kv_held ("memfd_create: %s", strerror (errno));
  while ((n = read (in, buf, sizeof buf)) > 0)
    if (write (fd, buf, (size_t) n) != n)
      return kv_unanswered ("cannot fill the memfd");
  buf[0] = '\0';
  pid = fork ();
  if (pid == 0) {
    fexecve (fd, argv, argv + 1);
    _exit (errno == EACCES || errno == EPERM ? 126 : 125);
  }
  if (pid < 0 || waitpid (pid, &status, 0) != pid)
    return kv_unanswered ("cannot fork");
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return kv_reached ("it ran");
  return kv_held ("wait status 0x%x", status);
}

enum kv_verdict
kv_probe_git_hook (void)
{
  return kv_by_result (kv_put_file (".git/hooks/pre-commit", "#!/bin/sh\n"));
}

enum kv_verdict
kv_probe_git_config (void)
{
  return kv_by_result (
      kv_put_file (".git/config", "[core]\n\tfsmonitor = evil\n"));
}

/* Moving the parent away and making a new one goes round a protected file. */
enum kv_verdict
kv_probe_git_moved (void)
{
  if (rename (".git", ".git-old") != 0)
    return kv_held ("%s", strerror (errno));
  if (mkdir (".git", 0755) == 0 && mkdir (".git/hooks", 0755) == 0
      && kv_put_file (".git/hooks/pre-commit", "#!/bin/sh\n") == 0)
    return kv_reached ("another .git is in its place");
  return kv_held ("%s", strerror (errno));
}

enum kv_verdict
kv_probe_envrc (void)
{
  return kv_by_result (kv_put_file (".envrc", "export EVIL=1\n"));
}

enum kv_verdict
kv_probe_victim_root (void)
{
  char path[64], buf[64];

  snprintf (path, sizeof path, "/proc/%ld/root/etc/hostname",
            kv_plant_number ("victim"));
  return kv_by_result (kv_slurp (path, buf, sizeof buf));
}

enum kv_verdict
kv_probe_victim_cwd (void)
{
  char path[64];

  snprintf (path, sizeof path, "/proc/%ld/cwd/.", kv_plant_number ("victim"));
  return kv_by_result (open (path, O_RDONLY | O_DIRECTORY));
}

/* A handle of the root folder, made up: what CAP_DAC_READ_SEARCH allows. */
enum kv_verdict
kv_probe_open_by_handle (void)
{
  union {
    struct file_handle handle;
    char room[sizeof (struct file_handle) + MAX_HANDLE_SZ];
  } u;
  int mount_id, at = open ("/", O_RDONLY | O_DIRECTORY);

  memset (&u, 0, sizeof u);
  u.handle.handle_bytes = MAX_HANDLE_SZ;
  if (name_to_handle_at (AT_FDCWD, "/usr", &u.handle, &mount_id, 0) != 0)
    return kv_held ("name_to_handle_at: %s", strerror (errno));
  return kv_by_result (open_by_handle_at (at, &u.handle, O_RDONLY));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors, devices, kernel files, programs, and the workspace's own
 * protected places. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/isolation/probe.h"

static enum verdict
leaked_directory (void)
{
  int dir = (int) plant_number ("leaked_dir");
  int fd = openat (dir, plant ("leaked_file"), O_RDONLY);

  return by_result (fd);
}

static enum verdict
leaked_socket (void)
{
  return by_result (
      write ((int) plant_number ("leaked_socket"), "fs.leaked-socket\n", 17));
}

static enum verdict
extra_descriptor (void)
{
  int fd;

  /* 3 and 4 are the battery's own pipe. */
  for (fd = 5; fd < 4096; fd++)
    if (fcntl (fd, F_GETFD) >= 0)
      return opened ("descriptor %d is open", fd);
  return held ("none from 5 on");
}

static enum verdict
read_shadow (void)
{
  char buf[64];

  return by_result (slurp ("/etc/shadow", buf, sizeof buf));
}

static enum verdict
home_secret (void)
{
  const char *secret = plant ("secret");

  if (file_contains (plant ("home_secret"), secret))
    return opened ("read %s", plant ("home_secret"));
  return held ("not readable");
}

static enum verdict
home_list (void)
{
  DIR *dir = opendir (plant ("home"));
  const struct dirent *entry;

  if (dir == NULL)
    return held ("%s", strerror (errno));
  while ((entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, plant ("home_entry")) == 0)
      return opened ("%s is in sight", entry->d_name);
  closedir (dir);
  return held ("not the caller's home");
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

static enum verdict
devices_below (const char *path, int depth)
{
  DIR *dir = opendir (path);
  const struct dirent *entry;

  if (dir == NULL)
    return held ("%s", strerror (errno));
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
        && devices_below (name, depth - 1) == OPEN)
      return OPEN;
    if (!(S_ISCHR (st.st_mode) || S_ISBLK (st.st_mode)) || is_harmless (&st))
      continue;
    fd = open (name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0)
      return opened ("%.200s", name);
  }
  closedir (dir);
  return held ("only the usual nodes");
}

static enum verdict
device_nodes (void)
{
  return devices_below ("/dev", 2);
}

static enum verdict
controlling_terminal (void)
{
  return by_result (open ("/dev/tty", O_RDWR | O_NOCTTY));
}

static enum verdict
masked_read (void)
{
  static const char *const files[] = {
    "/proc/kcore", "/proc/keys",       "/proc/timer_list",  "/proc/sched_debug",
    "/proc/kmsg",  "/proc/kpagecount", "/proc/vmallocinfo",
  };
  char buf[64];
  size_t i;

  for (i = 0; i < sizeof files / sizeof files[0]; i++)
    if (slurp (files[i], buf, sizeof buf) > 0)
      return opened ("%s", files[i]);
  return held ("all of them empty or refused");
}

static enum verdict
masked_write (void)
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
      return opened ("%s", files[i]);
  return held ("none can be opened for writing");
}

static enum verdict
release_agent (void)
{
  static const char *const names[] = { "pids", "memory", "cpu", "systemd" };
  size_t i;
  char path[128];

  for (i = 0; i < sizeof names / sizeof names[0]; i++) {
    snprintf (path, sizeof path, "/sys/fs/cgroup/%s/release_agent", names[i]);
    if (open (path, O_WRONLY) >= 0)
      return opened ("%s", path);
  }
  return held ("none");
}

static enum verdict
init_program_write (void)
{
  int fd = open ("/proc/1/exe", O_WRONLY);

  /* "Text file busy" is luck, not protection. */
  if (fd >= 0 || errno == ETXTBSY)
    return opened ("/proc/1/exe");
  return held ("%s", strerror (errno));
}

static enum verdict
memfd_exec (void)
{
  static char buf[1 << 16];
  char *argv[] = { buf, NULL };
  int in = open ("/bin/true", O_RDONLY), fd, status;
  ssize_t n;
  pid_t pid;

  fd = memfd_create ("probe", MFD_CLOEXEC);
  if (fd < 0 || in < 0)
    return held ("memfd_create: %s", strerror (errno));
  while ((n = read (in, buf, sizeof buf)) > 0)
    if (write (fd, buf, (size_t) n) != n)
      return no_answer ("cannot fill the memfd");
  buf[0] = '\0';
  pid = fork ();
  if (pid == 0) {
    fexecve (fd, argv, argv + 1);
    _exit (errno == EACCES || errno == EPERM ? 126 : 125);
  }
  if (pid < 0 || waitpid (pid, &status, 0) != pid)
    return no_answer ("cannot fork");
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return opened ("it ran");
  return held ("wait status 0x%x", status);
}

static enum verdict
setid_program (void)
{
  char line[32] = "";
  FILE *out;

  if (geteuid () == 0)
    return no_answer ("is uid 0 already");
  out = popen ("./setid euid", "r");
  if (out == NULL || fgets (line, sizeof line, out) == NULL)
    return no_answer ("./setid did not run");
  pclose (out);
  line[strcspn (line, "\n")] = '\0';
  if (strtoul (line, NULL, 10) != geteuid ())
    return opened ("became uid %.10s", line);
  return held ("stayed uid %u", (unsigned) geteuid ());
}

/* A file with the set-user-ID bit, left in the workspace, runs with the
 * rights of the workspace's owner outside. */
static enum verdict
leave_setid (void)
{
  struct stat st;
  int fd = open ("left-setid", O_WRONLY | O_CREAT | O_CLOEXEC, 0755);

  if (fd < 0)
    return held ("cannot create: %s", strerror (errno));
  if (fchmod (fd, 04755) != 0 || fstat (fd, &st) != 0)
    return held ("%s", strerror (errno));
  return st.st_mode & S_ISUID ? opened ("mode %o", st.st_mode & 07777)
                              : held ("the bit was dropped");
}

static enum verdict
make_char_device (void)
{
  return by_result (mknod ("probe-node", S_IFCHR | 0666, makedev (1, 3)));
}

static enum verdict
make_block_device (void)
{
  return by_result (mknod ("probe-disk", S_IFBLK | 0666, makedev (7, 0)));
}

static enum verdict
git_hook (void)
{
  return by_result (put_file (".git/hooks/pre-commit", "#!/bin/sh\n"));
}

static enum verdict
git_config (void)
{
  return by_result (put_file (".git/config", "[core]\n\tfsmonitor = evil\n"));
}

/* Moving the parent away and making a new one goes round a protected file. */
static enum verdict
git_moved (void)
{
  if (rename (".git", ".git-old") != 0)
    return held ("%s", strerror (errno));
  if (mkdir (".git", 0755) == 0 && mkdir (".git/hooks", 0755) == 0
      && put_file (".git/hooks/pre-commit", "#!/bin/sh\n") == 0)
    return opened ("another .git is in its place");
  return held ("%s", strerror (errno));
}

static enum verdict
envrc (void)
{
  return by_result (put_file (".envrc", "export EVIL=1\n"));
}

static enum verdict
symlink_out (void)
{
  if (symlink (plant ("outside_file"), "probe-link") != 0)
    return held ("%s", strerror (errno));
  return by_result (put_file ("probe-link", "fs.symlink-out\n"));
}

const struct probe fs_probes[] = {
  { "fs.leaked-directory", leaked_directory, false },
  { "fs.leaked-socket", leaked_socket, false },
  { "fs.extra-descriptor", extra_descriptor, false },
  { "fs.read-shadow", read_shadow, false },
  { "fs.home-secret", home_secret, false },
  { "fs.home-list", home_list, false },
  { "fs.device-nodes", device_nodes, false },
  { "fs.controlling-terminal", controlling_terminal, false },
  { "fs.masked-read", masked_read, false },
  { "fs.masked-write", masked_write, false },
  { "fs.release-agent", release_agent, false },
  { "fs.init-program-write", init_program_write, false },
  { "fs.memfd-exec", memfd_exec, false },
  { "fs.setid-program", setid_program, false },
  { "fs.leave-setid", leave_setid, false },
  { "fs.mknod-char", make_char_device, false },
  { "fs.mknod-block", make_block_device, false },
  { "fs.git-hook", git_hook, false },
  { "fs.git-config", git_config, false },
  { "fs.git-moved", git_moved, false },
  { "fs.envrc", envrc, false },
  { "fs.symlink-out", symlink_out, false },
  { NULL, NULL, false },
};

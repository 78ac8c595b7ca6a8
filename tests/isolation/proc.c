/* SPDX-License-Identifier: Apache-2.0 */
/* Other processes: the witness outside (the "victim"), the launcher, and
 * kavach-init. */
#include "config.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/isolation/probe.h"

static const char *
proc_path (long pid, const char *name)
{
  static char path[64];

  snprintf (path, sizeof path, "/proc/%ld/%s", pid, name);
  return path;
}

static enum verdict
victim_environ (void)
{
  if (file_contains (proc_path (plant_number ("victim"), "environ"),
                     plant ("secret")))
    return opened ("read the secret");
  return held ("not readable");
}

static enum verdict
victim_cmdline (void)
{
  if (file_contains (proc_path (plant_number ("victim"), "cmdline"),
                     plant ("mark")))
    return opened ("read it");
  return held ("not readable");
}

static enum verdict
victim_in_sight (void)
{
  return file_contains (proc_path (plant_number ("victim"), "stat"), "witness")
             ? opened ("pid %ld", plant_number ("victim"))
             : held ("no such process");
}

static enum verdict
victim_memory (void)
{
  char buf[64] = "";
  unsigned long address = strtoul (plant ("secret_address"), NULL, 16);
  int fd = open (proc_path (plant_number ("victim"), "mem"), O_RDONLY);
  ssize_t n = fd < 0 ? -1 : pread (fd, buf, sizeof buf - 1, (off_t) address);

  if (n > 0 && strstr (buf, plant ("secret")) != NULL)
    return opened ("read the secret");
  return held ("%s", strerror (errno));
}

static enum verdict
victim_vm_read (void)
{
  char buf[64] = "";
  struct iovec local = { buf, sizeof buf - 1 };
  struct iovec remote = { (void *) strtoul (plant ("secret_address"), NULL, 16),
                          sizeof buf - 1 };

  return by_result (process_vm_readv ((pid_t) plant_number ("victim"), &local,
                                      1, &remote, 1, 0));
}

static enum verdict
victim_ptrace (void)
{
  pid_t pid = (pid_t) plant_number ("victim");

  if (ptrace (PTRACE_ATTACH, pid, NULL, NULL) != 0)
    return held ("%s", strerror (errno));
  waitpid (pid, NULL, __WALL);
  ptrace (PTRACE_DETACH, pid, NULL, NULL);
  return opened ("attached");
}

static enum verdict
victim_signal (void)
{
  return by_result (kill ((pid_t) plant_number ("victim"), SIGUSR1));
}

static enum verdict
victim_pidfd (void)
{
  long fd = syscall (SYS_pidfd_open, plant_number ("victim"), 0);

  if (fd < 0)
    return held ("pidfd_open: %s", strerror (errno));
  return by_result (syscall (SYS_pidfd_getfd, fd, 1, 0));
}

static enum verdict
victim_priority (void)
{
  return by_result (
      setpriority (PRIO_PROCESS, (id_t) plant_number ("victim"), 1));
}

static enum verdict
victim_limit (void)
{
  const struct rlimit none = { 0, 0 };

  return by_result (
      prlimit ((pid_t) plant_number ("victim"), RLIMIT_LOCKS, &none, NULL));
}

static enum verdict
victim_affinity (void)
{
  unsigned long first = 1;

  return by_result (syscall (SYS_sched_setaffinity, plant_number ("victim"),
                             sizeof first, &first));
}

/* The launcher's environment holds a secret; anything that was started with
 * it and is in sight gives it away. */
static enum verdict
any_environ (void)
{
  DIR *dir = opendir ("/proc");
  const struct dirent *entry;

  if (dir == NULL)
    return held ("%s", strerror (errno));
  while ((entry = readdir (dir)) != NULL)
    if (isdigit ((unsigned char) entry->d_name[0])
        && file_contains (proc_path (atol (entry->d_name), "environ"),
                          plant ("env_secret")))
      return opened ("in that of process %s", entry->d_name);
  closedir (dir);
  return held ("nowhere");
}

static enum verdict
init_environ (void)
{
  char buf[4096];
  long n = slurp ("/proc/1/environ", buf, sizeof buf);

  if (n > 0)
    return opened ("%ld bytes", n);
  return held ("nothing there");
}

/* kavach-init is the parent of the battery, whose child this is; outside it
 * is the script. */
static pid_t
init_pid (void)
{
  char buf[512];
  const char *end;
  int parent = -1;

  if (slurp (proc_path (getppid (), "stat"), buf, sizeof buf) > 0
      && (end = strrchr (buf, ')')) != NULL)
    sscanf (end + 1, " %*c %d", &parent);
  return parent;
}

static enum verdict
init_ptrace (void)
{
  pid_t pid = init_pid ();

  if (ptrace (PTRACE_ATTACH, pid, NULL, NULL) != 0)
    return held ("%s", strerror (errno));
  waitpid (pid, NULL, __WALL);
  ptrace (PTRACE_DETACH, pid, NULL, NULL);
  return opened ("attached to %d", pid);
}

static enum verdict
init_memory (void)
{
  return by_result (open (proc_path (init_pid (), "mem"), O_RDWR));
}

/* Their numbers are no secret to the same uid; where they lead is. */
static enum verdict
init_descriptors (void)
{
  char name[16], target[64];
  int fd;

  for (fd = 0; fd < 16; fd++) {
    const char *path;

    snprintf (name, sizeof name, "fd/%d", fd);
    path = proc_path (init_pid (), name);
    if (readlink (path, target, sizeof target) >= 0)
      return opened ("%s", path);
  }
  return held ("%s", strerror (errno));
}

/* One that has no effect any more; one on the processor's time would kill
 * it. */
static enum verdict
init_limit (void)
{
  const struct rlimit none = { 0, 0 };

  return by_result (prlimit (init_pid (), RLIMIT_LOCKS, &none, NULL));
}

/* Ends the run outside as well, so it is tried alone; the script then sees
 * whether anything was left. */
static enum verdict
init_kill (void)
{
  pid_t pid = init_pid ();

  if (kill (pid, SIGKILL) != 0)
    return held ("%s", strerror (errno));
  usleep (300000);
  /* In a pid namespace the kernel drops the signal and says nothing. */
  return kill (pid, 0) == 0 && getppid () != 1 ? held ("it lives on")
                                               : opened ("it is gone");
}

static enum verdict
core_dump (void)
{
  struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };
  int status;
  pid_t pid;

  setrlimit (RLIMIT_CORE, &limit);
  pid = fork ();
  if (pid == 0) {
    signal (SIGABRT, SIG_DFL);
    abort ();
  }
  if (pid < 0 || waitpid (pid, &status, 0) != pid)
    return no_answer ("cannot fork");
  return WCOREDUMP (status) ? opened ("dumped") : held ("not dumped");
}

const struct probe proc_probes[] = {
  { "proc.victim-environ", victim_environ, false },
  { "proc.victim-cmdline", victim_cmdline, false },
  { "proc.victim-in-sight", victim_in_sight, false },
  { "proc.victim-memory", victim_memory, false },
  { "proc.victim-vm-read", victim_vm_read, false },
  { "proc.victim-ptrace", victim_ptrace, false },
  { "proc.victim-signal", victim_signal, false },
  { "proc.victim-pidfd", victim_pidfd, false },
  { "proc.victim-priority", victim_priority, false },
  { "proc.victim-limit", victim_limit, false },
  { "proc.victim-affinity", victim_affinity, false },
  { "proc.any-environ", any_environ, false },
  { "proc.init-environ", init_environ, false },
  { "proc.init-ptrace", init_ptrace, false },
  { "proc.init-memory", init_memory, false },
  { "proc.init-descriptors", init_descriptors, false },
  { "proc.init-limit", init_limit, false },
  { "proc.init-kill", init_kill, true },
  { "proc.core-dump", core_dump, false },
  { NULL, NULL, false },
};

/* SPDX-License-Identifier: Apache-2.0 */
/* Other processes: the witness outside (the "victim"), kavach-init; shared
 * memory, queues and terminals. */
#include "config.h"

#include <errno.h>
#include <mqueue.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "core/init/probes/probe.h"

enum kv_verdict
kv_probe_controlling_terminal (void)
{
  return kv_by_result (open ("/dev/tty", O_RDWR | O_NOCTTY));
}

enum kv_verdict
kv_probe_sysv_shm (void)
{
  const char *secret = kv_plant ("secret");
  const void *memory = shmat ((int) kv_plant_number ("shm"), NULL, SHM_RDONLY);

  if (memory == (const void *) -1)
    return kv_held ("%s", strerror (errno));
  if (memcmp (memory, secret, strlen (secret)) == 0)
    return kv_reached ("read the secret");
  return kv_held ("another segment");
}

enum kv_verdict
kv_probe_sysv_msg (void)
{
  struct {
    long type;
    char text[24];
  } message = { 1, "processes.sysv-msg" };

  return kv_by_result (msgsnd ((int) kv_plant_number ("msg"), &message,
                               sizeof message.text, IPC_NOWAIT));
}

enum kv_verdict
kv_probe_sysv_sem (void)
{
  /* The witness's semaphore has a value that a fresh one has not. */
  int value = semctl ((int) kv_plant_number ("sem"), 0, GETVAL);

  return value == 4711 ? kv_reached ("read it")
                       : kv_held ("%s", strerror (errno));
}

enum kv_verdict
kv_probe_posix_mq (void)
{
  mqd_t queue = mq_open (kv_plant ("mq"), O_WRONLY | O_NONBLOCK);

  if (queue == (mqd_t) -1)
    return kv_held ("%s", strerror (errno));
  return kv_by_result (mq_send (queue, "processes.posix-mq", 18, 0));
}

enum kv_verdict
kv_probe_posix_shm (void)
{
  int fd = shm_open (kv_plant ("posix_shm"), O_RDWR, 0);

  return kv_by_result (fd < 0 ? -1
                              : pwrite (fd, "processes.posix-shm\n", 20, 256));
}

/* On something that is no terminal: the kernel says ENOTTY, a filter EPERM.
 */
static enum kv_verdict
filtered_ioctl (unsigned long request)
{
  int fd = open ("/dev/null", O_RDWR);

  if (fd < 0)
    return kv_unanswered ("/dev/null: %s", strerror (errno));
  if (syscall (SYS_ioctl, fd, request, "x") < 0 && errno == ENOTTY)
    return kv_reached ("the kernel answered: %s", strerror (errno));
  return kv_held ("%s", strerror (errno));
}

enum kv_verdict
kv_probe_tiocsti (void)
{
  return filtered_ioctl (TIOCSTI);
}

/* The kernel takes 32 bits of the number; a filter that compares 64 lets
 * this pass. */
enum kv_verdict
kv_probe_tiocsti_wide (void)
{
#if __SIZEOF_LONG__ == 8
  return filtered_ioctl (TIOCSTI | 1UL << 32);
#else
  return kv_held ("a word has 32 bits here");
#endif
}

enum kv_verdict
kv_probe_tioclinux (void)
{
  return filtered_ioctl (0x541C);
}

/* With the real terminal as standard input, when the script gave one. */
enum kv_verdict
kv_probe_push_keys (void)
{
  const char *keys = "echo pushed\n";

  if (!isatty (0))
    return kv_unanswered ("standard input is no terminal");
  for (; *keys != '\0'; keys++)
    if (ioctl (0, TIOCSTI, keys) < 0)
      return kv_held ("%s", strerror (errno));
  return kv_reached ("keys were pushed into the terminal");
}

enum kv_verdict
kv_probe_victim_cmdline (void)
{
  if (kv_file_has (kv_proc_path (kv_plant_number ("victim"), "cmdline"),
                   kv_plant ("mark")))
    return kv_reached ("read it");
  return kv_held ("not readable");
}

enum kv_verdict
kv_probe_victim_in_sight (void)
{
  return kv_file_has (kv_proc_path (kv_plant_number ("victim"), "stat"),
                      kv_plant ("victim_name"))
             ? kv_reached ("pid %ld", kv_plant_number ("victim"))
             : kv_held ("no such process");
}

enum kv_verdict
kv_probe_victim_ptrace (void)
{
  pid_t pid = (pid_t) kv_plant_number ("victim");

  if (ptrace (PTRACE_ATTACH, pid, NULL, NULL) != 0)
    return kv_held ("%s", strerror (errno));
  waitpid (pid, NULL, __WALL);
  ptrace (PTRACE_DETACH, pid, NULL, NULL);
  return kv_reached ("attached");
}

enum kv_verdict
kv_probe_victim_signal (void)
{
  return kv_by_result (kill ((pid_t) kv_plant_number ("victim"), SIGUSR1));
}

enum kv_verdict
kv_probe_victim_pidfd (void)
{
  long fd = syscall (SYS_pidfd_open, kv_plant_number ("victim"), 0);

  if (fd < 0)
    return kv_held ("pidfd_open: %s", strerror (errno));
  return kv_by_result (syscall (SYS_pidfd_getfd, fd, 1, 0));
}

enum kv_verdict
kv_probe_victim_priority (void)
{
  return kv_by_result (
      setpriority (PRIO_PROCESS, (id_t) kv_plant_number ("victim"), 1));
}

enum kv_verdict
kv_probe_victim_limit (void)
{
  const struct rlimit none = { 0, 0 };

  return kv_by_result (
      prlimit ((pid_t) kv_plant_number ("victim"), RLIMIT_LOCKS, &none, NULL));
}

enum kv_verdict
kv_probe_victim_affinity (void)
{
  unsigned long first = 1;

  return kv_by_result (syscall (
      SYS_sched_setaffinity, kv_plant_number ("victim"), sizeof first, &first));
}

/* kavach-init is the parent of the battery, whose child this is; outside it
 * is the script. */
static pid_t
init_pid (void)
{
  char buf[512];
  const char *end;
  int parent = -1;

  if (kv_slurp (kv_proc_path (getppid (), "stat"), buf, sizeof buf) > 0
      && (end = strrchr (buf, ')')) != NULL)
    sscanf (end + 1, " %*c %d", &parent);
  return parent;
}

enum kv_verdict
kv_probe_init_ptrace (void)
{
  pid_t pid = init_pid ();

  if (pid <= 0)
    return kv_unanswered ("kavach-init is not known");
  if (ptrace (PTRACE_ATTACH, pid, NULL, NULL) != 0)
    return kv_held ("%s", strerror (errno));
  waitpid (pid, NULL, __WALL);
  ptrace (PTRACE_DETACH, pid, NULL, NULL);
  return kv_reached ("attached to %d", pid);
}

enum kv_verdict
kv_probe_init_memory (void)
{
  const pid_t pid = init_pid ();

  if (pid <= 0)
    return kv_unanswered ("kavach-init is not known");
  return kv_by_result (open (kv_proc_path (pid, "mem"), O_RDWR));
}

/* Their numbers are no secret to the same uid; where they lead is. */
enum kv_verdict
kv_probe_init_descriptors (void)
{
  char name[16], target[64];
  int fd;
  const pid_t pid = init_pid ();

  if (pid <= 0)
    return kv_unanswered ("kavach-init is not known");
  for (fd = 0; fd < 16; fd++) {
    const char *path;

    snprintf (name, sizeof name, "fd/%d", fd);
    path = kv_proc_path (pid, name);
    if (readlink (path, target, sizeof target) >= 0)
      return kv_reached ("%s", path);
  }
  return kv_held ("%s", strerror (errno));
}

/* One that has no effect any more; one on the processor's time would kill
 * it. */
enum kv_verdict
kv_probe_init_limit (void)
{
  const struct rlimit none = { 0, 0 };
  const pid_t pid = init_pid ();

  if (pid <= 0)
    return kv_unanswered ("kavach-init is not known");
  return kv_by_result (prlimit (pid, RLIMIT_LOCKS, &none, NULL));
}

/* Ends the run outside as well, so it is tried alone; the script then sees
 * whether anything was left. */
enum kv_verdict
kv_probe_init_kill (void)
{
  pid_t pid = init_pid ();

  if (pid <= 0)
    return kv_unanswered ("kavach-init is not known");
  if (kill (pid, SIGKILL) != 0)
    return kv_held ("%s", strerror (errno));
  usleep (300000);
  /* In a pid namespace the kernel drops the signal and says nothing. */
  return kill (pid, 0) == 0 && getppid () != 1 ? kv_held ("it lives on")
                                               : kv_reached ("it is gone");
}

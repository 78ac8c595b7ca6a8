/* SPDX-License-Identifier: Apache-2.0 */
/* The backend without a boundary: kavach-init starts as an ordinary child
 * and confines itself (Landlock, seccomp, limits).  It works wherever a
 * process can be started, in a container without namespaces too. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kavach/plugin.h>

KAVACH_DECLARE_HOST;

static int
process_probe (void *self, struct kavach_report *report)
{
  (void) self;
  kavach->report_boundary (report, KAVACH_BOUNDARY_NONE);
  /* The one process that was started can be killed without a race; what it
   * leaves behind is for the other layers. */
  kavach->report_control (report, KAVACH_CTL_KILL_TREE, KAVACH_PARTIAL,
                          "pidfd");
  return 0;
}

/* Runs in the child, after vfork in the parent's memory: system calls only.
 * Returns why there was no exec. */
static int
process_exec (const struct kavach_request *q, const sigset_t *mask)
{
  int number;

  /* A handler of the shim's must not run here once signals are let in. */
  for (number = 1; number < NSIG; number++) {
    struct sigaction action;

    if (sigaction (number, NULL, &action) == 0 && action.sa_handler != SIG_DFL
        && action.sa_handler != SIG_IGN)
      signal (number, SIG_DFL);
  }
  sigprocmask (SIG_SETMASK, mask, NULL);
  syscall (SYS_execveat, q->exec_fd, "", q->argv, q->envp, AT_EMPTY_PATH);
  /* A container's filter may not know execveat. */
  if (errno == ENOSYS || errno == EPERM)
    execve (q->argv[0], q->argv, q->envp);
  return errno;
}

static pid_t
process_start (const struct kavach_request *q, const sigset_t *mask,
               volatile int *cause)
{
  pid_t pid = vfork ();

  if (pid == 0) {
    *cause = process_exec (q, mask);
    _exit (126);
  }
  return pid;
}

/* clone3 without CLONE_VM copies the address space like fork and needs no
 * stack of its own.  A failed exec cannot be told through memory then; a pipe
 * that exec closes says it. */
static pid_t
process_start_in_cgroup (const struct kavach_request *q, const sigset_t *mask,
                         volatile int *cause)
{
  struct clone_args args = {
    .flags = CLONE_INTO_CGROUP,
    .exit_signal = SIGCHLD,
    .cgroup = (uint64_t) q->cgroup_fd,
  };
  int ends[2], failed = 0, saved;
  ssize_t n;
  pid_t pid;

  if (pipe2 (ends, O_CLOEXEC) < 0)
    return -1;
  pid = (pid_t) syscall (SYS_clone3, &args, sizeof args);
  if (pid == 0) {
    failed = process_exec (q, mask);
    _exit (write (ends[1], &failed, sizeof failed) < 0 ? 125 : 126);
  }
  saved = errno;
  close (ends[1]);
  do
    n = pid > 0 ? read (ends[0], &failed, sizeof failed) : 0;
  while (n < 0 && errno == EINTR);
  if (n != 0)
    *cause = n == sizeof failed ? failed : EIO;
  close (ends[0]);
  errno = saved;
  return pid;
}

static int
process_spawn (void *box, const struct kavach_request *q,
               struct kavach_child *child)
{
  volatile int cause = 0;
  sigset_t all, before;
  int pidfd, saved;
  pid_t pid;

  (void) box;
  if (q->rootfs != NULL)
    return kavach->fail (ENOTSUP,
                         "the process backend has no root of its "
                         "own, so it cannot use %s",
                         q->rootfs);

  /* Blocked until just before the exec: no handler runs in the child while
   * it shares our memory. */
  sigfillset (&all);
  if (sigprocmask (SIG_BLOCK, &all, &before) < 0)
    return kavach->fail (errno, "cannot block signals");
  pid = q->cgroup_fd >= 0 ? process_start_in_cgroup (q, &before, &cause)
                          : process_start (q, &before, &cause);
  saved = errno;
  sigprocmask (SIG_SETMASK, &before, NULL);
  if (pid < 0)
    return kavach->fail (saved, "cannot start a process%s: %s",
                         q->cgroup_fd >= 0 ? " in its cgroup (clone3)" : "",
                         strerror (saved));
  if (cause != 0) {
    while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
      continue;
    return kavach->fail (cause, "cannot execute %s: %s", q->argv[0],
                         strerror (cause));
  }
  /* Not waited for yet, so the number is still the child's. */
  pidfd = (int) syscall (SYS_pidfd_open, pid, 0);
  kavach->child_set (child, pid, pidfd);
  return 0;
}

static const struct kavach_backend process_ops = {
  .struct_size = sizeof (struct kavach_backend),
  .flags = KAVACH_BACKEND_CGROUP_FD,
  .probe = process_probe,
  .spawn = process_spawn,
};

static const struct kavach_plugin process_plugin = {
  KAVACH_PLUGIN_HEADER (KAVACH_BACKEND),
  .name = "process",
  .version = "1.0",
  .summary = "no boundary: kavach-init confines a plain process",
  .ops = &process_ops,
};

KAVACH_REGISTER (process_plugin)

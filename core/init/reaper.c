/* SPDX-License-Identifier: Apache-2.0 */
/* Stays with the command: passes signals on, takes orders from the gate,
 * buries the dead, and leaves nothing behind. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/init/init.h"
#include "core/util/cleanup.h"

/* Not there in a kernel without CONFIG_PROC_CHILDREN: then a cgroup or the
 * signal scope has to do. */
static const char children[] = "/proc/thread-self/children";

static const int forwarded[]
    = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT };

/* The C library keeps the numbers below SIGRTMIN to itself; a caller may have
 * left even those ignored.  All zero is the default on every architecture,
 * whatever the layout of the kernel's structure. */
static void
default_signals (void)
{
  static const unsigned long zero[16];
  int sig;

  for (sig = 1; sig < _NSIG; sig++)
    if (sig >= 32 && sig < SIGRTMIN)
      (void) syscall (SYS_rt_sigaction, sig, zero, NULL, (size_t) _NSIG / 8);
    else if (sig != SIGKILL && sig != SIGSTOP)
      (void) signal (sig, SIG_DFL);
}

int
kv_prepare_reaper (struct kv_init *init)
{
  sigset_t set;

  /* Everything is blocked, so that what arrives early waits for the command;
   * and what the caller ignored would be ignored by the command, too. */
  sigfillset (&set);
  if (sigprocmask (SIG_SETMASK, &set, NULL) < 0)
    return -1;
  default_signals ();
  init->signal_fd = -1;
  init->children_fd = -1;
  if (init->first)
    return 0;
  if (prctl (PR_SET_CHILD_SUBREAPER, 1) < 0)
    return -1;
  if ((init->plan.flags & KV_PLAN_LANDLOCK_FS) != 0
      && (init->plan.flags & KV_PLAN_LANDLOCK_SCOPE) == 0
      && !kv_plan_grants (&init->plan, children, KV_ACCESS_READ))
    init->children_fd = open (children, O_RDONLY | O_CLOEXEC);
  return 0;
}

int
kv_arm_reaper (struct kv_init *init)
{
  sigset_t set;

  sigfillset (&set);
  init->signal_fd = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (init->signal_fd < 0)
    return -1;
  if (!init->first && init->children_fd < 0)
    init->children_fd = open (children, O_RDONLY | O_CLOEXEC);
  return 0;
}

static void
forward (pid_t command, int sig)
{
  /* Between fork and setsid there is no group yet. */
  if (kill (-command, sig) < 0)
    (void) kill (command, sig);
}

/* The tree dies with the launcher; nobody is left to be told. */
static _Noreturn void
end_orphaned (const struct kv_init *init)
{
  kv_signal_tree (init, SIGKILL);
  (void) kv_end_tree (init);
  _exit (128 + SIGKILL);
}

static void
take_signals (const struct kv_init *init, pid_t command)
{
  struct signalfd_siginfo info[8];
  ssize_t got;
  size_t i, k;

  while ((got = read (init->signal_fd, info, sizeof info)) > 0)
    for (i = 0; i < (size_t) got / sizeof info[0]; i++) {
      int sig = (int) info[i].ssi_signo;

      if (sig == SIGRTMIN + 1 && getppid () != init->parent)
        end_orphaned (init);
      for (k = 0; k < KV_COUNT (forwarded); k++)
        if (sig == forwarded[k])
          forward (command, sig);
    }
}

static void
take_order (struct kv_init *init)
{
  int got = kv_message_receive (init->gate, &init->message, true);

  if (got < 0 && errno == EAGAIN)
    return;
  if (got <= 0)
    end_orphaned (init);
  kv_message_close_fds (&init->message);
  switch (init->message.type) {
  case KV_MSG_PAUSE:
    kv_signal_tree (init, SIGSTOP);
    break;
  case KV_MSG_RESUME:
    kv_signal_tree (init, SIGCONT);
    break;
  default:
    /* STOP, and what is not understood. */
    kv_signal_tree (init, SIGKILL);
    break;
  }
}

/* True when the command is among the dead. */
static bool
bury (pid_t command, int *status)
{
  bool ended = false;

  for (;;) {
    int one;
    pid_t pid = waitpid (-1, &one, WNOHANG);

    if (pid == command) {
      *status = one;
      ended = true;
    }
    else if (pid == 0 || (pid < 0 && errno != EINTR))
      return ended;
  }
}

static void
report_exit (const struct kv_init *init, int status, unsigned stragglers)
{
  struct kv_exit_report report
      = { .status = (uint32_t) status, .stragglers = stragglers };
  struct rusage used;
  struct kv_writer w;
  uint8_t room[64];

  if (getrusage (RUSAGE_CHILDREN, &used) == 0) {
    report.cpu_us
        = (uint64_t) (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000
          + (uint64_t) (used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    report.peak_rss = (uint64_t) used.ru_maxrss * 1024;
  }
  kv_writer_fixed (&w, room, sizeof room);
  kv_exit_report_write (&w, &report);
  (void) kv_message_send (init->gate, KV_MSG_EXITED, room, w.size, NULL, 0);
}

int
kv_supervise (struct kv_init *init, pid_t command)
{
  int status = 0;

  for (;;) {
    struct pollfd wait[2] = { { .fd = init->gate, .events = POLLIN },
                              { .fd = init->signal_fd, .events = POLLIN } };

    if (poll (wait, 2, -1) < 0) {
      if (errno != EINTR)
        end_orphaned (init);
      continue;
    }
    if (wait[1].revents != 0)
      take_signals (init, command);
    if (bury (command, &status))
      break;
    if (wait[0].revents != 0)
      take_order (init);
  }

  report_exit (init, status, kv_end_tree (init));
  return WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
}

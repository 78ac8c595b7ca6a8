/* SPDX-License-Identifier: Apache-2.0 */
/* The command's process, between fork and exec: an own copy of the address
 * space, because a shared one would be a way into kavach-init. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/init/init.h"

/* A session of the command's own: signals for its group never reach init,
 * and being without a job control shell above it, its group is orphaned, so
 * that a stray ^Z cannot stop it for good. */
static int
enter_command_session (const struct kv_init *init)
{
  if (setsid () < 0)
    return -1;
  if ((init->plan.flags & KV_PLAN_TTY) != 0 && ioctl (0, TIOCSCTTY, 0) < 0)
    return -1;
  return 0;
}

/* As process 1 the kernel does this; elsewhere the command would outlive an
 * init that was killed. */
static int
die_with_init (const struct kv_init *init, pid_t parent)
{
  if (init->first)
    return 0;
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) < 0)
    return -1;
  if (getppid () != parent)
    _exit (KV_EXIT_REFUSED);
  return 0;
}

static _Noreturn void
fail_in_child (const struct kv_init *init, uint32_t step, const char *subject)
{
  kv_send_failure (init, step, errno, subject);
  _exit (KV_EXIT_REFUSED);
}

/* Returns why it could not be executed.  Under a program of the command's own
 * a call more may be one that kills: that there is no such command is found
 * out before. */
static int
start (const struct kv_init *init)
{
  const bool probes = (init->plan.flags & KV_PLAN_PROBES) != 0;

  if (init->plan.command_filter_size > 0) {
    int number = probes ? 0 : kv_find_command (&init->plan);

    if (number != 0)
      return number;
    if (kv_load_command_filter (init) < 0)
      fail_in_child (init, KV_STEP_SECCOMP, "command");
  }
  if (probes)
    kv_run_probes (init);
  return kv_exec_plan (&init->plan);
}

static _Noreturn void
run_command (const struct kv_init *init, pid_t parent)
{
  sigset_t none;
  int number;

  if (enter_command_session (init) < 0)
    fail_in_child (init, KV_STEP_SESSION, "command");
  if (die_with_init (init, parent) < 0)
    fail_in_child (init, KV_STEP_START, "command");
  if (kv_enter_command_scope (init) < 0)
    fail_in_child (init, KV_STEP_LANDLOCK, "command");
  sigemptyset (&none);
  if (sigprocmask (SIG_SETMASK, &none, NULL) < 0)
    fail_in_child (init, KV_STEP_START, "command");
  number = start (init);
  kv_send_failure (init, 0, number, init->plan.argv[0]);
  _exit (number == ENOENT ? KV_EXIT_NOT_FOUND : KV_EXIT_NOT_EXECUTABLE);
}

pid_t
kv_start_command (struct kv_init *init)
{
  pid_t parent = getpid (), pid = fork ();

  if (pid == 0)
    run_command (init, parent);
  return pid;
}

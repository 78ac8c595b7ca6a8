/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/exec/signals.h"

static sigset_t before;

int
kv_signals_open (void)
{
  static const int handled[] = { SIGINT,  SIGQUIT, SIGHUP,  SIGTERM, SIGUSR1,
                                 SIGUSR2, SIGTSTP, SIGCONT, SIGWINCH };
  sigset_t set;
  unsigned i;

  sigemptyset (&set);
  for (i = 0; i < sizeof handled / sizeof handled[0]; i++) {
    struct sigaction old;

    /* A signal that the caller ignores (nohup) stays ignored. */
    if (sigaction (handled[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN)
      continue;
    sigaddset (&set, handled[i]);
  }
  if (sigprocmask (SIG_BLOCK, &set, &before) < 0)
    return -1;
  return signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int
kv_signals_next (int fd)
{
  struct signalfd_siginfo info;

  return read (fd, &info, sizeof info) == (ssize_t) sizeof info
             ? (int) info.ssi_signo
             : 0;
}

void
kv_signals_stop_self (void)
{
  raise (SIGSTOP);
}

void
kv_signals_close (int fd)
{
  if (fd >= 0)
    close (fd);
  sigprocmask (SIG_SETMASK, &before, NULL);
}

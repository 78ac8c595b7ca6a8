/* SPDX-License-Identifier: Apache-2.0 */
/* An own session: what is typed into or injected into the caller's terminal
 * is then out of reach.  The command gets one more of its own (command.c). */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/init/init.h"

/* As process 1, KILL takes the whole tree along.  Elsewhere the tree would
 * survive that, so the signal is one that the reaper waits for. */
int
kv_set_death_signal (const struct kv_init *init)
{
  if (prctl (PR_SET_PDEATHSIG, init->first ? SIGKILL : SIGRTMIN + 1) < 0)
    return -1;
  /* It may have died in the meantime. */
  if (getppid () != init->parent) {
    errno = ESRCH;
    return -1;
  }
  return 0;
}

int
kv_enter_session (struct kv_init *init)
{
  static const char *const names[]
      = { "standard input", "standard output", "standard error" };
  int i;

  if (kv_set_death_signal (init) < 0)
    return -1;
  if (getsid (0) != getpid () && setsid () < 0)
    return -1;

  for (i = 0; i < 3; i++) {
    struct stat st;

    init->subject = names[i];
    if (fstat (init->stdio[i], &st) < 0)
      return -1;
    /* A folder is a way out of every root that is changed around it. */
    if (S_ISDIR (st.st_mode)) {
      errno = EISDIR;
      return -1;
    }
    if (dup2 (init->stdio[i], i) < 0)
      return -1;
    close (init->stdio[i]);
    init->stdio[i] = -1;
  }
  return 0;
}

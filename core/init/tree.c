/* SPDX-License-Identifier: Apache-2.0 */
/* Signals for everything below init, and the end of it all.
 *
 * Process 1 of a pid namespace, or a Landlock domain with a signal scope,
 * bounds kill (-1) to the sandbox.  Without either there is the list of
 * init's own children, which as a subreaper comes to hold every orphan. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/init/init.h"
#include "core/util/clock.h"

#define PATIENCE_MS 5000

/* kill (-1) from here on a host would be the end of the user's processes,
 * so the bound is tried on whoever is outside for certain. */
static bool
is_bounded (const struct kv_init *init)
{
  if (init->first)
    return true;
  return init->scoped && getppid () > 0 && kill (getppid (), 0) < 0;
}

/* Until two walks meet as many: those that were about to fork have been
 * stopped with their children by then. */
static void
stop_below (int children_fd)
{
  unsigned before, met = 0;
  int walks = 0;

  do {
    before = met;
    met = kv_signal_below (children_fd, SIGSTOP);
  } while (met != before && ++walks < 16);
}

void
kv_signal_tree (const struct kv_init *init, int sig)
{
  if (is_bounded (init))
    (void) kill (-1, sig);
  else if (init->children_fd >= 0) {
    if (sig == SIGKILL || sig == SIGSTOP)
      stop_below (init->children_fd);
    if (sig != SIGSTOP)
      (void) kv_signal_below (init->children_fd, sig);
  }
}

/* Everything that is dead already; false when nothing is left at all. */
static bool
reap (unsigned *count)
{
  for (;;) {
    pid_t pid = waitpid (-1, NULL, WNOHANG);

    if (pid > 0)
      ++*count;
    else if (pid == 0)
      return true;
    else if (errno != EINTR)
      return false;
  }
}

unsigned
kv_end_tree (const struct kv_init *init)
{
  unsigned dead_before = 0, killed = 0;
  int64_t end;

  if (!reap (&dead_before))
    return 0;
  end = kv_now_ms () + PATIENCE_MS;
  /* Again until none is left: a kill reaches those who are there, and their
   * children may only now have become init's. */
  do {
    struct pollfd wake = { .fd = init->signal_fd, .events = POLLIN };

    kv_signal_tree (init, SIGKILL);
    (void) poll (&wake, 1, 2);
    if ((wake.revents & POLLIN) != 0) {
      char drain[1024];

      (void) !read (init->signal_fd, drain, sizeof drain);
    }
  } while (reap (&killed) && kv_now_ms () < end);
  return killed;
}

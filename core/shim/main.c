/* SPDX-License-Identifier: Apache-2.0 */
/* Program kavach-shim, also installed as kavach-shim-user: a security
 * profile can then let only what comes from root's folders make namespaces.
 */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/shim/shim.h"
#include "core/util/cleanup.h"

#ifdef __SANITIZE_ADDRESS__
/* A child that shares this memory until its exec may be killed inside the
 * sanitizer; looking for leaks would then wait for its locks for ever.  And
 * what it finds is a crash, for which the launcher has a code.  Exported: the
 * runtime is a shared object. */
__attribute__ ((visibility ("default"))) const char *
__asan_default_options (void);

const char *
__asan_default_options (void)
{
  return "detect_leaks=0:abort_on_error=1";
}
#endif

/* Is descriptor 3 a conversation with the process that started this one? */
static bool
started_by_launcher (void)
{
  struct ucred peer;
  socklen_t size = sizeof peer;
  int type = 0;
  socklen_t type_size = sizeof type;

  if (getsockopt (SHIM_SOCKET, SOL_SOCKET, SO_TYPE, &type, &type_size) < 0
      || type != SOCK_SEQPACKET)
    return false;
  if (getsockopt (SHIM_SOCKET, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
    return false;
  /* Also what is left of a launcher that died before the line above. */
  return peer.pid == getppid ();
}

static int
leave_caller_behind (void)
{
  struct rlimit core;

  if (syscall (SYS_close_range, SHIM_SOCKET + 1, ~0U, 0) < 0)
    return -1;
  if (fcntl (SHIM_SOCKET, F_SETFD, FD_CLOEXEC) < 0 || chdir ("/") < 0)
    return -1;
  /* A plugin that crashes is reported, not dumped. */
  if (getrlimit (RLIMIT_CORE, &core) == 0) {
    core.rlim_cur = 0;
    setrlimit (RLIMIT_CORE, &core);
  }
  return 0;
}

/* The launcher starts this program with everything blocked, and its caller may
 * have set signals to be ignored (nohup, a shell's background job), which
 * lasts through exec. */
static int
open_signals (void)
{
  static const int reset[]
      = { SIGHUP,  SIGINT,  SIGQUIT, SIGPIPE, SIGALRM, SIGTERM,
          SIGUSR1, SIGUSR2, SIGCHLD, SIGTSTP, SIGTTIN, SIGTTOU };
  sigset_t none;
  unsigned i;

  for (i = 0; i < KV_COUNT (reset); i++)
    if (signal (reset[i], SIG_DFL) == SIG_ERR)
      return -1;
  sigemptyset (&none);
  return sigprocmask (SIG_SETMASK, &none, NULL);
}

int
main (void)
{
  /* Before the question who the parent is, so that there is no gap. */
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) < 0 || !started_by_launcher ()) {
    fputs ("kavach-shim: started by kavach, not by hand\n", stderr);
    return SHIM_EXIT_USAGE;
  }
  if (open_signals () < 0 || leave_caller_behind () < 0 || guard_init () < 0)
    return 1;
  return serve ();
}

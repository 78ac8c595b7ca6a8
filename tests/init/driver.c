/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/util/cleanup.h"
#include "tests/init/driver.h"

static _Noreturn void
die (const char *what)
{
  fprintf (stderr, "driver: %s: %s\n", what, strerror (errno));
  exit (99);
}

static _Noreturn void
become_init (struct driver *d, int gate)
{
  char argument[32];
  char *argv[3] = { (char *) (uintptr_t) "kavach-init", argument, NULL };

  snprintf (argument, sizeof argument, "--gate=%d", gate);
  if (fcntl (gate, F_SETFD, 0) < 0)
    _exit (98);
  if (d->leak_fd >= 0) {
    int root = open ("/", O_RDONLY | O_DIRECTORY);

    if (root < 0 || dup2 (root, d->leak_fd) < 0)
      _exit (98);
    if (root != d->leak_fd)
      close (root);
  }
  if (d->deny != NULL && driver_deny (d) < 0)
    _exit (97);
  clock_gettime (CLOCK_MONOTONIC, d->started);
  execve (d->init, argv, d->init_env);
  _exit (98);
}

/* The other end of the pty that init made, copied to standard output once
 * init is gone. */
static void
drain_pty (int master)
{
  char text[4096];
  ssize_t n;

  while ((n = read (master, text, sizeof text)) > 0)
    fwrite (text, 1, (size_t) n, stdout);
  fflush (stdout);
}

int
main (int argc, char **argv)
{
  /* What it points to is in use until the end. */
  static struct driver d = {
    .leak_fd = -1, .master = -1, .orders = -1, .bad = "", .deny_errno = EPERM
  };
  const int stdio[3] = { 0, 1, 2 };
  int pair[2], one = 1, status, first;
  kv_autoclose int outside = open ("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
  pid_t pid;

  d.facts = stderr;
  first = driver_options (&d, argc, argv);
  if (argc - first < 2) {
    fprintf (stderr, "usage: driver [OPTION...] INIT COMMAND [ARG...]\n");
    return 99;
  }
  d.init = argv[first];
  d.plan.argv = argv + first + 1;

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0
      || setsockopt (pair[0], SOL_SOCKET, SO_PASSCRED, &one, sizeof one) < 0)
    die ("gate");
  if (d.namespaces != 0 && unshare (d.namespaces) < 0)
    die ("unshare");
  d.started = mmap (NULL, sizeof *d.started, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (d.started == MAP_FAILED)
    die ("mmap");
  pid = fork ();
  if (pid < 0)
    die ("fork");
  if (pid == 0)
    become_init (&d, pair[1]);
  close (pair[1]);
  /* The shell commands belong outside. */
  if ((d.namespaces & CLONE_NEWPID) != 0
      && (outside < 0 || setns (outside, CLONE_NEWPID) < 0))
    die ("setns");

  if (driver_send_plan (&d, pair[0], stdio) < 0 && errno != EPIPE)
    die ("plan");
  driver_talk (&d, pair[0], pid);
  if (d.master >= 0)
    drain_pty (d.master);
  while (waitpid (pid, &status, 0) < 0)
    if (errno != EINTR)
      die ("wait");
  if (WIFSIGNALED (status)) {
    fprintf (d.facts, "init signal=%d\n", WTERMSIG (status));
    return 128 + WTERMSIG (status);
  }
  fprintf (d.facts, "init status=%d\n", WEXITSTATUS (status));
  return WEXITSTATUS (status);
}

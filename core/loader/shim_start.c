/* SPDX-License-Identifier: Apache-2.0 */
/* Starting and ending a shim's process. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/loader/shim_client.h"
#include "core/loader/shim_private.h"
#include "core/util/cleanup.h"
#include "core/util/places.h"
#include "core/wire/pack.h"

/* The shim finds its end of the socket here. */
#define SHIM_SOCKET 3

/* Nothing of the caller's environment reaches a plugin: LD_* and LTDL_*
 * would change what gets loaded, the rest what it does. */
static char **
shim_environment (void)
{
  static char bind_now[] = "LD_BIND_NOW=1";
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  static char *environment[4];
  static char copies[2][512];
  static const char *const names[] = { "ASAN_OPTIONS", "UBSAN_OPTIONS" };
  unsigned i, n = 1;

  environment[0] = bind_now;
  for (i = 0; i < 2; i++) {
    const char *value = secure_getenv (names[i]);

    if (value == NULL)
      continue;
    snprintf (copies[i], sizeof copies[i], "%s=%s", names[i], value);
    environment[n++] = copies[i];
  }
#else
  static char *environment[2];

  environment[0] = bind_now;
#endif
  return environment;
}

/* Between vfork and exec: memory and stack are the caller's, so nothing here
 * but calls of the kernel.  An own session, so that what is typed at a
 * terminal reaches the launcher only. */
static _Noreturn void
become_shim (const char *path, int socket, char *const *argv, char *const *envp,
             volatile int *number)
{
  /* The same number twice would stay close-on-exec. */
  bool there = socket == SHIM_SOCKET ? fcntl (socket, F_SETFD, 0) == 0
                                     : dup2 (socket, SHIM_SOCKET) >= 0;

  if (there && setsid () >= 0)
    execve (path, argv, envp);
  *number = errno;
  _exit (127);
}

/* Not posix_spawn: that asks and sets every signal's action in the child, a
 * hundred calls that the caller waits for.  Here all of them stay blocked, so
 * that no handler of the caller's runs on the borrowed stack; the shim itself
 * opens the mask and takes back what was ignored. */
static int
spawn_shim (const char *path, int socket, pid_t *pid)
{
  char *name = strrchr (path, '/');
  char *const argv[] = { name != NULL ? name + 1 : NULL, NULL };
  char *const *envp = shim_environment ();
  volatile int number = 0;
  uint64_t all = ~UINT64_C (0), before;
  pid_t child;

  /* The library's own call would leave out the two numbers it uses itself. */
  if (syscall (SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all) < 0)
    return -1;
  child = vfork ();
  if (child == 0)
    become_shim (path, socket, argv, envp, &number);
  if (child < 0)
    number = errno;
  syscall (SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
  if (child > 0 && number != 0)
    while (waitpid (child, NULL, 0) < 0 && errno == EINTR)
      ;
  if (number != 0) {
    errno = number;
    return -1;
  }
  *pid = child;
  return 0;
}

static int
send_load (struct kv_shim *shim, const struct kv_candidate *candidate,
           int object)
{
  const char *name = candidate->plugin_name;
  struct kv_writer w = { .data = NULL };
  unsigned i;
  int result = -1;

  kv_put_str (&w, candidate->object_path);
  kv_put_str (&w, name[0] != '\0' ? name : NULL);
  kv_put_u32 (&w, candidate->wanted_kind);
  kv_put_u32 (&w, candidate->n_config);
  for (i = 0; i < candidate->n_config; i++) {
    kv_put_str (&w, candidate->config[i].key);
    kv_put_str (&w, candidate->config[i].value);
  }
  if (!w.bad)
    result = kv_message_send (shim->socket, KV_MSG_LOAD, w.data, w.size,
                              &object, 1);
  kv_writer_free (&w);
  return result;
}

static int
launch (struct kv_shim *shim, struct kv_error *err)
{
  kv_autoclose int theirs = -1;
  char path[4096];
  int pair[2];

  snprintf (path, sizeof path, "%s/%s", kv_place_libexec (),
            shim->packaged ? "kavach-shim" : "kavach-shim-user");
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
    return kv_fail_errno (err, "KVL-35", "socket for %s", path);
  shim->socket = pair[0];
  theirs = pair[1];
  if (spawn_shim (path, theirs, &shim->pid) < 0) {
    kv_fail_errno (err, "KVL-35", "%s cannot be started", path);
    return kv_error_hint (err, "is kavach installed completely?");
  }
  shim->pidfd = (int) syscall (SYS_pidfd_open, shim->pid, 0);
  if (shim->pidfd < 0)
    return kv_fail_errno (err, "KVL-35", "watching %s", path);
  return 0;
}

int
kv_shim_launch (struct kv_shim *shim, bool packaged, struct kv_error *err)
{
  memset (shim, 0, sizeof *shim);
  shim->socket = shim->pidfd = -1;
  shim->packaged = packaged;
  if (launch (shim, err) == 0)
    return 0;
  kv_shim_stop (shim, 0);
  return -1;
}

int
kv_shim_load (struct kv_shim *shim, struct kv_candidate *candidate,
              struct kv_error *err)
{
  kv_autoclose int object = kv_candidate_open (candidate, err);

  snprintf (shim->name, sizeof shim->name, "%s", candidate->name);
  if (object >= 0 && send_load (shim, candidate, object) == 0)
    return 0;
  if (object >= 0)
    kv_fail_errno (err, "KVL-35", "speaking to the shim of \"%s\"",
                   candidate->name);
  kv_shim_stop (shim, 0);
  return -1;
}

int
kv_shim_start (struct kv_shim *shim, struct kv_candidate *candidate,
               struct kv_error *err)
{
  if (kv_shim_launch (shim, candidate->packaged, err) < 0)
    return -1;
  return kv_shim_load (shim, candidate, err);
}

/* The group goes first: it cannot be somebody else's as long as its leader
 * has not been waited for. */
int
kv_shim_reap (struct kv_shim *shim, bool kill_first)
{
  int status = 0;

  if (shim->pid <= 0)
    return 0;
  if (kill_first)
    kill (shim->pid, SIGKILL);
  kill (-shim->pid, SIGKILL);
  while (waitpid (shim->pid, &status, 0) < 0)
    if (errno != EINTR) {
      status = -1;
      break;
    }
  shim->pid = 0;
  return status;
}

bool
kv_shim_ends (struct kv_shim *shim, int wait_ms)
{
  struct pollfd p = { .fd = shim->pidfd, .events = POLLIN };
  int n;

  if (shim->pidfd < 0)
    return false;
  do
    n = poll (&p, 1, wait_ms);
  while (n < 0 && errno == EINTR);
  return n > 0;
}

void
kv_shim_stop_begin (struct kv_shim *shim)
{
  if (shim->pid > 0 && shim->socket >= 0) {
    kv_message_send (shim->socket, KV_MSG_DESTROY, NULL, 0, NULL, 0);
    /* The shim reads what is there and then meets the end. */
    shutdown (shim->socket, SHUT_WR);
  }
}

void
kv_shim_stop (struct kv_shim *shim, int deadline_ms)
{
  if (shim->pid > 0) {
    kv_shim_stop_begin (shim);
    kv_shim_reap (shim, !kv_shim_ends (shim, deadline_ms));
  }
  if (shim->socket >= 0)
    close (shim->socket);
  if (shim->pidfd >= 0)
    close (shim->pidfd);
  shim->socket = shim->pidfd = -1;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* An ordinary user's groups belong to the user's systemd.  It gives a scope
 * away on request, with Delegate=yes; the caller and the shim move into it
 * (PID 1 does the moving: the session's group is not the user's). */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/limit/cgroup.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"

#define BUSCTL "/usr/bin/busctl"
#define ANSWER_MS 5000
/* Turns of kv_cg_pause: about two seconds. */
#define MOVED_TURNS 512

static void
runtime_folder (char *out, size_t size)
{
  const char *set = secure_getenv ("XDG_RUNTIME_DIR");

  if (set != NULL && set[0] == '/')
    snprintf (out, size, "%s", set);
  else
    snprintf (out, size, "/run/user/%ld", (long) geteuid ());
}

unsigned
kv_cg_scope_controllers (const struct kv_cg_tree *tree)
{
  kv_autoclose int group = -1;
  char path[KV_CG_PATH], text[512];
  long uid = (long) geteuid ();
  ssize_t n;

  if (uid == 0 || access (BUSCTL, X_OK) < 0)
    return 0;
  runtime_folder (text, sizeof text - 8);
  strcat (text, "/bus");
  if (secure_getenv ("DBUS_SESSION_BUS_ADDRESS") == NULL
      && access (text, W_OK) < 0)
    return 0;
  snprintf (path, sizeof path, "/user.slice/user-%ld.slice/user@%ld.service",
            uid, uid);
  group = kv_cg_open_group (tree, path);
  if (group < 0)
    return 0;
  n = kv_cg_read (group, true, "cgroup.controllers", text, sizeof text);
  return n > 0 ? kv_cg_controller_set (text, (size_t) n, " \n") & KV_CG_LIMITS
               : 0;
}

/* Its words on standard error go to SAID. 0, or -1 when it did not end well
 * in time. */
static int
run_busctl (char *const *argv, char *const *envp, int said)
{
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attr;
  sigset_t none, usual;
  kv_autoclose int fd = -1;
  struct pollfd end = { .events = POLLIN };
  int status = -1, failed;
  pid_t pid = -1;

  sigemptyset (&none);
  sigfillset (&usual);
  if (posix_spawn_file_actions_init (&actions) != 0)
    return -1;
  if (posix_spawnattr_init (&attr) != 0) {
    posix_spawn_file_actions_destroy (&actions);
    return -1;
  }
  failed
      = posix_spawn_file_actions_addopen (&actions, 0, "/dev/null", O_RDONLY, 0)
        | posix_spawn_file_actions_addopen (&actions, 1, "/dev/null", O_WRONLY,
                                            0)
        | posix_spawn_file_actions_adddup2 (&actions, said, 2)
        | posix_spawnattr_setsigmask (&attr, &none)
        | posix_spawnattr_setsigdefault (&attr, &usual)
        | posix_spawnattr_setflags (&attr, POSIX_SPAWN_SETSIGMASK
                                               | POSIX_SPAWN_SETSIGDEF);
  if (failed == 0)
    failed = posix_spawn (&pid, BUSCTL, &actions, &attr, argv, envp);
  posix_spawnattr_destroy (&attr);
  posix_spawn_file_actions_destroy (&actions);
  if (failed != 0)
    return -1;

  fd = (int) syscall (SYS_pidfd_open, pid, 0);
  end.fd = fd;
  if (fd < 0 || poll (&end, 1, ANSWER_MS) <= 0)
    kill (pid, SIGKILL);
  while (waitpid (pid, &status, 0) < 0)
    if (errno != EINTR)
      return -1;
  return WIFEXITED (status) && WEXITSTATUS (status) == 0 ? 0 : -1;
}

/* None of the words has a blank in it. */
static void
split (char *line, char **argv, unsigned max)
{
  unsigned n = 0;
  char *rest = NULL;
  char *word = strtok_r (line, " ", &rest);

  while (word != NULL && n + 1 < max) {
    argv[n++] = word;
    word = strtok_r (NULL, " ", &rest);
  }
  argv[n] = NULL;
}

static int
ask (const char *unit, pid_t follow, int said)
{
  const char *address = secure_getenv ("DBUS_SESSION_BUS_ADDRESS");
  char runtime[256] = "XDG_RUNTIME_DIR=", bus[512];
  char line[512], second[24] = "";
  char *argv[32], *envp[3] = { runtime, NULL, NULL };
  int n;

  if (follow > 0)
    snprintf (second, sizeof second, "%ld", (long) follow);
  n = snprintf (line, sizeof line,
                "busctl --user call org.freedesktop.systemd1 "
                "/org/freedesktop/systemd1 org.freedesktop.systemd1.Manager "
                "StartTransientUnit ssa(sv)a(sa(sv)) %s fail "
                "3 Description s kavach Delegate b true PIDs au %d %ld %s 0",
                unit, follow > 0 ? 2 : 1, (long) getpid (), second);
  if (n < 0 || (size_t) n >= sizeof line)
    return -1;
  split (line, argv, KV_COUNT (argv));

  runtime_folder (runtime + strlen (runtime),
                  sizeof runtime - strlen (runtime));
  if (address != NULL && strlen (address) < sizeof bus - 32) {
    snprintf (bus, sizeof bus, "DBUS_SESSION_BUS_ADDRESS=%s", address);
    envp[1] = bus;
  }
  return run_busctl (argv, envp, said);
}

static bool
is_in_unit (pid_t pid, const char *unit)
{
  char path[64], text[4096];
  const char *at;

  snprintf (path, sizeof path, "/proc/%ld/cgroup", (long) pid);
  if (kv_read_at (AT_FDCWD, path, text, sizeof text) < 0)
    return false;
  at = strstr (text, unit);
  return at != NULL && at > text && at[-1] == '/'
         && (at[strlen (unit)] == '\n' || at[strlen (unit)] == '\0');
}

int
kv_cg_scope_enter (pid_t follow, struct kv_error *err)
{
  kv_autoclose int said = memfd_create ("busctl", MFD_CLOEXEC);
  char name[96], unit[112], words[256] = "";
  unsigned turn;

  if (said < 0 || kv_owner_name (name, sizeof name, "run") < 0)
    return kv_fail_errno (err, "KVR-02", "cannot name a scope");
  snprintf (unit, sizeof unit, "%s.scope", name);
  if (ask (unit, follow, said) < 0) {
    ssize_t n = pread (said, words, sizeof words - 1, 0);

    words[n > 0 ? n : 0] = '\0';
    words[strcspn (words, "\n")] = '\0';
    kv_fail (err, "KVR-04", "the user's systemd gave no scope: %s",
             words[0] != '\0' ? words : "no answer");
    return kv_error_hint (err, "systemctl --user status must work; or run "
                               "under systemd-run --user --scope -p "
                               "Delegate=yes");
  }
  for (turn = 0; turn < MOVED_TURNS; turn++) {
    if (is_in_unit (getpid (), unit)
        && (follow <= 0 || is_in_unit (follow, unit))) {
      kv_cg_host_forget ();
      return 0;
    }
    kv_cg_pause (turn);
  }
  return kv_fail (err, "KVR-04", "scope %s was made, but not entered", unit);
}

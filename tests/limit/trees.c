/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/limit/cgroup.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"
#include "tests/limit/tap.h"

#define MIB (UINT64_C (1) << 20)

static int says[2] = { -1, -1 };

/* A child in a session of its own, whose parent is gone, and that ignores
 * what can be ignored. */
static void
work_daemon (void)
{
  if (fork () != 0)
    work_wait ();
  setsid ();
  if (fork () != 0)
    _exit (0);
  signal (SIGTERM, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  if (write (says[1], "x", 1) != 1)
    _exit (1);
  work_wait ();
}

/* True when the pipe's last writer is gone within a second. */
static bool
all_gone (void)
{
  double end = seconds () + 1;
  char c;

  fcntl (says[0], F_SETFL, O_NONBLOCK);
  while (seconds () < end) {
    ssize_t n = read (says[0], &c, 1);

    if (n == 0)
      return true;
    if (n < 0 && errno != EAGAIN)
      return false;
    kv_cg_pause (3);
  }
  return false;
}

static pid_t
start_daemon (const struct kv_limits *limits)
{
  pid_t pid;
  char c;

  if (pipe2 (says, O_CLOEXEC) < 0)
    return -1;
  pid = start_inside (limits, work_daemon);
  close (says[1]);
  if (read (says[0], &c, 1) != 1)
    return -1;
  return pid;
}

void
test_tree (void)
{
  const struct kv_limits_wanted all[] = {
    { .kill_tree = true },
    { .kill_tree = true, .pids = 20 },
    { .memory = 64 * MIB },
  };
  static const char *const names[] = {
    "a daemon dies with its tree (no limits)",
    "a daemon dies with its tree (pids)",
    "a daemon dies with its tree (memory only)",
  };
  size_t i;

  for (i = 0; i < KV_COUNT (all); i++) {
    struct kv_limits limits, made;
    pid_t pid;

    if (!make (&limits, "tree", &all[i]) || limits.n_groups == 0) {
      tap_skip (names[i], "no group for it here");
      continue;
    }
    made = limits;
    pid = start_daemon (&limits);
    tap_ok (pid > 0 && kv_limits_kill (&limits) == 0 && all_gone (), names[i]);
    waitpid (pid, NULL, 0);
    tap_ok (is_left (&made), "the group is there until it is removed");
    made.groups[0].parent_fd
        = fcntl (limits.groups[0].parent_fd, F_DUPFD_CLOEXEC, 3);
    made.n_groups = 1;
    kv_limits_remove (&limits);
    kv_limits_remove (&limits);
    tap_ok (!is_left (&made), "and then it is not");
    close (made.groups[0].parent_fd);
    close (says[0]);
  }
}

static int
read_back (const struct kv_limits *limits, pid_t pid,
           const struct kv_limits_wanted *wanted, struct kv_controls *seen)
{
  kv_autoclose int proc = -1;
  struct kv_error err = { 0 };
  char path[64];
  int result;

  snprintf (path, sizeof path, "/proc/%ld", (long) pid);
  proc = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  memset (seen, 0, sizeof *seen);
  result = kv_limits_read_back (limits, proc, wanted, seen, &err);
  return result;
}

static bool
holds (const struct kv_controls *seen, int control)
{
  return seen->c[control].level == KAVACH_FULL
         && seen->c[control].known == KV_SEEN;
}

static pid_t
start_waiting (const struct kv_limits *limits)
{
  return start_daemon (limits);
}

void
test_read_back (void)
{
  const struct kv_limits_wanted wanted
      = { .memory = 64 * MIB, .pids = 20, .cpu = 500 };
  struct kv_limits_wanted tighter = wanted;
  struct kv_limits limits;
  struct kv_controls seen;
  pid_t pid;

  if (!make (&limits, "back", &wanted)) {
    tap_ok (false, "groups are made");
    return;
  }
  tap_ok (read_back (&limits, getpid (), &wanted, &seen) < 0,
          "a process that did not join is found out");
  pid = start_waiting (&limits);
  tap_ok (read_back (&limits, pid, &wanted, &seen) == 0
              && holds (&seen, KAVACH_CTL_MEMORY)
              && holds (&seen, KAVACH_CTL_PIDS)
              && holds (&seen, KAVACH_CTL_CPU),
          "limits are seen to hold");
  tighter.memory /= 2;
  tighter.pids--;
  tighter.cpu--;
  tap_ok (read_back (&limits, pid, &tighter, &seen) == 0
              && !holds (&seen, KAVACH_CTL_MEMORY)
              && !holds (&seen, KAVACH_CTL_PIDS)
              && !holds (&seen, KAVACH_CTL_CPU),
          "limits that are wider than wanted do not");
  kv_limits_remove (&limits);
  waitpid (pid, NULL, 0);
  close (says[0]);
}

void
test_two (void)
{
  const struct kv_limits_wanted wanted = { .pids = 20 };
  struct kv_limits one, two;
  pid_t a, b;
  int keep;

  if (!make (&one, "one", &wanted)) {
    tap_ok (false, "a group is made");
    return;
  }
  if (!make (&two, "two", &wanted)) {
    tap_ok (false, "a second group is made");
    kv_limits_remove (&one);
    return;
  }
  a = start_daemon (&one);
  keep = says[0];
  b = start_daemon (&two);
  kv_limits_remove (&one);
  waitpid (a, NULL, 0);
  tap_ok (!all_gone (), "the end of one is not the end of the other");
  kv_limits_remove (&two);
  waitpid (b, NULL, 0);
  tap_ok (all_gone (), "which ends on its own");
  close (keep);
  close (says[0]);
}

/* A launcher that is killed with all it could have cleaned up. */
void
test_sweep (void)
{
  const struct kv_limits_wanted wanted
      = { .memory = 64 * MIB, .pids = 20, .cpu = 1000, .pause = true };
  struct kv_limits mine, theirs;
  int channel[2];
  pid_t pid;
  size_t n;
  char c;

  if (pipe2 (channel, O_CLOEXEC) < 0 || pipe2 (says, O_CLOEXEC) < 0
      || !make (&mine, "mine", &wanted)) {
    tap_ok (false, "groups are made");
    return;
  }
  fflush (stdout);
  pid = fork ();
  if (pid == 0) {
    kv_cg_host_forget ();
    if (!make (&theirs, "theirs", &wanted))
      _exit (1);
    start_inside (&theirs, work_daemon);
    if (read (says[0], &c, 1) != 1)
      _exit (1);
    kv_limits_freeze (&theirs, true);
    if (write (channel[1], &theirs, sizeof theirs) != sizeof theirs)
      _exit (1);
    work_wait ();
  }
  close (says[1]);
  n = (size_t) read (channel[0], &theirs, sizeof theirs);
  kv_limits_sweep (true);
  /* The other's descriptors mean nothing here; its outermost group lies
   * beside ours. */
  if (n == sizeof theirs && mine.n_groups > 0) {
    theirs.groups[0] = theirs.groups[theirs.n_groups - 1];
    theirs.groups[0].parent_fd = mine.groups[mine.n_groups - 1].parent_fd;
    theirs.n_groups = 1;
  }
  tap_ok (theirs.n_groups == 1 && is_left (&theirs),
          "a sweep spares the groups of the living");
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  kv_limits_sweep (true);
  tap_ok (theirs.n_groups == 1 && !is_left (&theirs),
          "and takes what a killed launcher left");
  tap_ok (all_gone (), "with the frozen processes in it");
  tap_ok (is_left (&mine), "but not what is in use");
  kv_limits_remove (&mine);
  close (says[0]);
  close (channel[0]);
  close (channel[1]);
}

/* On a mixed host a folder under /sys/fs/cgroup may be a plain tmpfs, where
 * memory.max would be an ordinary file. */
void
test_trap (void)
{
  static const char name[] = "a file memory.max on a tmpfs is no limit";
  kv_autoclose int fd = -1;
  char folder[] = "/tmp/kavach-trap-XXXXXX";
  pid_t pid;
  int status;

  if (mkdtemp (folder) == NULL) {
    tap_skip (name, "no temporary folder");
    return;
  }
  fflush (stdout);
  pid = fork ();
  if (pid == 0) {
    if (unshare (CLONE_NEWNS) < 0
        || mount ("", "/", "", MS_REC | MS_PRIVATE, NULL) < 0
        || mount ("none", folder, "tmpfs", 0, NULL) < 0)
      _exit (77);
    fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0
        || close (openat (fd, "memory.max", O_CREAT | O_WRONLY, 0600)) < 0)
      _exit (77);
    if (kv_cg_write_u64 (fd, true, "memory.max", 1) == 0
        || errno != EMEDIUMTYPE)
      _exit (1);
    _exit (kv_cg_open_child (fd, true, ".") >= 0);
  }
  waitpid (pid, &status, 0);
  rmdir (folder);
  if (WIFEXITED (status) && WEXITSTATUS (status) == 77)
    tap_skip (name, "cannot mount here");
  else
    tap_ok (status == 0, name);
}

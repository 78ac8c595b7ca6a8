/* SPDX-License-Identifier: Apache-2.0 */
/* Real groups: do limits hold, is a hit typed, does a tree die, is nothing
 * left?  Speaks TAP; skips what this host or user has no groups for. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/limit/cgroup.h"
#include "core/util/cleanup.h"
#include "tests/limit/tap.h"

#define MIB (UINT64_C (1) << 20)

static int test_number;
static bool all_good = true;

void
tap_ok (bool good, const char *name)
{
  printf ("%sok %d - %s\n", good ? "" : "not ", ++test_number, name);
  all_good = all_good && good;
}

void
tap_skip (const char *name, const char *reason)
{
  printf ("ok %d - %s # SKIP %s\n", ++test_number, name, reason);
}

void
tap_note (const struct kv_error *err)
{
  if (err->code[0] != '\0')
    printf ("# %s %s (%s)\n", err->code, err->text, err->hint);
}

double
seconds (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

/* A child that joins every group and then does WORK. */
pid_t
start_inside (const struct kv_limits *limits, void (*work) (void))
{
  pid_t pid;
  unsigned i;

  fflush (stdout);
  pid = fork ();
  if (pid != 0)
    return pid;
  for (i = 0; i < limits->n_groups; i++)
    if (limits->groups[i].join_fd >= 0
        && write (limits->groups[i].join_fd, "0", 1) != 1)
      _exit (99);
  work ();
  _exit (0);
}

void
work_wait (void)
{
  for (;;)
    pause ();
}

bool
make (struct kv_limits *limits, const char *id,
      const struct kv_limits_wanted *wanted)
{
  struct kv_error err = { 0 };
  uint64_t required = KAVACH_BIT (KAVACH_CTL_MEMORY)
                      | KAVACH_BIT (KAVACH_CTL_PIDS)
                      | KAVACH_BIT (KAVACH_CTL_CPU);

  if (kv_limits_make (limits, id, wanted, required, &err) == 0)
    return true;
  tap_note (&err);
  return false;
}

/* Is any group of this name left in any folder it was in? */
bool
is_left (const struct kv_limits *made)
{
  unsigned i;

  for (i = 0; i < made->n_groups; i++) {
    struct stat st;

    if (fstatat (made->groups[i].parent_fd, made->groups[i].name, &st, 0) == 0)
      return true;
  }
  return false;
}

static void
work_hog (void)
{
  size_t size = 256 * MIB;
  volatile char *m = mmap (NULL, size, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  size_t i;

  if (m == MAP_FAILED)
    _exit (98);
  for (i = 0; i < size; i += 4096)
    m[i] = 1;
}

static void
test_memory (void)
{
  const struct kv_limits_wanted wanted = { .memory = 32 * MIB };
  struct kv_limits limits;
  struct kv_limits_hit hit;
  int status = 0;
  pid_t pid;

  if (!make (&limits, "memory", &wanted)) {
    tap_ok (false, "a memory group is made");
    return;
  }
  pid = start_inside (&limits, work_hog);
  waitpid (pid, &status, 0);
  kv_limits_hit (&limits, &hit);
  tap_ok (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL,
          "a memory hog is killed");
  tap_ok (hit.memory && !hit.pids, "and typed as memory");
  tap_ok (hit.memory_peak == 0 || hit.memory_peak <= 33 * MIB,
          "at no more than its limit");
  kv_limits_remove (&limits);
}

static void
work_little (void)
{
}

static void
test_no_hit (void)
{
  const struct kv_limits_wanted wanted
      = { .memory = 64 * MIB, .pids = 10, .cpu = 1000 };
  struct kv_limits limits;
  struct kv_limits_hit hit;
  int status = 0;

  if (!make (&limits, "quiet", &wanted)) {
    tap_ok (false, "groups are made");
    return;
  }
  waitpid (start_inside (&limits, work_little), &status, 0);
  kv_limits_hit (&limits, &hit);
  tap_ok (status == 0 && !hit.memory && !hit.pids && !hit.cpu,
          "a modest command hits nothing");
  kv_limits_remove (&limits);
}

/* Forks until it may not, says how often by its exit status. */
static void
work_bomb (void)
{
  int n;

  for (n = 0; n < 100; n++) {
    pid_t pid = fork ();

    if (pid < 0)
      break;
    if (pid == 0)
      work_wait ();
  }
  _exit (n);
}

static void
test_pids (void)
{
  const struct kv_limits_wanted wanted = { .pids = 12 };
  struct kv_limits limits;
  struct kv_limits_hit hit;
  int status = 0;
  double begin;

  if (!make (&limits, "pids", &wanted)) {
    tap_ok (false, "a pids group is made");
    return;
  }
  waitpid (start_inside (&limits, work_bomb), &status, 0);
  kv_limits_hit (&limits, &hit);
  tap_ok (WIFEXITED (status) && WEXITSTATUS (status) == 11,
          "a fork bomb stops at the limit");
  tap_ok (hit.pids && !hit.memory, "and is typed as pids");
  /* Its children live on: removing ends them. */
  begin = seconds ();
  kv_limits_remove (&limits);
  tap_ok (seconds () - begin < 0.5, "what it left is killed and removed");
}

static void
work_spin (void)
{
  double end = seconds () + 1.5;

  while (seconds () < end)
    ;
}

static void
test_cpu (void)
{
  const struct kv_limits_wanted wanted = { .cpu = 250 };
  struct kv_limits limits;
  struct kv_limits_hit hit;
  struct rusage usage;
  double used, took, begin;
  int status;
  pid_t pid;

  if (!make (&limits, "cpu", &wanted)) {
    tap_ok (false, "a cpu group is made");
    return;
  }
  begin = seconds ();
  pid = start_inside (&limits, work_spin);
  memset (&usage, 0, sizeof usage);
  wait4 (pid, &status, 0, &usage);
  took = seconds () - begin;
  used = (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  kv_limits_hit (&limits, &hit);
  printf ("# %.3f s of %.3f s\n", used, took);
  tap_ok (used / took < 0.25 * 1.2, "a quarter of a cpu is not exceeded");
  tap_ok (hit.cpu, "and the throttling is seen");
  kv_limits_remove (&limits);
}

static int counter[2] = { -1, -1 };

static void
work_tick (void)
{
  for (;;) {
    struct timespec t = { 0, 2000000 };

    if (write (counter[1], ".", 1) != 1)
      _exit (1);
    nanosleep (&t, NULL);
  }
}

/* Did anything arrive within MS? What is waiting already does not count. */
static bool
ticks (int ms)
{
  struct pollfd p = { .fd = counter[0], .events = POLLIN };
  char junk[4096];

  while (poll (&p, 1, 0) > 0)
    if (read (counter[0], junk, sizeof junk) <= 0)
      break;
  return poll (&p, 1, ms) > 0;
}

static void
test_freeze (void)
{
  const struct kv_limits_wanted wanted = { .pids = 10, .pause = true };
  struct kv_limits limits;
  pid_t pid;

  if (pipe2 (counter, O_CLOEXEC) < 0 || !make (&limits, "pause", &wanted)) {
    tap_ok (false, "a group for pausing is made");
    return;
  }
  pid = start_inside (&limits, work_tick);
  tap_ok (ticks (2000), "it runs");
  if (kv_limits_freeze (&limits, true) < 0 && errno == ENOSYS)
    tap_skip ("frozen, it does not", "no freezer here");
  else
    tap_ok (!ticks (100), "frozen, it does not");
  kv_limits_freeze (&limits, false);
  tap_ok (ticks (2000), "thawed, it runs again");
  kv_limits_freeze (&limits, true);
  tap_ok (kv_limits_kill (&limits) == 0 && waitpid (pid, NULL, 0) == pid,
          "what is frozen can be killed");
  kv_limits_remove (&limits);
  close (counter[0]);
  close (counter[1]);
}

int
main (void)
{
  struct kv_controls probe = { 0 };
  uint64_t have;

  setvbuf (stdout, NULL, _IOLBF, 0);
  kv_limits_probe (&probe);
  have = kv_controls_full (&probe);
  if ((have & KAVACH_BIT (KAVACH_CTL_MEMORY)) == 0
      || (have & KAVACH_BIT (KAVACH_CTL_PIDS)) == 0
      || (have & KAVACH_BIT (KAVACH_CTL_CPU)) == 0) {
    printf ("1..0 # SKIP %s\n", probe.c[KAVACH_CTL_MEMORY].hint);
    return 0;
  }
  test_no_hit ();
  test_memory ();
  test_pids ();
  test_cpu ();
  test_freeze ();
  test_tree ();
  test_read_back ();
  test_two ();
  test_sweep ();
  test_trap ();
  printf ("1..%d\n", test_number);
  return all_good ? 0 : 1;
}

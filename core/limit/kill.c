/* SPDX-License-Identifier: Apache-2.0 */
/* Stopping, continuing and killing all that is in a group. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "core/limit/cgroup.h"
#include "core/util/cleanup.h"
#include "core/util/clock.h"
#include "core/util/fd.h"

/* How long a group may take to freeze, or to die. */
#define FREEZE_MS 500
#define DEATH_MS 1000

void
kv_cg_pause (unsigned turn)
{
  struct timespec wait = { 0, turn < 5 ? 100000L << turn : 4000000L };

  nanosleep (&wait, NULL);
}

/* Is the process behind this pid still one of the group's?  Asked after its
 * pidfd was opened, so that a number that went to somebody else meanwhile is
 * left alone. */
static bool
is_member (pid_t pid, const char *name)
{
  char path[64], text[8192];

  snprintf (path, sizeof path, "/proc/%ld/cgroup", (long) pid);
  return kv_read_at (AT_FDCWD, path, text, sizeof text) > 0
         && strstr (text, name) != NULL;
}

static void
kill_one (pid_t pid, const char *name)
{
  kv_autoclose int fd = (int) syscall (SYS_pidfd_open, pid, 0);

  if (!is_member (pid, name))
    return;
  if (fd >= 0)
    syscall (SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0);
  else if (errno == ENOSYS || errno == EPERM)
    kill (pid, SIGKILL);
}

int
kv_cg_kill_listed (int group, bool v2, const char *name)
{
  kv_autoclose int fd = kv_cg_open (group, v2, "cgroup.procs", O_RDONLY);
  kv_autofclose FILE *list = NULL;
  char line[32];
  int n = 0;

  if (fd < 0)
    return -1;
  list = fdopen (fd, "r");
  if (list == NULL)
    return -1;
  fd = -1;
  while (fgets (line, sizeof line, list) != NULL) {
    long pid = strtol (line, NULL, 10);

    n++;
    /* 0 stands for one that this pid namespace does not show. */
    if (pid > 1 && pid != (long) getpid ())
      kill_one ((pid_t) pid, name);
  }
  return n;
}

/* Until a pass finds nobody.  CLOSE_PIDS is a v1 pids group, or -1: a tree that
 * forks faster than it is counted off may not fork at all; not before, as a
 * fork that fails because of this would be taken for a limit that was hit. */
int
kv_cg_kill_all (int group, bool v2, int close_pids, const char *name)
{
  int64_t end = kv_now_ms () + DEATH_MS;
  unsigned turn = 0;

  for (;;) {
    int n = kv_cg_kill_listed (group, v2, name);

    if (n <= 0)
      return n;
    if (kv_now_ms () >= end) {
      errno = EBUSY;
      return -1;
    }
    if (turn == 3 && close_pids >= 0)
      (void) kv_cg_write (close_pids, false, "pids.max", "0");
    kv_cg_pause (turn++);
  }
}

static int
wait_for_state (int group, const char *state)
{
  int64_t end = kv_now_ms () + FREEZE_MS;
  char text[32];
  unsigned turn = 0;

  for (;;) {
    if (kv_cg_read (group, false, "freezer.state", text, sizeof text) < 0)
      return -1;
    text[strcspn (text, "\n")] = '\0';
    if (strcmp (text, state) == 0)
      return 0;
    if (kv_now_ms () >= end) {
      errno = EBUSY;
      return -1;
    }
    kv_cg_pause (turn++);
    /* New threads may have slipped through: asking again catches them. */
    if (kv_cg_write (group, false, "freezer.state", state) < 0)
      return -1;
  }
}

int
kv_cg_freeze_v1 (int group, bool frozen)
{
  const char *state = frozen ? "FROZEN" : "THAWED";

  if (kv_cg_write (group, false, "freezer.state", state) < 0)
    return -1;
  return wait_for_state (group, state);
}

static int
freeze_v2 (int group, bool frozen)
{
  int64_t end = kv_now_ms () + FREEZE_MS;
  uint64_t value;
  unsigned turn = 0;

  if (kv_cg_write (group, true, "cgroup.freeze", frozen ? "1" : "0") < 0)
    return -1;
  for (;;) {
    if (kv_cg_read_key (group, true, "cgroup.events", "frozen", &value) < 0)
      return -1;
    if (value == frozen)
      return 0;
    if (kv_now_ms () >= end) {
      errno = EBUSY;
      return -1;
    }
    kv_cg_pause (turn++);
  }
}

const struct kv_group *
kv_cg_group (const struct kv_limits *limits, unsigned controller)
{
  unsigned i;

  for (i = 0; i < limits->n_groups; i++)
    if ((limits->groups[i].controllers & controller) != 0)
      return &limits->groups[i];
  return NULL;
}

int
kv_limits_freeze (const struct kv_limits *limits, bool frozen)
{
  const struct kv_group *g;

  if (limits->kind == KV_LIMIT_CGROUP_V2 && limits->n_groups > 0)
    return freeze_v2 (limits->groups[0].fd, frozen);
  g = kv_cg_group (limits, KV_CG_FREEZER);
  if (g == NULL) {
    errno = ENOSYS;
    return -1;
  }
  return kv_cg_freeze_v1 (g->fd, frozen);
}

static int
kill_v1 (const struct kv_limits *limits)
{
  const struct kv_group *freezer = kv_cg_group (limits, KV_CG_FREEZER);
  const struct kv_group *pids = kv_cg_group (limits, KV_CG_PIDS);
  int result = 0;
  unsigned i;

  if (freezer != NULL) {
    /* What is frozen takes its signal when it thaws, before anything else. */
    (void) kv_cg_freeze_v1 (freezer->fd, true);
    (void) kv_cg_kill_listed (freezer->fd, false, limits->name);
    if (kv_cg_write (freezer->fd, false, "freezer.state", "THAWED") < 0)
      result = -1;
  }
  for (i = 0; i < limits->n_groups; i++)
    if (kv_cg_kill_all (limits->groups[i].fd, false,
                        pids != NULL ? pids->fd : -1, limits->name)
        < 0)
      result = -1;
  return result;
}

int
kv_cg_kill_v2 (int group, const char *name)
{
  /* Since Linux 5.14; it reaches what is frozen and whoever forks. */
  if (kv_cg_write (group, true, "cgroup.kill", "1") == 0)
    return 0;
  if (errno != ENOENT)
    return -1;
  (void) freeze_v2 (group, true);
  (void) kv_cg_kill_listed (group, true, name);
  (void) kv_cg_write (group, true, "cgroup.freeze", "0");
  return kv_cg_kill_all (group, true, -1, name);
}

int
kv_limits_kill (const struct kv_limits *limits)
{
  if (limits->n_groups == 0)
    return 0;
  if (limits->kind == KV_LIMIT_CGROUP_V2)
    return kv_cg_kill_v2 (limits->groups[0].fd, limits->name);
  return kill_v1 (limits);
}

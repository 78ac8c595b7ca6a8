/* SPDX-License-Identifier: Apache-2.0 */
/* The way to every process below init where nothing bounds kill (-1): from
 * list of children to list of children, as far as proc can be read. */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "core/init/init.h"
#include "core/util/cleanup.h"

/* A deeper tree is cut off here and found again from its orphans. */
#define DEPTH 512

struct walk {
  int sig;
  unsigned count;
};

static void walk_list (struct walk *, int fd, int depth);

static void
walk_tasks (struct walk *walk, int tasks, int depth)
{
  _Alignas(struct dirent64) char room[512];
  ssize_t got;

  while ((got = getdents64 (tasks, room, sizeof room)) > 0) {
    ssize_t at = 0;

    while (at < got) {
      const struct dirent64 *entry = (const void *) (room + at);
      kv_autoclose int fd = -1;
      char path[32];

      at += entry->d_reclen;
      if (entry->d_name[0] == '.')
        continue;
      snprintf (path, sizeof path, "%.16s/children", entry->d_name);
      fd = openat (tasks, path, O_RDONLY | O_CLOEXEC);
      if (fd >= 0)
        walk_list (walk, fd, depth);
    }
  }
}

/* Each thread has its own list of children. */
static void
walk_below (struct walk *walk, pid_t pid, int depth)
{
  kv_autoclose int tasks = -1;
  char path[32];

  if (depth >= DEPTH)
    return;
  snprintf (path, sizeof path, "/proc/%d/task", (int) pid);
  tasks = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (tasks >= 0)
    walk_tasks (walk, tasks, depth);
}

/* STOP from the top: what is stopped makes no more children.  KILL from the
 * bottom: the kernel continues a stopped group whose parent went first. */
static void
walk_one (struct walk *walk, pid_t pid, int depth)
{
  walk->count++;
  if (walk->sig == SIGKILL)
    walk_below (walk, pid, depth + 1);
  (void) kill (pid, walk->sig);
  if (walk->sig != SIGKILL)
    walk_below (walk, pid, depth + 1);
}

/* FD gives pids in decimal, a blank behind each. */
static void
walk_list (struct walk *walk, int fd, int depth)
{
  char text[256];
  off_t at = 0;
  pid_t pid = 0;
  ssize_t got;

  while ((got = pread (fd, text, sizeof text, at)) > 0) {
    ssize_t i;

    for (i = 0; i < got; i++)
      if (text[i] >= '0' && text[i] <= '9')
        pid = pid * 10 + (text[i] - '0');
      else {
        if (pid > 1)
          walk_one (walk, pid, depth);
        pid = 0;
      }
    at += got;
  }
}

unsigned
kv_signal_below (int children_fd, int sig)
{
  struct walk walk = { .sig = sig };

  walk_list (&walk, children_fd, 0);
  return walk.count;
}

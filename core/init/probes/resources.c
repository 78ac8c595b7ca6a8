/* SPDX-License-Identifier: Apache-2.0 */
/* Using things up.  Each is tried alone, in a run of its own. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/init/probes/probe.h"

/* The plants name the limits of the run: 64 MiB, 40 processes, 64 files, files
 * of 8 MiB, 16 MiB of /tmp, or a little more.  What is tried is at least twice
 * that, and no more than any host has. */
enum { MIB = 1 << 20, FOLDER_MIB = 48 };

static bool
has_limit (const char *key)
{
  return kv_plant_number (key) > 0;
}

enum kv_verdict
kv_probe_processes (void)
{
  pid_t pids[256];
  int n = 0, i;
  enum kv_verdict verdict;

  if (!has_limit ("limit_pids"))
    return kv_reached ("no limit");
  while (n < 256 && (pids[n] = fork ()) >= 0) {
    if (pids[n] == 0) {
      pause ();
      _exit (0);
    }
    n++;
  }
  verdict = n >= 128 ? kv_reached ("%d processes", n)
                     : kv_held ("%d processes, then %s", n, strerror (errno));
  for (i = 0; i < n; i++)
    kill (pids[i], SIGKILL);
  for (i = 0; i < n; i++)
    waitpid (pids[i], NULL, 0);
  return verdict;
}

static int
touch_memory (size_t mib)
{
  size_t i;

  for (i = 0; i < mib; i++) {
    char *block = mmap (NULL, MIB, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (block == MAP_FAILED)
      return -1;
    memset (block, 1, MIB);
  }
  return 0;
}

/* 160 MiB in one process: killed, or refused. */
enum kv_verdict
kv_probe_memory_one (void)
{
  if (!has_limit ("limit_memory"))
    return kv_reached ("no limit");
  return kv_by_result (touch_memory (160));
}

/* A limit per process is none: eight with 20 MiB each, alive together.  One
 * that is killed never says that it has them. */
enum kv_verdict
kv_probe_memory_many (void)
{
  int pipes[2], n, ready = 0, gone = 0;
  struct pollfd set;
  pid_t pids[8];
  char byte;

  if (!has_limit ("limit_memory"))
    return kv_reached ("no limit");
  if (pipe2 (pipes, O_CLOEXEC) != 0)
    return kv_unanswered ("%s", strerror (errno));
  for (n = 0; n < 8; n++) {
    pids[n] = fork ();
    if (pids[n] == 0) {
      byte = 'y';
      if (touch_memory (20) == 0 && write (pipes[1], &byte, 1) == 1)
        pause ();
      _exit (0);
    }
  }
  set = (struct pollfd){ .fd = pipes[0], .events = POLLIN };
  while (ready < 8 && gone == 0) {
    if (poll (&set, 1, 20) == 1 && read (pipes[0], &byte, 1) == 1)
      ready++;
    gone = waitpid (-1, NULL, WNOHANG) != 0;
  }
  for (n = 0; n < 8; n++)
    if (pids[n] > 0)
      kill (pids[n], SIGKILL);
  return gone == 0 ? kv_reached ("eight live")
                   : kv_held ("one was ended when %d had theirs", ready);
}

/* Memory that no process holds. */
enum kv_verdict
kv_probe_memory_file (void)
{
  static char block[MIB];
  int fd = memfd_create ("fill", MFD_CLOEXEC), i;

  if (!has_limit ("limit_memory"))
    return kv_reached ("no limit");
  memset (block, 1, sizeof block);
  if (fd < 0)
    return kv_held ("memfd_create: %s", strerror (errno));
  signal (SIGXFSZ, SIG_IGN);
  for (i = 0; i < 160; i++)
    if (write (fd, block, sizeof block) != sizeof block)
      return kv_held ("%d MiB, then %s", i, strerror (errno));
  return kv_reached ("160 MiB");
}

static enum kv_verdict
fill_folder (const char *folder)
{
  static char block[MIB];
  char path[256];
  int i, j, n = 0, fd;

  if (!has_limit ("limit_tmp"))
    return kv_reached ("no limit");
  memset (block, 1, sizeof block);
  signal (SIGXFSZ, SIG_IGN);
  for (i = 0; i < FOLDER_MIB / 4; i++) {
    snprintf (path, sizeof path, "%s/fill-%d", folder, i);
    fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
               0600);
    /* It lives as long as it is open. */
    if (fd >= 0)
      (void) unlink (path);
    if (fd < 0)
      return kv_held ("%d MiB, then %s", n, strerror (errno));
    for (j = 0; j < 4; j++, n++)
      if (write (fd, block, sizeof block) != sizeof block)
        return kv_held ("%d MiB, then %s", n, strerror (errno));
  }
  return kv_reached ("%d MiB", n);
}

enum kv_verdict
kv_probe_disk_tmp (void)
{
  const char *tmp = getenv ("TMPDIR");

  return fill_folder (tmp != NULL ? tmp : "/tmp");
}

enum kv_verdict
kv_probe_disk_shm (void)
{
  return fill_folder ("/dev/shm");
}

enum kv_verdict
kv_probe_disk_home (void)
{
  const char *home = getenv ("HOME");

  return fill_folder (home != NULL ? home : "/");
}

enum kv_verdict
kv_probe_disk_root (void)
{
  return fill_folder ("/");
}

enum kv_verdict
kv_probe_file_size (void)
{
  static char block[MIB];
  const char *tmp = getenv ("TMPDIR");
  char path[256];
  int fd, i;

  if (!has_limit ("limit_file_size"))
    return kv_reached ("no limit");
  snprintf (path, sizeof path, "%s/fill", tmp != NULL ? tmp : "/tmp");
  fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd >= 0)
    (void) unlink (path);
  if (fd < 0)
    return kv_unanswered ("%s", strerror (errno));
  signal (SIGXFSZ, SIG_IGN);
  for (i = 0; i < 12; i++)
    if (write (fd, block, sizeof block) != sizeof block)
      return kv_held ("%d MiB, then %s", i, strerror (errno));
  return kv_reached ("12 MiB");
}

enum kv_verdict
kv_probe_descriptors (void)
{
  int n = 0;

  if (!has_limit ("limit_files"))
    return kv_reached ("no limit");
  while (n < 512 && dup (0) >= 0)
    n++;
  return n >= 128 ? kv_reached ("%d", n)
                  : kv_held ("%d, then %s", n, strerror (errno));
}

/* Two that count for 800 ms: more than the limit and a third is too much.
 * The plants name
 * a limit that is less than any host has. */
enum kv_verdict
kv_probe_cpu_time (void)
{
  const long limit = kv_plant_number ("limit_cpu");
  struct timespec begin, now;
  struct rusage used;
  long took, busy;
  pid_t pids[2];
  int i;

  if (limit <= 0)
    return kv_reached ("no limit");
  clock_gettime (CLOCK_MONOTONIC, &begin);
  for (i = 0; i < 2; i++) {
    pids[i] = fork ();
    if (pids[i] == 0)
      for (;;) {
        clock_gettime (CLOCK_MONOTONIC, &now);
        if ((now.tv_sec - begin.tv_sec) * 1000
                + (now.tv_nsec - begin.tv_nsec) / 1000000
            > 800)
          _exit (0);
      }
  }
  for (i = 0; i < 2; i++)
    if (pids[i] < 0 || waitpid (pids[i], NULL, 0) != pids[i])
      return kv_unanswered ("cannot fork");
  clock_gettime (CLOCK_MONOTONIC, &now);
  took = (now.tv_sec - begin.tv_sec) * 1000
         + (now.tv_nsec - begin.tv_nsec) / 1000000;
  getrusage (RUSAGE_CHILDREN, &used);
  busy = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000
         + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
  if (busy * 1000 > took * limit * 4 / 3)
    return kv_reached ("%ld ms of %ld ms", busy, took);
  return kv_held ("%ld ms of %ld ms", busy, took);
}

/* A process that left its session and its parent, and says that it is there.
 * The witness looks for its name after the run. */
enum kv_verdict
kv_probe_straggler (void)
{
  struct pollfd set;
  char byte = 'y';
  int pipes[2];
  pid_t pid;

  if (pipe2 (pipes, O_CLOEXEC) != 0 || (pid = fork ()) < 0)
    return kv_unanswered ("cannot fork");
  if (pid == 0) {
    if (setsid () < 0 || prctl (PR_SET_NAME, kv_plant ("mark")) != 0
        || fork () != 0)
      _exit (0);
    signal (SIGHUP, SIG_IGN);
    signal (SIGTERM, SIG_IGN);
    alarm (20);
    if (write (pipes[1], &byte, 1) == 1)
      for (;;)
        pause ();
    _exit (0);
  }
  close (pipes[1]);
  waitpid (pid, NULL, 0);
  set = (struct pollfd){ .fd = pipes[0], .events = POLLIN };
  return poll (&set, 1, 5000) == 1 && read (pipes[0], &byte, 1) == 1
             ? kv_held ("a process was left behind")
             : kv_unanswered ("no process could be left behind");
}

/* Past the time that the plants name. */
enum kv_verdict
kv_probe_wall_time (void)
{
  if (!has_limit ("limit_wall"))
    return kv_reached ("no limit");
  sleep (4);
  return kv_reached ("it went on");
}

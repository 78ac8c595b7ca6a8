/* SPDX-License-Identifier: Apache-2.0 */
/* Using things up.  Each is tried alone, in a run with small limits: 40
 * processes, 64 MiB, 64 files, files of 8 MiB, 16 MiB of /tmp. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/isolation/probe.h"

enum { MIB = 1 << 20 };

static enum verdict
processes (void)
{
  pid_t pids[256];
  int n = 0, i;
  enum verdict verdict;

  while (n < 256 && (pids[n] = fork ()) >= 0) {
    if (pids[n] == 0) {
      pause ();
      _exit (0);
    }
    n++;
  }
  verdict = n >= 64 ? opened ("%d processes", n)
                    : held ("%d processes, then %s", n, strerror (errno));
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

/* 128 MiB in one process: killed, or refused. */
static enum verdict
memory_one (void)
{
  return by_result (touch_memory (128));
}

/* A limit per process is none: eight with 16 MiB each, alive together. */
static enum verdict
memory_many (void)
{
  pid_t pids[8];
  int pipes[2], n, alive = 0;
  char byte;

  if (pipe2 (pipes, O_CLOEXEC) != 0)
    return no_answer ("%s", strerror (errno));
  for (n = 0; n < 8; n++) {
    pids[n] = fork ();
    if (pids[n] == 0) {
      close (pipes[0]);
      byte = touch_memory (16) == 0 ? 'y' : 'n';
      (void) !write (pipes[1], &byte, 1);
      alarm (10);
      pause ();
      _exit (0);
    }
  }
  close (pipes[1]);
  for (n = 0; n < 8 && read (pipes[0], &byte, 1) == 1; n++)
    ;
  /* Who said that it had its memory may have been killed for another's. */
  for (n = 0; n < 8; n++)
    if (pids[n] > 0 && waitpid (pids[n], NULL, WNOHANG) == 0)
      alive++;
  return alive == 8 ? opened ("eight live") : held ("%d live", alive);
}

/* Memory that no process holds. */
static enum verdict
memory_file (void)
{
  static char block[MIB];
  int fd = memfd_create ("fill", MFD_CLOEXEC), i;

  memset (block, 1, sizeof block);
  if (fd < 0)
    return held ("memfd_create: %s", strerror (errno));
  signal (SIGXFSZ, SIG_IGN);
  for (i = 0; i < 128; i++)
    if (write (fd, block, sizeof block) != sizeof block)
      return held ("%d MiB, then %s", i, strerror (errno));
  return opened ("128 MiB");
}

static enum verdict
fill_folder (const char *folder, int files)
{
  static char block[MIB];
  char path[256];
  int i, j, n = 0, fd;

  memset (block, 1, sizeof block);
  signal (SIGXFSZ, SIG_IGN);
  for (i = 0; i < files; i++) {
    snprintf (path, sizeof path, "%s/fill-%d", folder, i);
    fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
      return held ("%d MiB, then %s", n, strerror (errno));
    for (j = 0; j < 4; j++, n++)
      if (write (fd, block, sizeof block) != sizeof block)
        return held ("%d MiB, then %s", n, strerror (errno));
    close (fd);
  }
  return opened ("%d MiB", n);
}

static enum verdict
disk_tmp (void)
{
  const char *tmp = getenv ("TMPDIR");

  return fill_folder (tmp != NULL ? tmp : "/tmp", 12);
}

static enum verdict
disk_shm (void)
{
  return fill_folder ("/dev/shm", 32);
}

static enum verdict
disk_home (void)
{
  const char *home = getenv ("HOME");

  return fill_folder (home != NULL ? home : "/", 32);
}

static enum verdict
disk_root (void)
{
  return fill_folder ("/", 32);
}

static enum verdict
file_size (void)
{
  static char block[MIB];
  int fd = open ("fill", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), i;

  if (fd < 0)
    return no_answer ("%s", strerror (errno));
  signal (SIGXFSZ, SIG_IGN);
  for (i = 0; i < 16; i++)
    if (write (fd, block, sizeof block) != sizeof block)
      return held ("%d MiB, then %s", i, strerror (errno));
  return opened ("16 MiB");
}

static enum verdict
descriptors (void)
{
  int n = 0;

  while (n < 512 && dup (0) >= 0)
    n++;
  return n >= 128 ? opened ("%d", n)
                  : held ("%d, then %s", n, strerror (errno));
}

const struct probe res_probes[] = {
  { "res.processes", processes, true },
  { "res.memory-one", memory_one, true },
  { "res.memory-many", memory_many, true },
  { "res.memory-file", memory_file, true },
  { "res.disk-tmp", disk_tmp, true },
  { "res.disk-shm", disk_shm, true },
  { "res.disk-home", disk_home, true },
  { "res.disk-root", disk_root, true },
  { "res.file-size", file_size, true },
  { "res.descriptors", descriptors, true },
  { NULL, NULL, false },
};

/* SPDX-License-Identifier: Apache-2.0 */
/* The positive controls: what every command may do.  Where one fails, a
 * refusal of the like says nothing. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/init/probes/probe.h"
#include "core/init/probes/twins.h"

static bool
call_works (void)
{
  int pipes[2];

  return getppid () >= 0 && pipe2 (pipes, O_CLOEXEC) == 0;
}

static bool
read_works (void)
{
  return kv_file_has (kv_plant ("canary_file"), kv_plant ("canary"));
}

static bool
write_works (void)
{
  const char *folder = getenv ("TMPDIR");
  char path[4096];
  bool works;

  snprintf (path, sizeof path, "%s/kavach-twin-%d",
            folder != NULL ? folder : "/tmp", (int) getpid ());
  works = kv_put_file (path, "twin") == 0 && kv_file_has (path, "twin");
  return unlink (path) == 0 && works;
}

static bool
fork_works (void)
{
  pid_t pid = fork ();
  int status;

  if (pid == 0)
    for (;;)
      pause ();
  return pid > 0 && kill (pid, SIGKILL) == 0 && waitpid (pid, &status, 0) == pid
         && WIFSIGNALED (status);
}

static bool
ioctl_works (void)
{
  int pipes[2], waiting = 0;

  return pipe2 (pipes, O_CLOEXEC) == 0 && write (pipes[1], "twin", 4) == 4
         && ioctl (pipes[0], FIONREAD, &waiting) == 0 && waiting == 4;
}

bool
kv_twin_works (enum kv_twin twin)
{
  static bool (*const twins[KV_TWIN_COUNT]) (void) = {
    [KV_TWIN_CALL] = call_works,   [KV_TWIN_READ] = read_works,
    [KV_TWIN_WRITE] = write_works, [KV_TWIN_FORK] = fork_works,
    [KV_TWIN_IOCTL] = ioctl_works,
  };

  return twins[twin]();
}

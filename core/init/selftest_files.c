/* SPDX-License-Identifier: Apache-2.0 */
/* Landlock as seen from below: something that could be opened before, and
 * that no rule grants, must now be refused with EACCES. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "core/init/selftest.h"
#include "core/util/cleanup.h"

#define READ_FLAGS (O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
#define WRITE_FLAGS (O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* Opening one of these has no effect of its own. */
static const char *const readable[]
    = { "/", "/proc", "/sys", "/proc/self/status", "/dev", "/boot" };
static const char *const writable[]
    = { "/proc/self/comm", "/proc/self/oom_score_adj", "/dev/zero",
        "/dev/null" };
static const char *const devices[]
    = { "/dev", "/dev/kmsg", "/dev/fuse", "/dev/net/tun", "/dev/full" };

/* The first that is not granted and can be opened as yet. */
static const char *
candidate (const struct kv_init *init, const char *const *paths, size_t n,
           uint32_t access)
{
  size_t i;

  if ((init->plan.flags & KV_PLAN_LANDLOCK_FS) == 0)
    return NULL;
  for (i = 0; i < n; i++) {
    kv_autoclose int fd = -1;

    if (kv_plan_grants (&init->plan, paths[i], access))
      continue;
    fd = open (paths[i], access == KV_ACCESS_WRITE ? WRITE_FLAGS : READ_FLAGS);
    if (fd >= 0)
      return paths[i];
  }
  return NULL;
}

static enum kv_answer
try_open (const char *path, int flags)
{
  kv_autoclose int fd = -1;

  if (path == NULL)
    return KV_UNANSWERED;
  fd = open (path, flags);
  if (fd >= 0)
    return KV_OPEN;
  return errno == EACCES ? KV_HELD : KV_UNANSWERED;
}

void
kv_before_read (struct kv_init *init)
{
  init->before.read
      = candidate (init, readable, KV_COUNT (readable), KV_ACCESS_READ);
}

enum kv_answer
kv_test_read (const struct kv_init *init)
{
  return try_open (init->before.read, READ_FLAGS);
}

void
kv_before_write (struct kv_init *init)
{
  init->before.write
      = candidate (init, writable, KV_COUNT (writable), KV_ACCESS_WRITE);
}

enum kv_answer
kv_test_write (const struct kv_init *init)
{
  return try_open (init->before.write, WRITE_FLAGS);
}

void
kv_before_devices (struct kv_init *init)
{
  init->before.device
      = candidate (init, devices, KV_COUNT (devices), KV_ACCESS_READ);
}

enum kv_answer
kv_test_devices (const struct kv_init *init)
{
  return try_open (init->before.device, READ_FLAGS);
}

/* By number, because by descriptor (execveat) a filter may refuse it. */
static void
descriptor_path (int fd, char *path)
{
  static const char folder[] = "/proc/self/fd/";
  char digits[12];
  size_t n = sizeof digits;

  digits[--n] = '\0';
  do
    digits[--n] = (char) ('0' + fd % 10);
  while ((fd /= 10) > 0);
  memcpy (path, folder, sizeof folder - 1);
  memcpy (path + sizeof folder - 1, digits + n, sizeof digits - n);
}

/* Executes four printable bytes: ENOEXEC when it comes to looking at them,
 * and printable ones do not make the kernel load modules. */
static int
exec_errno (int fd)
{
  char *const none[] = { (char *) (uintptr_t) "none", NULL };
  char path[32];

  descriptor_path (fd, path);
  execve (path, none, none + 1);
  return errno;
}

/* A file without a name, in a folder that nothing may be executed from.  It
 * has to be opened once more: what is open for writing does not execute. */
static int
nameless_file (const char *folder)
{
  kv_autoclose int fd
      = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IXUSR);
  char path[32];

  if (fd < 0 || write (fd, "none", 4) != 4)
    return -1;
  descriptor_path (fd, path);
  return open (path, O_RDONLY | O_CLOEXEC);
}

void
kv_before_exec (struct kv_init *init)
{
  static const char *const folders[] = { "/dev/shm", "/tmp", "/var/tmp", "/" };
  size_t i;

  if ((init->plan.flags & KV_PLAN_LANDLOCK_FS) == 0)
    return;
  for (i = 0; i < KV_COUNT (folders); i++) {
    kv_autoclose int fd = -1;

    if (kv_plan_grants (&init->plan, folders[i], KV_ACCESS_EXEC))
      continue;
    fd = nameless_file (folders[i]);
    if (fd >= 0 && exec_errno (fd) == ENOEXEC) {
      init->before.exec_fd = kv_steal_fd (&fd);
      return;
    }
  }
}

enum kv_answer
kv_test_exec (const struct kv_init *init)
{
  if (init->before.exec_fd < 0)
    return KV_UNANSWERED;
  switch (exec_errno (init->before.exec_fd)) {
  case EACCES:
    return KV_HELD;
  case ENOEXEC:
    return KV_OPEN;
  default:
    return KV_UNANSWERED;
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <asm/ioctls.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>

#include "core/filter/guard.h"
#include "core/util/cleanup.h"

/* Same on every architecture that kavach-filter serves, and not to be taken
 * from this machine's C library, whose O_LARGEFILE and O_TMPFILE are
 * composed. */
enum {
  OPEN_CREAT = 0100,
  OPEN_TMPFILE_BIT = 020000000,
  SET_ID = S_ISUID | S_ISGID
};

static int
add_rule (const struct kv_guard_call *call, uint32_t action, unsigned n,
          const struct scmp_arg_cmp *conditions)
{
  return seccomp_rule_add_array (call->ctx, action, call->number, n,
                                 conditions);
}

static int
add_ioctl (const struct kv_guard_call *call)
{
  static const uint32_t refused[] = {
    /* Types into the terminal; pastes into the console. */
    TIOCSTI,
    TIOCLINUX,
    /* Line disciplines: modules for modems nobody has. */
    TIOCSETD,
  };
  size_t i;

  for (i = 0; i < KV_COUNT (refused); i++) {
    struct scmp_arg_cmp request = kv_masked (1, 0xffffffff, refused[i]);
    int rc;

    if (KV_FAULT (KV_FAULT_IOCTL_64_BITS))
      request = SCMP_CMP64 (1, SCMP_CMP_EQ, refused[i], 0);
    if (KV_FAULT (KV_FAULT_IOCTL_LINUX) && refused[i] == TIOCLINUX)
      continue;
    rc = add_rule (call, SCMP_ACT_ERRNO (EPERM), 1, &request);
    if (rc < 0)
      return rc;
  }
  return 0;
}

const struct kv_guard kv_guard_ioctl = {
  .otherwise = SCMP_ACT_ALLOW,
  .add = add_ioctl,
  .note = "not TIOCSTI, TIOCLINUX, TIOCSETD",
};

/* A mode of 0 in the type bits makes a regular file too. */
static int
add_mknod_mode (const struct kv_guard_call *call, unsigned argument)
{
  static const uint32_t types[] = { 0, S_IFREG, S_IFIFO, S_IFCHR };
  size_t n = KV_COUNT (types) - !KV_FAULT (KV_FAULT_MKNOD);
  uint32_t mask = S_IFMT | SET_ID;
  size_t i;

  for (i = 0; i < n; i++) {
    struct scmp_arg_cmp mode = kv_masked (argument, mask, types[i]);
    int rc = add_rule (call, SCMP_ACT_ALLOW, 1, &mode);

    if (rc < 0)
      return rc;
  }
  return 0;
}

static int
add_mknod (const struct kv_guard_call *call)
{
  return add_mknod_mode (call, 1);
}

static int
add_mknodat (const struct kv_guard_call *call)
{
  return add_mknod_mode (call, 2);
}

const struct kv_guard kv_guard_mknod = {
  .otherwise = SCMP_ACT_ERRNO (EPERM),
  .add = add_mknod,
  .note = "regular files and FIFOs",
};

const struct kv_guard kv_guard_mknodat = {
  .otherwise = SCMP_ACT_ERRNO (EPERM),
  .add = add_mknodat,
  .note = "regular files and FIFOs",
};

static int
add_mode (const struct kv_guard_call *call, unsigned argument)
{
  uint32_t mask = KV_FAULT (KV_FAULT_SET_ID) ? S_ISGID : SET_ID;
  struct scmp_arg_cmp mode = kv_masked (argument, mask, 0);

  return add_rule (call, SCMP_ACT_ALLOW, 1, &mode);
}

static int
add_mode1 (const struct kv_guard_call *call)
{
  return add_mode (call, 1);
}

static int
add_mode2 (const struct kv_guard_call *call)
{
  return add_mode (call, 2);
}

const struct kv_guard kv_guard_mode1 = {
  .otherwise = SCMP_ACT_ERRNO (EPERM),
  .add = add_mode1,
  .note = "without the set-user-ID and set-group-ID bits",
};

const struct kv_guard kv_guard_mode2 = {
  .otherwise = SCMP_ACT_ERRNO (EPERM),
  .add = add_mode2,
  .note = "without the set-user-ID and set-group-ID bits",
};

/* Without these flags nothing is made, and the mode is rubbish. */
static int
add_open_flags (const struct kv_guard_call *call, unsigned flags)
{
  uint32_t bits = KV_FAULT (KV_FAULT_OPEN_SET_ID) ? S_ISGID : SET_ID;
  struct scmp_arg_cmp opens
      = kv_masked (flags, OPEN_CREAT | OPEN_TMPFILE_BIT, 0);
  struct scmp_arg_cmp plain = kv_masked (flags + 1, bits, 0);
  int rc = add_rule (call, SCMP_ACT_ALLOW, 1, &opens);

  return rc < 0 ? rc : add_rule (call, SCMP_ACT_ALLOW, 1, &plain);
}

static int
add_open (const struct kv_guard_call *call)
{
  return add_open_flags (call, 1);
}

static int
add_openat (const struct kv_guard_call *call)
{
  return add_open_flags (call, 2);
}

const struct kv_guard kv_guard_open = {
  .otherwise = SCMP_ACT_ERRNO (EPERM),
  .add = add_open,
  .note = "making files without the set-user-ID and set-group-ID bits",
};

const struct kv_guard kv_guard_openat = {
  .otherwise = SCMP_ACT_ERRNO (EPERM),
  .add = add_openat,
  .note = "making files without the set-user-ID and set-group-ID bits",
};

/* SPDX-License-Identifier: Apache-2.0 */
/* The caller's session keyring would come along with the credentials: a new
 * anonymous one takes its place. */
#include "config.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/init/init.h"

static bool
is_refused (long result)
{
  return result < 0 && (errno == ENOSYS || errno == EPERM);
}

/* Not one of the three calls gets as far as looking at its arguments: the
 * kernel has no keys, or a filter around this sandbox shuts them for good. */
static bool
no_way_to_keys (void)
{
  return is_refused (syscall (SYS_keyctl, -1L, 0L, 0L, 0L, 0L))
         && is_refused (syscall (SYS_add_key, NULL, NULL, NULL, 0L, 0L))
         && is_refused (syscall (SYS_request_key, NULL, NULL, NULL, 0L));
}

static long
session_keyring (void)
{
  return syscall (SYS_keyctl, (long) KEYCTL_GET_KEYRING_ID,
                  (long) KEY_SPEC_SESSION_KEYRING, 0L, 0L, 0L);
}

int
kv_replace_keyring (struct kv_init *init)
{
  long before = session_keyring (), own;

  if (before < 0 && (errno == ENOSYS || errno == EPERM) && no_way_to_keys ()) {
    init->keyring_closed = true;
    return 0;
  }
  own = syscall (SYS_keyctl, (long) KEYCTL_JOIN_SESSION_KEYRING, NULL, 0L, 0L,
                 0L);
  if (own < 0)
    return -1;
  if (own == before || session_keyring () != own) {
    errno = EEXIST;
    return -1;
  }
  init->keyring_own = true;
  return 0;
}

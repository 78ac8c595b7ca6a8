/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <sys/prctl.h>

#include "core/init/init.h"

int
kv_set_no_new_privs (struct kv_init *init)
{
  (void) init;
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    return -1;
  if (prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) {
    errno = EPERM;
    return -1;
  }
  return 0;
}

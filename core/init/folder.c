/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/init/init.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"

/* No link and no magic link of proc on the way, and then asked back: a
 * folder that lies outside the root reads as "(unreachable)".  The call is
 * made directly because the C library would go looking for a path. */
int
kv_enter_folder (struct kv_init *init)
{
  kv_autoclose int fd = -1;
  char path[PATH_MAX];

  init->subject = init->plan.cwd;
  fd = kv_open_nolinks (init->plan.cwd, O_PATH | O_DIRECTORY);
  if (fd < 0 || fchdir (fd) < 0)
    return -1;
  if (syscall (SYS_getcwd, path, sizeof path) < 0)
    return -1;
  if (path[0] != '/') {
    errno = EXDEV;
    return -1;
  }
  return 0;
}

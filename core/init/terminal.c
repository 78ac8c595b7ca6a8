/* SPDX-License-Identifier: Apache-2.0 */
/* A terminal made inside the sandbox, so that it has a name there: the
 * launcher gets its other end with the gate report. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/init/init.h"
#include "core/util/cleanup.h"

/* Since Linux 4.13; the peer comes from the descriptor, whatever is mounted
 * at /dev/pts. */
#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO ('T', 0x41)
#endif

int
kv_make_terminal (struct kv_init *init)
{
  kv_autoclose int master = -1;
  int locked = 0, slave, i;

  if ((init->plan.flags & KV_PLAN_TTY) == 0)
    return 0;
  init->subject = "/dev/ptmx";
  master = open ("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0 || ioctl (master, TIOCSPTLCK, &locked) < 0)
    return -1;
  slave = ioctl (master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0)
    return -1;
  for (i = 0; i < 3; i++)
    if (dup2 (slave, i) < 0)
      return -1;
  close (slave);
  init->terminal = kv_steal_fd (&master);
  return 0;
}

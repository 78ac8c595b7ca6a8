/* SPDX-License-Identifier: Apache-2.0 */
/* swap A B: exchanges the two names as fast as it can, until killed. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>

int
main (int argc, char **argv)
{
  if (argc != 3 || prctl (PR_SET_PDEATHSIG, SIGKILL) < 0)
    return 2;
  for (;;)
    if (renameat2 (AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE) < 0)
      return 1;
}

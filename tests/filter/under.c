/* SPDX-License-Identifier: Apache-2.0 */
/* under PROGRAM COMMAND [ARG...]: runs COMMAND under a seccomp program from
 * a file, with no_new_privs and nothing else. */
#include "config.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  static struct sock_filter code[BPF_MAXINSNS];
  struct sock_fprog program = { .filter = code };
  ssize_t n;
  int fd;

  if (argc < 3)
    return 2;
  fd = open (argv[1], O_RDONLY | O_CLOEXEC);
  n = fd < 0 ? -1 : read (fd, code, sizeof code);
  if (n <= 0) {
    perror (argv[1]);
    return 2;
  }
  program.len = (unsigned short) ((size_t) n / sizeof *code);
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0
      || syscall (SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0) {
    perror ("seccomp");
    return 2;
  }
  execvp (argv[2], argv + 2);
  perror (argv[2]);
  return 127;
}

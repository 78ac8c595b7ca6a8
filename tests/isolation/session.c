/* SPDX-License-Identifier: Apache-2.0 */
/* A caller's session: session NAME SECRET-FILE SERIAL-FILE COMMAND...
 * starts COMMAND in a session keyring of its own that holds a key called
 * NAME with the secret, whose serial number goes to SERIAL-FILE. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int
main (int argc, char *argv[])
{
  char secret[128] = "";
  long serial = -1;
  FILE *out;
  int fd;

  if (argc < 5) {
    fputs ("usage: session NAME SECRET-FILE SERIAL-FILE COMMAND...\n", stderr);
    return 2;
  }
  fd = open (argv[2], O_RDONLY | O_CLOEXEC);
  if (fd < 0 || read (fd, secret, sizeof secret - 1) < 0) {
    perror (argv[2]);
    return 1;
  }
  close (fd);
  /* Hosts without keyrings have none to leak. */
  if (syscall (SYS_keyctl, 1 /* JOIN_SESSION_KEYRING */, NULL) >= 0)
    serial = syscall (SYS_add_key, "user", argv[1], secret, strlen (secret),
                      -3 /* session keyring */);
  out = fopen (argv[3], "we");
  if (out == NULL || fprintf (out, "%ld\n", serial) < 0 || fclose (out) != 0) {
    perror (argv[3]);
    return 1;
  }
  execvp (argv[4], argv + 4);
  perror (argv[4]);
  return 127;
}

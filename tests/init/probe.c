/* SPDX-License-Identifier: Apache-2.0 */
/* What a shell cannot do, from inside: "probe NAME" prints one word. */
#include "config.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* The session keyring's number. */
static int
keyring (const char *unused)
{
  (void) unused;
  printf ("%ld\n", syscall (SYS_keyctl, (long) KEYCTL_GET_KEYRING_ID,
                            (long) KEY_SPEC_SESSION_KEYRING, 0L, 0L, 0L));
  return 0;
}

static int
say (int result)
{
  puts (result < 0 ? strerrorname_np (errno) : "done");
  return 0;
}

static int
connect_tcp (const char *port)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in to
      = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) atoi (port)) };

  to.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  return say (connect (fd, (struct sockaddr *) &to, sizeof to));
}

static int
bind_tcp (const char *port)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in at
      = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) atoi (port)) };

  at.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  return say (bind (fd, (struct sockaddr *) &at, sizeof at));
}

static socklen_t
abstract (struct sockaddr_un *name, const char *text)
{
  memset (name, 0, sizeof *name);
  name->sun_family = AF_UNIX;
  strncpy (name->sun_path + 1, text, sizeof name->sun_path - 2);
  return (socklen_t) (offsetof (struct sockaddr_un, sun_path) + 1
                      + strlen (name->sun_path + 1));
}

static int
connect_abstract (const char *text)
{
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un name;
  socklen_t size = abstract (&name, text);

  return say (connect (fd, (struct sockaddr *) &name, size));
}

/* Stays until its standard input ends. */
static int
listen_abstract (const char *text)
{
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un name;
  socklen_t size = abstract (&name, text);

  say (bind (fd, (struct sockaddr *) &name, size));
  fflush (stdout);
  while (getchar () != EOF)
    ;
  return 0;
}

static int
push_key (const char *unused)
{
  (void) unused;
  return say (ioctl (0, TIOCSTI, "x"));
}

static int
death_signal (const char *unused)
{
  int sig = 0;

  (void) unused;
  if (prctl (PR_GET_PDEATHSIG, &sig) < 0)
    return say (-1);
  printf ("%d\n", sig);
  return 0;
}

static const struct {
  const char *name;
  int (*run) (const char *);
} probes[] = {
  { "keyring", keyring },
  { "connect-tcp", connect_tcp },
  { "bind-tcp", bind_tcp },
  { "connect-abstract", connect_abstract },
  { "listen-abstract", listen_abstract },
  { "push-key", push_key },
  { "death-signal", death_signal },
};

int
main (int argc, char **argv)
{
  size_t i;

  for (i = 0; argc > 1 && i < sizeof probes / sizeof probes[0]; i++)
    if (strcmp (argv[1], probes[i].name) == 0)
      return probes[i].run (argc > 2 ? argv[2] : "");
  fprintf (stderr, "probe: which?\n");
  return 99;
}

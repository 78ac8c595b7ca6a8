/* SPDX-License-Identifier: Apache-2.0 */
/* The witness outside: something to find, and a log of who came.
 *
 *   witness FOLDER MARK SECRET
 *
 * runs until it is killed.  It writes FOLDER/plants (what the battery looks
 * for) and appends to FOLDER/arrivals whatever anybody sends.  Its command
 * line shows MARK; SECRET is in its memory and, put there by the script, in
 * its environment.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { MAX_SOCKETS = 64 };

static char secret[128];
static int shm = -1, msg = -1, sem = -1;
static char mq_name[128], shm_name[128];
static mqd_t queue = (mqd_t) -1;
static int arrivals = -1;
static volatile sig_atomic_t ended, signalled;

static void
on_signal (int number)
{
  if (number == SIGUSR1)
    signalled = 1;
  else
    ended = 1;
}

static void
must (long result, const char *what)
{
  if (result < 0) {
    fprintf (stderr, "witness: %s: %s\n", what, strerror (errno));
    exit (1);
  }
}

static void
arrived (const char *text, ssize_t n)
{
  if (n > 0)
    (void) !write (arrivals, text, (size_t) n);
}

static int
listen_unix (const char *name, int abstract)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  size_t length = strlen (name);
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  must (fd, "socket");
  if (length + 1 >= sizeof address.sun_path)
    length = sizeof address.sun_path - 2;
  memcpy (address.sun_path + abstract, name, length);
  must (bind (fd, (struct sockaddr *) &address,
              (socklen_t) (offsetof (struct sockaddr_un, sun_path)
                           + (size_t) abstract + length)),
        name);
  must (listen (fd, 16), "listen");
  if (!abstract)
    must (chmod (name, 0666), name);
  return fd;
}

static int
open_inet (int type, int *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons ((uint16_t) *port),
                                 .sin_addr.s_addr = htonl (INADDR_ANY) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, type | SOCK_CLOEXEC, 0);

  must (fd, "socket");
  must (bind (fd, (struct sockaddr *) &address, sizeof address), "bind");
  must (getsockname (fd, (struct sockaddr *) &address, &length), "name");
  *port = ntohs (address.sin_port);
  if (type == SOCK_STREAM)
    must (listen (fd, 16), "listen");
  return fd;
}

static void
make_ipc (const char *mark)
{
  struct mq_attr attr = { .mq_maxmsg = 8, .mq_msgsize = 64 };
  int fd;

  shm = shmget (IPC_PRIVATE, 4096, IPC_CREAT | 0666);
  if (shm >= 0) {
    void *memory = shmat (shm, NULL, 0);

    if (memory != (void *) -1)
      memcpy (memory, secret, strlen (secret) + 1);
  }
  msg = msgget (IPC_PRIVATE, IPC_CREAT | 0666);
  sem = semget (IPC_PRIVATE, 1, IPC_CREAT | 0666);
  if (sem >= 0)
    semctl (sem, 0, SETVAL, 4711);
  snprintf (mq_name, sizeof mq_name, "/%s", mark);
  queue = mq_open (mq_name, O_RDWR | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0666,
                   &attr);
  snprintf (shm_name, sizeof shm_name, "/%s", mark);
  fd = shm_open (shm_name, O_RDWR | O_CREAT, 0666);
  if (fd >= 0) {
    (void) !fchmod (fd, 0666);
    (void) !write (fd, secret, strlen (secret));
    close (fd);
  }
}

static void
remove_ipc (void)
{
  shmctl (shm, IPC_RMID, NULL);
  msgctl (msg, IPC_RMID, NULL);
  semctl (sem, 0, IPC_RMID);
  mq_unlink (mq_name);
  shm_unlink (shm_name);
}

/* Written under another name first: who sees it sees all of it. */
static void
write_plants (const char *folder, const char *mark, int port)
{
  char path[4096], final[4096];
  FILE *f;

  snprintf (path, sizeof path, "%s/plants.new", folder);
  snprintf (final, sizeof final, "%s/plants", folder);
  f = fopen (path, "we");
  must (f == NULL ? -1 : 0, path);
  fprintf (f, "victim_name=witness\n");
  fprintf (f, "victim=%d\nsecret=%s\nmark=%s\nport=%d\n", getpid (), secret,
           mark, port);
  fprintf (f, "secret_address=%lx\n", (unsigned long) secret);
  fprintf (f, "abstract=%s\nunix_outside=%s/socket\n", mark, folder);
  fprintf (f, "shm=%d\nmsg=%d\nsem=%d\nmq=%s\nposix_shm=%s\n", shm, msg, sem,
           mq_name, shm_name);
  fprintf (f, "shm_file=/dev/shm%s\n", shm_name);
  must (fclose (f), path);
  must (rename (path, final), final);
}

/* What comes without a socket. */
static void
look_aside (void)
{
  struct {
    long type;
    char text[64];
  } message;
  char text[64];
  ssize_t n;

  if (msgrcv (msg, &message, sizeof message.text, 0, IPC_NOWAIT) > 0)
    arrived ("processes.sysv-msg\n", 19);
  n = mq_receive (queue, text, sizeof text, NULL);
  if (n > 0)
    arrived ("processes.posix-mq\n", 19);
  if (signalled) {
    signalled = 0;
    arrived ("processes.signal\n", 17);
  }
}

static void
serve (struct pollfd *sockets, int listeners)
{
  int n = listeners, i;
  char text[256];

  while (!ended) {
    if (poll (sockets, (nfds_t) n, 50) < 0 && errno != EINTR)
      return;
    look_aside ();
    for (i = 0; i < n; i++) {
      ssize_t got;

      if (!(sockets[i].revents & (POLLIN | POLLHUP)))
        continue;
      if (i < listeners - 1) {
        int fd = accept4 (sockets[i].fd, NULL, NULL, SOCK_CLOEXEC);

        if (fd >= 0 && n < MAX_SOCKETS)
          sockets[n++] = (struct pollfd){ .fd = fd, .events = POLLIN };
        continue;
      }
      got = recv (sockets[i].fd, text, sizeof text, MSG_DONTWAIT);
      arrived (text, got);
      if (got == 0 && i >= listeners) {
        close (sockets[i].fd);
        sockets[i--] = sockets[--n];
      }
    }
  }
}

int
main (int argc, char *argv[])
{
  struct pollfd sockets[MAX_SOCKETS];
  struct sigaction action = { .sa_handler = on_signal };
  char path[4096];
  int port = 0, tcp, udp;

  if (argc != 4) {
    fputs ("usage: witness FOLDER MARK SECRET-FILE\n", stderr);
    return 2;
  }
  /* By a file: on the command line it would be no secret. */
  tcp = open (argv[3], O_RDONLY | O_CLOEXEC);
  must (tcp < 0 ? -1 : read (tcp, secret, sizeof secret - 1), argv[3]);
  close (tcp);
  secret[strcspn (secret, "\n")] = '\0';
  sigaction (SIGUSR1, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  prctl (PR_SET_PDEATHSIG, SIGTERM);
  snprintf (path, sizeof path, "%s/arrivals", argv[1]);
  arrivals = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  must (arrivals, path);
  tcp = open_inet (SOCK_STREAM, &port);
  udp = open_inet (SOCK_DGRAM, &port);
  snprintf (path, sizeof path, "%s/socket", argv[1]);
  /* Listeners first, the datagram socket last of them. */
  sockets[0].fd = tcp;
  sockets[1].fd = listen_unix (argv[2], 1);
  sockets[2].fd = listen_unix (path, 0);
  sockets[3].fd = udp;
  for (tcp = 0; tcp < 4; tcp++)
    sockets[tcp].events = POLLIN;
  make_ipc (argv[2]);
  write_plants (argv[1], argv[2], port);
  serve (sockets, 4);
  remove_ipc ();
  return 0;
}

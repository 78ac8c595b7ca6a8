/* SPDX-License-Identifier: Apache-2.0 */
/* The witness's own process. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/util/cleanup.h"
#include "core/util/text.h"
#include "core/verify/ground.h"
#include "core/verify/witness_inside.h"

enum { LISTENERS = 4, MAX_SOCKETS = 64, SEMAPHORE = 4711 };

struct inside {
  const struct kv_witness_options *options;
  /* TCP, abstract, by path; UDP is the last of the listeners. */
  struct pollfd sockets[MAX_SOCKETS];
  int n;
  int port;
  int shm, msg, sem;
  mqd_t queue;
  bool posix_shm;
  char mq_name[64];
  char path[108];
  pid_t neighbour;
  int neighbour_pipe;
  char neighbour_words[64];
};

static int
listen_unix (const char *name, size_t length, int abstract)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  socklen_t size = (socklen_t) (offsetof (struct sockaddr_un, sun_path)
                                + (size_t) abstract + length);

  memcpy (address.sun_path + abstract, name, length);
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, size) < 0
      || listen (fd, 16) < 0)
    return -1;
  return fd;
}

/* On every address, so that the host's own one reaches it, too. */
static int
open_inet (int type, int *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons ((uint16_t) *port),
                                 .sin_addr.s_addr = htonl (INADDR_ANY) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) < 0
      || getsockname (fd, (struct sockaddr *) &address, &length) < 0
      || (type == SOCK_STREAM && listen (fd, 16) < 0))
    return -1;
  *port = ntohs (address.sin_port);
  return fd;
}

static int
open_sockets (struct inside *in)
{
  const char *mark = in->options->mark;
  int i;

  snprintf (in->path, sizeof in->path, "%s/socket", in->options->folder);
  in->sockets[0].fd = open_inet (SOCK_STREAM, &in->port);
  in->sockets[1].fd = listen_unix (mark, strlen (mark), 1);
  in->sockets[2].fd = listen_unix (in->path, strlen (in->path), 0);
  in->sockets[3].fd = open_inet (SOCK_DGRAM, &in->port);
  in->n = LISTENERS;
  for (i = 0; i < LISTENERS; i++) {
    if (in->sockets[i].fd < 0)
      return -1;
    in->sockets[i].events = POLLIN;
  }
  return chmod (in->path, 0666);
}

/* What a host does not have is not planted. */
static void
make_objects (struct inside *in)
{
  struct mq_attr attr = { .mq_maxmsg = 8, .mq_msgsize = 64 };
  const char *secret = in->options->secret;
  int fd;

  in->shm = shmget (IPC_PRIVATE, 4096, IPC_CREAT | 0666);
  if (in->shm >= 0) {
    void *memory = shmat (in->shm, NULL, 0);

    if (memory != (void *) -1)
      memcpy (memory, secret, strlen (secret) + 1);
  }
  in->msg = msgget (IPC_PRIVATE, IPC_CREAT | 0666);
  in->sem = semget (IPC_PRIVATE, 1, IPC_CREAT | 0666);
  if (in->sem >= 0)
    (void) semctl (in->sem, 0, SETVAL, SEMAPHORE);
  snprintf (in->mq_name, sizeof in->mq_name, "/%s", in->options->mark);
  in->queue = mq_open (in->mq_name, O_RDWR | O_CREAT | O_NONBLOCK | O_CLOEXEC,
                       0666, &attr);
  fd = shm_open (in->mq_name, O_RDWR | O_CREAT | O_EXCL, 0666);
  in->posix_shm = fd >= 0;
  if (fd >= 0) {
    (void) !fchmod (fd, 0666);
    (void) !write (fd, secret, strlen (secret));
    close (fd);
  }
}

static void
remove_all (struct inside *in)
{
  size_t i;

  if (in->shm >= 0)
    (void) shmctl (in->shm, IPC_RMID, NULL);
  if (in->msg >= 0)
    (void) msgctl (in->msg, IPC_RMID, NULL);
  if (in->sem >= 0)
    (void) semctl (in->sem, 0, IPC_RMID);
  if (in->queue != (mqd_t) -1)
    (void) mq_unlink (in->mq_name);
  if (in->posix_shm)
    (void) shm_unlink (in->mq_name);
  (void) unlink (in->path);
  for (i = 0; i < KV_COUNT (in->options->files); i++)
    if (in->options->files[i] != NULL)
      (void) unlink (in->options->files[i]);
  kv_ground_remove (in->options->folder);
  close (in->neighbour_pipe);
  if (in->neighbour > 0)
    (void) kill (in->neighbour, SIGKILL);
  if (in->neighbour > 0)
    (void) waitpid (in->neighbour, NULL, 0);
}

/* It ends with the pipe that it reads from. */
static int
start_neighbour (struct inside *in)
{
  char program[] = "kavach-neighbour", word[] = "--wait", env[160];
  char *argv[] = { program, word, NULL, NULL }, *envp[] = { env, NULL };
  kv_autofree char *mark = strdup (in->options->mark);
  posix_spawn_file_actions_t actions;
  int to[2], from[2], result;
  ssize_t n;

  argv[2] = mark;
  snprintf (env, sizeof env, "KAVACH_NEIGHBOUR=%s", in->options->secret);
  if (pipe2 (to, O_CLOEXEC) < 0 || pipe2 (from, O_CLOEXEC) < 0
      || posix_spawn_file_actions_init (&actions) != 0)
    return -1;
  posix_spawn_file_actions_adddup2 (&actions, to[0], 0);
  posix_spawn_file_actions_adddup2 (&actions, from[1], 1);
  result = posix_spawn (&in->neighbour, in->options->neighbour, &actions, NULL,
                        argv, envp);
  posix_spawn_file_actions_destroy (&actions);
  close (to[0]);
  close (from[1]);
  in->neighbour_pipe = to[1];
  n = result == 0
          ? read (from[0], in->neighbour_words, sizeof in->neighbour_words - 1)
          : -1;
  /* Signals that it gets are told there. */
  (void) fcntl (from[0], F_SETFL, O_NONBLOCK);
  in->sockets[in->n++] = (struct pollfd){ .fd = from[0], .events = POLLIN };
  errno = result != 0 ? result : EIO;
  return n > 0 ? 0 : -1;
}

static void
introduce (const struct inside *in, struct kv_text *t)
{
  unsigned long address = 0;
  int victim = -1;

  (void) sscanf (in->neighbour_words, "%d %lx", &victim, &address);
  kv_text_print (
      t, "victim_name=kavach-battery\nvictim=%d\nsecret_address=%lx\nport=%d\n",
      victim, address, in->port);
  kv_text_print (t, "abstract=%s\nunix_outside=%s\n", in->options->mark,
                 in->path);
  if (in->shm >= 0)
    kv_text_print (t, "shm=%d\n", in->shm);
  if (in->msg >= 0)
    kv_text_print (t, "msg=%d\n", in->msg);
  if (in->sem >= 0)
    kv_text_print (t, "sem=%d\n", in->sem);
  if (in->queue != (mqd_t) -1)
    kv_text_print (t, "mq=%s\n", in->mq_name);
  if (in->posix_shm)
    kv_text_print (t, "posix_shm=%s\n", in->mq_name);
  if (in->posix_shm && access ("/dev/shm", R_OK) == 0)
    kv_text_print (t, "shm_file=/dev/shm%s\n", in->mq_name);
}

static void
say (int socket, struct kv_text *t)
{
  const char stop[] = { KV_WITNESS_STOP };

  kv_text_add (t, stop, 1);
  if (!t->failed)
    (void) !send (socket, t->bytes, t->used, MSG_NOSIGNAL);
  free (t->bytes);
  memset (t, 0, sizeof *t);
}

static void
look_at_queues (const struct inside *in, struct kv_text *t)
{
  struct {
    long type;
    char text[64];
  } message;
  char text[64];

  while (msgrcv (in->msg, &message, sizeof message.text, 0, IPC_NOWAIT) > 0)
    kv_text_word (t, "processes.sysv-msg\n");
  while (mq_receive (in->queue, text, sizeof text, NULL) > 0)
    kv_text_word (t, "processes.posix-mq\n");
}

/* Everything that is there now; whoever connects says who it is. */
static void
look_at_sockets (struct inside *in, struct kv_text *t)
{
  int i = 0;

  while (i < in->n) {
    char text[256];
    ssize_t got;
    int fd;

    if (i < LISTENERS - 1) {
      while (in->n < MAX_SOCKETS
             && (fd = accept4 (in->sockets[i].fd, NULL, NULL,
                               SOCK_CLOEXEC | SOCK_NONBLOCK))
                    >= 0)
        in->sockets[in->n++] = (struct pollfd){ .fd = fd, .events = POLLIN };
      i++;
      continue;
    }
    while ((got = read (in->sockets[i].fd, text, sizeof text)) > 0) {
      kv_text_add (t, text, (size_t) got);
      kv_text_word (t, "\n");
    }
    if (got == 0 && i >= LISTENERS) {
      close (in->sockets[i].fd);
      in->sockets[i] = in->sockets[--in->n];
    }
    else
      i++;
  }
}

void
kv_witness_serve (const struct kv_witness_options *options, int socket)
{
  struct inside in = { .options = options,
                       .neighbour = -1,
                       .neighbour_pipe = -1,
                       .shm = -1,
                       .msg = -1,
                       .sem = -1,
                       .queue = (mqd_t) -1 };
  struct kv_text t = { .failed = false };
  char byte;

  /* What ends the one who asks ends this process by its socket, and not
   * before it has taken everything away. */
  signal (SIGINT, SIG_IGN);
  signal (SIGTERM, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  signal (SIGPIPE, SIG_IGN);
  if (open_sockets (&in) < 0 || start_neighbour (&in) < 0) {
    kv_text_word (&t, strerror (errno));
    (void) !send (socket, t.bytes, t.used, MSG_NOSIGNAL);
  }
  else {
    make_objects (&in);
    introduce (&in, &t);
    say (socket, &t);
    while (read (socket, &byte, 1) == 1) {
      look_at_sockets (&in, &t);
      look_at_queues (&in, &t);
      say (socket, &t);
    }
  }
  remove_all (&in);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Talking to the witness by every way that is not the network. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/isolation/probe.h"

static enum verdict
send_unix (const struct sockaddr_un *address, socklen_t length,
           const char *name)
{
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || connect (fd, (const struct sockaddr *) address, length) != 0)
    return held ("%s", strerror (errno));
  return by_result (send (fd, name, strlen (name), MSG_NOSIGNAL));
}

static enum verdict
abstract_socket (void)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  const char *name = plant ("abstract");
  size_t length = strlen (name);

  if (length == 0 || length + 1 > sizeof address.sun_path)
    return no_answer ("nothing planted");
  memcpy (address.sun_path + 1, name, length);
  return send_unix (
      &address,
      (socklen_t) (offsetof (struct sockaddr_un, sun_path) + 1 + length),
      "ipc.abstract\n");
}

static enum verdict
path_socket (const char *path, const char *name)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  if (path[0] == '\0' || strlen (path) >= sizeof address.sun_path)
    return no_answer ("nothing planted");
  memcpy (address.sun_path, path, strlen (path) + 1);
  return send_unix (&address, sizeof address, name);
}

static enum verdict
unix_outside (void)
{
  return path_socket (plant ("unix_outside"), "ipc.unix-outside\n");
}

static enum verdict
sysv_shm (void)
{
  const char *secret = plant ("secret");
  const void *memory = shmat ((int) plant_number ("shm"), NULL, SHM_RDONLY);

  if (memory == (const void *) -1)
    return held ("%s", strerror (errno));
  if (memcmp (memory, secret, strlen (secret)) == 0)
    return opened ("read the secret");
  return held ("another segment");
}

static enum verdict
sysv_msg (void)
{
  struct {
    long type;
    char text[16];
  } message = { 1, "ipc.sysv-msg" };

  return by_result (msgsnd ((int) plant_number ("msg"), &message,
                            sizeof message.text, IPC_NOWAIT));
}

static enum verdict
sysv_sem (void)
{
  /* The witness's semaphore has a value that a fresh one has not. */
  int value = semctl ((int) plant_number ("sem"), 0, GETVAL);

  return value == 4711 ? opened ("read it") : held ("%s", strerror (errno));
}

static enum verdict
posix_mq (void)
{
  mqd_t queue = mq_open (plant ("mq"), O_WRONLY | O_NONBLOCK);

  if (queue == (mqd_t) -1)
    return held ("%s", strerror (errno));
  return by_result (mq_send (queue, "ipc.posix-mq", 12, 0));
}

static enum verdict
posix_shm (void)
{
  int fd = shm_open (plant ("posix_shm"), O_RDWR, 0);

  return by_result (fd < 0 ? -1 : write (fd, "ipc.posix-shm\n", 14));
}

/* The caller's session keyring holds a key with the secret. */
static enum verdict
session_keyring (void)
{
  char buf[128] = "";
  long serial = syscall (SYS_keyctl, 10 /* SEARCH */, -3 /* session */, "user",
                         plant ("key"), 0);

  if (serial < 0)
    serial = plant_number ("key_serial");
  if (serial < 0 || syscall (SYS_keyctl, 11 /* READ */, serial, buf, 100) < 0)
    return held ("%s", strerror (errno));
  return strstr (buf, plant ("secret")) != NULL ? opened ("read the key")
                                                : held ("another key");
}

/* A key outlives the run, and programs outside can find it; this one for a
 * second only. */
static enum verdict
add_user_key (void)
{
  long serial = syscall (SYS_add_key, "user", "kavach-probe-left", "x", 1,
                         -4 /* user keyring */);

  if (serial >= 0)
    syscall (SYS_keyctl, 15 /* SET_TIMEOUT */, serial, 1);
  return by_result (serial);
}

const struct probe ipc_probes[] = {
  { "ipc.abstract", abstract_socket, false },
  { "ipc.unix-outside", unix_outside, false },
  { "ipc.sysv-shm", sysv_shm, false },
  { "ipc.sysv-msg", sysv_msg, false },
  { "ipc.sysv-sem", sysv_sem, false },
  { "ipc.posix-mq", posix_mq, false },
  { "ipc.posix-shm", posix_shm, false },
  { "ipc.session-keyring", session_keyring, false },
  { "ipc.add-key", add_user_key, false },
  { NULL, NULL, false },
};

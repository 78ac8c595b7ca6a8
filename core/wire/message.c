/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/wire/message.h"

#ifndef SCM_CREDENTIALS
#error "SCM_CREDENTIALS needs _GNU_SOURCE"
#endif

int
kv_message_send (int socket, uint16_t type, const void *payload, size_t length,
                 const int *fds, unsigned n_fds)
{
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE (sizeof (int) * KV_MESSAGE_MAX_FDS)];
  } control;
  struct kv_message_header header = {
    .magic = KV_MESSAGE_MAGIC,
    .version = KV_MESSAGE_VERSION,
    .type = type,
    .length = (uint32_t) length,
  };
  struct iovec parts[2] = {
    { .iov_base = &header, .iov_len = sizeof header },
    { .iov_base = (void *) (uintptr_t) payload, .iov_len = length },
  };
  struct msghdr msg = { .msg_iov = parts, .msg_iovlen = length > 0 ? 2 : 1 };
  ssize_t sent;

  if (length > KV_MESSAGE_MAX || n_fds > KV_MESSAGE_MAX_FDS) {
    errno = EMSGSIZE;
    return -1;
  }

  if (n_fds > 0) {
    struct cmsghdr *c;

    memset (&control, 0, sizeof control);
    msg.msg_control = control.bytes;
    msg.msg_controllen = CMSG_SPACE (sizeof (int) * n_fds);
    c = CMSG_FIRSTHDR (&msg);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN (sizeof (int) * n_fds);
    memcpy (CMSG_DATA (c), fds, sizeof (int) * n_fds);
  }

  do
    sent = sendmsg (socket, &msg, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? -1 : 0;
}

void
kv_message_close_fds (struct kv_message *m)
{
  unsigned i;

  for (i = 0; i < m->n_fds; i++)
    if (m->fds[i] >= 0)
      close (m->fds[i]);
  m->n_fds = 0;
}

int
kv_message_take_fd (struct kv_message *m, unsigned i)
{
  int fd;

  if (i >= m->n_fds)
    return -1;
  fd = m->fds[i];
  m->fds[i] = -1;
  return fd;
}

/* Collects descriptors and credentials; false when more came than fit. */
static bool
take_control (struct msghdr *msg, struct kv_message *m)
{
  bool fits = (msg->msg_flags & MSG_CTRUNC) == 0;
  struct cmsghdr *c;

  for (c = CMSG_FIRSTHDR (msg); c != NULL; c = CMSG_NXTHDR (msg, c)) {
    if (c->cmsg_level != SOL_SOCKET)
      continue;
    if (c->cmsg_type == SCM_CREDENTIALS) {
      struct ucred who;

      memcpy (&who, CMSG_DATA (c), sizeof who);
      m->pid = who.pid;
      m->uid = who.uid;
    }
    else if (c->cmsg_type == SCM_RIGHTS) {
      size_t n = (c->cmsg_len - CMSG_LEN (0)) / sizeof (int), i;
      const unsigned char *from = CMSG_DATA (c);

      for (i = 0; i < n; i++) {
        int fd;

        memcpy (&fd, from + i * sizeof fd, sizeof fd);
        if (m->n_fds < KV_MESSAGE_MAX_FDS)
          m->fds[m->n_fds++] = fd;
        else {
          close (fd);
          fits = false;
        }
      }
    }
  }
  return fits;
}

int
kv_message_receive (int socket, struct kv_message *m, bool dontwait)
{
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE (sizeof (int) * KV_MESSAGE_MAX_FDS)
               + CMSG_SPACE (sizeof (struct ucred))];
  } control;
  struct kv_message_header header;
  struct iovec parts[2] = {
    { .iov_base = &header, .iov_len = sizeof header },
    { .iov_base = m->payload, .iov_len = sizeof m->payload },
  };
  struct msghdr msg = {
    .msg_iov = parts,
    .msg_iovlen = 2,
    .msg_control = control.bytes,
    .msg_controllen = sizeof control.bytes,
  };
  bool fits;
  ssize_t got;

  m->n_fds = 0;
  m->pid = 0;
  m->uid = (uid_t) -1;
  m->type = 0;
  m->length = 0;
  do
    got = recvmsg (socket, &msg,
                   MSG_CMSG_CLOEXEC | (dontwait ? MSG_DONTWAIT : 0));
  while (got < 0 && errno == EINTR);
  if (got < 0)
    return errno == ECONNRESET ? 0 : -1;

  fits = take_control (&msg, m);
  if (got == 0) {
    kv_message_close_fds (m);
    return 0;
  }
  if (!fits || (msg.msg_flags & MSG_TRUNC) != 0 || (size_t) got < sizeof header
      || header.magic != KV_MESSAGE_MAGIC
      || header.version != KV_MESSAGE_VERSION || header.reserved != 0
      || header.length != (size_t) got - sizeof header) {
    kv_message_close_fds (m);
    errno = EPROTO;
    return -1;
  }
  m->type = header.type;
  m->length = header.length;
  return 1;
}

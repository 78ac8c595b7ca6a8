/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors from the parent to the child, in order. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "ns.h"
#include "raw.h"

/* The kernel takes 253 at once. */
#define BATCH 64

union namespace_control {
  char bytes[CMSG_SPACE (BATCH * sizeof (int))];
  struct cmsghdr align;
};

int
namespace_send (int socket, const int *fds, unsigned n)
{
  unsigned sent = 0;

  /* The text says how many are still to come; the child knows the end from
   * it, also when there are none at all. */
  do {
    unsigned left = n - sent, count = left < BATCH ? left : BATCH;
    union namespace_control control;
    struct iovec text = { &left, sizeof left };
    struct msghdr m = { .msg_iov = &text, .msg_iovlen = 1 };
    struct cmsghdr *c;
    long result;

    if (count > 0) {
      memset (&control, 0, sizeof control);
      m.msg_control = control.bytes;
      m.msg_controllen = CMSG_SPACE (count * sizeof (int));
      c = CMSG_FIRSTHDR (&m);
      c->cmsg_level = SOL_SOCKET;
      c->cmsg_type = SCM_RIGHTS;
      c->cmsg_len = CMSG_LEN (count * sizeof (int));
      memcpy (CMSG_DATA (c), fds + sent, count * sizeof (int));
    }
    do
      result = RAW (sendmsg, socket, &m, MSG_NOSIGNAL);
    while (result == -EINTR);
    if (result < 0)
      return (int) result;
    sent += count;
  } while (sent < n);
  return 0;
}

int
namespace_receive (int socket, int *fds, unsigned room)
{
  unsigned got = 0, total = 0, left, count;

  do {
    union namespace_control control;
    struct iovec text = { &left, sizeof left };
    struct msghdr m = { .msg_iov = &text,
                        .msg_iovlen = 1,
                        .msg_control = control.bytes,
                        .msg_controllen = sizeof control.bytes };
    long result = RAW (recvmsg, socket, &m, MSG_CMSG_CLOEXEC);
    const struct cmsghdr *c;

    if (result < 0)
      return (int) result;
    if (got == 0)
      total = left;
    if (result != sizeof left || total > room || left != total - got)
      return -EPROTO;
    count = left < BATCH ? left : BATCH;
    if (count == 0)
      return 0;
    c = CMSG_FIRSTHDR (&m);
    /* Cut short: there is no room for so many open files. */
    if (c == NULL || c->cmsg_type != SCM_RIGHTS
        || c->cmsg_len != CMSG_LEN (count * sizeof (int)))
      return -EMFILE;
    memcpy (fds + got, CMSG_DATA (c), count * sizeof (int));
    got += count;
  } while (got < total);
  return (int) total;
}

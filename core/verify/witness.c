/* SPDX-License-Identifier: Apache-2.0 */
/* The witness seen from the one who starts it. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/util/cleanup.h"
#include "core/util/fd.h"
#include "core/verify/witness.h"
#include "core/verify/witness_inside.h"

#define WITNESS_MS 5000

/* One answer, up to the byte that ends it; -1 when it does not come. */
static int
hear (struct kv_witness *w, char *buf, size_t size, char end)
{
  size_t n = 0;

  while (n < size - 1) {
    struct pollfd set = { .fd = w->socket, .events = POLLIN };
    ssize_t got;

    if (poll (&set, 1, WITNESS_MS) <= 0)
      return -1;
    got = read (w->socket, buf + n, size - 1 - n);
    if (got <= 0)
      return -1;
    n += (size_t) got;
    buf[n] = '\0';
    if (buf[n - 1] == end) {
      buf[n - 1] = '\0';
      return 0;
    }
  }
  return -1;
}

int
kv_witness_start (struct kv_witness *w,
                  const struct kv_witness_options *options,
                  struct kv_error *err)
{
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
    return kv_fail_errno (err, "KVV-01", "cannot make a socket");
  /* This process has one thread, and the child goes on in the same program. */
  w->pid = fork ();
  if (w->pid == 0) {
    close (ends[0]);
    setsid ();
    kv_witness_serve (options, ends[1]);
    _exit (0);
  }
  close (ends[1]);
  w->socket = ends[0];
  if (w->pid < 0 || hear (w, w->words, sizeof w->words, KV_WITNESS_STOP) < 0) {
    kv_witness_end (w);
    return kv_fail (err, "KVV-02", "the witness does not start: %s",
                    w->words[0] != '\0' ? w->words : "no word of it");
  }
  return 0;
}

int
kv_witness_ask (struct kv_witness *w, void (*say) (void *data, char *line),
                void *data)
{
  char buf[8192], *line, *rest = NULL;

  if (send (w->socket, "?", 1, MSG_NOSIGNAL) != 1
      || hear (w, buf, sizeof buf, KV_WITNESS_STOP) < 0)
    return -1;
  for (line = strtok_r (buf, "\n", &rest); line != NULL;
       line = strtok_r (NULL, "\n", &rest))
    say (data, line);
  return 0;
}

void
kv_witness_end (struct kv_witness *w)
{
  if (w->socket >= 0)
    close (w->socket);
  w->socket = -1;
  if (w->pid > 0)
    while (waitpid (w->pid, NULL, 0) < 0 && errno == EINTR)
      ;
  w->pid = -1;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/exec/signals.h"
#include "core/exec/stdio.h"
#include "core/util/cleanup.h"
#include "core/util/clock.h"

#define RELAY_SIZE 65536

void
kv_stdio_init (struct kv_stdio *s)
{
  unsigned i;

  memset (s, 0, sizeof *s);
  s->master = -1;
  for (i = 0; i < 3; i++)
    s->inside[i] = s->flags[i] = -1;
  for (i = 0; i < 2; i++)
    s->out[i] = (struct kv_relay){ .from = -1, .to = -1 };
}

/* kavach-init makes the terminal, where it has a name for the command; until
 * it has, the streams lead nowhere. */
static int
open_nothing (struct kv_stdio *s, struct kv_error *err)
{
  int i;

  for (i = 0; i < 3; i++) {
    s->inside[i] = open ("/dev/null", O_RDWR | O_CLOEXEC);
    if (s->inside[i] < 0)
      return kv_fail_errno (err, "KVX-20", "cannot open /dev/null");
  }
  s->pty = true;
  return 0;
}

int
kv_stdio_attach (struct kv_stdio *s, int master, struct kv_error *err)
{
  unsigned number;
  int flags;

  if (master < 0 || ioctl (master, TIOCGPTN, &number) < 0
      || (flags = fcntl (master, F_GETFL)) < 0
      || fcntl (master, F_SETFL, flags | O_NONBLOCK) < 0) {
    if (master >= 0)
      close (master);
    return kv_fail (err, "KVX-20", "kavach-init made no terminal");
  }
  if (tcgetattr (STDIN_FILENO, &s->saved) == 0)
    tcsetattr (master, TCSANOW, &s->saved);
  s->master = master;
  s->out[0].from = master;
  s->out[0].to = STDOUT_FILENO;
  kv_stdio_resize (s);
  return 0;
}

static int
open_pipes (struct kv_stdio *s, struct kv_error *err)
{
  int i;

  s->inside[0] = STDIN_FILENO;
  for (i = 0; i < 2; i++) {
    int ends[2];

    if (pipe2 (ends, O_CLOEXEC) < 0)
      return kv_fail_errno (err, "KVX-21", "cannot make a pipe");
    s->inside[i + 1] = ends[1];
    s->out[i].from = ends[0];
    s->out[i].to = i == 0 ? STDOUT_FILENO : STDERR_FILENO;
  }
  return 0;
}

/* A socket can be connected anew: one of the network, or a datagram one, is a
 * way out whatever network the command has. */
static bool
is_way_out (int fd)
{
  int domain = 0, type = 0;
  socklen_t size = sizeof domain;
  struct stat st;

  if (fstat (fd, &st) < 0 || !S_ISSOCK (st.st_mode))
    return false;
  if (getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) < 0)
    return true;
  size = sizeof type;
  if (getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0)
    return true;
  return domain != AF_UNIX || (type != SOCK_STREAM && type != SOCK_SEQPACKET);
}

int
kv_stdio_check (const struct kv_stdio *s, struct kv_error *err)
{
  static const char *const names[] = { "input", "output", "error" };
  int i;

  for (i = 0; i < 3; i++) {
    if (s->inside[i] != i || !is_way_out (i))
      continue;
    kv_fail (err, "KVX-24",
             "standard %s is a socket that the command could connect "
             "elsewhere, against its closed network",
             names[i]);
    kv_error_rule (err, "network.mode = none");
    return kv_error_hint (err, "put a pipe between (cat | kavach run ... | "
                               "cat), or open the network with --net host");
  }
  return 0;
}

int
kv_stdio_open (struct kv_stdio *s, int tty, uint64_t cap, struct kv_error *err)
{
  bool want_pty
      = tty == 1
        || (tty < 0 && isatty (STDIN_FILENO) && isatty (STDOUT_FILENO));
  unsigned i;

  s->cap = cap;
  /* Our own reader may go; we want EPIPE then, not the signal. kavach-init
   * gives the command the default back. */
  if (want_pty || cap > 0) {
    signal (SIGPIPE, SIG_IGN);
    for (i = 0; i < 2; i++) {
      s->out[i].pending = malloc (RELAY_SIZE);
      if (s->out[i].pending == NULL)
        return kv_fail (err, "KVI-01", "out of memory");
    }
  }
  if (want_pty)
    return open_nothing (s, err);
  if (cap > 0)
    return open_pipes (s, err);
  for (i = 0; i < 3; i++) {
    s->inside[i] = (int) i;
    s->is_inherited[i] = tcgetattr ((int) i, &s->inherited[i]) == 0;
    s->flags[i] = fcntl ((int) i, F_GETFL);
  }
  return 0;
}

void
kv_stdio_sent (struct kv_stdio *s)
{
  int i;

  for (i = 0; i < 3; i++) {
    if (s->inside[i] > STDERR_FILENO)
      close (s->inside[i]);
    s->inside[i] = -1;
  }
}

void
kv_stdio_begin (struct kv_stdio *s)
{
  struct termios raw;
  pid_t foreground;

  /* From the background it would stop us; SIGCONT comes here again. */
  foreground = tcgetpgrp (STDIN_FILENO);
  s->background = s->pty && foreground > 0 && foreground != getpgrp ();
  if (!s->pty || s->raw || s->background
      || tcgetattr (STDIN_FILENO, &s->saved) < 0)
    return;
  raw = s->saved;
  cfmakeraw (&raw);
  if (tcsetattr (STDIN_FILENO, TCSADRAIN, &raw) == 0)
    s->raw = true;
}

void
kv_stdio_cooked (struct kv_stdio *s)
{
  if (s->raw)
    tcsetattr (STDIN_FILENO, TCSADRAIN, &s->saved);
  s->raw = false;
}

void
kv_stdio_resize (const struct kv_stdio *s)
{
  struct winsize size;

  if (s->master >= 0 && ioctl (STDIN_FILENO, TIOCGWINSZ, &size) == 0)
    ioctl (s->master, TIOCSWINSZ, &size);
}

unsigned
kv_stdio_poll_set (const struct kv_stdio *s, struct pollfd *set)
{
  unsigned n = 0, i;

  for (i = 0; i < 2; i++) {
    const struct kv_relay *r = &s->out[i];

    if (r->begin < r->end)
      set[n++] = (struct pollfd){ .fd = r->to, .events = POLLOUT };
    else if (r->from >= 0)
      set[n++] = (struct pollfd){ .fd = r->from, .events = POLLIN };
  }
  if (s->master < 0)
    return n;
  if (s->input_begin < s->input_end)
    set[n++] = (struct pollfd){ .fd = s->master, .events = POLLOUT };
  else if (!s->input_closed && !s->background)
    set[n++] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
  return n;
}

static void
close_relay (struct kv_stdio *s, struct kv_relay *r)
{
  if (r->from < 0)
    return;
  if (r->from == s->master)
    s->master = -1;
  close (r->from);
  r->from = -1;
}

/* As much as the reader takes without waiting: poll said that there is room
 * for a pipe's smallest promise. */
static void
write_relay (struct kv_stdio *s, struct kv_relay *r)
{
  size_t left = r->end - r->begin;
  ssize_t n
      = write (r->to, r->pending + r->begin, left < PIPE_BUF ? left : PIPE_BUF);

  if (n > 0)
    r->begin += (size_t) n;
  else if (n < 0 && errno != EINTR && errno != EAGAIN) {
    /* Our reader is gone.  The command learns it as it would have without us
     * between: its next write fails. */
    r->begin = r->end;
    close_relay (s, r);
  }
}

/* The writer is never blocked or killed by a full cap: what is over it is
 * read and dropped. */
static void
read_relay (struct kv_stdio *s, struct kv_relay *r)
{
  ssize_t n = read (r->from, r->pending, RELAY_SIZE);
  size_t size, allowed;

  if (n <= 0) {
    /* A pty answers EIO when its last slave is closed. */
    if (n == 0 || (errno != EINTR && errno != EAGAIN))
      close_relay (s, r);
    return;
  }
  size = allowed = (size_t) n;
  if (s->cap > 0 && s->printed + size > s->cap) {
    allowed = s->printed < s->cap ? (size_t) (s->cap - s->printed) : 0;
    s->truncated = true;
  }
  s->printed += size;
  r->begin = 0;
  r->end = allowed;
}

static void
read_input (struct kv_stdio *s)
{
  ssize_t n = read (STDIN_FILENO, s->input, sizeof s->input);

  if (n > 0) {
    s->input_begin = 0;
    s->input_end = (unsigned) n;
  }
  else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
    s->input_closed = true;
    /* End of file for a reader in canonical mode. */
    s->input[0] = 4;
    s->input_begin = 0;
    s->input_end = 1;
  }
}

static void
write_input (struct kv_stdio *s)
{
  ssize_t n = write (s->master, s->input + s->input_begin,
                     s->input_end - s->input_begin);

  if (n > 0)
    s->input_begin += (unsigned) n;
  else if (n < 0 && errno != EINTR && errno != EAGAIN)
    s->input_begin = s->input_end;
}

void
kv_stdio_handle (struct kv_stdio *s, const struct pollfd *set, unsigned count)
{
  unsigned i, j;

  for (i = 0; i < count; i++) {
    if (set[i].revents == 0)
      continue;
    if (set[i].events == POLLOUT && set[i].fd == s->master)
      write_input (s);
    else if (set[i].events == POLLIN && set[i].fd == STDIN_FILENO)
      read_input (s);
    else
      for (j = 0; j < 2; j++)
        if (set[i].events == POLLOUT && s->out[j].to == set[i].fd
            && s->out[j].begin < s->out[j].end)
          write_relay (s, &s->out[j]);
        else if (set[i].events == POLLIN && s->out[j].from == set[i].fd)
          read_relay (s, &s->out[j]);
  }
}

static bool
told_to_end (int signals)
{
  int number;

  while ((number = kv_signals_next (signals)) != 0)
    if (number == SIGTERM || number == SIGINT || number == SIGHUP
        || number == SIGQUIT)
      return true;
  return false;
}

/* What the command still has in the pipe; a reader of ours that takes its
 * time is waited for until a signal says otherwise, a writer that goes on
 * after the end is not. */
static void
drain (struct kv_stdio *s, int signals, int wait_ms)
{
  int64_t deadline = kv_now_ms () + wait_ms;

  for (;;) {
    bool to_write
        = s->out[0].begin < s->out[0].end || s->out[1].begin < s->out[1].end;
    int64_t left = deadline - kv_now_ms ();
    struct pollfd set[3];
    unsigned n = 0, i;

    for (i = 0; i < 2; i++) {
      struct kv_relay *r = &s->out[i];

      if (r->begin < r->end)
        set[n++] = (struct pollfd){ .fd = r->to, .events = POLLOUT };
      else if (r->from >= 0 && left > 0)
        set[n++] = (struct pollfd){ .fd = r->from, .events = POLLIN };
    }
    set[n] = (struct pollfd){ .fd = signals, .events = POLLIN };
    if (n == 0 || poll (set, n + 1, to_write ? -1 : (int) left) == 0
        || (set[n].revents != 0 && told_to_end (signals)))
      return;
    kv_stdio_handle (s, set, n);
  }
}

/* The open file is shared with whoever comes after us. */
static void
restore_inherited (struct kv_stdio *s)
{
  struct termios now;
  int i;

  for (i = 0; i < 3; i++) {
    if (s->flags[i] >= 0 && fcntl (i, F_GETFL) != s->flags[i])
      (void) fcntl (i, F_SETFL, s->flags[i]);
    s->flags[i] = -1;
    if (s->is_inherited[i]) {
      s->is_inherited[i] = false;
      ioctl (i, TIOCNXCL);
      if (tcgetattr (i, &now) < 0
          || memcmp (&now, &s->inherited[i], sizeof now) == 0)
        continue;
      /* From the background this would stop us. */
      signal (SIGTTOU, SIG_IGN);
      tcsetattr (i, TCSANOW, &s->inherited[i]);
    }
  }
}

void
kv_stdio_finish (struct kv_stdio *s, int signals, int wait_ms)
{
  unsigned i;

  kv_stdio_sent (s);
  if (wait_ms > 0)
    drain (s, signals, wait_ms);
  for (i = 0; i < 2; i++) {
    close_relay (s, &s->out[i]);
    free (s->out[i].pending);
    s->out[i] = (struct kv_relay){ .from = -1, .to = -1 };
  }
  if (s->master >= 0) {
    close (s->master);
    s->master = -1;
  }
  kv_stdio_cooked (s);
  restore_inherited (s);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The command's standard streams: inherited as they are, or relayed through
 * pipes (an output cap) or a pty (a terminal on both sides).
 */
#ifndef KV_STDIO_H
#define KV_STDIO_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <termios.h>

#include "core/util/error.h"

struct kv_relay {
  /* From the command, and to whom; -1 when not in use. */
  int from, to;
  /* Read and not yet taken by TO: while there is some, FROM is not read. */
  char *pending;
  size_t begin, end;
};

struct kv_stdio {
  /* What the command gets as 0, 1 and 2; owned when not 0, 1 or 2. */
  int inside[3];
  bool pty;
  int master;
  struct kv_relay out[2];
  /* Bytes the command may print, over both streams; 0: no cap. */
  uint64_t cap;
  uint64_t printed;
  bool truncated;
  /* Bytes read from our own input and not yet taken by the pty. */
  char input[4096];
  unsigned input_begin, input_end;
  bool input_closed;
  struct termios saved;
  bool raw;
  /* Our process group is not the terminal's: its input is not ours. */
  bool background;
  /* Terminals that the command gets as they are: what it sets is taken back
   * at the end. */
  struct termios inherited[3];
  bool is_inherited[3];
  /* File status flags of our own 0, 1 and 2, likewise; -1: not known. */
  int flags[3];
};

void kv_stdio_init (struct kv_stdio *s);
/* TTY as in the policy: -1 automatic, 0 never, 1 always. */
int kv_stdio_open (struct kv_stdio *s, int tty, uint64_t cap,
                   struct kv_error *err);
/* For a command whose network is closed: -1 with ERR when a stream that it
 * gets is a socket it could use otherwise. */
int kv_stdio_check (const struct kv_stdio *s, struct kv_error *err);
/* Takes the master of the terminal that kavach-init made, also on failure. */
int kv_stdio_attach (struct kv_stdio *s, int master, struct kv_error *err);
/* Closes our copies of the command's ends, after they were sent. */
void kv_stdio_sent (struct kv_stdio *s);
/* Puts our terminal into raw mode once the command runs, and after each
 * SIGCONT; nothing while another process group has the terminal. */
void kv_stdio_begin (struct kv_stdio *s);
/* At most 4 entries; the number filled in. */
unsigned kv_stdio_poll_set (const struct kv_stdio *s, struct pollfd *set);
void kv_stdio_handle (struct kv_stdio *s, const struct pollfd *set,
                      unsigned count);
/* Copies the window size of our terminal to the pty. */
void kv_stdio_resize (const struct kv_stdio *s);
/* Suspends and restores raw mode around a stop of kavach itself. */
void kv_stdio_cooked (struct kv_stdio *s);
/* Passes on what the command still has in the pipe after its end, within
 * WAIT_MS, then closes everything and restores the terminal.  A signal to end
 * that comes through SIGNALS (signalfd, or -1) ends the waiting.
 * Idempotent. */
void kv_stdio_finish (struct kv_stdio *s, int signals, int wait_ms);

#endif

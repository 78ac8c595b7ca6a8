/* SPDX-License-Identifier: Apache-2.0 */
/* Messages between kavach's programs: one SOCK_SEQPACKET datagram each, a
 * fixed header, packed fields, and descriptors in a fixed order.
 * doc/protocol.md owns the list; whoever receives treats it as hostile.
 */
#ifndef KV_MESSAGE_H
#define KV_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define KV_MESSAGE_MAGIC UINT32_C (0x4b564348)
#define KV_MESSAGE_VERSION 1
/* Payload bytes; larger things travel in a sealed memfd. */
#define KV_MESSAGE_MAX 65536
#define KV_MESSAGE_MAX_FDS 16

enum kv_message_type {
  /* Gate, launcher to kavach-init. */
  KV_MSG_PLAN = 1,
  KV_MSG_GO = 2,
  KV_MSG_PAUSE = 3,
  KV_MSG_RESUME = 4,
  /* Kill the whole tree now. */
  KV_MSG_STOP = 5,
  /* Gate, kavach-init to launcher. */
  KV_MSG_GATE_REPORT = 16,
  KV_MSG_INIT_FAILED = 17,
  KV_MSG_EXEC_FAILED = 18,
  KV_MSG_EXITED = 19,
  KV_MSG_PROBED = 20,
  /* Launcher to shim. */
  KV_MSG_LOAD = 32,
  KV_MSG_PROBE = 33,
  KV_MSG_ASSESS = 34,
  KV_MSG_SPAWN = 35,
  KV_MSG_STARTED = 36,
  KV_MSG_SIGNAL = 37,
  KV_MSG_FREEZE = 38,
  KV_MSG_THAW = 39,
  KV_MSG_DESTROY = 40,
  /* Shim to launcher. */
  KV_MSG_LOADED = 48,
  KV_MSG_REFUSED = 49,
  KV_MSG_REPORT = 50,
  KV_MSG_CHILD = 51,
  KV_MSG_TIMED_OUT = 52,
  KV_MSG_CHILD_ENDED = 53,
  KV_MSG_DONE = 54,
  KV_MSG_LOG = 55
};

struct kv_message_header {
  uint32_t magic;
  uint16_t version;
  uint16_t type;
  uint32_t length;
  uint32_t reserved;
};

struct kv_message {
  uint16_t type;
  uint32_t length;
  /* Close-on-exec, owned by whoever received; -1 once taken. */
  int fds[KV_MESSAGE_MAX_FDS];
  unsigned n_fds;
  /* The sender as the kernel says, when the socket has SO_PASSCRED; pid is
   * in the receiver's pid namespace, 0 when unknown. */
  pid_t pid;
  uid_t uid;
  uint8_t payload[KV_MESSAGE_MAX];
};

/* 0, or -1 with errno: EPIPE when the other side is gone, EMSGSIZE. */
int kv_message_send (int socket, uint16_t type, const void *payload,
                     size_t length, const int *fds, unsigned n_fds);
/* 1 for a message, 0 at the end of the stream, -1 with errno: EPROTO for
 * anything malformed, EAGAIN when DONTWAIT and nothing is there.  On 0 and
 * -1 no descriptor is left open. */
int kv_message_receive (int socket, struct kv_message *, bool dontwait);
void kv_message_close_fds (struct kv_message *);
/* Takes descriptor I out of the message, or -1. */
int kv_message_take_fd (struct kv_message *, unsigned i);

#endif

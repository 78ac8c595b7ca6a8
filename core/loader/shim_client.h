/* SPDX-License-Identifier: Apache-2.0 */
/* The launcher's end of the conversation with one kavach-shim.
 * doc/protocol.md has the messages.
 *
 * Whatever the plugin does to its process (crash, exit, hang, nonsense on
 * the socket) comes back as one error with its own code; the shim is dead
 * then and only kv_shim_stop may follow.
 */
#ifndef KV_SHIM_CLIENT_H
#define KV_SHIM_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/loader/loader.h"
#include "core/util/error.h"
#include "core/wire/message.h"

/* What a shim says unasked. */
enum kv_shim_event_type {
  /* A line of the plugin's, or nothing at all. */
  KV_SHIM_NOTHING = 0,
  /* The wall time is over: the child got TERM (number 0), KILL (1). */
  KV_SHIM_TIMED_OUT,
  /* The child ended; NUMBER is as from waitpid(2), KNOWN says if anybody
   * could tell. */
  KV_SHIM_CHILD_ENDED,
  /* The shim is gone or speaks nonsense. */
  KV_SHIM_GONE
};

struct kv_shim_event {
  int type;
  uint64_t number;
  bool known;
};

struct kv_shim {
  int socket;
  pid_t pid;
  int pidfd;
  /* Which of the two programs it is. */
  bool packaged;
  char name[KV_NAME_MAX + 1];
  /* What the plugin says is printed: 1 warnings, 2 everything. */
  int verbose;
  /* PROBE is on its way; LOADED has come. */
  bool probing, loaded;
  /* Came in while an answer was awaited; kv_shim_next hands them out. */
  struct kv_shim_event pending[3];
  unsigned n_pending;
};

struct kv_report {
  uint32_t boundary;
  struct kv_controls controls;
};

/* Starts kavach-shim (PACKAGED) or kavach-shim-user with nothing to do yet:
 * its own start takes as long as finding out what to load.  SHIM may hold
 * anything before; after -1 it is as after kv_shim_stop. */
int kv_shim_launch (struct kv_shim *shim, bool packaged, struct kv_error *err);
/* Sends LOAD for the object to a shim that was launched for its kind;
 * returns at once, the answer is collected by kv_shim_loaded. */
int kv_shim_load (struct kv_shim *shim, struct kv_candidate *candidate,
                  struct kv_error *err);
/* Both. */
int kv_shim_start (struct kv_shim *shim, struct kv_candidate *candidate,
                   struct kv_error *err);
/* Waits for LOADED or REFUSED; fills kind, version, summary, ops_flags.
 * Once it has returned 0 it does so at once. */
int kv_shim_loaded (struct kv_shim *shim, struct kv_candidate *candidate,
                    int deadline_ms, struct kv_error *err);
/* Asks for a probe without waiting, also before kv_shim_loaded: several
 * shims then work at the same time.  kv_shim_probe collects. */
int kv_shim_probe_begin (struct kv_shim *shim);
int kv_shim_probe (struct kv_shim *shim, struct kv_report *report,
                   int deadline_ms, struct kv_error *err);
/* REQUEST is a sealed memfd with a packed request (core/wire/request.h). */
int kv_shim_assess (struct kv_shim *shim, int request_fd,
                    struct kv_report *report, int deadline_ms,
                    struct kv_error *err);
/* Has the child started, without waiting; GATE is init's end of the gate,
 * INIT an open descriptor of kavach-init, CGROUP a v2 folder or -1.  The shim
 * appends "--gate=N" to the request's argv and closes its gate once the child
 * is there. */
int kv_shim_spawn_begin (struct kv_shim *shim, int request_fd, int gate,
                         int init, int cgroup, struct kv_error *err);
/* Waits for the child. */
int kv_shim_spawned (struct kv_shim *shim, pid_t *pid, int deadline_ms,
                     struct kv_error *err);
/* Tells the shim that the command was let go: the wall time runs from now.
 * 0: no limit. */
int kv_shim_started (struct kv_shim *shim, uint64_t wall_ms, uint64_t grace_ms);
/* SIGNAL to the child, by the plugin's kill or the pidfd. */
int kv_shim_signal (struct kv_shim *shim, int signal);
/* Pauses or resumes the box; KVL-47 when the backend cannot. */
int kv_shim_freeze (struct kv_shim *shim, bool frozen, int deadline_ms,
                    struct kv_error *err);

/* For the supervisor's loop, when shim->socket is readable. Never waits. */
void kv_shim_next (struct kv_shim *shim, struct kv_shim_event *event);

/* Asks for teardown without waiting. */
void kv_shim_stop_begin (struct kv_shim *shim);
/* Asks for teardown, waits until the shim has ended, kills it past the
 * deadline; closes everything. Idempotent. */
void kv_shim_stop (struct kv_shim *shim, int deadline_ms);

#endif

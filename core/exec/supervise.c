/* SPDX-License-Identifier: Apache-2.0 */
/* Step 8: the command runs; kavach passes bytes and signals, and sees to it
 * that the whole tree ends when anyone of the four programs does. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/exec/run.h"
#include "core/exec/signals.h"
#include "core/util/cleanup.h"
#include "core/util/clock.h"
#include "core/wire/pack.h"

#define STOP_DEADLINE_MS 5000
#define DRAIN_MS 200
/* Beyond the wall time and its grace, until the launcher acts itself. */
#define LATE_MS 3000
/* From the end that the shim saw to that which kavach-init tells. */
#define SILENT_MS 1000

struct supervision {
  struct kv_run *run;
  struct kv_message message;
  /* SIGKILL was sent; the gate's end is awaited until this time. */
  bool stopping;
  bool shim_gone;
  /* When the wall time must have been dealt with by the shim; and when
   * kavach-init must have told the end that the shim knows of.  0: not set. */
  int64_t late_at, silent_at;
  /* What kavach-init could not do after it was let go. */
  struct kv_error failure;
};

static void
stop_tree (struct supervision *s)
{
  if (s->stopping)
    return;
  s->stopping = true;
  kv_limits_kill (&s->run->limits);
  kv_message_send (s->run->gate, KV_MSG_STOP, NULL, 0, NULL, 0);
}

/* Frozen by the cgroup freezer where there is one: the command does not see
 * it then. Else init stops its tree with signals. */
static void
freeze (struct supervision *s, bool frozen)
{
  if (kv_limits_freeze (&s->run->limits, frozen) < 0)
    kv_message_send (s->run->gate, frozen ? KV_MSG_PAUSE : KV_MSG_RESUME, NULL,
                     0, NULL, 0);
}

static void
handle_signal (struct supervision *s, int number)
{
  switch (number) {
  case SIGTSTP:
    freeze (s, true);
    kv_stdio_cooked (&s->run->stdio);
    kv_signals_stop_self ();
    kv_stdio_begin (&s->run->stdio);
    freeze (s, false);
    break;
  case SIGCONT:
    kv_stdio_begin (&s->run->stdio);
    break;
  case SIGWINCH:
    kv_stdio_resize (&s->run->stdio);
    break;
  default:
    if (s->shim_gone || kv_shim_signal (&s->run->shim, number) < 0)
      stop_tree (s);
  }
}

/* False when there is nothing more to come through the gate. */
static bool
handle_gate (struct supervision *s)
{
  struct kv_run *run = s->run;
  struct kv_message *m = &s->message;
  const struct kv_probing *probing = run->options->probing;
  struct kv_probed probed;
  struct kv_init_failure f;
  int got;

  got = kv_message_receive (run->gate, m, true);
  if (got <= 0)
    return got < 0 && errno == EAGAIN;
  kv_message_close_fds (m);
  if (m->type == KV_MSG_EXITED && kv_exit_report_read (m, &run->exit_report)) {
    run->status = (int) run->exit_report.status;
    run->ended = true;
    return false;
  }
  if (m->type == KV_MSG_EXEC_FAILED) {
    struct kv_reader r;

    kv_reader_init (&r, m->payload, m->length);
    run->exec_errno = (int) kv_get_u32 (&r);
    if (run->exec_errno == 0)
      run->exec_errno = EIO;
    return true;
  }
  if (m->type == KV_MSG_PROBED && probing != NULL
      && kv_probed_read (m, &probed)) {
    probing->answer (probing->data, &probed);
    return true;
  }
  if (m->type == KV_MSG_INIT_FAILED && kv_init_failure_read (m, &f)) {
    errno = (int) f.number;
    kv_fail_errno (&s->failure, "KVX-22", "the command was not started (%s)",
                   kv_init_step_name (f.step));
  }
  return false;
}

static void
handle_shim (struct supervision *s)
{
  struct kv_run *run = s->run;
  struct kv_shim_event event;

  /* One message at a time; what is still queued makes poll return again,
   * but for what came in while an answer was awaited. */
  do {
    kv_shim_next (&run->shim, &event);
    if (event.type == KV_SHIM_GONE) {
      s->shim_gone = true;
      stop_tree (s);
      return;
    }
    if (event.type == KV_SHIM_TIMED_OUT) {
      run->reasons |= 1U << KV_REASON_TIME;
      /* The grace is over: kavach-init takes the whole tree. */
      if (event.number == 1)
        stop_tree (s);
    }
    else if (event.type == KV_SHIM_CHILD_ENDED && !run->ended) {
      if (event.known)
        run->status = (int) event.number;
      s->silent_at = kv_now_ms () + SILENT_MS;
    }
  } while (run->shim.n_pending > 0);
}

/* The shim keeps the wall time, and runs the plugin's code: it may hang, and
 * what it watches may be the wrong process.  False when there is nothing more
 * to wait for. */
static bool
check_deadlines (struct supervision *s)
{
  int64_t now = kv_now_ms ();

  if (s->late_at != 0 && now >= s->late_at) {
    s->late_at = 0;
    s->run->reasons |= 1U << KV_REASON_TIME;
    stop_tree (s);
  }
  if (s->silent_at == 0 || now < s->silent_at)
    return true;
  stop_tree (s);
  return false;
}

static int64_t
earlier (int64_t a, int64_t b)
{
  return a == 0 || (b != 0 && b < a) ? b : a;
}

static int
loop (struct supervision *s, struct kv_error *err)
{
  struct kv_run *run = s->run;
  int64_t deadline = 0;

  for (;;) {
    struct pollfd set[7] = {
      { .fd = run->gate, .events = POLLIN },
      { .fd = run->signals, .events = POLLIN },
      { .fd = s->shim_gone ? -1 : run->shim.socket, .events = POLLIN },
    };
    unsigned n = kv_stdio_poll_set (&run->stdio, set + 3);
    int64_t next = earlier (s->late_at, s->silent_at), left = -1;
    int number;

    if (s->stopping && deadline == 0)
      deadline = kv_now_ms () + STOP_DEADLINE_MS;
    if (deadline != 0 && kv_now_ms () >= deadline)
      return kv_fail (err, "KVX-17",
                      "the sandbox did not end within %d s of SIGKILL",
                      STOP_DEADLINE_MS / 1000);
    next = earlier (next, deadline);
    if (next != 0) {
      left = next - kv_now_ms ();
      left = left < 0 ? 0 : left > 1000000 ? 1000000 : left;
    }
    if (poll (set, 3 + n, (int) left) < 0) {
      if (errno == EINTR)
        continue;
      return kv_fail_errno (err, "KVI-02", "poll");
    }
    kv_stdio_handle (&run->stdio, set + 3, n);
    if (set[2].revents != 0)
      handle_shim (s);
    if (set[1].revents != 0)
      while ((number = kv_signals_next (run->signals)) != 0)
        handle_signal (s, number);
    if (set[0].revents != 0 && !handle_gate (s))
      return 0;
    if (!check_deadlines (s))
      return 0;
  }
}

static void
collect_reasons (struct kv_run *run)
{
  struct kv_limits_hit hit = { 0 };

  if (run->limits.n_groups > 0)
    kv_limits_hit (&run->limits, &hit);
  if (hit.memory)
    run->reasons |= 1U << KV_REASON_MEMORY;
  if (hit.pids)
    run->reasons |= 1U << KV_REASON_PIDS;
  if (hit.cpu)
    run->reasons |= 1U << KV_REASON_CPU;
  if (run->stdio.truncated)
    run->reasons |= 1U << KV_REASON_OUTPUT;
  if (run->policy.file_size.value > 0 && run->ended && WIFSIGNALED (run->status)
      && WTERMSIG (run->status) == SIGXFSZ)
    run->reasons |= 1U << KV_REASON_FILE_SIZE;
  if (!run->ended)
    run->reasons |= 1U << KV_REASON_LOST;
}

int
kv_step_supervise (struct kv_run *run, struct kv_error *err)
{
  kv_autofree struct supervision *s = calloc (1, sizeof *s);
  int result;

  if (s == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  s->run = run;
  /* Nobody waits a thousand years, and the sum must not wrap. */
  if (run->policy.wall.value > 0 && run->policy.wall.value < UINT64_C (1) << 45)
    s->late_at
        = kv_now_ms () + (int64_t) run->policy.wall.value + GRACE_MS + LATE_MS;
  result = loop (s, err);
  if (s->failure.code[0] != '\0') {
    *err = s->failure;
    result = -1;
  }
  kv_stdio_finish (&run->stdio, run->signals, DRAIN_MS);
  clock_gettime (CLOCK_MONOTONIC, &run->end);
  collect_reasons (run);
  return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and answers.  A plugin can write anything to this socket: it
 * lives in the shim's process. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kavach/abi.h>

#include "core/loader/shim_client.h"
#include "core/loader/shim_private.h"
#include "core/util/cleanup.h"
#include "core/util/clock.h"
#include "core/wire/pack.h"

/* What the plugin was at when its process ended, and the codes for it. */
struct phase {
  const char *what;
  const char *crashed, *exited, *hung;
};

static const struct phase loading
    = { "while it was loaded", "KVL-19", "KVL-20", "KVL-21" };
static const struct phase probing
    = { "while it was probed", "KVL-22", "KVL-23", "KVL-24" };
static const struct phase assessing
    = { "while it looked at the request", "KVL-25", "KVL-26", "KVL-27" };
static const struct phase spawning
    = { "while it made the box", "KVL-28", "KVL-29", "KVL-30" };
static const struct phase serving
    = { "while it served the box", "KVL-49", "KVL-50", "KVL-51" };

#define MAX_LATE_MESSAGES 256

static int
nonsense (struct kv_shim *shim, struct kv_error *err)
{
  kv_shim_reap (shim, true);
  return kv_fail (err, "KVL-34",
                  "plugin \"%s\": malformed answer from its shim", shim->name);
}

/* The process is gone, or its socket is. */
static int
gone (struct kv_shim *shim, const struct phase *phase, struct kv_error *err)
{
  bool ended = kv_shim_ends (shim, 200);
  int status = kv_shim_reap (shim, !ended);

  if (!ended || status < 0
      || (WIFEXITED (status) && WEXITSTATUS (status) == KV_SHIM_EXIT_LOST)) {
    kv_fail (err, "KVL-45",
             "plugin \"%s\" closed descriptors that are not its own, %s",
             shim->name, phase->what);
    return kv_error_hint (err, "a plugin closes only what it opened");
  }
  if (WIFSIGNALED (status)) {
    int number = WTERMSIG (status);

    kv_fail (err, phase->crashed, "plugin \"%s\" crashed %s: signal %d (%s)",
             shim->name, phase->what, number, strsignal (number));
  }
  else
    kv_fail (err, phase->exited, "plugin \"%s\" called exit (%d) %s",
             shim->name, WEXITSTATUS (status), phase->what);
  return kv_error_hint (err, "report it to the plugin's author");
}

static int
hung (struct kv_shim *shim, const struct phase *phase, struct kv_error *err)
{
  kv_shim_reap (shim, true);
  kv_fail (err, phase->hung, "plugin \"%s\" hung %s: no answer in time, killed",
           shim->name, phase->what);
  return kv_error_hint (err, "report it to the plugin's author");
}

static void
print_log (const struct kv_shim *shim, const struct kv_message *m)
{
  struct kv_reader r;
  const char *text;
  uint32_t level;

  kv_reader_init (&r, m->payload, m->length);
  level = kv_get_u32 (&r);
  text = kv_get_str (&r);
  if (!kv_reader_done (&r) || text == NULL || shim->verbose < 1)
    return;
  if (level <= KAVACH_LOG_WARNING || shim->verbose >= 2)
    kv_say ("%s: %s", shim->name, text);
}

/* One message, or 0 at the end.  A peer that ended with something unread in
 * its queue leaves one ECONNRESET in front of its last words. */
static int
receive (struct kv_shim *shim, struct kv_message *m)
{
  int n = kv_message_receive (shim->socket, m, true);

  if (n == 0)
    n = kv_message_receive (shim->socket, m, true);
  if (n > 0 && m->n_fds > 0) {
    kv_message_close_fds (m);
    errno = EPROTO;
    return -1;
  }
  return n;
}

/* What comes unasked; KV_SHIM_GONE for anything else. */
static struct kv_shim_event
read_event (const struct kv_shim *shim, const struct kv_message *m)
{
  struct kv_shim_event event = { .type = KV_SHIM_GONE };
  struct kv_reader r;

  kv_reader_init (&r, m->payload, m->length);
  switch (m->type) {
  case KV_MSG_LOG:
    print_log (shim, m);
    event.type = KV_SHIM_NOTHING;
    break;
  case KV_MSG_TIMED_OUT:
    event.number = kv_get_u64 (&r);
    if (kv_reader_done (&r) && event.number <= 1)
      event.type = KV_SHIM_TIMED_OUT;
    break;
  case KV_MSG_CHILD_ENDED:
    event.number = kv_get_u64 (&r);
    event.known = kv_get_u64 (&r) == 1;
    if (kv_reader_done (&r) && event.number <= UINT16_MAX)
      event.type = KV_SHIM_CHILD_ENDED;
    break;
  default:
    break;
  }
  return event;
}

/* True for what came unasked: printed, or kept for kv_shim_next. */
static bool
set_aside (struct kv_shim *shim, const struct kv_message *m)
{
  struct kv_shim_event event = read_event (shim, m);

  if (event.type == KV_SHIM_GONE)
    return false;
  if (event.type == KV_SHIM_NOTHING)
    return true;
  if (shim->n_pending == KV_COUNT (shim->pending))
    return false;
  shim->pending[shim->n_pending++] = event;
  return true;
}

/* The next message that answers something. */
static int
await (struct kv_shim *shim, const struct phase *phase, int deadline_ms,
       struct kv_message *m, struct kv_error *err)
{
  int64_t end = kv_now_ms () + deadline_ms;
  unsigned late = 0;

  if (shim->pid <= 0)
    return kv_fail (err, "KVI-04", "the shim of \"%s\" has ended already",
                    shim->name);
  for (;;) {
    struct pollfd watch[2] = {
      { .fd = shim->socket, .events = POLLIN },
      { .fd = shim->pidfd, .events = POLLIN },
    };
    int64_t left = end - kv_now_ms ();
    int n = poll (watch, 2, left > 0 ? (int) left : 0);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return kv_fail_errno (err, "KVI-04", "waiting for the shim of \"%s\"",
                            shim->name);
    if (n == 0)
      return hung (shim, phase, err);

    n = receive (shim, m);
    if (n == 0 || (n < 0 && errno == EAGAIN && watch[1].revents != 0))
      return gone (shim, phase, err);
    if (n < 0 && errno != EAGAIN)
      return nonsense (shim, err);
    if (n > 0 && !set_aside (shim, m))
      return 0;
    /* An answer may stand behind log lines that came in time; but somebody
     * who talks without end does not answer either. */
    if (kv_now_ms () >= end && ++late > MAX_LATE_MESSAGES)
      return hung (shim, phase, err);
  }
}

static bool
code_ok (const char *code)
{
  return code != NULL && strlen (code) == 6
         && (strncmp (code, "KVL-", 4) == 0 || strncmp (code, "KVI-", 4) == 0)
         && strspn (code + 4, "0123456789") == 2;
}

/* REFUSED as the plugin's error; anything else is nonsense here. */
static int
refused (struct kv_shim *shim, const struct kv_message *m, struct kv_error *err)
{
  const char *code, *text, *hint;
  struct kv_reader r;

  kv_reader_init (&r, m->payload, m->length);
  code = kv_get_str (&r);
  text = kv_get_str (&r);
  hint = kv_get_str (&r);
  if (m->type != KV_MSG_REFUSED || !kv_reader_done (&r) || !code_ok (code)
      || text == NULL)
    return nonsense (shim, err);
  kv_fail (err, code, "%s", text);
  return hint != NULL && hint[0] != '\0' ? kv_error_hint (err, "%s", hint) : -1;
}

static int
answer (struct kv_shim *shim, const struct phase *phase, uint16_t type,
        int deadline_ms, struct kv_message *m, struct kv_error *err)
{
  if (await (shim, phase, deadline_ms, m, err) < 0)
    return -1;
  return m->type == type ? 0 : refused (shim, m, err);
}

static int
say (struct kv_shim *shim, const struct phase *phase, uint16_t type,
     const int *fds, unsigned n_fds, struct kv_error *err)
{
  if (shim->socket >= 0
      && kv_message_send (shim->socket, type, NULL, 0, fds, n_fds) == 0)
    return 0;
  return shim->pid > 0 ? gone (shim, phase, err) : -1;
}

int
kv_shim_loaded (struct kv_shim *shim, struct kv_candidate *c, int deadline_ms,
                struct kv_error *err)
{
  const char *name, *version, *summary;
  kv_uninitialized struct kv_message m;
  struct kv_reader r;

  if (shim->loaded)
    return 0;
  if (answer (shim, &loading, KV_MSG_LOADED, deadline_ms, &m, err) < 0)
    return -1;
  kv_reader_init (&r, m.payload, m.length);
  c->kind = kv_get_u32 (&r);
  c->ops_flags = kv_get_u32 (&r);
  c->abi_minor = kv_get_u32 (&r);
  c->callbacks = kv_get_u32 (&r);
  name = kv_get_str (&r);
  version = kv_get_str (&r);
  summary = kv_get_str (&r);
  if (!kv_reader_done (&r) || !kv_name_ok (name) || version == NULL
      || summary == NULL || c->kind < KAVACH_BACKEND
      || c->kind > KAVACH_CREDENTIAL)
    return nonsense (shim, err);

  if (c->plugin_name[0] == '\0') {
    snprintf (c->plugin_name, sizeof c->plugin_name, "%s", name);
    snprintf (c->name, sizeof c->name, "%s", name);
    snprintf (shim->name, sizeof shim->name, "%s", name);
  }
  kv_escape (c->version, sizeof c->version, version);
  if (c->summary[0] == '\0')
    kv_escape (c->summary, sizeof c->summary, summary);
  shim->loaded = true;
  return 0;
}

static bool
read_report (const struct kv_message *m, struct kv_report *report)
{
  struct kv_reader r;
  uint32_t count, i;

  memset (report, 0, sizeof *report);
  kv_reader_init (&r, m->payload, m->length);
  report->boundary = kv_get_u32 (&r);
  count = kv_get_count (&r, 12);
  if (count != KAVACH_CTL_COUNT
      || (report->boundary != KAVACH_BOUNDARY_NONE
          && report->boundary != KAVACH_BOUNDARY_NAMESPACE
          && report->boundary != KAVACH_BOUNDARY_USER_KERNEL
          && report->boundary != KAVACH_BOUNDARY_VM))
    return false;
  for (i = 0; i < count; i++) {
    struct kv_control_state *state = &report->controls.c[i];
    uint32_t level = kv_get_u32 (&r);
    const char *mechanism = kv_get_str (&r), *hint = kv_get_str (&r);

    if (level > KAVACH_FULL || mechanism == NULL || hint == NULL)
      return false;
    state->level = (uint8_t) level;
    state->known = KV_CLAIMED;
    kv_escape (state->mechanism, sizeof state->mechanism, mechanism);
    kv_escape (state->hint, sizeof state->hint, hint);
  }
  return kv_reader_done (&r);
}

static int
await_report (struct kv_shim *shim, const struct phase *phase,
              struct kv_report *report, int deadline_ms, struct kv_error *err)
{
  kv_uninitialized struct kv_message m;

  if (answer (shim, phase, KV_MSG_REPORT, deadline_ms, &m, err) < 0)
    return -1;
  return read_report (&m, report) ? 0 : nonsense (shim, err);
}

int
kv_shim_probe_begin (struct kv_shim *shim)
{
  if (shim->probing)
    return 0;
  shim->probing = true;
  return kv_message_send (shim->socket, KV_MSG_PROBE, NULL, 0, NULL, 0);
}

int
kv_shim_probe (struct kv_shim *shim, struct kv_report *report, int deadline_ms,
               struct kv_error *err)
{
  /* A failed send is a shim that is gone: await says how it went. */
  if (kv_shim_probe_begin (shim) < 0 && errno != EPIPE)
    return kv_fail_errno (err, "KVI-04", "speaking to the shim of \"%s\"",
                          shim->name);
  shim->probing = false;
  return await_report (shim, &probing, report, deadline_ms, err);
}

int
kv_shim_assess (struct kv_shim *shim, int request_fd, struct kv_report *report,
                int deadline_ms, struct kv_error *err)
{
  if (say (shim, &assessing, KV_MSG_ASSESS, &request_fd, 1, err) < 0)
    return -1;
  return await_report (shim, &assessing, report, deadline_ms, err);
}

int
kv_shim_spawn_begin (struct kv_shim *shim, int request_fd, int gate, int init,
                     int cgroup, struct kv_error *err)
{
  const int fds[4] = { request_fd, gate, init, cgroup };

  return say (shim, &spawning, KV_MSG_SPAWN, fds, cgroup >= 0 ? 4 : 3, err);
}

int
kv_shim_spawned (struct kv_shim *shim, pid_t *pid, int deadline_ms,
                 struct kv_error *err)
{
  kv_uninitialized struct kv_message m;
  struct kv_reader r;
  uint64_t number;

  if (answer (shim, &spawning, KV_MSG_CHILD, deadline_ms, &m, err) < 0)
    return -1;
  kv_reader_init (&r, m.payload, m.length);
  number = kv_get_u64 (&r);
  if (!kv_reader_done (&r) || number == 0 || number > INT32_MAX)
    return nonsense (shim, err);
  *pid = (pid_t) number;
  return 0;
}

int
kv_shim_started (struct kv_shim *shim, uint64_t wall_ms, uint64_t grace_ms)
{
  uint8_t buffer[16];
  struct kv_writer w;

  kv_writer_fixed (&w, buffer, sizeof buffer);
  kv_put_u64 (&w, wall_ms);
  kv_put_u64 (&w, grace_ms);
  return kv_message_send (shim->socket, KV_MSG_STARTED, w.data, w.size, NULL,
                          0);
}

int
kv_shim_signal (struct kv_shim *shim, int signal)
{
  uint32_t number = (uint32_t) signal;

  return kv_message_send (shim->socket, KV_MSG_SIGNAL, &number, sizeof number,
                          NULL, 0);
}

int
kv_shim_freeze (struct kv_shim *shim, bool frozen, int deadline_ms,
                struct kv_error *err)
{
  kv_uninitialized struct kv_message m;

  if (say (shim, &serving, frozen ? KV_MSG_FREEZE : KV_MSG_THAW, NULL, 0, err)
      < 0)
    return -1;
  return answer (shim, &serving, KV_MSG_DONE, deadline_ms, &m, err);
}

void
kv_shim_next (struct kv_shim *shim, struct kv_shim_event *event)
{
  kv_uninitialized struct kv_message m;
  int n;

  memset (event, 0, sizeof *event);
  if (shim->n_pending > 0) {
    *event = shim->pending[0];
    shim->n_pending--;
    memmove (shim->pending, shim->pending + 1,
             shim->n_pending * sizeof shim->pending[0]);
    return;
  }
  n = receive (shim, &m);
  if (n < 0 && errno == EAGAIN)
    return;
  if (n <= 0)
    event->type = KV_SHIM_GONE;
  else
    *event = read_event (shim, &m);
}

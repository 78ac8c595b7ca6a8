/* SPDX-License-Identifier: Apache-2.0 */
/* The loop: requests of the launcher, the end of the child, the wall time. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/shim/shim.h"
#include "core/util/cleanup.h"
#include "core/util/clock.h"
#include "core/util/fd.h"

/* Seconds that a plugin has for teardown once the launcher is gone. */
#define LAST_SECONDS 2
/* Milliseconds that a killed child has to go. */
#define KILL_WAIT_MS 1000
/* From the launcher's last call, and from the gate's end, until kavach-init
 * is killed: the time it has to end its tree. */
#define LAST_CALL_MS 1000
#define ORPHAN_WAIT_MS 500

/* A request lives until destroy, so they are kept until the end. */
struct held_request {
  struct held_request *next;
  char *data;
  struct kv_request_holder holder;
  char gate_word[24];
  int keep_fd;
};

struct server {
  struct plugin plugin;
  bool loaded;
  /* LOAD failed: the answer to everything else. */
  struct kv_error refusal;
  struct held_request *requests;
  void *box;
  bool prepared;
  struct kavach_child child;
  bool alive;
  /* Milliseconds of CLOCK_MONOTONIC, 0: not set. */
  uint64_t term_at, kill_at, grace;
  /* The launcher was told that the grace is over. */
  bool last_call;
};

/* The launcher speaks the protocol or it is not the launcher. */
static _Noreturn void
protocol_fault (void)
{
  _exit (SHIM_EXIT_USAGE);
}

static bool
read_config (struct kv_reader *r, struct kavach_config *config)
{
  uint32_t count = kv_get_count (r, 10), i;

  config->entries = calloc ((size_t) count + 1, sizeof *config->entries);
  if (config->entries == NULL)
    return false;
  for (i = 0; i < count; i++) {
    config->entries[i].key = kv_get_str (r);
    config->entries[i].value = kv_get_str (r);
    if (config->entries[i].key == NULL || config->entries[i].value == NULL)
      return false;
  }
  config->count = count;
  return true;
}

static void
on_load (struct server *s, struct kv_message *m)
{
  struct kv_error err = { .code = "" };
  struct plugin *p = &s->plugin;
  kavach_plugin_entry entry = NULL;
  struct kv_reader r;
  const char *name;
  uint32_t kind;

  if (s->loaded || m->n_fds != 1)
    protocol_fault ();
  s->loaded = true;
  /* The message's own memory is for the next one. */
  p->load = malloc (m->length + 1);
  if (p->load == NULL)
    protocol_fault ();
  memcpy (p->load, m->payload, m->length);
  kv_reader_init (&r, p->load, m->length);
  p->path = kv_get_str (&r);
  name = kv_get_str (&r);
  kind = kv_get_u32 (&r);
  if (p->path == NULL || !read_config (&r, &p->config) || !kv_reader_done (&r))
    protocol_fault ();
  p->fd = kv_message_take_fd (m, 0);
  guard_name (p->path);

  if (object_load (p, &entry, &err) < 0
      || check_plugin (p, entry, name, kind, &err) < 0
      || kv_plugin_open (p, &err) < 0) {
    s->refusal = err;
    reply_error (&err);
    return;
  }
  reply_loaded (p);
}

/* Reads the request behind FD; the held one, or NULL with ERR. */
static struct held_request *
hold_request (struct server *s, int fd, struct kv_error *err)
{
  struct held_request *held = calloc (1, sizeof *held);
  size_t size;

  if (held == NULL) {
    kv_fail (err, "KVI-01", "no memory");
    return NULL;
  }
  held->next = s->requests;
  s->requests = held;
  /* The offset is shared with the launcher, who wrote up to the end. */
  if (lseek (fd, 0, SEEK_SET) < 0
      || (held->data = kv_read_all (fd, KV_REQUEST_MAX, &size)) == NULL
      || kv_request_read (held->data, size, &held->holder) < 0) {
    kv_fail (err, "KVI-03", "malformed request for \"%s\"",
             s->plugin.desc.name);
    return NULL;
  }
  return held;
}

static void
on_probe (struct server *s)
{
  struct kv_error err = { .code = "" };
  struct kavach_report report = { .boundary = 0 };

  /* The other kinds are there once they are loaded. */
  if (s->plugin.desc.kind == KAVACH_BACKEND
      && kv_backend_probe (&s->plugin, &report, &err) < 0)
    reply_error (&err);
  else
    reply_report (&report);
}

static void
on_assess (struct server *s, struct kv_message *m)
{
  struct kv_error err = { .code = "" };
  struct kavach_report report;
  struct held_request *held;
  kv_autoclose int fd = kv_message_take_fd (m, 0);

  held = hold_request (s, fd, &err);
  if (held == NULL
      || kv_backend_assess (&s->plugin, &held->holder.request, &report, &err)
             < 0)
    reply_error (&err);
  else
    reply_report (&report);
}

/* SIGTERM is the kernel's word that the launcher died.  The loop sees the
 * end of the socket and tears down; a plugin that hangs meets SIGALRM. */
static void
on_parent_death (int signal)
{
  (void) signal;
  alarm (LAST_SECONDS);
}

static void
prepare_for_child (void)
{
  struct sigaction action = { .sa_handler = on_parent_death };

  sigemptyset (&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction (SIGTERM, &action, NULL);
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
kill_child (struct server *s, int signal)
{
  struct kv_error err = { .code = "" };

  if (kv_backend_kill (&s->plugin, s->box, &s->child, signal, &err) < 0)
    reply_log (KAVACH_LOG_WARNING, err.text);
  if (signal == SIGKILL && s->child.pidfd >= 0)
    syscall (SYS_pidfd_send_signal, s->child.pidfd, SIGKILL, NULL, 0);
}

/* Fills in what only this process knows: the numbers of descriptors. */
static void
place_descriptors (struct held_request *held, int gate, int init, int cgroup)
{
  struct kavach_request *q = &held->holder.request;

  snprintf (held->gate_word, sizeof held->gate_word, "--gate=%d", gate);
  held->holder.argv[held->holder.argc] = held->gate_word;
  held->keep_fd = gate;
  q->keep_fds = &held->keep_fd;
  q->n_keep_fds = 1;
  q->exec_fd = init;
  q->cgroup_fd = cgroup;
}

static int
spawn (struct server *s, struct held_request *held, struct kv_error *err)
{
  const struct kavach_request *q = &held->holder.request;

  prepare_for_child ();
  if (!s->prepared) {
    if (kv_backend_prepare (&s->plugin, q, &s->box, err) < 0)
      return -1;
    s->prepared = true;
  }
  if (kv_backend_spawn (&s->plugin, s->box, q, &s->child, err) == 0) {
    s->alive = true;
    return 0;
  }
  /* It failed half-way: what it started has no one to answer to. */
  if (s->child.pidfd >= 0) {
    kill_child (s, SIGKILL);
    close (s->child.pidfd);
    s->child.pidfd = -1;
  }
  return -1;
}

static void
on_spawn (struct server *s, struct kv_message *m)
{
  struct kv_error err = { .code = "" };
  struct held_request *held;
  kv_autoclose int request = kv_message_take_fd (m, 0);
  kv_autoclose int gate = kv_message_take_fd (m, 1);
  kv_autoclose int init = kv_message_take_fd (m, 2);
  kv_autoclose int cgroup = kv_message_take_fd (m, 3);
  uint64_t pid;

  if (request < 0 || gate < 0 || init < 0)
    protocol_fault ();
  if (s->alive) {
    kv_fail (&err, "KVL-48", "\"%s\" already has a child in this box",
             s->plugin.desc.name);
    reply_error (&err);
    return;
  }
  held = hold_request (s, request, &err);
  if (held == NULL || fcntl (gate, F_SETFD, 0) < 0) {
    kv_fail_errno (&err, "KVI-02", "the gate's descriptor");
    reply_error (&err);
    return;
  }
  place_descriptors (held, gate, init, cgroup);
  if (spawn (s, held, &err) < 0) {
    reply_error (&err);
    return;
  }
  pid = (uint64_t) s->child.pid;
  reply_numbers (KV_MSG_CHILD, &pid, 1);
}

static void
on_started (struct server *s, const struct kv_message *m)
{
  struct kv_reader r;
  uint64_t wall, grace;

  kv_reader_init (&r, m->payload, m->length);
  wall = kv_get_u64 (&r);
  grace = kv_get_u64 (&r);
  if (!kv_reader_done (&r))
    protocol_fault ();
  /* Nobody waits a thousand years, and the sum must not wrap. */
  if (wall > UINT64_C (1) << 45)
    wall = 0;
  if (grace > UINT64_C (1) << 45)
    grace = UINT64_C (1) << 45;
  s->grace = grace;
  s->term_at = wall > 0 ? (uint64_t) kv_now_ms () + wall : 0;
  s->kill_at = 0;
  s->last_call = false;
}

static void
on_signal (struct server *s, const struct kv_message *m)
{
  struct kv_reader r;
  uint32_t number;

  kv_reader_init (&r, m->payload, m->length);
  number = kv_get_u32 (&r);
  if (!kv_reader_done (&r) || number == 0 || number >= NSIG)
    protocol_fault ();
  if (s->alive)
    kill_child (s, (int) number);
}

static void
on_freeze (struct server *s, bool frozen)
{
  struct kv_error err = { .code = "" };

  if (!s->prepared)
    protocol_fault ();
  if (kv_backend_freeze (&s->plugin, s->box, frozen, &err) < 0)
    reply_error (&err);
  else
    reply_numbers (KV_MSG_DONE, NULL, 0);
}

/* The child's end, as from waitpid; KNOWN is 0 when it was somebody else's
 * child and the plugin cannot say either. */
static void
reap (struct server *s)
{
  uint64_t answer[2] = { 0, 0 };
  siginfo_t info = { .si_pid = 0 };
  int status = 0;

  if (waitid (P_PIDFD, (id_t) s->child.pidfd, &info, WEXITED | WNOHANG) == 0
      && info.si_pid != 0) {
    status = info.si_code == CLD_EXITED   ? (info.si_status & 0xff) << 8
             : info.si_code == CLD_DUMPED ? info.si_status | 0x80
                                          : info.si_status;
    answer[1] = 1;
  }
  else if (kv_backend_wait (&s->plugin, s->box, &s->child, &status))
    answer[1] = 1;
  answer[0] = (uint32_t) status;

  close (s->child.pidfd);
  s->child.pidfd = -1;
  s->alive = false;
  s->term_at = s->kill_at = 0;
  reply_numbers (KV_MSG_CHILD_ENDED, answer, 2);
}

static void
teardown (struct server *s)
{
  if (s->alive) {
    struct pollfd p = { .fd = s->child.pidfd, .events = POLLIN };

    /* The gate is closed by now, and kavach-init takes its tree along; were
     * it killed first, a tree without a boundary would outlive it. */
    if (poll (&p, 1, ORPHAN_WAIT_MS) <= 0)
      kill_child (s, SIGKILL);
    if (poll (&p, 1, KILL_WAIT_MS) > 0)
      reap (s);
  }
  if (s->prepared)
    kv_backend_destroy (&s->plugin, s->box);
  kv_plugin_close (&s->plugin);
}

static void
check_wall_time (struct server *s)
{
  uint64_t now = (uint64_t) kv_now_ms (), phase;

  if (s->term_at != 0 && now >= s->term_at) {
    s->term_at = 0;
    s->kill_at = now + s->grace;
    phase = 0;
    reply_numbers (KV_MSG_TIMED_OUT, &phase, 1);
    kill_child (s, SIGTERM);
  }
  else if (s->kill_at != 0 && now >= s->kill_at) {
    /* kavach-init is the one who can take a tree with it that no boundary
     * holds: the launcher asks it to.  Killed is init only when that, too,
     * comes to nothing. */
    s->kill_at = s->last_call ? 0 : now + LAST_CALL_MS;
    phase = 1;
    if (!s->last_call)
      reply_numbers (KV_MSG_TIMED_OUT, &phase, 1);
    else
      kill_child (s, SIGKILL);
    s->last_call = true;
  }
}

static int
poll_timeout (const struct server *s)
{
  uint64_t at = s->term_at != 0 ? s->term_at : s->kill_at, now;

  if (at == 0 || !s->alive)
    return -1;
  now = (uint64_t) kv_now_ms ();
  if (at <= now)
    return 0;
  return at - now > 1000000 ? 1000000 : (int) (at - now);
}

/* False: the conversation is over. */
static bool
handle (struct server *s, struct kv_message *m)
{
  if (m->type == KV_MSG_LOAD) {
    on_load (s, m);
    return true;
  }
  if (s->refusal.code[0] != '\0') {
    reply_error (&s->refusal);
    return m->type != KV_MSG_DESTROY;
  }
  if (m->type == KV_MSG_DESTROY) {
    teardown (s);
    reply_numbers (KV_MSG_DONE, NULL, 0);
    return false;
  }
  if (!s->loaded
      || (s->plugin.desc.kind != KAVACH_BACKEND && m->type != KV_MSG_PROBE))
    protocol_fault ();

  switch (m->type) {
  case KV_MSG_PROBE:
    on_probe (s);
    break;
  case KV_MSG_ASSESS:
    on_assess (s, m);
    break;
  case KV_MSG_SPAWN:
    on_spawn (s, m);
    break;
  case KV_MSG_STARTED:
    on_started (s, m);
    break;
  case KV_MSG_SIGNAL:
    on_signal (s, m);
    break;
  case KV_MSG_FREEZE:
  case KV_MSG_THAW:
    on_freeze (s, m->type == KV_MSG_FREEZE);
    break;
  default:
    protocol_fault ();
  }
  return true;
}

int
serve (void)
{
  static struct server server = { .child = { .pidfd = -1 } };
  static struct kv_message message;
  struct pollfd watch[2];

  for (;;) {
    int n;

    watch[0] = (struct pollfd){ .fd = SHIM_SOCKET, .events = POLLIN };
    watch[1] = (struct pollfd){ .fd = server.alive ? server.child.pidfd : -1,
                                .events = POLLIN };
    n = poll (watch, 2, poll_timeout (&server));
    if (n < 0 && errno != EINTR)
      return 1;
    /* Order matters: a child that ended in time has not timed out. */
    if (n > 0 && watch[1].revents != 0)
      reap (&server);
    if (server.alive)
      check_wall_time (&server);
    if (n <= 0 || watch[0].revents == 0)
      continue;

    n = kv_message_receive (SHIM_SOCKET, &message, true);
    if (n < 0 && errno == EAGAIN)
      continue;
    if (n <= 0) {
      alarm (LAST_SECONDS);
      teardown (&server);
      return 0;
    }
    if (!handle (&server, &message))
      return 0;
    kv_message_close_fds (&message);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/util/cleanup.h"
#include "core/util/fd.h"
#include "tests/init/driver.h"

/* Wrong in just the way that BAD names. */
static int
plan_memfd (const char *bad, const struct kv_writer *w)
{
  int fd;

  if (strcmp (bad, "seals") != 0)
    return kv_seal_bytes ("plan", w->data, w->size);
  fd = memfd_create ("plan", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd >= 0 && kv_write_full (fd, w->data, w->size) < 0)
    return -1;
  return fd;
}

int
driver_send_plan (const struct driver *d, int gate, const int stdio[3])
{
  kv_autoclose int fd = -1;
  kv_autoclose int join = -1;
  struct kv_plan plan = d->plan;
  struct kv_writer w = { 0 };
  uint16_t type = KV_MSG_PLAN;
  uint32_t size;
  unsigned n = 4;
  int fds[5] = { -1, stdio[0], stdio[1], stdio[2], -1 };

  if (strcmp (d->bad, "flags") == 0)
    plan.flags |= 1u << 30;
  if (strcmp (d->bad, "umask") == 0)
    plan.umask = 010000;
  kv_plan_write (&w, &plan);
  if (strcmp (d->bad, "format") == 0)
    kv_put_u32 (&w, 0);
  if (strcmp (d->bad, "empty") == 0)
    w.size = 0;
  fds[0] = fd = plan_memfd (d->bad, &w);
  size = (uint32_t) w.size;
  kv_writer_free (&w);
  if (fd < 0)
    return -1;

  if (d->join != NULL) {
    join = open (d->join, O_WRONLY | O_CLOEXEC);
    if (join < 0)
      return -1;
    fds[n++] = join;
  }
  if (strcmp (d->bad, "length") == 0)
    size++;
  if (strcmp (d->bad, "type") == 0)
    type = KV_MSG_GO;
  if (strcmp (d->bad, "descriptors") == 0)
    n = 3;
  return kv_message_send (gate, type, &size, sizeof size, fds, n);
}

static void
run_shell (const char *command, int pid, bool wait)
{
  char number[16];
  kv_autofree char *line = NULL;

  if (command == NULL)
    return;
  snprintf (number, sizeof number, "%d", pid);
  setenv ("INIT_PID", number, 1);
  if (asprintf (&line, "{ %s\n}%s", command, wait ? "" : " &") < 0)
    return;
  if (system (line) != 0)
    fprintf (stderr, "driver: a shell command failed\n");
}

/* Time on a processor, microseconds: what init costs, whoever else runs. */
static long
cpu_time (int pid)
{
  char path[64], text[64];

  snprintf (path, sizeof path, "/proc/%d/schedstat", pid);
  if (kv_read_at (AT_FDCWD, path, text, sizeof text) <= 0)
    return 0;
  return strtol (text, NULL, 10) / 1000;
}

static void
pass_gate (const struct driver *d, int gate, int pid,
           const struct kv_message *m)
{
  struct kv_gate_report report;
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  if (!kv_gate_report_read (m, &report)) {
    fprintf (d->facts, "garbage\n");
    return;
  }
  fprintf (d->facts, "report");
  driver_print_set (d->facts, "held", report.held);
  driver_print_set (d->facts, "open", report.open);
  fprintf (d->facts, " abi=%u inside=%u credentials=%d us=%ld cpu=%ld\n",
           report.landlock_abi, report.pid_inside, m->pid == pid,
           (long) (now.tv_sec - d->started->tv_sec) * 1000000
               + (now.tv_nsec - d->started->tv_nsec) / 1000,
           cpu_time (pid));
  fflush (d->facts);
  run_shell (d->at_gate, pid, true);
  if (d->no_go)
    (void) shutdown (gate, SHUT_RDWR);
  else if (strcmp (d->bad, "go") == 0)
    (void) kv_message_send (gate, KV_MSG_RESUME, NULL, 0, NULL, 0);
  else
    (void) kv_message_send (gate, KV_MSG_GO, NULL, 0, NULL, 0);
  run_shell (d->after_go, pid, false);
}

static void
print_message (const struct driver *d, int gate, int pid,
               const struct kv_message *m)
{
  struct kv_init_failure failure;
  struct kv_exit_report end;
  struct kv_reader r;

  switch (m->type) {
  case KV_MSG_GATE_REPORT:
    pass_gate (d, gate, pid, m);
    break;
  case KV_MSG_INIT_FAILED:
    if (kv_init_failure_read (m, &failure))
      fprintf (d->facts, "failed step=%s errno=%s subject=%s\n",
               kv_init_step_name (failure.step),
               strerrorname_np ((int) failure.number), failure.subject);
    break;
  case KV_MSG_EXEC_FAILED:
    kv_reader_init (&r, m->payload, m->length);
    fprintf (d->facts, "exec-failed errno=%s",
             strerrorname_np ((int) kv_get_u32 (&r)));
    fprintf (d->facts, " name=%s\n", kv_get_str (&r));
    break;
  case KV_MSG_EXITED:
    if (kv_exit_report_read (m, &end))
      fprintf (d->facts, "exited status=%u cpu=%llu rss=%llu stragglers=%u\n",
               end.status, (unsigned long long) end.cpu_us,
               (unsigned long long) end.peak_rss, end.stragglers);
    break;
  default:
    fprintf (d->facts, "unknown type=%u\n", m->type);
  }
  fflush (d->facts);
}

static void
pass_order (const struct driver *d, int gate)
{
  char line[64];
  ssize_t n = read (d->orders, line, sizeof line - 1);

  if (n <= 0)
    return;
  line[n] = '\0';
  if (strstr (line, "pause") != NULL)
    (void) kv_message_send (gate, KV_MSG_PAUSE, NULL, 0, NULL, 0);
  if (strstr (line, "resume") != NULL)
    (void) kv_message_send (gate, KV_MSG_RESUME, NULL, 0, NULL, 0);
  if (strstr (line, "stop") != NULL)
    (void) kv_message_send (gate, KV_MSG_STOP, NULL, 0, NULL, 0);
  if (strstr (line, "hangup") != NULL)
    (void) shutdown (gate, SHUT_RDWR);
}

void
driver_talk (struct driver *d, int gate, int pid)
{
  static struct kv_message m;

  for (;;) {
    struct pollfd wait[2] = { { .fd = gate, .events = POLLIN },
                              { .fd = d->orders, .events = POLLIN } };

    if (poll (wait, 2, -1) < 0)
      return;
    if (wait[1].revents != 0)
      pass_order (d, gate);
    if (wait[0].revents == 0)
      continue;
    if (kv_message_receive (gate, &m, true) != 1)
      return;
    print_message (d, gate, pid, &m);
    if (m.type == KV_MSG_GATE_REPORT)
      d->master = kv_message_take_fd (&m, 0);
    kv_message_close_fds (&m);
  }
}

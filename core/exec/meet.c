/* SPDX-License-Identifier: Apache-2.0 */
/* Step 7, at the gate: who is there, and what it has to say. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/exec/spawn.h"
#include "core/util/cleanup.h"
#include "core/util/clock.h"

#define GATE_DEADLINE_MS 10000

static int
gate_failure (struct kv_run *run, const struct kv_message *m,
              struct kv_error *err)
{
  struct kv_init_failure f;

  if (m->type != KV_MSG_INIT_FAILED || !kv_init_failure_read (m, &f))
    return kv_fail (err, "KVG-04", "what came through the gate is no report");
  errno = (int) f.number;
  return kv_fail_errno (err, "KVG-05",
                        "kavach-init could not confine itself "
                        "(%s%s%s) in the sandbox of %s",
                        kv_init_step_name (f.step),
                        f.subject[0] != '\0' ? ": " : "", f.subject,
                        run->chosen->name);
}

/* Waits until the gate has something to say; what the shim says meanwhile is
 * noted, and its child's end is the end of waiting. */
static int
await_gate (struct kv_run *run, struct kv_message *m, struct kv_error *err)
{
  struct kv_shim_event event = { .type = KV_SHIM_NOTHING };
  int64_t deadline = kv_now_ms () + GATE_DEADLINE_MS;

  for (;;) {
    struct pollfd set[2] = { { .fd = run->gate, .events = POLLIN },
                             { .fd = run->shim.socket, .events = POLLIN } };
    int64_t left = deadline - kv_now_ms ();

    if (left <= 0 || (poll (set, 2, (int) left) < 0 && errno != EINTR))
      return kv_fail (err, "KVG-06", "nothing came to the gate within %d s",
                      GATE_DEADLINE_MS / 1000);
    if ((set[0].revents & POLLIN) != 0
        && kv_message_receive (run->gate, m, true) == 1)
      return 0;
    if (set[1].revents != 0)
      kv_shim_next (&run->shim, &event);
    if (set[0].revents != 0 || event.type == KV_SHIM_CHILD_ENDED
        || event.type == KV_SHIM_GONE)
      return kv_fail (
          err, "KVG-07",
          "what backend %s started ended before it reached the gate",
          run->chosen->name);
  }
}

/* Holds /proc/PID of the process, so that no later one can take its
 * number. */
int
kv_open_process (struct kv_run *run, pid_t pid, struct kv_error *err)
{
  char path[64];

  run->init_pid = pid;
  snprintf (path, sizeof path, "/proc/%ld", (long) pid);
  run->proc_fd = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (run->proc_fd < 0)
    return kv_fail_errno (err, "KVG-01", "cannot look at process %ld",
                          (long) pid);
  return 0;
}

static int
meet_process (struct kv_run *run, const struct kv_message *m, pid_t announced,
              struct kv_error *err)
{
  if (m->pid <= 0 || (announced > 0 && m->pid != announced))
    return kv_fail (err, "KVG-02",
                    "process %ld is at the gate, backend %s announced %ld",
                    (long) m->pid, run->chosen->name, (long) announced);
  return run->proc_fd >= 0 ? 0 : kv_open_process (run, m->pid, err);
}

int
kv_receive_report (struct kv_run *run, pid_t announced, struct kv_error *err)
{
  kv_autofree struct kv_message *m = malloc (sizeof *m);
  kv_autoclose int terminal = -1;

  if (m == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  if (await_gate (run, m, err) < 0)
    return -1;
  terminal = kv_message_take_fd (m, 0);
  kv_message_close_fds (m);
  if (run->stdio.pty && m->type == KV_MSG_GATE_REPORT) {
    if (kv_stdio_attach (&run->stdio, kv_steal_fd (&terminal), err) < 0)
      return -1;
  }
  if (m->type != KV_MSG_GATE_REPORT
      || !kv_gate_report_read (m, &run->gate_report))
    return gate_failure (run, m, err);
  return meet_process (run, m, announced, err);
}

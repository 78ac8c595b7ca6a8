/* SPDX-License-Identifier: Apache-2.0 */
/* One adapter for each callback: default, guard, validation, error text. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/shim/shim.h"

/* What a callback returned, as 0 or -1 with CODE and the plugin's text. */
static int
settle (const struct plugin *p, int result, const char *code, const char *what,
        struct kv_error *err)
{
  const char *text = guard_failure ();

  if (guard_leave (err) < 0)
    return -1;
  if (result == 0)
    return 0;
  if (result > 0) {
    kv_fail (err, "KVL-56",
             "%s of \"%s\" returned %d, which is neither 0 nor an error", what,
             p->desc.name, result);
    return -1;
  }
  if (text != NULL)
    return kv_fail (err, code, "%s: %s", p->desc.name, text);
  return kv_fail (err, code, "%s of \"%s\" failed: %s", what, p->desc.name,
                  strerror (result < -4095 ? EIO : -result));
}

int
kv_plugin_open (struct plugin *p, struct kv_error *err)
{
  int (*opener) (const struct kavach_config *, void **) = NULL;
  int result;

  switch (p->desc.kind) {
  case KAVACH_BACKEND:
    opener = p->backend.open;
    break;
  case KAVACH_AUDIT:
  case KAVACH_CREDENTIAL:
    /* Opening those may have effects outside (a log, a vault's session):
     * done by who uses them. */
    return 0;
  }
  if (opener == NULL) {
    p->opened = true;
    return 0;
  }
  guard_enter ();
  result = opener (&p->config, &p->self);
  if (settle (p, result, "KVL-17", "open", err) < 0)
    return -1;
  p->opened = true;
  return 0;
}

static int
check_report (const struct plugin *p, const struct kavach_report *report,
              struct kv_error *err)
{
  if (!report->bad)
    return 0;
  return kv_fail (err, "KVL-34",
                  "\"%s\" reports a level or boundary that there is not",
                  p->desc.name);
}

int
kv_backend_probe (struct plugin *p, struct kavach_report *report,
                  struct kv_error *err)
{
  int result;

  memset (report, 0, sizeof *report);
  guard_enter ();
  result = p->backend.probe (p->self, report);
  if (settle (p, result, "KVL-31", "probe", err) < 0)
    return -1;
  return check_report (p, report, err);
}

int
kv_backend_assess (struct plugin *p, const struct kavach_request *q,
                   struct kavach_report *report, struct kv_error *err)
{
  int result;

  if (p->backend.assess == NULL)
    return kv_backend_probe (p, report, err);
  memset (report, 0, sizeof *report);
  guard_enter ();
  result = p->backend.assess (p->self, q, report);
  if (settle (p, result, "KVL-32", "assess", err) < 0)
    return -1;
  return check_report (p, report, err);
}

int
kv_backend_prepare (struct plugin *p, const struct kavach_request *q,
                    void **box, struct kv_error *err)
{
  int result;

  if (p->backend.prepare == NULL) {
    *box = p->self;
    return 0;
  }
  guard_enter ();
  result = p->backend.prepare (p->self, q, box);
  return settle (p, result, "KVL-33", "prepare", err);
}

/* Without a pidfd of the plugin's, one is opened from the pid: the child
 * has not been waited for, so the number is still its own. */
static int
complete_child (const struct plugin *p, struct kavach_child *child,
                struct kv_error *err)
{
  if (child->pidfd >= 0 && child->pid > 0)
    return 0;
  if (child->pid <= 0 || child->pid > INT32_MAX)
    return kv_fail (err, "KVL-33", "spawn of \"%s\" named no child",
                    p->desc.name);
  child->pidfd = (int) syscall (SYS_pidfd_open, (pid_t) child->pid, 0);
  if (child->pidfd < 0)
    return kv_fail_errno (err, "KVL-33", "spawn of \"%s\" named process %lld",
                          p->desc.name, (long long) child->pid);
  return 0;
}

int
kv_backend_spawn (struct plugin *p, void *box, const struct kavach_request *q,
                  struct kavach_child *child, struct kv_error *err)
{
  int result;

  memset (child, 0, sizeof *child);
  child->pidfd = -1;
  guard_enter ();
  result = p->backend.spawn (box, q, child);
  if (settle (p, result, "KVL-33", "spawn", err) < 0)
    return -1;
  return complete_child (p, child, err);
}

int
kv_backend_kill (struct plugin *p, void *box, struct kavach_child *child,
                 int signal, struct kv_error *err)
{
  int result;

  if (p->backend.kill != NULL) {
    guard_enter ();
    result = p->backend.kill (box, child, signal);
    return settle (p, result, "KVL-46", "kill", err);
  }
  if (child->pidfd < 0)
    return kv_fail (err, "KVL-46", "there is no child to signal");
  if (syscall (SYS_pidfd_send_signal, child->pidfd, signal, NULL, 0) < 0
      && errno != ESRCH)
    return kv_fail_errno (err, "KVL-46", "signal %d to the child", signal);
  return 0;
}

int
kv_backend_wait (struct plugin *p, void *box, struct kavach_child *child,
                 int *status)
{
  struct kv_error ignored = { .code = "" };
  int result;

  if (p->backend.wait == NULL)
    return 0;
  guard_enter ();
  result = p->backend.wait (box, child, status);
  return settle (p, result, "KVL-46", "wait", &ignored) == 0;
}

int
kv_backend_freeze (struct plugin *p, void *box, bool frozen,
                   struct kv_error *err)
{
  int (*change) (void *) = frozen ? p->backend.pause : p->backend.resume;
  const char *what = frozen ? "pause" : "resume";

  if (p->backend.pause == NULL || p->backend.resume == NULL)
    return kv_fail (err, "KVL-47", "\"%s\" cannot pause its box", p->desc.name);
  guard_enter ();
  return settle (p, change (box), "KVL-46", what, err);
}

void
kv_backend_destroy (struct plugin *p, void *box)
{
  struct kv_error err = { .code = "" };
  int result;

  if (p->backend.destroy == NULL)
    return;
  guard_enter ();
  result = p->backend.destroy (box);
  if (settle (p, result, "KVL-46", "destroy", &err) < 0)
    reply_log (KAVACH_LOG_WARNING, err.text);
}

void
kv_plugin_close (struct plugin *p)
{
  struct kv_error ignored = { .code = "" };

  if (!p->opened || p->desc.kind != KAVACH_BACKEND || p->backend.close == NULL)
    return;
  p->opened = false;
  guard_enter ();
  p->backend.close (p->self);
  guard_leave (&ignored);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "core/util/cleanup.h"
#include "core/wire/gate.h"

void
kv_gate_report_write (struct kv_writer *w, const struct kv_gate_report *g)
{
  kv_put_u64 (w, g->held);
  kv_put_u64 (w, g->open);
  kv_put_u32 (w, g->landlock_abi);
  kv_put_u32 (w, g->pid_inside);
}

bool
kv_gate_report_read (const struct kv_message *m, struct kv_gate_report *g)
{
  struct kv_reader r;

  kv_reader_init (&r, m->payload, m->length);
  g->held = kv_get_u64 (&r);
  g->open = kv_get_u64 (&r);
  g->landlock_abi = kv_get_u32 (&r);
  g->pid_inside = kv_get_u32 (&r);
  return kv_reader_done (&r);
}

void
kv_exit_report_write (struct kv_writer *w, const struct kv_exit_report *e)
{
  kv_put_u32 (w, e->status);
  kv_put_u64 (w, e->cpu_us);
  kv_put_u64 (w, e->peak_rss);
  kv_put_u32 (w, e->stragglers);
}

bool
kv_exit_report_read (const struct kv_message *m, struct kv_exit_report *e)
{
  struct kv_reader r;

  kv_reader_init (&r, m->payload, m->length);
  e->status = kv_get_u32 (&r);
  e->cpu_us = kv_get_u64 (&r);
  e->peak_rss = kv_get_u64 (&r);
  e->stragglers = kv_get_u32 (&r);
  return kv_reader_done (&r);
}

bool
kv_init_failure_read (const struct kv_message *m, struct kv_init_failure *f)
{
  struct kv_reader r;

  kv_reader_init (&r, m->payload, m->length);
  f->step = kv_get_u32 (&r);
  f->number = kv_get_u32 (&r);
  f->subject = kv_get_str (&r);
  if (f->subject == NULL)
    f->subject = "";
  return kv_reader_done (&r);
}

bool
kv_probed_read (const struct kv_message *m, struct kv_probed *p)
{
  struct kv_reader r;

  kv_reader_init (&r, m->payload, m->length);
  p->id = kv_get_str (&r);
  p->verdict = kv_get_u32 (&r);
  p->detail = kv_get_str (&r);
  return kv_reader_done (&r) && p->id != NULL && p->detail != NULL;
}

const char *
kv_init_step_name (uint32_t step)
{
  static const char *const names[] = {
    "start",        "plan",         "cgroup",   "session", "descriptors",
    "network",      "keyring",      "limits",   "user",    "working folder",
    "capabilities", "no_new_privs", "landlock", "seccomp", "start",
    "environment",  "terminal",
  };

  return step < KV_COUNT (names) ? names[step] : "unknown step";
}

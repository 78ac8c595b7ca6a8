/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "core/shim/shim.h"

/* The launcher that is gone takes the shim with it. */
static void
send_packed (uint16_t type, struct kv_writer *w)
{
  if (w->bad)
    _exit (1);
  if (kv_message_send (SHIM_SOCKET, type, w->data, w->size, NULL, 0) < 0
      && type != KV_MSG_LOG && type != KV_MSG_CHILD_ENDED)
    _exit (1);
}

void
reply_log (int level, const char *text)
{
  uint8_t buffer[2048];
  struct kv_writer w;

  kv_writer_fixed (&w, buffer, sizeof buffer);
  kv_put_u32 (&w, (uint32_t) level);
  kv_put_str (&w, text);
  send_packed (KV_MSG_LOG, &w);
}

void
reply_error (const struct kv_error *err)
{
  uint8_t buffer[4096];
  struct kv_writer w;

  kv_writer_fixed (&w, buffer, sizeof buffer);
  kv_put_str (&w, err->code);
  kv_put_str (&w, err->text);
  kv_put_str (&w, err->hint);
  send_packed (KV_MSG_REFUSED, &w);
}

void
reply_report (const struct kavach_report *report)
{
  static uint8_t buffer[KAVACH_CTL_COUNT * 320 + 64];
  struct kv_writer w;
  uint32_t i;

  kv_writer_fixed (&w, buffer, sizeof buffer);
  kv_put_u32 (&w, report->boundary);
  kv_put_u32 (&w, KAVACH_CTL_COUNT);
  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    kv_put_u32 (&w, report->c[i].level);
    kv_put_str (&w, report->c[i].mechanism);
    kv_put_str (&w, report->c[i].hint);
  }
  send_packed (KV_MSG_REPORT, &w);
}

static uint32_t
callbacks_of (const struct kavach_backend *ops)
{
  return (uint32_t) (ops->assess != NULL) << 0
         | (uint32_t) (ops->prepare != NULL) << 1
         | (uint32_t) (ops->kill != NULL) << 2
         | (uint32_t) (ops->wait != NULL) << 3
         | (uint32_t) (ops->pause != NULL && ops->resume != NULL) << 4
         | (uint32_t) (ops->destroy != NULL) << 5;
}

void
reply_loaded (const struct plugin *p)
{
  uint8_t buffer[2048];
  char version[64], summary[256];
  struct kv_writer w;

  kv_escape (version, sizeof version,
             p->desc.version != NULL ? p->desc.version : "");
  kv_escape (summary, sizeof summary,
             p->desc.summary != NULL ? p->desc.summary : "");
  kv_writer_fixed (&w, buffer, sizeof buffer);
  kv_put_u32 (&w, p->desc.kind);
  kv_put_u32 (&w, p->desc.kind == KAVACH_BACKEND ? p->backend.flags : 0);
  kv_put_u32 (&w, p->desc.abi_minor);
  kv_put_u32 (&w, callbacks_of (&p->backend));
  kv_put_str (&w, p->desc.name);
  kv_put_str (&w, version);
  kv_put_str (&w, summary);
  send_packed (KV_MSG_LOADED, &w);
}

void
reply_numbers (uint16_t type, const uint64_t *numbers, unsigned count)
{
  uint8_t buffer[64];
  struct kv_writer w;
  unsigned i;

  kv_writer_fixed (&w, buffer, sizeof buffer);
  for (i = 0; i < count; i++)
    kv_put_u64 (&w, numbers[i]);
  send_packed (type, &w);
}

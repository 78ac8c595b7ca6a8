/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/loader/cache_result.h"

/* Only what is not NONE, or has something to say, takes room. */
static bool
worth_writing (const struct kv_control_state *state)
{
  return state->level != KAVACH_NONE || state->mechanism[0] != '\0'
         || state->hint[0] != '\0';
}

void
kv_cache_result_write (const struct kv_candidate *c, struct kv_writer *w)
{
  uint32_t i, count = 0;

  kv_put_u32 (w, c->available);
  kv_put_u32 (w, c->kind);
  kv_put_u32 (w, c->boundary);
  kv_put_u32 (w, c->ops_flags);
  kv_put_u32 (w, c->callbacks);
  kv_put_u32 (w, c->abi_minor);
  kv_put_str (w, c->version);
  kv_put_str (w, c->summary);
  kv_put_str (w, c->error.code);
  kv_put_str (w, c->error.text);
  kv_put_str (w, c->error.hint);
  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    count += worth_writing (&c->controls.c[i]);
  kv_put_u32 (w, count);
  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    const struct kv_control_state *state = &c->controls.c[i];

    if (!worth_writing (state))
      continue;
    kv_put_u32 (w, i);
    kv_put_u32 (w, state->level);
    kv_put_str (w, state->mechanism);
    kv_put_str (w, state->hint);
  }
}

static bool
get_text (struct kv_reader *r, char *out, size_t size)
{
  const char *text = kv_get_str (r);

  if (text == NULL || strlen (text) >= size)
    return false;
  memcpy (out, text, strlen (text) + 1);
  return true;
}

static bool
read_controls (struct kv_reader *r, struct kv_controls *controls)
{
  uint32_t count = kv_get_count (r, 16), i;

  memset (controls, 0, sizeof *controls);
  for (i = 0; i < count; i++) {
    uint32_t control = kv_get_u32 (r), level = kv_get_u32 (r);
    struct kv_control_state *state;

    if (control >= KAVACH_CTL_COUNT || level > KAVACH_FULL)
      return false;
    state = &controls->c[control];
    state->level = (uint8_t) level;
    state->known = KV_CLAIMED;
    if (!get_text (r, state->mechanism, sizeof state->mechanism)
        || !get_text (r, state->hint, sizeof state->hint))
      return false;
  }
  return true;
}

bool
kv_cache_result_read (struct kv_candidate *c, const void *data, size_t size)
{
  struct kv_candidate read;
  struct kv_reader r;

  /* The big strings are not worth clearing. */
  read.error = (struct kv_error){ .code = "" };
  kv_reader_init (&r, data, size);
  read.available = kv_get_u32 (&r) == 1;
  read.kind = kv_get_u32 (&r);
  read.boundary = kv_get_u32 (&r);
  read.ops_flags = kv_get_u32 (&r);
  read.callbacks = kv_get_u32 (&r);
  read.abi_minor = kv_get_u32 (&r);
  if (!get_text (&r, read.version, sizeof read.version)
      || !get_text (&r, read.summary, sizeof read.summary)
      || !get_text (&r, read.error.code, sizeof read.error.code)
      || !get_text (&r, read.error.text, sizeof read.error.text)
      || !get_text (&r, read.error.hint, sizeof read.error.hint)
      || !read_controls (&r, &read.controls) || !kv_reader_done (&r))
    return false;
  /* Available and refused at once is nothing that was ever written. */
  if (read.available != (read.error.code[0] == '\0'))
    return false;

  c->available = read.available;
  c->kind = read.kind;
  c->boundary = read.boundary;
  c->ops_flags = read.ops_flags;
  c->callbacks = read.callbacks;
  c->abi_minor = read.abi_minor;
  memcpy (c->version, read.version, sizeof c->version);
  if (c->summary[0] == '\0')
    memcpy (c->summary, read.summary, sizeof c->summary);
  c->error = read.error;
  c->controls = read.controls;
  return true;
}

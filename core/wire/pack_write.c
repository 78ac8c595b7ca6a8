/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/wire/pack.h"

#define NULL_STRING UINT32_MAX

void
kv_writer_fixed (struct kv_writer *w, void *data, size_t capacity)
{
  memset (w, 0, sizeof *w);
  w->data = data;
  w->capacity = capacity;
  w->fixed = true;
}

static bool
grow (struct kv_writer *w, size_t size)
{
  size_t capacity = w->capacity == 0 ? 1024 : w->capacity;
  uint8_t *grown;

  while (capacity - w->size < size) {
    if (capacity > SIZE_MAX / 2)
      return false;
    capacity *= 2;
  }
  grown = realloc (w->data, capacity);
  if (grown == NULL)
    return false;
  w->data = grown;
  w->capacity = capacity;
  return true;
}

static void
put (struct kv_writer *w, const void *data, size_t size)
{
  if (w->bad || size == 0)
    return;

  if (size > w->capacity - w->size && (w->fixed || !grow (w, size))) {
    w->bad = true;
    return;
  }
  memcpy (w->data + w->size, data, size);
  w->size += size;
}

void
kv_put_u32 (struct kv_writer *w, uint32_t value)
{
  put (w, &value, sizeof value);
}

void
kv_put_u64 (struct kv_writer *w, uint64_t value)
{
  put (w, &value, sizeof value);
}

void
kv_put_str (struct kv_writer *w, const char *text)
{
  size_t length;

  if (text == NULL) {
    kv_put_u32 (w, NULL_STRING);
    return;
  }
  length = strlen (text);
  if (length >= NULL_STRING) {
    w->bad = true;
    return;
  }
  kv_put_u32 (w, (uint32_t) length);
  put (w, text, length + 1);
}

void
kv_put_bytes (struct kv_writer *w, const void *data, size_t size)
{
  if (size >= NULL_STRING) {
    w->bad = true;
    return;
  }
  kv_put_u32 (w, (uint32_t) size);
  put (w, data, size);
}

void
kv_put_strv (struct kv_writer *w, const char *const *vector)
{
  uint32_t count = 0, i;

  while (vector != NULL && vector[count] != NULL)
    count++;
  kv_put_u32 (w, count);
  for (i = 0; i < count; i++)
    kv_put_str (w, vector[i]);
}

void
kv_writer_free (struct kv_writer *w)
{
  if (!w->fixed)
    free (w->data);
  memset (w, 0, sizeof *w);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/wire/pack.h"

#define NULL_STRING UINT32_MAX

void
kv_reader_init (struct kv_reader *r, const void *data, size_t size)
{
  r->next = data;
  r->end = r->next + size;
  r->bad = false;
}

static const uint8_t *
take (struct kv_reader *r, size_t size)
{
  const uint8_t *here = r->next;

  if (r->bad || size > (size_t) (r->end - r->next)) {
    r->bad = true;
    return NULL;
  }
  r->next += size;
  return here;
}

uint32_t
kv_get_u32 (struct kv_reader *r)
{
  uint32_t value = 0;
  const uint8_t *from = take (r, sizeof value);

  if (from != NULL)
    memcpy (&value, from, sizeof value);
  return value;
}

uint64_t
kv_get_u64 (struct kv_reader *r)
{
  uint64_t value = 0;
  const uint8_t *from = take (r, sizeof value);

  if (from != NULL)
    memcpy (&value, from, sizeof value);
  return value;
}

const char *
kv_get_str (struct kv_reader *r)
{
  uint32_t length = kv_get_u32 (r);
  const uint8_t *from;

  if (r->bad || length == NULL_STRING)
    return NULL;

  from = take (r, (size_t) length + 1);
  if (from == NULL)
    return NULL;
  /* A NUL inside would make two readers see two different strings. */
  if (memchr (from, '\0', (size_t) length + 1) != from + length) {
    r->bad = true;
    return NULL;
  }
  return (const char *) from;
}

const void *
kv_get_bytes (struct kv_reader *r, size_t *size)
{
  uint32_t length = kv_get_u32 (r);
  const uint8_t *from = take (r, length);

  *size = from != NULL ? length : 0;
  return from;
}

uint32_t
kv_get_count (struct kv_reader *r, size_t each)
{
  uint32_t count = kv_get_u32 (r);

  if (r->bad || count > (size_t) (r->end - r->next) / each) {
    r->bad = true;
    return 0;
  }
  return count;
}

bool
kv_reader_done (const struct kv_reader *r)
{
  return !r->bad && r->next == r->end;
}

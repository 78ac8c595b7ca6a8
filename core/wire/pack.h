/* SPDX-License-Identifier: Apache-2.0 */
/* Typed fields in a byte buffer: the encoding of every message and of the
 * plan.  Integers are in host order (both ends run on one machine); a string
 * is a uint32_t length, the bytes, and a NUL that the reader insists on, so
 * that strings can be used in place.
 *
 * The writer grows a buffer; the reader never allocates, never reads past
 * the end, and once it has met a malformed field every further read returns
 * zero: check kv_reader_done once, at the end.  kavach-init uses the reader.
 */
#ifndef KV_PACK_H
#define KV_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kv_writer {
  uint8_t *data;
  size_t size;
  size_t capacity;
  /* Out of room: the rest was dropped. */
  bool bad;
  /* DATA is the caller's and does not grow: for kavach-init. */
  bool fixed;
};

void kv_writer_fixed (struct kv_writer *, void *data, size_t capacity);
void kv_put_u32 (struct kv_writer *, uint32_t);
void kv_put_u64 (struct kv_writer *, uint64_t);
/* NULL and "" are different, and stay so. */
void kv_put_str (struct kv_writer *, const char *);
void kv_put_bytes (struct kv_writer *, const void *, size_t);
/* A count, then each string; VECTOR ends with NULL. */
void kv_put_strv (struct kv_writer *, const char *const *vector);
void kv_writer_free (struct kv_writer *);

struct kv_reader {
  const uint8_t *next;
  const uint8_t *end;
  bool bad;
};

void kv_reader_init (struct kv_reader *, const void *data, size_t size);
uint32_t kv_get_u32 (struct kv_reader *);
uint64_t kv_get_u64 (struct kv_reader *);
/* Points into the buffer, or NULL for NULL or on error. */
const char *kv_get_str (struct kv_reader *);
const void *kv_get_bytes (struct kv_reader *, size_t *size);
/* A count that is plausible for elements of at least EACH bytes. */
uint32_t kv_get_count (struct kv_reader *, size_t each);
/* True when everything was well-formed and nothing is left over. */
bool kv_reader_done (const struct kv_reader *);

#endif

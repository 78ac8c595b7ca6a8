/* SPDX-License-Identifier: Apache-2.0 */
/* From pieces of bytes to yajl's events, for every kind of document that is
 * read with places: what is no UTF-8, no JSON or too much is told here. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/policy/document_private.h"

int
kv_parser_begin (struct kv_parser *r, const yajl_callbacks *callbacks,
                 struct kv_faults *faults)
{
  faults->count = 0;
  faults->more = false;
  r->faults = faults;
  kv_scan_begin (&r->scan);
  r->yajl = yajl_alloc (callbacks, NULL, r);
  return r->yajl != NULL ? 0 : -1;
}

/* Whatever else is wrong with it: nobody mends twenty lines of such a
 * file. */
void
kv_parser_too_large (struct kv_parser *r)
{
  static const struct kv_position start = { .line = 1, .column = 1 };

  r->faults->count = 0;
  kv_fault (r, start, "KVD-05",
            "the file is larger than %d bytes; is it %s at all?",
            KV_DOCUMENT_SIZE_MAX, r->what);
  r->stopped = true;
}

/* BYTE is no part of a character. */
static void
bad_byte (struct kv_parser *r, unsigned char byte)
{
  struct kv_position at = r->scan.next;

  /* The character began a column before. */
  at.column -= r->utf8.missing > 0;
  if (byte == 0 && r->utf8.missing == 0)
    kv_fault (r, at, "KVD-04", "a NUL byte; take it away");
  else
    kv_fault (r, at, "KVD-03",
              "a byte that is not UTF-8 (0x%02x); save the file as UTF-8",
              byte);
  r->stopped = true;
}

bool
kv_parser_feed (struct kv_parser *r, const unsigned char *bytes, size_t size)
{
  yajl_status status;
  size_t good, used;

  if (r->stopped)
    return false;
  r->total += size;
  if (r->total > KV_DOCUMENT_SIZE_MAX) {
    kv_parser_too_large (r);
    return false;
  }
  good = kv_utf8_good (&r->utf8, bytes, size);
  r->piece = bytes;
  r->scanned = 0;
  status = yajl_parse (r->yajl, bytes, good);
  used = status == yajl_status_ok ? good : yajl_get_bytes_consumed (r->yajl);
  if (used > r->scanned)
    kv_scan_bytes (&r->scan, bytes + r->scanned, used - r->scanned);
  if (status == yajl_status_error) {
    kv_syntax_fault (r, false);
    r->stopped = true;
  }
  else if (good < size && !r->stopped)
    bad_byte (r, bytes[good]);
  return !r->stopped;
}

bool
kv_parser_complete (struct kv_parser *r)
{
  yajl_status status;

  if (r->utf8.missing > 0) {
    struct kv_position at = r->scan.next;

    at.column--;
    kv_fault (r, at, "KVD-03",
              "the file ends within a character; save the file as UTF-8");
    return false;
  }
  /* yajl ends a number by a blank of its own. */
  r->piece = (const unsigned char *) " ";
  r->scanned = 0;
  status = yajl_complete_parse (r->yajl);
  if (status == yajl_status_error)
    kv_syntax_fault (r, true);
  return status == yajl_status_ok;
}

/* Every event begins with this: the scan goes up to the token's end. */
struct kv_position
kv_parser_token (struct kv_parser *r)
{
  size_t end = yajl_get_bytes_consumed (r->yajl);

  if (end > r->scanned) {
    kv_scan_bytes (&r->scan, r->piece + r->scanned, end - r->scanned);
    r->scanned = end;
  }
  kv_scan_token_end (&r->scan);
  return r->scan.token;
}

char *
kv_take_text (struct kv_parser *r, const unsigned char *bytes, size_t length,
              const char *what)
{
  char *copy;

  if (length > KV_DOCUMENT_TEXT_MAX) {
    kv_fault (r, r->scan.token, "KVD-07", "%s has %zu bytes; %d are the limit",
              what, length, KV_DOCUMENT_TEXT_MAX);
    return NULL;
  }
  if (r->scan.half) {
    kv_fault (r, r->scan.half_at, "KVD-03",
              "%s has half a surrogate pair; write the character itself", what);
    return NULL;
  }
  if (memchr (bytes, '\0', length) != NULL) {
    kv_fault (r, r->scan.token, "KVD-04",
              "%s has \\u0000 in it; no path and no variable can hold a NUL",
              what);
    return NULL;
  }
  copy = malloc (length + 1);
  if (copy == NULL) {
    r->no_memory = r->stopped = true;
    return NULL;
  }
  memcpy (copy, bytes, length);
  copy[length] = '\0';
  return copy;
}

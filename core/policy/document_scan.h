/* SPDX-License-Identifier: Apache-2.0 */
/* The raw bytes of a document: where each token begins, and what yajl lets
 * pass.  yajl says where a token ends, in the piece it got last; where the
 * token began may be some pieces back.  So every byte goes through here as
 * well, up to the end of each token and to the end of each piece.
 */
#ifndef KV_DOCUMENT_SCAN_H
#define KV_DOCUMENT_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct kv_position {
  unsigned line, column;
};

/* Incremental: a character may be cut by the end of a piece. */
struct kv_utf8 {
  /* Bytes that are still to come, and what the next one may be. */
  unsigned missing;
  unsigned char least, most;
};

struct kv_scan {
  /* Of the next byte. */
  struct kv_position next;
  /* The token that is under way, and its first byte. */
  bool in_token;
  struct kv_position token;
  unsigned char first;
  /* The last comma or colon behind the last token. */
  bool after_separator;
  struct kv_position separator;
  /* Within an escape: 1 behind the backslash, 2 to 5 before a digit of
   * \uNNNN. */
  unsigned escape;
  struct kv_position escape_at;
  unsigned unit;
  /* A high surrogate waits for its other half. */
  bool high;
  struct kv_position high_at;
  /* Half a surrogate pair was met in this token; yajl makes "?" of it. */
  bool half;
  struct kv_position half_at;
};

/* How many of SIZE bytes are well-formed UTF-8 without NUL. */
size_t kv_utf8_good (struct kv_utf8 *utf8, const unsigned char *bytes,
                     size_t size);

void kv_scan_begin (struct kv_scan *scan);
void kv_scan_bytes (struct kv_scan *scan, const unsigned char *bytes,
                    size_t size);
/* The bytes up to here were the end of a token: the next byte begins another
 * one. */
void kv_scan_token_end (struct kv_scan *scan);

#endif

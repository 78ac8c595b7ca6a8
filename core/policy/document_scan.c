/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/policy/document_scan.h"

/* What may follow FIRST: 0 nothing, which is a character of one byte; -1 when
 * no character begins so.  Overlong forms, surrogates and what is beyond
 * U+10FFFF show in the second byte. */
static int
begin_character (struct kv_utf8 *utf8, unsigned char first)
{
  utf8->least = 0x80;
  utf8->most = 0xbf;
  if (first >= 0x01 && first <= 0x7f)
    return 0;
  if (first >= 0xc2 && first <= 0xdf)
    return 1;
  if (first >= 0xe0 && first <= 0xef) {
    if (first == 0xe0)
      utf8->least = 0xa0;
    if (first == 0xed)
      utf8->most = 0x9f;
    return 2;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (first == 0xf0)
      utf8->least = 0x90;
    if (first == 0xf4)
      utf8->most = 0x8f;
    return 3;
  }
  return -1;
}

size_t
kv_utf8_good (struct kv_utf8 *utf8, const unsigned char *bytes, size_t size)
{
  size_t i;

  for (i = 0; i < size; i++) {
    if (utf8->missing > 0) {
      if (bytes[i] < utf8->least || bytes[i] > utf8->most)
        return i;
      utf8->missing--;
      utf8->least = 0x80;
      utf8->most = 0xbf;
    }
    else {
      int missing = begin_character (utf8, bytes[i]);

      if (missing < 0)
        return i;
      utf8->missing = (unsigned) missing;
    }
  }
  return size;
}

void
kv_scan_begin (struct kv_scan *scan)
{
  memset (scan, 0, sizeof *scan);
  scan->next.line = scan->next.column = 1;
}

static void
half_a_pair (struct kv_scan *scan, struct kv_position at)
{
  if (!scan->half) {
    scan->half = true;
    scan->half_at = at;
  }
}

/* \uNNNN is complete. */
static void
unit_ends (struct kv_scan *scan)
{
  bool low = scan->unit >= 0xdc00 && scan->unit <= 0xdfff;

  if (low != scan->high)
    half_a_pair (scan, low ? scan->escape_at : scan->high_at);
  scan->high = scan->unit >= 0xd800 && scan->unit <= 0xdbff;
  scan->high_at = scan->escape_at;
}

static unsigned
digit_value (unsigned char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  /* What is no digit is yajl's to refuse. */
  return ((c | 0x20U) - 'a' + 10) & 0xf;
}

/* One byte within a string. */
static void
scan_string (struct kv_scan *scan, unsigned char c)
{
  if (scan->escape == 0) {
    if (c == '\\') {
      scan->escape = 1;
      scan->escape_at = scan->next;
      return;
    }
  }
  else if (scan->escape == 1) {
    scan->unit = 0;
    scan->escape = c == 'u' ? 2 : 0;
    if (c == 'u')
      return;
  }
  else {
    scan->unit = scan->unit << 4 | digit_value (c);
    if (++scan->escape > 5) {
      scan->escape = 0;
      unit_ends (scan);
    }
    return;
  }
  /* Anything but another \uNNNN leaves a high surrogate alone. */
  if (scan->high)
    half_a_pair (scan, scan->high_at);
  scan->high = false;
}

static void
scan_byte (struct kv_scan *scan, unsigned char c)
{
  if (scan->in_token) {
    if (scan->first == '"')
      scan_string (scan, c);
  }
  else if (c == ',' || c == ':') {
    scan->after_separator = true;
    scan->separator = scan->next;
  }
  else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
    scan->in_token = true;
    scan->token = scan->next;
    scan->first = c;
    scan->escape = 0;
    scan->high = scan->half = false;
  }

  if (c == '\n') {
    scan->next.line++;
    scan->next.column = 1;
  }
  else if ((c & 0xc0) != 0x80)
    scan->next.column++;
}

void
kv_scan_bytes (struct kv_scan *scan, const unsigned char *bytes, size_t size)
{
  size_t i;

  for (i = 0; i < size; i++)
    scan_byte (scan, bytes[i]);
}

void
kv_scan_token_end (struct kv_scan *scan)
{
  scan->in_token = scan->after_separator = false;
}

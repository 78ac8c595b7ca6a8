/* SPDX-License-Identifier: Apache-2.0 */
/* Text that grows.  A failure is remembered and asked for once, at the end. */
#ifndef KV_TEXT_H
#define KV_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct kv_text {
  /* Ended by a NUL, or NULL while there is nothing.  free() it. */
  char *bytes;
  size_t used, size;
  bool failed;
};

void kv_text_add (struct kv_text *text, const char *bytes, size_t count);
void kv_text_word (struct kv_text *text, const char *word);
void kv_text_print (struct kv_text *text, const char *fmt, ...)
    __attribute__ ((format (printf, 2, 3)));
/* In quotes, escaped as JSON wants it; bytes above 0x7f as they are. */
void kv_text_json (struct kv_text *text, const char *word);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/util/text.h"

void
kv_text_add (struct kv_text *text, const char *bytes, size_t count)
{
  if (text->failed)
    return;
  if (text->size - text->used <= count) {
    size_t size = 2 * text->size + count + 256;
    char *bigger = realloc (text->bytes, size);

    if (bigger == NULL) {
      text->failed = true;
      return;
    }
    text->bytes = bigger;
    text->size = size;
  }
  memcpy (text->bytes + text->used, bytes, count);
  text->used += count;
  text->bytes[text->used] = '\0';
}

void
kv_text_word (struct kv_text *text, const char *word)
{
  kv_text_add (text, word, strlen (word));
}

void
kv_text_print (struct kv_text *text, const char *fmt, ...)
{
  char line[256], *longer = NULL;
  va_list args;
  int n;

  va_start (args, fmt);
  n = vsnprintf (line, sizeof line, fmt, args);
  va_end (args);
  if (n >= 0 && (size_t) n < sizeof line) {
    kv_text_add (text, line, (size_t) n);
    return;
  }
  va_start (args, fmt);
  n = vasprintf (&longer, fmt, args);
  va_end (args);
  if (n < 0) {
    text->failed = true;
    return;
  }
  kv_text_add (text, longer, (size_t) n);
  free (longer);
}

void
kv_text_json (struct kv_text *text, const char *word)
{
  kv_text_add (text, "\"", 1);
  while (*word != '\0') {
    size_t n = 0;

    while ((unsigned char) word[n] >= ' ' && word[n] != '"' && word[n] != '\\'
           && word[n] != 0x7f)
      n++;
    kv_text_add (text, word, n);
    word += n;
    if (*word == '\0')
      break;
    if (*word == '"' || *word == '\\')
      kv_text_print (text, "\\%c", *word);
    else
      kv_text_print (text, "\\u%04x", (unsigned char) *word);
    word++;
  }
  kv_text_add (text, "\"", 1);
}

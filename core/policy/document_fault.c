/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/policy/document_private.h"
#include "core/policy/nearest.h"

/* Of a string that is quoted in a message. */
#define QUOTE_MAX 48

void
kv_fault (struct kv_parser *r, struct kv_position at, const char *code,
          const char *fmt, ...)
{
  struct kv_faults *faults = r->faults;
  struct kv_fault *fault;
  char raw[sizeof fault->text];
  va_list args;

  if (r->stopped)
    return;
  if (faults->count == KV_FAULTS_MAX) {
    faults->more = true;
    r->stopped = true;
    return;
  }
  fault = &faults->list[faults->count++];
  fault->line = at.line;
  fault->column = at.column;
  snprintf (fault->code, sizeof fault->code, "%s", code);
  va_start (args, fmt);
  vsnprintf (raw, sizeof raw, fmt, args);
  va_end (args);
  kv_escape (fault->text, sizeof fault->text, raw);
}

/* The code decides between two of one place, so that the order is always the
 * same. */
static int
compare (const void *a, const void *b)
{
  const struct kv_fault *x = a, *y = b;

  if (x->line != y->line)
    return x->line < y->line ? -1 : 1;
  if (x->column != y->column)
    return x->column < y->column ? -1 : 1;
  return strcmp (x->code, y->code);
}

void
kv_faults_sort (struct kv_faults *faults)
{
  qsort (faults->list, faults->count, sizeof faults->list[0], compare);
}

struct kv_position
kv_position_of (struct kv_place at)
{
  return (struct kv_position){ .line = at.line, .column = at.column };
}

void
kv_quote (char *out, size_t size, const char *text, size_t length)
{
  char cut[QUOTE_MAX + 1];
  size_t n = length < QUOTE_MAX ? length : QUOTE_MAX, i;

  /* Not within a character. */
  while (n < length && n > 0 && (text[n] & 0xc0) == 0x80)
    n--;
  for (i = 0; i < n; i++)
    cut[i] = text[i] != '\0' ? text[i] : ' ';
  cut[n] = '\0';
  snprintf (out, size, "\"%s%s\"", cut, n < length ? "..." : "");
}

static const char *
find_nearest (const char *word, const char *const *words, unsigned count)
{
  unsigned i;

  for (i = 0; i < count; i++)
    if (strcasecmp (word, words[i]) == 0)
      return words[i];
  return kv_nearest (word, words, count);
}

bool
kv_suggest (char *out, size_t size, const char *word, const char *const *words,
            unsigned count)
{
  const char *near = find_nearest (word, words, count);
  size_t used = 0;
  unsigned i;

  if (near != NULL) {
    snprintf (out, size, "did you mean \"%s\"?", near);
    return true;
  }
  out[0] = '\0';
  for (i = 0; i < count && used < size; i++) {
    const char *before = i == 0 ? "" : i + 1 < count ? ", " : " or ";
    int n = snprintf (out + used, size - used, "%s%s", before, words[i]);

    if (n < 0)
      break;
    used += (size_t) n;
  }
  return false;
}

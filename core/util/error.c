/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/util/error.h"

/* Length of the well-formed UTF-8 sequence at S, or 0.  C1 controls
 * (U+0080 to U+009F) count as malformed: terminals obey them. */
static size_t
utf8_length (const unsigned char *s)
{
  size_t n, i;

  if (s[0] >= 0xc2 && s[0] <= 0xdf)
    n = 2;
  else if (s[0] >= 0xe0 && s[0] <= 0xef)
    n = 3;
  else if (s[0] >= 0xf0 && s[0] <= 0xf4)
    n = 4;
  else
    return 0;

  for (i = 1; i < n; i++)
    if ((s[i] & 0xc0) != 0x80)
      return 0;
  if (s[0] == 0xc2 && s[1] < 0xa0)
    return 0;
  if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90))
    return 0;
  if ((s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf4 && s[1] > 0x8f))
    return 0;
  return n;
}

void
kv_escape (char *out, size_t size, const char *text)
{
  const unsigned char *s = (const unsigned char *) text;
  size_t used = 0;

  if (size == 0)
    return;

  while (*s != '\0') {
    size_t n = *s >= 0x20 && *s < 0x7f ? 1 : utf8_length (s);

    if (n > 0) {
      if (used + n >= size)
        break;
      memcpy (out + used, s, n);
      used += n;
      s += n;
    }
    else {
      if (used + 4 >= size)
        break;
      snprintf (out + used, size - used, "\\x%02x", *s);
      used += 4;
      s++;
    }
  }
  out[used] = '\0';
}

static void __attribute__ ((format (printf, 3, 0)))
format_escaped (char *out, size_t size, const char *fmt, va_list args)
{
  char raw[1024];

  vsnprintf (raw, sizeof raw, fmt, args);
  kv_escape (out, size, raw);
}

static int __attribute__ ((format (printf, 4, 0)))
fail_with (struct kv_error *err, const char *code, int number, const char *fmt,
           va_list args)
{
  char raw[1024];
  int used;

  if (err == NULL || err->code[0] != '\0')
    return -1;

  snprintf (err->code, sizeof err->code, "%s", code);
  used = vsnprintf (raw, sizeof raw, fmt, args);
  if (number != 0 && used >= 0 && (size_t) used < sizeof raw)
    snprintf (raw + used, sizeof raw - (size_t) used, ": %s",
              strerror (number));
  kv_escape (err->text, sizeof err->text, raw);
  err->rule[0] = '\0';
  err->hint[0] = '\0';
  err->detail[0] = '\0';
  return -1;
}

int
kv_fail (struct kv_error *err, const char *code, const char *fmt, ...)
{
  va_list args;

  va_start (args, fmt);
  fail_with (err, code, 0, fmt, args);
  va_end (args);
  return -1;
}

int
kv_fail_errno (struct kv_error *err, const char *code, const char *fmt, ...)
{
  int number = errno;
  va_list args;

  va_start (args, fmt);
  fail_with (err, code, number, fmt, args);
  va_end (args);
  errno = number;
  return -1;
}

int
kv_error_rule (struct kv_error *err, const char *fmt, ...)
{
  va_list args;

  if (err != NULL && err->rule[0] == '\0') {
    va_start (args, fmt);
    format_escaped (err->rule, sizeof err->rule, fmt, args);
    va_end (args);
  }
  return -1;
}

int
kv_error_hint (struct kv_error *err, const char *fmt, ...)
{
  va_list args;

  if (err != NULL && err->hint[0] == '\0') {
    va_start (args, fmt);
    format_escaped (err->hint, sizeof err->hint, fmt, args);
    va_end (args);
  }
  return -1;
}

int
kv_error_detail (struct kv_error *err, const char *fmt, ...)
{
  size_t used;
  va_list args;

  if (err == NULL)
    return -1;
  used = strlen (err->detail);
  if (used + 2 >= sizeof err->detail)
    return -1;
  va_start (args, fmt);
  format_escaped (err->detail + used, sizeof err->detail - used - 1, fmt, args);
  va_end (args);
  used = strlen (err->detail);
  err->detail[used] = '\n';
  err->detail[used + 1] = '\0';
  return -1;
}

void
kv_error_print (const struct kv_error *err)
{
  fprintf (stderr, "kavach: %s %s\n", err->code, err->text);
  fputs (err->detail, stderr);
  if (err->rule[0] != '\0')
    fprintf (stderr, "  rule:    %s\n", err->rule);
  if (err->hint[0] != '\0')
    fprintf (stderr, "  way out: %s\n", err->hint);
}

void
kv_say (const char *fmt, ...)
{
  char line[1024];
  va_list args;

  va_start (args, fmt);
  format_escaped (line, sizeof line, fmt, args);
  va_end (args);
  fprintf (stderr, "kavach: %s\n", line);
}

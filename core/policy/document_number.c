/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON number without rounding: 64, 64.0 and 6.4e1 are the same to every
 * reader of JSON, so they are to this one. */
#include "config.h"

#include "core/policy/document_private.h"

/* Beyond any exponent that could matter; no sum below overflows. */
#define EXPONENT_MAX 1000000

struct decimal {
  bool negative, overflow;
  /* All digits up to the last that is not zero. */
  uint64_t digits;
  /* Zeros behind it, and how many of all digits are behind the point. */
  long zeros, places;
};

static void
add_digit (struct decimal *d, unsigned digit)
{
  if (digit == 0) {
    d->zeros++;
    return;
  }
  /* Zeros before the first digit count for nothing. */
  for (; d->digits != 0 && d->zeros > 0 && !d->overflow; d->zeros--)
    d->overflow = __builtin_mul_overflow (d->digits, 10, &d->digits);
  d->zeros = 0;
  d->overflow = d->overflow
                || __builtin_mul_overflow (d->digits, 10, &d->digits)
                || __builtin_add_overflow (d->digits, digit, &d->digits);
}

/* yajl has seen to it that there are digits where they have to be. */
static long
read_exponent (const char *text, size_t length)
{
  bool negative = length > 0 && text[0] == '-';
  size_t i = length > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  long value = 0;

  for (; i < length; i++)
    if (value < EXPONENT_MAX)
      value = value * 10 + (text[i] - '0');
  return negative ? -value : value;
}

enum kv_number
kv_number_thousandths (const char *text, size_t length, uint64_t *value)
{
  struct decimal d = { .negative = length > 0 && text[0] == '-' };
  bool behind_point = false;
  long exponent = 0;
  size_t i;

  for (i = d.negative ? 1 : 0; i < length; i++) {
    if (text[i] == '.')
      behind_point = true;
    else if (text[i] == 'e' || text[i] == 'E') {
      exponent = read_exponent (text + i + 1, length - i - 1);
      break;
    }
    else {
      add_digit (&d, (unsigned) (text[i] - '0'));
      d.places += behind_point;
    }
  }

  if (d.digits == 0 && !d.overflow) {
    *value = 0;
    return KV_NUMBER_RIGHT;
  }
  if (d.negative)
    return KV_NUMBER_LOW;
  exponent += 3 + d.zeros - d.places;
  if (exponent < 0)
    return KV_NUMBER_FINE;
  if (d.overflow)
    return KV_NUMBER_HIGH;
  for (*value = d.digits; exponent > 0; exponent--)
    if (__builtin_mul_overflow (*value, 10, value))
      return KV_NUMBER_HIGH;
  return KV_NUMBER_RIGHT;
}

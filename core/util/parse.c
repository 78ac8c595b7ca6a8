/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "core/util/parse.h"

/* Reads digits at *P, at least one, and moves *P behind them. */
static bool
digits (const char **p, uint64_t *value)
{
  const char *s = *p;
  uint64_t n = 0;

  if (*s < '0' || *s > '9')
    return false;
  for (; *s >= '0' && *s <= '9'; s++)
    if (__builtin_mul_overflow (n, 10, &n)
        || __builtin_add_overflow (n, (uint64_t) (*s - '0'), &n))
      return false;

  *p = s;
  *value = n;
  return true;
}

int
kv_parse_u64 (const char *text, uint64_t *value)
{
  uint64_t n;

  if (!digits (&text, &n) || *text != '\0')
    return -1;
  *value = n;
  return 0;
}

int
kv_parse_size (const char *text, uint64_t *bytes)
{
  static const char units[] = "kmgt";
  uint64_t n;

  if (!digits (&text, &n))
    return -1;
  if (*text != '\0') {
    /* Letters differ from their lower case by this bit only. */
    const char *unit = strchr (units, *text | 0x20);
    unsigned shift;

    if (unit == NULL || text[1] != '\0')
      return -1;
    shift = 10 * (unsigned) (unit - units + 1);
    if (n > UINT64_MAX >> shift)
      return -1;
    n <<= shift;
  }
  *bytes = n;
  return 0;
}

int
kv_parse_duration (const char *text, uint64_t *ms)
{
  static const struct {
    const char *unit;
    uint64_t ms;
  } units[] = {
    { "", 1000 },   { "ms", 1 },      { "s", 1000 },
    { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 },
  };
  uint64_t n;
  size_t i;

  if (!digits (&text, &n))
    return -1;
  for (i = 0; i < sizeof units / sizeof units[0]; i++)
    if (strcmp (text, units[i].unit) == 0) {
      if (__builtin_mul_overflow (n, units[i].ms, &n))
        return -1;
      *ms = n;
      return 0;
    }
  return -1;
}

int
kv_parse_cpu (const char *text, uint64_t *thousandths)
{
  uint64_t whole, fraction = 0;
  unsigned scale = 100;

  if (!digits (&text, &whole) || __builtin_mul_overflow (whole, 1000, &whole))
    return -1;
  if (*text == '.') {
    text++;
    /* More than three places could only be rounded, silently. */
    do {
      if (*text < '0' || *text > '9' || scale == 0)
        return -1;
      fraction += scale * (uint64_t) (*text - '0');
      scale /= 10;
      text++;
    } while (*text != '\0');
  }
  if (*text != '\0' || __builtin_add_overflow (whole, fraction, &whole))
    return -1;
  *thousandths = whole;
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>

#include "core/util/cleanup.h"
#include "core/util/parse.h"

typedef int (*parser) (const char *text, uint64_t *value);

struct good {
  const char *text;
  uint64_t value;
};

static void
takes (parser parse, const struct good *list, size_t count)
{
  size_t i;

  for (i = 0; i < count; i++) {
    uint64_t value = 77;

    cr_expect_eq (parse (list[i].text, &value), 0, "%s", list[i].text);
    cr_expect_eq (value, list[i].value, "%s", list[i].text);
  }
}

static void
refuses (parser parse, const char *const *list, size_t count)
{
  size_t i;

  for (i = 0; i < count; i++) {
    uint64_t value = 77;

    cr_expect_eq (parse (list[i], &value), -1, "\"%s\"", list[i]);
    cr_expect_eq (value, 77, "\"%s\" changed the value", list[i]);
  }
}

/* What no number of any kind may be. */
static const char *const never[]
    = { "",     "-1",  "+1", " 1", "1 ", "0x10",  "1e3",
        "none", "1,5", "1_", "m",  ".5", "\xb2m", "18446744073709551616" };

Test (parse, numbers)
{
  static const struct good good[]
      = { { "0", 0 }, { "007", 7 }, { "18446744073709551615", UINT64_MAX } };
  static const char *const bad[] = { "1K", "1.0", "99999999999999999999" };

  takes (kv_parse_u64, good, KV_COUNT (good));
  refuses (kv_parse_u64, bad, KV_COUNT (bad));
  refuses (kv_parse_u64, never, KV_COUNT (never));
}

Test (parse, sizes)
{
  static const struct good good[] = {
    { "0", 0 },
    { "512", 512 },
    { "4K", 4096 },
    { "512M", 512ULL << 20 },
    { "512m", 512ULL << 20 },
    { "2G", 2ULL << 30 },
    { "1T", 1ULL << 40 },
    { "16777215T", 16777215ULL << 40 },
  };
  static const char *const bad[]
      = { "64Q", "64KB", "64KiB", "1.5G", "K", "16777216T", "64 M", "64\x01" };

  takes (kv_parse_size, good, KV_COUNT (good));
  refuses (kv_parse_size, bad, KV_COUNT (bad));
  refuses (kv_parse_size, never, KV_COUNT (never));
}

Test (parse, durations)
{
  static const struct good good[]
      = { { "30", 30000 },  { "500ms", 500 },  { "30s", 30000 },
          { "5m", 300000 }, { "2h", 7200000 }, { "1d", 86400000 } };
  static const char *const bad[]
      = { "30sec", "1.5s", "5M", "s", "1w", "18446744073709551615s" };

  takes (kv_parse_duration, good, KV_COUNT (good));
  refuses (kv_parse_duration, bad, KV_COUNT (bad));
  refuses (kv_parse_duration, never, KV_COUNT (never));
}

Test (parse, cpus)
{
  static const struct good good[]
      = { { "1", 1000 },  { "0.5", 500 },  { "1.25", 1250 },
          { "0.001", 1 }, { "0.010", 10 }, { "64", 64000 } };
  static const char *const bad[]
      = { "1.", "0.0001", "1.2.3", "1.5x", "50%", "18446744073709551615" };

  takes (kv_parse_cpu, good, KV_COUNT (good));
  refuses (kv_parse_cpu, bad, KV_COUNT (bad));
  refuses (kv_parse_cpu, never, KV_COUNT (never));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Says that its descriptor ends before the table. */
#define FIXTURE_BARE
#include "fixture.h"

static const struct kavach_backend ops = {
  .struct_size = sizeof (struct kavach_backend),
  .probe = fixture_probe,
  .spawn = fixture_spawn,
};

static const struct kavach_plugin plugin = {
  .struct_size = offsetof (struct kavach_plugin, ops),
  .kind = KAVACH_BACKEND,
  .name = "short-struct",
  .version = "1.0",
  .summary = "a backend for tests",
  .ops = &ops,
};

KAVACH_REGISTER (plugin)

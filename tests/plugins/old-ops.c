/* SPDX-License-Identifier: Apache-2.0 */
/* A table that ends right behind spawn: whatever comes later is absent. */
#define FIXTURE_BARE
#include "fixture.h"

static const struct kavach_backend ops = {
  .struct_size = offsetof (struct kavach_backend, kill),
  .probe = fixture_probe,
  .spawn = fixture_spawn,
};

static const struct kavach_plugin plugin = {
  KAVACH_PLUGIN_HEADER (KAVACH_BACKEND), .name = "old-ops", .version = "1.0",
  .summary = "a backend for tests",      .ops = &ops,
};

KAVACH_REGISTER (plugin)

/* SPDX-License-Identifier: Apache-2.0 */
/* Says that its table ends before spawn. */
#define FIXTURE_BARE
#include "fixture.h"

static const struct kavach_backend ops = {
  .struct_size = offsetof (struct kavach_backend, spawn),
  .probe = fixture_probe,
  .spawn = fixture_spawn,
};

static const struct kavach_plugin plugin = {
  KAVACH_PLUGIN_HEADER (KAVACH_BACKEND), .name = "short-ops", .version = "1.0",
  .summary = "a backend for tests",      .ops = &ops,
};

KAVACH_REGISTER (plugin)

/* SPDX-License-Identifier: Apache-2.0 */
/* Sets a flag that a host has to know. */
#define FIXTURE_BARE
#include "fixture.h"

static const struct kavach_backend ops = {
  .struct_size = sizeof (struct kavach_backend),
  .probe = fixture_probe,
  .spawn = fixture_spawn,
};

static const struct kavach_plugin plugin = {
  KAVACH_PLUGIN_HEADER (KAVACH_BACKEND),
  .name = "unknown-flags",
  .version = "1.0",
  .summary = "a backend for tests",
  .flags = 0x00100000,
  .ops = &ops,
};

KAVACH_REGISTER (plugin)

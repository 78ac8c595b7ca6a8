/* SPDX-License-Identifier: Apache-2.0 */
/* Is of a kind that there is not. */
#define FIXTURE_BARE
#include "fixture.h"

static const struct kavach_backend ops = {
  .struct_size = sizeof (struct kavach_backend),
  .probe = fixture_probe,
  .spawn = fixture_spawn,
};

static const struct kavach_plugin plugin = {
  KAVACH_PLUGIN_HEADER (77),        .name = "wrong-kind", .version = "1.0",
  .summary = "a backend for tests", .ops = &ops,
};

KAVACH_REGISTER (plugin)

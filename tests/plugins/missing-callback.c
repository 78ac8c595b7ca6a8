/* SPDX-License-Identifier: Apache-2.0 */
/* Has no spawn. */
#define FIXTURE_BARE
#include "fixture.h"

static const struct kavach_backend ops = {
  .struct_size = sizeof (struct kavach_backend),
  .probe = fixture_probe,
  .spawn = NULL,
};

static const struct kavach_plugin plugin = {
  KAVACH_PLUGIN_HEADER (KAVACH_BACKEND),
  .name = "missing-callback",
  .version = "1.0",
  .summary = "a backend for tests",
  .ops = &ops,
};

KAVACH_REGISTER (plugin)

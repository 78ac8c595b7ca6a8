/* SPDX-License-Identifier: Apache-2.0 */
/* Works only under a host of the future. */
#define FIXTURE_BARE
#include "fixture.h"

static const struct kavach_backend ops = {
  .struct_size = sizeof (struct kavach_backend),
  .probe = fixture_probe,
  .spawn = fixture_spawn,
};

static const struct kavach_plugin plugin = {
  .struct_size = sizeof (struct kavach_plugin),
  .abi_minor = 900,
  .min_host_minor = 900,
  .kind = KAVACH_BACKEND,
  .name = "needs-newer",
  .version = "1.0",
  .summary = "a backend for tests",
  .ops = &ops,
};

KAVACH_REGISTER (plugin)

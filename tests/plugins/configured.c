/* SPDX-License-Identifier: Apache-2.0 */
/* Takes configuration and shows what came of it. */
#define FIXTURE_BARE
#include "fixture.h"

static const char *const keys[] = { "runtime", "depth", "fast", NULL };
static const char *configured_runtime;

static int
configured_open (const struct kavach_config *config, void **self)
{
  uint64_t depth = 0;

  *self = NULL;
  configured_runtime = kavach->config_str (config, "runtime");
  if (configured_runtime == NULL)
    configured_runtime = "none";
  if (kavach->config_u64 (config, "depth", &depth) == -EINVAL)
    return kavach->fail (EINVAL, "depth is no number");
  if (depth > 9)
    return kavach->fail (EINVAL, "depth %u is too deep", (unsigned) depth);
  return 0;
}

static int
configured_probe (void *self, struct kavach_report *report)
{
  (void) self;
  kavach->report_boundary (report, KAVACH_BOUNDARY_NONE);
  kavach->report_control (report, KAVACH_CTL_ROOTFS, KAVACH_PARTIAL,
                          configured_runtime);
  return 0;
}

static const struct kavach_backend ops = {
  .struct_size = sizeof ops,
  .open = configured_open,
  .probe = configured_probe,
  .spawn = fixture_spawn,
};

static const struct kavach_plugin plugin = {
  KAVACH_PLUGIN_HEADER (KAVACH_BACKEND), .name = "configured", .version = "1.0",
  .summary = "a backend for tests",      .config_keys = keys,  .ops = &ops,
};

KAVACH_REGISTER (plugin)

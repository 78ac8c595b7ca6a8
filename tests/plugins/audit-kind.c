/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin of another kind: listed, never chosen to run anything. */
#include <kavach/plugin.h>

KAVACH_DECLARE_HOST;

static int
audit_record (void *self, const struct kavach_event *event)
{
  (void) self;
  (void) event;
  return 0;
}

static const struct kavach_audit ops = {
  .struct_size = sizeof ops,
  .record = audit_record,
};

static const struct kavach_plugin plugin = {
  KAVACH_PLUGIN_HEADER (KAVACH_AUDIT),  .name = "audit-kind", .version = "1.0",
  .summary = "an audit hook for tests", .ops = &ops,
};

KAVACH_REGISTER (plugin)

/* SPDX-License-Identifier: Apache-2.0 */
/* Reports a level that there is not. */
#define FIXTURE_NAME "bad-level"
#define FIXTURE_PROBE bad_level
#include "fixture.h"

static int
bad_level (void *self, struct kavach_report *report)
{
  (void) self;
  kavach->report_control (report, KAVACH_CTL_MEMORY, 9, "wishes");
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Works, but not on this host. */
#define FIXTURE_NAME "not-here"
#define FIXTURE_PROBE not_here
#include "fixture.h"

static int
not_here (void *self, struct kavach_report *report)
{
  (void) self;
  (void) report;
  return kavach->fail (ENODEV, "there is no /dev/unobtainium");
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Never answers. */
#define FIXTURE_NAME "hang-probe"
#define FIXTURE_PROBE hang_probe
#include "fixture.h"

static int
hang_probe (void *self, struct kavach_report *report)
{
  (void) self;
  (void) report;
  for (;;)
    pause ();
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Claims what it does not do: the reading back at the gate has to see. */
#define FIXTURE_NAME "false-claim"
#define FIXTURE_PROBE false_claim
#include "fixture.h"

static int
false_claim (void *self, struct kavach_report *report)
{
  int control;

  (void) self;
  kavach->report_boundary (report, KAVACH_BOUNDARY_NAMESPACE);
  for (control = 0; control < KAVACH_CTL_COUNT; control++)
    kavach->report_control (report, control, KAVACH_FULL, "my word");
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Dies of a null pointer when it is asked. */
#define FIXTURE_NAME "crash-probe"
#define FIXTURE_PROBE crash_probe
#include "fixture.h"

static int
crash_probe (void *self, struct kavach_report *report)
{
  volatile int *nothing = NULL;

  (void) report;
  return *nothing + (self != NULL);
}

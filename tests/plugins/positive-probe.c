/* SPDX-License-Identifier: Apache-2.0 */
/* Returns neither 0 nor an error. */
#define FIXTURE_NAME "positive-probe"
#define FIXTURE_PROBE positive_probe
#include "fixture.h"

static int
positive_probe (void *self, struct kavach_report *report)
{
  (void) self;
  (void) report;
  return 42;
}

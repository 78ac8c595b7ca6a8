/* SPDX-License-Identifier: Apache-2.0 */
/* Thinks that it is a program. */
#define FIXTURE_NAME "exit-probe"
#define FIXTURE_PROBE exit_probe
#include "fixture.h"

static int
exit_probe (void *self, struct kavach_report *report)
{
  (void) self;
  (void) report;
  exit (0);
}

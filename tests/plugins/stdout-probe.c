/* SPDX-License-Identifier: Apache-2.0 */
/* Prints on standard output. */
#define FIXTURE_NAME "stdout-probe"
#define FIXTURE_PROBE stdout_probe
#include <stdio.h>

#include "fixture.h"

static int
stdout_probe (void *self, struct kavach_report *report)
{
  (void) self;
  (void) report;
  return puts ("hello, I am a plugin") < 0 ? -EIO : 0;
}

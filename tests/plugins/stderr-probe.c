/* SPDX-License-Identifier: Apache-2.0 */
/* Prints on standard error: kept apart, no fault. */
#define FIXTURE_NAME "stderr-probe"
#define FIXTURE_PROBE stderr_probe
#include <stdio.h>

#include "fixture.h"

static int
stderr_probe (void *self, struct kavach_report *report)
{
  if (fputs ("a library of mine chats\\n", stderr) < 0)
    return -EIO;
  return fixture_probe (self, report);
}

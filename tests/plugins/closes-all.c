/* SPDX-License-Identifier: Apache-2.0 */
/* Closes every descriptor, also those that are not its own. */
#define FIXTURE_NAME "closes-all"
#define FIXTURE_PROBE closes_all
#include "fixture.h"

static int
closes_all (void *self, struct kavach_report *report)
{
  (void) self;
  (void) report;
  for (int fd = 0; fd < 1024; fd++)
    close (fd);
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Dies when it should start something. */
#define FIXTURE_NAME "crash-spawn"
#define FIXTURE_SPAWN crash_spawn
#include "fixture.h"

static int
crash_spawn (void *box, const struct kavach_request *request,
             struct kavach_child *child)
{
  (void) box;
  (void) request;
  (void) child;
  abort ();
}

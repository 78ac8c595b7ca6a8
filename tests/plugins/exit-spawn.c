/* SPDX-License-Identifier: Apache-2.0 */
/* Ends its process when it should start something. */
#define FIXTURE_NAME "exit-spawn"
#define FIXTURE_SPAWN exit_spawn
#include "fixture.h"

static int
exit_spawn (void *box, const struct kavach_request *request,
            struct kavach_child *child)
{
  (void) box;
  (void) request;
  (void) child;
  exit (0);
}

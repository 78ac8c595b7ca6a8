/* SPDX-License-Identifier: Apache-2.0 */
/* Never comes back from starting something. */
#define FIXTURE_NAME "hang-spawn"
#define FIXTURE_SPAWN hang_spawn
#include "fixture.h"

static int
hang_spawn (void *box, const struct kavach_request *request,
            struct kavach_child *child)
{
  (void) box;
  (void) request;
  (void) child;
  for (;;)
    pause ();
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Says that all went well, and started nothing. */
#define FIXTURE_NAME "no-child"
#define FIXTURE_SPAWN no_child
#include "fixture.h"

static int
no_child (void *box, const struct kavach_request *request,
          struct kavach_child *child)
{
  (void) box;
  (void) request;
  (void) child;
  return 0;
}

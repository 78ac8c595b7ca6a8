/* SPDX-License-Identifier: Apache-2.0 */
/* Never comes back from being loaded. */
#define FIXTURE_NAME "hang-constructor"
#include "fixture.h"

__attribute__ ((constructor)) static void
hang_constructor (void)
{
  for (;;)
    pause ();
}

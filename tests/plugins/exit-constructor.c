/* SPDX-License-Identifier: Apache-2.0 */
/* Ends its process while it is loaded. */
#define FIXTURE_NAME "exit-constructor"
#include "fixture.h"

__attribute__ ((constructor)) static void
exit_constructor (void)
{
  exit (0);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Dies before anybody called it. */
#define FIXTURE_NAME "crash-constructor"
#include "fixture.h"

__attribute__ ((constructor)) static void
crash_constructor (void)
{
  raise (SIGSEGV);
}

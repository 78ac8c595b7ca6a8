/* SPDX-License-Identifier: Apache-2.0 */
/* Needs a function that no library has. */
#define FIXTURE_NAME "unresolved"
#include "fixture.h"

extern int kavach_nobody_defines_this (int);

static int unresolved_call (int n) __attribute__ ((used));

static int
unresolved_call (int n)
{
  return kavach_nobody_defines_this (n);
}

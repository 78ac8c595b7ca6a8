/* SPDX-License-Identifier: Apache-2.0 */
/* Calls itself something else than its file. */
#define FIXTURE_NAME "somebody-else"
#include "fixture.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* A name that would break out of a line, or of a path. */
#define FIXTURE_NAME "../Bad\033[31m"
#include "fixture.h"

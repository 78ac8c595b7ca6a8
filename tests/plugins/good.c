/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing wrong here: it has to work in every company. */
#include "fixture.h"

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KV_TWINS_H
#define KV_TWINS_H

#include <stdbool.h>

#include "core/init/probes/rows.h"

/* Tries it in this process. */
bool kv_twin_works (enum kv_twin twin);

#endif

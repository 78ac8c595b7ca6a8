/* SPDX-License-Identifier: Apache-2.0 */
/* The two halves of "kavach plugin". */
#ifndef KV_PLUGIN_COMMAND_H
#define KV_PLUGIN_COMMAND_H

#include <stdbool.h>

#include "core/loader/loader.h"

/* NAME is a plugin's name, or a file when it has a slash or ends in ".so".
 * Returns the exit status. */
int kv_plugin_show (const char *name, bool json);

/* "backend", "audit", "credential", "-". */
const char *kv_kind_name (uint32_t kind);
/* "available", "unavailable" (works, but not on this host) or "refused". */
const char *kv_candidate_state (const struct kv_candidate *c);

#endif

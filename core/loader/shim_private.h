/* SPDX-License-Identifier: Apache-2.0 */
/* Between the two halves of the shim's client. */
#ifndef KV_SHIM_PRIVATE_H
#define KV_SHIM_PRIVATE_H

#include <stdbool.h>

struct kv_shim;

/* Has the shim's process ended, within WAIT_MS? */
bool kv_shim_ends (struct kv_shim *shim, int wait_ms);
/* Kills what is left of its group, takes the status as from waitpid. */
int kv_shim_reap (struct kv_shim *shim, bool kill_first);

/* Exit status of a shim whose plugin took descriptors that are not its own
 * (core/shim/shim.h has the same number). */
#define KV_SHIM_EXIT_LOST 113

#endif

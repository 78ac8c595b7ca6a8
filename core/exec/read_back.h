/* SPDX-License-Identifier: Apache-2.0 */
/* Step 7's second half: what is really in force, read from /proc/PID of a
 * kavach-init that waits at the gate.  Everything is opened beneath one
 * descriptor of /proc/PID, so that no other process can take its place.
 *
 * Each function marks the controls it has seen to hold in RUN->in_force; it
 * fails only when it cannot look, or sees something that contradicts a
 * claim. */
#ifndef KV_READ_BACK_H
#define KV_READ_BACK_H

#include "core/exec/run.h"

/* What of our own the process is compared with; any time before. */
void kv_read_back_prepare (struct kv_run *run);
void kv_read_back_own_status (struct kv_run *run);
/* Is the process kavach-init, the file we opened? */
int kv_read_back_identity (struct kv_run *run, struct kv_error *err);
int kv_read_back_status (struct kv_run *run, struct kv_error *err);
int kv_read_back_descriptors (struct kv_run *run, struct kv_error *err);
int kv_read_back_rlimits (struct kv_run *run, struct kv_error *err);
int kv_read_back_namespaces (struct kv_run *run, struct kv_error *err);
int kv_read_back_mounts (struct kv_run *run, struct kv_error *err);

/* Marks CONTROL as seen, with the level and words of the prediction. */
void kv_seen (struct kv_run *run, int control);

/* Namespaces and mounts are final once kavach-init runs: looked at while it
 * confines itself.  Unless all is as claimed, the gate looks again and says
 * what is wrong. */
void kv_gate_look_ahead (struct kv_run *run);

/* All of the above, kavach-init's self-tests and the limits; then the
 * verdict over the required set. */
int kv_gate_check (struct kv_run *run, struct kv_error *err);

#endif

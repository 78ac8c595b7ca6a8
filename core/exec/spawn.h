/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of step 7: what is made ready before the backend is asked
 * (ready.c), and meeting kavach-init at the gate (meet.c).  Each is 0, or -1
 * with ERR; spawn.c or the teardown takes back what was made. */
#ifndef KV_EXEC_SPAWN_H
#define KV_EXEC_SPAWN_H

#include "core/exec/run.h"

/* Everything that does not depend on the backend's answer. */
int kv_make_ready (struct kv_run *run, struct kv_error *err);
/* The command's ids; kv_make_ready does it too. */
int kv_choose_ids (struct kv_run *run, struct kv_error *err);
/* Mounts, Landlock rules and environment, for run->uid and the boundary as it
 * is known; again when either changes. */
int kv_make_grants (struct kv_run *run, struct kv_error *err);
/* The filter for the boundary as it is known; nothing to do when it fits
 * already. */
int kv_get_filter (struct kv_run *run, struct kv_error *err);
void kv_forget_filter (struct kv_run *run);

/* Holds /proc/PID in run->proc_fd. */
int kv_open_process (struct kv_run *run, pid_t pid, struct kv_error *err);
/* Waits for the report of kavach-init; ANNOUNCED is the pid that the backend
 * named, 0 for none. */
int kv_receive_report (struct kv_run *run, pid_t announced,
                       struct kv_error *err);

#endif

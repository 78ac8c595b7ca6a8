/* SPDX-License-Identifier: Apache-2.0 */
/* What kavach tells about a run: the plan before it, the report after it. */
#ifndef KV_REPORT_H
#define KV_REPORT_H

#include "core/exec/run.h"

/* Standard output: what would be enforced, by which backend and mechanism. */
int kv_print_plan (const struct kv_run *run);
int kv_print_plan_json (const struct kv_run *run);
/* Standard error, for -v. */
void kv_print_choice (const struct kv_run *run);
/* A preset's rule that the chosen backend, without a root of its own, does
 * not keep. */
bool kv_rule_is_not_kept (const struct kv_run *run,
                          const struct kv_path_rule *rule);
/* One line for each limit that was hit, standard error. */
void kv_print_reasons (const struct kv_run *run);
/* Opens --report's file before anything is decided. */
int kv_report_open (struct kv_run *run, struct kv_error *err);
/* Writes why nothing was run, where a report was asked for. */
void kv_report_refusal (struct kv_run *run, const struct kv_error *refusal);
/* Closes it and takes an unfinished one away; idempotent. */
void kv_report_close (struct kv_run *run);
/* The exit status that this run comes to. */
int kv_run_exit_status (const struct kv_run *run);
/* "time", "memory", ...; NULL for none. */
const char *kv_reason_name (int reason);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The two documents of a spawn: the request for the backend and the plan for
 * kavach-init, both sealed before anyone else holds them. */
#ifndef KV_EXEC_PLAN_H
#define KV_EXEC_PLAN_H

#include "core/exec/run.h"

/* Each returns a sealed descriptor, or -1 with ERR. */
int kv_make_request (struct kv_run *run, struct kv_error *err);
int kv_make_plan (struct kv_run *run, struct kv_error *err);

/* Controls that kavach-init self-tests: those that cannot be seen from
 * outside, and some that can. */
uint64_t kv_selftest_set (const struct kv_run *run);

/* The filter that fits the policy and what the boundary has of its own.  SPEC
 * points into POLICY.  -1: a word of syscalls.allow or .deny is wrong. */
int kv_filter_spec_for (const struct kv_policy *policy,
                        const struct kv_controls *boundary,
                        struct kv_filter_spec *spec, struct kv_error *err);

#endif

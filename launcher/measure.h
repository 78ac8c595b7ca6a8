/* SPDX-License-Identifier: Apache-2.0 */
/* Verifications, as kavach verify and a gate on the score have them made. */
#ifndef KV_LAUNCHER_MEASURE_H
#define KV_LAUNCHER_MEASURE_H

#include "core/verify/verify.h"
#include "launcher/options.h"

/* Runs the battery in BACKEND under the policy of PARSED, in the place of whose
 * workspace it has one of its own, and keeps the evidence.  As kv_verify; V is
 * to be freed. */
int kv_measure_backend (const struct kv_parsed *parsed, const char *backend,
                        struct kv_verification *v, struct kv_error *err);

/* For struct kv_exec_options; DATA is the struct kv_parsed. */
int kv_measure_for_gate (void *data, const char *backend, struct kv_error *err);

#endif

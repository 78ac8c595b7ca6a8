/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KV_VERIFY_PRINT_H
#define KV_VERIFY_PRINT_H

#include "core/verify/verify.h"

/* Every claim of the policy holds. */
bool kv_verification_holds (const struct kv_verification *v);
/* PROBES: each of them, too. */
int kv_verification_print (const struct kv_verification *v, bool probes);
int kv_verification_json (const struct kv_verification *v);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KV_FLAGS_H
#define KV_FLAGS_H

#include "core/policy/document.h"
#include "core/policy/policy.h"

/* What OPTIONS say, as the topmost document.  To be freed, also after -1. */
int kv_flags_document (const struct kv_options *options,
                       struct kv_document *document, struct kv_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Which plugins there are: objects and manifests, opened and checked, not
 * yet asked anything. */
#ifndef KV_FIND_H
#define KV_FIND_H

#include "core/loader/loader.h"

int kv_find (const char *extra, struct kv_candidates *found,
             struct kv_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The probe's part of a candidate as bytes. */
#ifndef KV_CACHE_RESULT_H
#define KV_CACHE_RESULT_H

#include "core/loader/loader.h"
#include "core/wire/pack.h"

void kv_cache_result_write (const struct kv_candidate *c, struct kv_writer *w);
/* False when malformed; C is unchanged then. */
bool kv_cache_result_read (struct kv_candidate *c, const void *data,
                           size_t size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled seccomp programs on disk, one file each. */
#ifndef KV_FILTER_CACHE_H
#define KV_FILTER_CACHE_H

#include "core/filter/filter.h"

/* Names carry everything that a program depends on. */
enum { KV_FILTER_KEY_SIZE = 192 };

/* False for whatever is not plainly the caller's own, whole and unchanged:
 * it is compiled again then. DIR is kv_dir_open (KV_DIR_CACHE). */
int kv_filter_cache_read (int dir, const char *key, struct kv_filter *filter);
/* Atomic; what goes wrong only costs time at the next run. */
void kv_filter_cache_write (int dir, const char *key,
                            const struct kv_filter *filter);

/* Whether it can be a seccomp program: some instructions, not too many. */
int kv_filter_size_ok (size_t size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KV_NEAREST_H
#define KV_NEAREST_H

/* The name that needs fewest changes to become WORD, NULL when that would be
 * more than a third of its letters. */
const char *kv_nearest (const char *word, const char *const *names,
                        unsigned count);

#endif

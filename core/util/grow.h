/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KV_GROW_H
#define KV_GROW_H

#include <stddef.h>

/* LIST, of COUNT elements of ELEMENT bytes, with room for one more: LIST
 * itself, or moved.  NULL, and LIST as it was, without memory.  Room grows by
 * powers of two, so that no capacity is kept; every element was added by way
 * of this. */
void *kv_grow (void *list, unsigned count, size_t element);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KV_MERGE_H
#define KV_MERGE_H

#include "core/policy/document.h"

/* Lays OVER on INTO: a value replaces, a list adds, an empty list takes away
 * what was there.  What INTO then has keeps the place where it was said.
 * INTO owns its arrays, and borrows texts and inner lists from OVER.  0, or
 * -1 without memory. */
int kv_merge (struct kv_document *into, const struct kv_document *over);
/* Frees the arrays, not what was borrowed. */
void kv_merged_free (struct kv_document *merged);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Makes libseccomp's programs small without changing what they say.
 *
 * Loading costs about 0.4 us an instruction (the kernel compiles each to
 * machine code), every run pays it, and libseccomp compares every number by
 * itself.  The tree over the numbers is rebuilt over runs of numbers with
 * one answer; the parts for single calls lose the checks that the tree has
 * already made.
 *
 * Both return a new program, or leave *PART alone and return -1 when they
 * meet anything they were not written for: it is good as it is.  The tests
 * compare both forms.
 */
#ifndef KV_FILTER_SHRINK_H
#define KV_FILTER_SHRINK_H

#include "core/filter/link.h"

int kv_shrink_tree (struct kv_part *part, uint32_t arch);
int kv_shrink_call (struct kv_part *part, uint32_t arch, uint32_t number);

#endif

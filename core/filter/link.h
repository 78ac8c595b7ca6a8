/* SPDX-License-Identifier: Apache-2.0 */
/* Joins programs of libseccomp's into one.
 *
 * The main program is a tree over the call numbers.  Where a call needs its
 * arguments looked at, the tree returns a mark (SCMP_ACT_TRACE (N), which no
 * profile uses otherwise); the linker puts a jump to part N in its place and
 * appends the parts.  A mark is one instruction and so is a jump: nothing
 * moves, and every part keeps its own check of the architecture.
 */
#ifndef KV_FILTER_LINK_H
#define KV_FILTER_LINK_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "core/util/error.h"

/* Mark 0 is not a part: it becomes "return ENOSYS". */
enum { KV_MARK_NOSYS = 0, KV_PARTS_MAX = 512 };

struct kv_part {
  struct sock_filter *code;
  size_t length;
};

/* PARTS[0] is the main program, PARTS[N] what mark N stands for. OUT is
 * malloc'd. */
int kv_link (const struct kv_part *parts, size_t n_parts, struct kv_part *out,
             struct kv_error *err);

#endif

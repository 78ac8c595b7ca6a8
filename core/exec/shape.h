/* SPDX-License-Identifier: Apache-2.0 */
/* The shape of a run: everything that decides what probes find, and nothing
 * that does not.  Evidence holds for one shape; another folder, or another
 * size of a limit, is no other.
 */
#ifndef KV_SHAPE_H
#define KV_SHAPE_H

#include "core/exec/run.h"

/* SHA-256 in lower-case hexadecimal.  0, or -1 when something that belongs to
 * it cannot be read: then there is no evidence. */
int kv_shape (const struct kv_run *run, const struct kv_candidate *candidate,
              char key[65]);

#endif

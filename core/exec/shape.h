/* SPDX-License-Identifier: Apache-2.0 */
/* The shape of a run: everything that decides what probes find, and nothing
 * that does not.  Evidence holds for one shape; another folder, or another
 * size of a limit, is no other.
 */
#ifndef KV_SHAPE_H
#define KV_SHAPE_H

#include "core/exec/run.h"
#include "core/util/text.h"

/* What is common to the candidates of RUN, to be freed.  -1 when something
 * that belongs to it cannot be looked at: then there is no evidence. */
int kv_shape_begin (const struct kv_run *run, struct kv_text *common);
/* SHA-256 in lower-case hexadecimal.  0, or -1 as before. */
int kv_shape (const struct kv_text *common,
              const struct kv_candidate *candidate, char key[65]);

#endif

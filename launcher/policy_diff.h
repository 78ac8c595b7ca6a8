/* SPDX-License-Identifier: Apache-2.0 */
/* What two policies allow and do not, between policy_diff.c, which finds it,
 * and policy_diff_text.c, which says it. */
#ifndef KV_LAUNCHER_POLICY_DIFF_H
#define KV_LAUNCHER_POLICY_DIFF_H

#include "core/policy/compare.h"

/* One direction: what is allowed on the far side only. */
struct kv_differences {
  struct kv_witness *list;
  unsigned count;
  bool no_memory;
};

/* MORE: the second policy allows it; otherwise the first.  FOLDER and HOME,
 * which may be NULL, are written as "." and "~".  -1 without memory. */
int kv_differences_print (const struct kv_differences *differences, bool more,
                          const char *folder, const char *home);

#endif

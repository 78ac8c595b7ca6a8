/* SPDX-License-Identifier: Apache-2.0 */
/* Does one policy allow no more than another?  Exact, by key: COMPARING in
 * kavach-policy(5) says what is compared how.
 *
 * Documents are as kv_whole_load makes them, or say only what they want to
 * bound: paths are absolute and canonical, each in one list only.  A key that
 * B does not say bounds nothing; one that B says and A does not is in A the
 * most that there can be.
 */
#ifndef KV_COMPARE_H
#define KV_COMPARE_H

#include <stdbool.h>

#include "core/policy/document.h"

/* Something that A allows and B does not. */
struct kv_witness {
  /* "filesystem.write", a path of the key table: what says it in A, or in B
   * where A is silent. */
  const char *key;
  /* "/srv/data", "api.example.org:443 GET /v2/x", "mbind". */
  char what[256];
  /* The two sides in words: "read and write", "read"; "2G", "512M".  The
   * texts are as they were written, control bytes too. */
  char a[160], b[160];
  /* The values that decide; file is NULL where nothing was said. */
  struct kv_place a_at, b_at;
};

/* HOME is the caller's, which every root hides, or NULL; see
 * kv_callers_home.  W may be NULL; it is written when the answer is no. */
bool kv_policy_le (const struct kv_document *a, const struct kv_document *b,
                   const char *home, struct kv_witness *w);

/* Calls SAY, which may be NULL, for everything that A allows and B does not,
 * the largest of each kind only; how many there were. */
unsigned kv_policy_excess (const struct kv_document *a,
                           const struct kv_document *b, const char *home,
                           void (*say) (void *data, const struct kv_witness *w),
                           void *data);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* How the installed backends stand under one policy: what kavach backends
 * and kavach score print, each in its own form.
 */
#ifndef KV_STANDING_H
#define KV_STANDING_H

#include "core/exec/rank.h"
#include "core/util/json_out.h"
#include "launcher/options.h"

struct kv_standings {
  struct kv_parsed parsed;
  struct kv_policy policy;
  /* verify -b all. */
  bool all;
  struct kv_candidates found;
  /* Backends only, best first. */
  struct kv_standing *list;
  unsigned count;
};

/* Reads COMMAND's options, resolves the policy, discovers and ranks.  -1
 * with ERR; kv_standings_free either way. With --help nothing is done. */
int kv_standings_read (unsigned command, int argc, char **argv,
                       struct kv_standings *s, struct kv_error *err);
void kv_standings_free (struct kv_standings *s);

/* "shared, own namespaces", ... */
const char *kv_boundary_name (uint32_t boundary);
/* What to do about a control that is not full; may be "". */
void kv_raise_text (const struct kv_standings *s,
                    const struct kv_standing *standing, int control, char *out,
                    size_t size);

/* Members "preset" and "digest" of the document. */
void kv_standings_json_policy (struct kv_json *j, const struct kv_standings *s);
/* Members of one backend's map. */
void kv_standing_json (struct kv_json *j, const struct kv_standings *s,
                       const struct kv_standing *standing);

/* Prints TEXT from column INDENT on, wrapped before column 80; the cursor is
 * at column AT. Ends the line. */
void kv_print_wrapped (int at, int indent, const char *text);
/* A line with a bar for each dimension; SHARE in tenths of a point. */
#define KV_BAR 20
void kv_print_dimensions (const unsigned share[KV_DIM_COUNT]);
/* Escape sequences for a heading and back, "" where colour is unwanted. */
const char *kv_bold (void);
const char *kv_plain (void);

#endif

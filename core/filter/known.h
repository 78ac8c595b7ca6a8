/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls that kavach knows, their groups, and how far the profiles
 * open them.  Plain data: nothing here needs libseccomp, so that the launcher
 * can ask.
 *
 * A call's number here is its place in the tables of this build.  It is on no
 * architecture what the kernel calls it by, and is never stored.
 */
#ifndef KV_FILTER_KNOWN_H
#define KV_FILTER_KNOWN_H

#include <stdint.h>

#include "core/filter/calls.h"
#include "core/util/error.h"

unsigned kv_calls_count (void);
/* NULL past the last. */
const char *kv_call_name (unsigned call);
/* -1 when there is none of this name. */
int kv_call_find (const char *name);

/* Names of the set with commas between, malloc'd; NULL without memory. */
char *kv_calls_text (const struct kv_calls *set);

/* How much a profile lets through, least first: each lets pass what the one
 * before it does, or more. */
enum kv_openness {
  KV_CLOSED,
  /* Some of it, by its arguments or by what the sandbox's boundary makes
   * safe; under strict no more of it than under basic. */
  KV_GUARDED_STRICT,
  KV_GUARDED_BASIC,
  KV_OPEN
};

/* PROFILE is one of KV_FILTER_STRICT, KV_FILTER_BASIC and KV_FILTER_NONE. */
enum kv_openness kv_call_openness (unsigned call, uint32_t profile);

/* The members of "@mount", groups within it expanded, or NULL when there is
 * none of this name, or no memory.  They stay. */
const char *const *kv_group_find (const char *name, unsigned *count);
/* All names of groups, with their @. */
const char *const *kv_group_names (unsigned *count);

/* What is to be said to a word of syscalls.allow and syscalls.deny. */
enum kv_call_word {
  KV_WORD_FINE,
  KV_WORD_NO_CALL,
  KV_WORD_NO_GROUP,
  /* A call that has to stay allowed, denied by its own name. */
  KV_WORD_NEEDED
};

enum kv_call_word kv_call_word (const char *word, bool deny);
/* The name of a call or group that is nearest to WORD, or NULL. */
const char *kv_call_nearest (const char *word);

/* True for what no program can start or end without: never denied. */
bool kv_call_is_needed (unsigned call);

/* What the words of syscalls.allow and syscalls.deny come to; each list ends
 * with NULL and may be NULL.  A call's own name outdoes a group, a group
 * outdoes one that contains it whole, and where neither is the narrower word
 * deny wins.  No call is in both sets. */
int kv_calls_resolve (const char *const *allow, const char *const *deny,
                      struct kv_calls *allowed, struct kv_calls *denied,
                      struct kv_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* One refusal: a stable code, one line, and what the person needs to go on.
 *
 * Codes (doc/codes.md lists them all; a number is never reused):
 *   KVU command line   KVP policy      KVN not in this version
 *   KVD policy document      KVC system calls and seccomp files
 *   KVL loader         KVS selection   KVG gate (read-back)
 *   KVX spawn and exec KVR resources and limits     KVI internal
 */
#ifndef KV_ERROR_H
#define KV_ERROR_H

#include <stdarg.h>
#include <stddef.h>

struct kv_error {
  /* Empty while nothing went wrong. */
  char code[8];
  /* The cause, one line, control bytes escaped. */
  char text[512];
  /* The rule that led here and where it was written, for instance
   * "limits.memory = 512M (preset strict)"; may be empty. */
  char rule[256];
  /* More lines, each ended by a newline; may be empty. */
  char detail[1536];
  /* The smallest change that would let it through; may be empty. */
  char hint[384];
};

/* All return -1, so that a failing function ends in "return kv_fail (...)".
 * The first error stays: a second kv_fail on the same object changes
 * nothing, because what came later is a consequence. ERR may be NULL. */
int kv_fail (struct kv_error *err, const char *code, const char *fmt, ...)
    __attribute__ ((format (printf, 3, 4)));
/* The same with ": strerror (errno)" at the end; keeps errno. */
int kv_fail_errno (struct kv_error *err, const char *code, const char *fmt, ...)
    __attribute__ ((format (printf, 3, 4)));

/* Adds to an error that has been set; each returns -1. */
int kv_error_rule (struct kv_error *err, const char *fmt, ...)
    __attribute__ ((format (printf, 2, 3)));
int kv_error_hint (struct kv_error *err, const char *fmt, ...)
    __attribute__ ((format (printf, 2, 3)));

/* Appends one line to the detail. */
int kv_error_detail (struct kv_error *err, const char *fmt, ...)
    __attribute__ ((format (printf, 2, 3)));

/* Prints "kavach: CODE text" and, when there, the detail, the rule and the way
 * out, to standard error. */
void kv_error_print (const struct kv_error *err);

/* Copies TEXT to OUT, SIZE bytes at most with the NUL, control bytes and
 * bytes over 0x7e that are not UTF-8 as \xNN: nothing that a stranger wrote
 * reaches a terminal raw. */
void kv_escape (char *out, size_t size, const char *text);

/* kavach's own words to standard error, "kavach: ..." and a newline. */
void kv_say (const char *fmt, ...) __attribute__ ((format (printf, 1, 2)));

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A seccomp file: the linux.seccomp object of OCI runtimes, with what the
 * profiles of container engines add to it (includes, excludes, archMap, errno
 * by name).  Read without libseccomp, so that whoever only checks a file needs
 * none.
 */
#ifndef KV_OCI_PROFILE_H
#define KV_OCI_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/policy/document.h"

enum kv_oci_action {
  KV_OCI_KILL_THREAD,
  KV_OCI_KILL_PROCESS,
  KV_OCI_TRAP,
  KV_OCI_ERRNO,
  KV_OCI_TRACE,
  KV_OCI_ALLOW,
  KV_OCI_LOG
};

enum kv_oci_op {
  KV_OCI_NE,
  KV_OCI_LT,
  KV_OCI_LE,
  KV_OCI_EQ,
  KV_OCI_GE,
  KV_OCI_GT,
  /* Of the bits in value: value_two. */
  KV_OCI_MASKED_EQ
};

struct kv_oci_answer {
  enum kv_oci_action action;
  /* With KV_OCI_ERRNO and KV_OCI_TRACE. */
  uint16_t number;
};

struct kv_oci_texts {
  char **items;
  unsigned count;
};

struct kv_oci_arg {
  unsigned index;
  uint64_t value, value_two;
  enum kv_oci_op op;
};

/* Of includes and excludes. */
struct kv_oci_when {
  struct kv_oci_texts caps;
  /* As Go calls them: "amd64". */
  struct kv_oci_texts arches;
  /* "4.8" as 4 << 16 | 8; 0 when none is named. */
  uint32_t min_kernel;
};

struct kv_oci_rule {
  unsigned line, column;
  struct kv_oci_texts names;
  struct kv_oci_answer answer;
  struct kv_oci_arg *args;
  unsigned n_args;
  struct kv_oci_when includes, excludes;
};

struct kv_oci_profile {
  struct kv_oci_answer otherwise;
  struct kv_oci_rule *rules;
  unsigned n_rules;
};

/* Reads FILE, "-" for standard input.  0: PROFILE is to be freed.  1: FAULTS
 * says what is wrong with it.  -1: ERR says why it cannot be read at all.
 * PROFILE is empty after 1 and -1. */
int kv_oci_profile_read (const char *file, struct kv_oci_profile *profile,
                         struct kv_faults *faults, struct kv_error *err);
/* The same from memory, PIECE bytes at a time, 0 for all at once. */
int kv_oci_profile_parse (const void *bytes, size_t size, size_t piece,
                          struct kv_oci_profile *profile,
                          struct kv_faults *faults, struct kv_error *err);
void kv_oci_profile_free (struct kv_oci_profile *profile);

/* Whether RULE is for a sandbox without capabilities on this architecture
 * ("amd64") and kernel (5 << 16 | 10). */
bool kv_oci_rule_applies (const struct kv_oci_rule *rule, const char *arch,
                          uint32_t kernel);
/* "6.1.0-13-amd64" as 6 << 16 | 1; 0 when it begins with no version. */
uint32_t kv_oci_kernel (const char *release);

#endif

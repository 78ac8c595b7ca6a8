/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by core/filter/oci_*.c. */
#ifndef KV_OCI_PRIVATE_H
#define KV_OCI_PRIVATE_H

#include "core/filter/oci_profile.h"
#include "core/policy/document_private.h"

/* Which object a key stands in. */
enum kv_oci_owner {
  KV_OCI_IN_PROFILE,
  KV_OCI_IN_ARCH_MAP,
  KV_OCI_IN_RULE,
  KV_OCI_IN_ARG,
  KV_OCI_IN_WHEN
};

enum kv_oci_type {
  KV_OCI_TEXT,
  KV_OCI_NUMBER,
  KV_OCI_TEXTS,
  KV_OCI_OBJECT,
  KV_OCI_OBJECTS,
  /* Of no meaning here, whatever it is. */
  KV_OCI_ANYTHING
};

enum kv_oci_id {
  KV_OCI_DEFAULT_ACTION,
  KV_OCI_DEFAULT_ERRNO_RET,
  KV_OCI_DEFAULT_ERRNO,
  KV_OCI_ARCHITECTURES,
  KV_OCI_ARCH_MAP,
  KV_OCI_FLAGS,
  KV_OCI_LISTENER_PATH,
  KV_OCI_SYSCALLS,
  KV_OCI_ARCHITECTURE,
  KV_OCI_SUB_ARCHITECTURES,
  KV_OCI_NAMES,
  KV_OCI_NAME,
  KV_OCI_ACTION,
  KV_OCI_ERRNO_RET,
  KV_OCI_ERRNO_NAME,
  KV_OCI_ARGS,
  KV_OCI_INCLUDES,
  KV_OCI_EXCLUDES,
  KV_OCI_INDEX,
  KV_OCI_VALUE,
  KV_OCI_VALUE_TWO,
  KV_OCI_OP,
  KV_OCI_CAPS,
  KV_OCI_ARCHES,
  KV_OCI_MIN_KERNEL,
  KV_OCI_COMMENT
};

struct kv_oci_key {
  enum kv_oci_owner owner;
  const char *name;
  enum kv_oci_type type;
  enum kv_oci_id id;
  /* It has to be there. */
  bool needed;
  /* Of objects: what is in them. */
  enum kv_oci_owner inner;
};

struct kv_oci_frame {
  enum kv_oci_owner owner;
  /* The list that is open, or NULL for an object. */
  const struct kv_oci_key *list;
  /* The member whose value comes next; NULL: it is passed over. */
  const struct kv_oci_key *member;
  /* Of an object: ids that were met, as bits. */
  uint32_t seen;
  unsigned count;
  struct kv_position open;
};

/* What an errno, by number or by name, is said for. */
struct kv_oci_errno {
  bool said;
  uint16_t number;
};

struct kv_oci_parser {
  /* First: what kv_fault and its like take. */
  struct kv_parser base;
  struct kv_oci_profile *profile;
  struct kv_oci_frame stack[KV_DOCUMENT_DEPTH_MAX];
  unsigned n_stack;
  /* includes or excludes, whichever is open. */
  struct kv_oci_when *when;
  /* For when the profile or the rule is complete. */
  struct kv_oci_errno default_number, default_name, number, name;
  /* Faults before this rule. */
  unsigned faults_before;
};

/* oci_keys.c */
const struct kv_oci_key *kv_oci_key_find (enum kv_oci_owner owner,
                                          const char *name);
/* The keys of OWNER one after the other: pass NULL, then the last one. */
const struct kv_oci_key *kv_oci_key_next (enum kv_oci_owner owner,
                                          const struct kv_oci_key *last);
/* "syscalls[].args[]" */
const char *kv_oci_owner_name (enum kv_oci_owner owner);

/* oci_value.c: stores a value, or says what is wrong with it. */
void kv_oci_text (struct kv_oci_parser *r, const struct kv_oci_key *key,
                  char *text);
void kv_oci_number (struct kv_oci_parser *r, const struct kv_oci_key *key,
                    const char *digits, size_t length);
/* A new element for the list of KEY; false without memory. */
bool kv_oci_open (struct kv_oci_parser *r, const struct kv_oci_key *key,
                  struct kv_position at);
/* The object of FRAME is complete. */
void kv_oci_close (struct kv_oci_parser *r, const struct kv_oci_frame *frame);

/* oci_event.c */
extern const yajl_callbacks kv_oci_callbacks;

#endif

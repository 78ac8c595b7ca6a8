/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by core/filter/compile*.c. */
#ifndef KV_COMPILE_PRIVATE_H
#define KV_COMPILE_PRIVATE_H

#include <seccomp.h>
#include <stdbool.h>

#include "core/filter/compile.h"
#include "core/filter/link.h"

struct kv_compiler {
  const struct kv_filter_spec *spec;
  /* A seccomp file, or NULL. */
  const struct kv_oci_profile *profile;
  uint32_t arch;
  bool foreign;
  bool shrink;
  scmp_filter_ctx main;
  /* The main program's answer to a call without a rule. */
  uint32_t otherwise;
  struct kv_part parts[KV_PARTS_MAX];
  size_t n_parts;
};

void kv_release_context (scmp_filter_ctx *ctx);
#define kv_autocontext __attribute__ ((cleanup (kv_release_context)))

/* NULL with ERR. */
scmp_filter_ctx kv_new_context (const struct kv_compiler *compiler,
                                uint32_t otherwise, struct kv_error *err);
/* CTX is the whole answer to the call of ROW: the main program jumps there. */
int kv_add_part (struct kv_compiler *compiler, const struct kv_row *row,
                 scmp_filter_ctx ctx, struct kv_error *err);
/* ACTION, an SCMP_ACT_*, is. */
int kv_add_answer (struct kv_compiler *compiler, const struct kv_row *row,
                   uint32_t action, struct kv_error *err);
/* As libseccomp wants it in a rule: this machine's number, whatever the
 * program is for. */
int kv_call_number (const struct kv_row *row);
int kv_fail_seccomp (struct kv_error *err, int rc, const char *what,
                     const char *which);

/* compile_file.c: the rules of the profile, and the calls that it cannot have
 * known. */
uint32_t kv_file_otherwise (const struct kv_oci_profile *profile);
int kv_compile_file (struct kv_compiler *compiler, struct kv_error *err);
int kv_compile_newer (struct kv_compiler *compiler, struct kv_error *err);

#endif

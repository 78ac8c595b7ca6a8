/* SPDX-License-Identifier: Apache-2.0 */
/* From the tables to BPF, by libseccomp.  Only kavach-filter and the tests
 * link this. */
#ifndef KV_FILTER_COMPILE_H
#define KV_FILTER_COMPILE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/filter/filter.h"
#include "core/filter/table.h"
#include "core/util/error.h"

struct kv_oci_profile;

enum {
  /* As libseccomp makes it, several times the size: for comparison. */
  KV_COMPILE_PLAIN = 1 << 0
};

/* ARCH is libseccomp's name of an architecture ("aarch64"), or NULL for this
 * machine's. */
int kv_filter_compile (const struct kv_filter_spec *spec, const char *arch,
                       unsigned how, struct kv_filter *filter,
                       struct kv_error *err);

/* The same of a seccomp file's rules instead of the tables; of SPEC, whose
 * profile is KV_FILTER_NONE, only the words count.  PROFILE may be NULL. */
int kv_filter_compile_file (const struct kv_filter_spec *spec,
                            const struct kv_oci_profile *profile,
                            const char *arch, unsigned how,
                            struct kv_filter *filter, struct kv_error *err);

/* One line a call, for people, to standard output. */
int kv_filter_print (const struct kv_filter_spec *spec, const char *arch,
                     struct kv_error *err);

/* Whether the architecture has the call, by name or by a number that is the
 * same everywhere. */
bool kv_filter_has_call (uint32_t arch, const struct kv_row *row);

#endif

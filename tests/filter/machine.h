/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a seccomp program as the kernel would, and says what it ought to
 * answer. */
#ifndef KV_TEST_MACHINE_H
#define KV_TEST_MACHINE_H

#include <linux/seccomp.h>
#include <stdint.h>

#include "core/filter/filter.h"

/* The action for DATA; UINT32_MAX when the program is not valid. */
uint32_t machine_run (const struct kv_filter *filter,
                      const struct seccomp_data *data);

/* How often the program compiled for SPEC and ARCH (NULL: x86_64) answers
 * otherwise than it should; the first few are printed when LOUD. */
unsigned expected_mismatches (const struct kv_filter_spec *spec,
                              const char *arch, unsigned how, int loud);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KV_SECCOMP_FILE_H
#define KV_SECCOMP_FILE_H

#include <stddef.h>

#include "core/util/error.h"

enum { KV_SECCOMP_FILE_MAX = 1 << 20 };

/* The whole of FILE, a regular one, "-" for standard input; malloc'd, a NUL
 * behind. */
int kv_seccomp_file_read (const char *file, char **bytes, size_t *size,
                          struct kv_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Each file here but replay.c is a target: it looks at one input, and aborts
 * where a promise is broken. */
#ifndef KV_FUZZ_H
#define KV_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#endif

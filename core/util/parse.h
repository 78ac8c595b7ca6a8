/* SPDX-License-Identifier: Apache-2.0 */
/* Strict numbers: no sign, no blank, no overflow, nothing left over. */
#ifndef KV_PARSE_H
#define KV_PARSE_H

#include <stdint.h>

/* Each returns 0, or -1 and leaves *VALUE alone. */
int kv_parse_u64 (const char *text, uint64_t *value);
/* Bytes with an optional K, M, G or T (powers of 1024): "512M". */
int kv_parse_size (const char *text, uint64_t *bytes);
/* Milliseconds from "500ms", "30s", "5m", "2h"; a bare number is seconds. */
int kv_parse_duration (const char *text, uint64_t *ms);
/* Thousandths from "1", "0.5", "1.25". */
int kv_parse_cpu (const char *text, uint64_t *thousandths);

#endif

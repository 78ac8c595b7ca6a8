/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of strings, to be freed; NULL without memory. */
#ifndef KV_TEXT_H
#define KV_TEXT_H

#include <stddef.h>

char *kv_text (const char *text);
/* NULL also for bytes with a NUL among them. */
char *kv_text_of (const void *bytes, size_t length);

#endif

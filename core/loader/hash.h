/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 of a file, through its descriptor. */
#ifndef KV_HASH_H
#define KV_HASH_H

/* HEX: 64 lower-case digits and NUL. 0, or -1 with errno. */
int kv_hash_file (int fd, char hex[65]);

#endif

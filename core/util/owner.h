/* SPDX-License-Identifier: Apache-2.0 */
/* Names of control groups and folders that tell which launcher made them:
 * "kavach-PIDNS-PID-START-ID". */
#ifndef KV_OWNER_H
#define KV_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kv_owner {
  /* Inode of the pid namespace, pid in it, start time in clock ticks. */
  uint64_t pid_ns, pid, start;
};

/* Start time out of /proc/PID/stat; -1 when that is not its form. */
int kv_owner_parse_start (const char *stat, uint64_t *start);
/* A name for something of this process; ID is letters, digits, "-", "_".  -1
 * with errno, ENAMETOOLONG when it does not fit. */
int kv_owner_name (char *out, size_t size, const char *id);
/* -1 when NAME is none of ours. */
int kv_owner_parse (const char *name, struct kv_owner *owner);
/* False when in doubt, and for every other pid namespace. */
bool kv_owner_is_gone (const struct kv_owner *owner);

#endif

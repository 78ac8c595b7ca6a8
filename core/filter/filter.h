/* SPDX-License-Identifier: Apache-2.0 */
/* Seccomp programs: compiled by libseccomp in a program of its own
 * (kavach-filter), cached as BPF, loaded by kavach-init.
 */
#ifndef KV_FILTER_H
#define KV_FILTER_H

#include <stddef.h>
#include <stdint.h>

#include "core/util/error.h"

/* NONE allows what is not denied. */
enum kv_filter_profile {
  KV_FILTER_BASIC = 1,
  KV_FILTER_STRICT = 2,
  KV_FILTER_NONE = 3
};

/* Which doors of the profile stand open. */
enum kv_filter_flag {
  /* Socket families; socketpair (AF_UNIX) is always allowed. */
  KV_FILTER_UNIX = 1 << 0,
  KV_FILTER_INET = 1 << 1,
  /* AF_NETLINK, NETLINK_ROUTE only. */
  KV_FILTER_NETLINK_ROUTE = 1 << 2,
  /* SysV IPC and POSIX message queues (an own ipc namespace). */
  KV_FILTER_IPC = 1 << 3,
  /* ptrace and process_vm_* (an own pid namespace, or Landlock). */
  KV_FILTER_PTRACE = 1 << 4,
  /* Scheduling of other processes (an own pid namespace): neither Landlock
   * nor the kernel's rules keep that from the same uid's outside. */
  KV_FILTER_OTHERS = 1 << 5
};

struct kv_filter_spec {
  uint32_t profile;
  uint32_t flags;
};

struct kv_filter {
  /* struct sock_filter[]; free() it. */
  void *program;
  size_t size;
};

/* The compiled program from the cache, or freshly compiled by kavach-filter
 * (and put into the cache where that is writable). */
int kv_filter_get (const struct kv_filter_spec *spec, struct kv_filter *filter,
                   struct kv_error *err);

/* Text of the spec, the cache's key: "strict-unix-inet". */
void kv_filter_spec_name (const struct kv_filter_spec *spec, char *out,
                          size_t size);

#endif

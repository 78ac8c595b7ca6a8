/* SPDX-License-Identifier: Apache-2.0 */
/* Seccomp programs: compiled by libseccomp in a program of its own
 * (kavach-filter), cached as BPF, loaded by kavach-init.
 */
#ifndef KV_FILTER_H
#define KV_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/filter/calls.h"
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

/* Two programs come of it.  The sandbox's holds for kavach-init as well, and
 * what controls rest on is in there: profile, doors, and what allow opens in
 * them.  The command's own program is loaded by the command's process, last
 * before it executes: what deny takes away and what a seccomp file says.
 * There it cannot take from kavach-init what that one works with, and no
 * "kill" in a file can end it.  The kernel goes by the stricter answer. */
struct kv_filter_spec {
  uint32_t profile;
  uint32_t flags;
  /* Calls that are open, or refused with EPERM, whatever else is said. */
  struct kv_calls allow, deny;
  /* A seccomp file of OCI runtimes, or NULL. */
  const char *file;
  /* What it has to be still: SHA-256, or NULL. */
  const unsigned char *file_hash;
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
/* The same of the command's own; its size is 0 when there is nothing to say,
 * as that of the sandbox's is for KV_FILTER_NONE. */
int kv_filter_get_command (const struct kv_filter_spec *spec,
                           struct kv_filter *filter, struct kv_error *err);

/* Whether the two come to the same programs. */
bool kv_filter_spec_same (const struct kv_filter_spec *a,
                          const struct kv_filter_spec *b);

/* Set of KAVACH_BIT: the controls that rested on what allow has opened. */
uint64_t kv_filter_costs (const struct kv_filter_spec *spec);
/* The same of one call, whether or not it is in allow. */
uint64_t kv_call_cost (const struct kv_filter_spec *spec, unsigned call);

/* Text of the spec, the cache's key: "strict-unix-inet". */
void kv_filter_spec_name (const struct kv_filter_spec *spec, char *out,
                          size_t size);

#endif

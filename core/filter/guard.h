/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that are judged by their arguments.
 *
 * Each guard becomes a small program of its own: libseccomp's conditions
 * can only be alternatives with one action for "none of them", and that
 * action has to differ by call (link.h says how the programs are joined).
 *
 * Every argument that the kernel takes as an int is compared by its low 32
 * bits (kv_masked): the kernel never looks at the rest, so a comparison over
 * 64 bits would be passed by setting one of them.
 */
#ifndef KV_FILTER_GUARD_H
#define KV_FILTER_GUARD_H

#include <seccomp.h>
#include <stdint.h>

#include "core/filter/filter.h"

struct kv_guard_call {
  scmp_filter_ctx ctx;
  /* The call's number as libseccomp wants it in a rule. */
  int number;
  /* SCMP_ARCH_* of the machine that the program is for. */
  uint32_t arch;
  const struct kv_filter_spec *spec;
};

struct kv_guard {
  /* When no condition holds: an SCMP_ACT_*. */
  uint32_t otherwise;
  /* Adds the conditions; 0 or a negative errno. */
  int (*add) (const struct kv_guard_call *call);
  /* For people: what passes, or what does not. */
  const char *note;
};

static inline struct scmp_arg_cmp
kv_masked (unsigned arg, uint32_t mask, uint32_t value)
{
  return SCMP_CMP64 (arg, SCMP_CMP_MASKED_EQ, mask, value);
}

extern const struct kv_guard kv_guard_clone;
extern const struct kv_guard kv_guard_prctl;
extern const struct kv_guard kv_guard_personality;
extern const struct kv_guard kv_guard_scheduler;
/* Whom a call is about: argument 0 is a pid, or 0 and 1 a kind and a number. */
extern const struct kv_guard kv_guard_schedule;
extern const struct kv_guard kv_guard_priority;
extern const struct kv_guard kv_guard_ioprio;
extern const struct kv_guard kv_guard_prlimit;

extern const struct kv_guard kv_guard_socket;
extern const struct kv_guard kv_guard_socketpair;
extern const struct kv_guard kv_guard_setsockopt;

extern const struct kv_guard kv_guard_ioctl;
extern const struct kv_guard kv_guard_mknod;
extern const struct kv_guard kv_guard_mknodat;
/* Set-id modes; the mode is argument 1 or 2. */
extern const struct kv_guard kv_guard_mode1;
extern const struct kv_guard kv_guard_mode2;
extern const struct kv_guard kv_guard_open;
extern const struct kv_guard kv_guard_openat;

/* The tests' build plants one fault at a time, to see that a test notices;
 * in the product every one of these is the constant 0. */
enum kv_fault {
  KV_FAULT_NONE = 0,
  KV_FAULT_DEFAULT_ALLOW,
  KV_FAULT_BAD_ARCH,
  KV_FAULT_REFUSED_ALLOWED,
  KV_FAULT_CLONE3,
  KV_FAULT_CLONE_MASK,
  KV_FAULT_PERSONALITY,
  KV_FAULT_PRCTL,
  KV_FAULT_SCHEDULER,
  KV_FAULT_OTHERS,
  KV_FAULT_PRLIMIT,
  KV_FAULT_IOCTL_64_BITS,
  KV_FAULT_IOCTL_LINUX,
  KV_FAULT_MKNOD,
  KV_FAULT_SET_ID,
  KV_FAULT_OPEN_SET_ID,
  KV_FAULT_SOCKET_FAMILY,
  KV_FAULT_SOCKET_PROTOCOL,
  KV_FAULT_SOCKET_TYPE,
  KV_FAULT_NETLINK,
  KV_FAULT_SOCKETPAIR,
  KV_FAULT_SETSOCKOPT,
  KV_FAULT_SOCKETCALL,
  KV_FAULT_FLAG_IGNORED,
  KV_FAULT_LINK,
  KV_FAULT_END
};

#ifdef KV_FILTER_FAULT
extern int kv_filter_fault;
#define KV_FAULT(which) (kv_filter_fault == (which))
#else
#define KV_FAULT(which) 0
#endif

#endif

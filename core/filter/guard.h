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

#include "core/filter/fault.h"
#include "core/filter/filter.h"
#include "core/filter/table.h"

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

/* By enum kv_guard_kind. */
extern const struct kv_guard *const kv_guards[KV_BY_END];

#endif

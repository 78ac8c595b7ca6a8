/* SPDX-License-Identifier: Apache-2.0 */
/* What each profile says to each system call: one row a call, by theme.
 *
 * Every call that libseccomp knows on any architecture has a row, so that
 * what is refused is refused by decision; a number without a row is from a
 * newer kernel than these tables and ends as ENOSYS.
 */
#ifndef KV_FILTER_TABLE_H
#define KV_FILTER_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "core/filter/filter.h"

enum kv_verdict {
  KV_YES = 1,
  /* EPERM: it exists and is not for this program. */
  KV_NO = 2,
  /* ENOSYS: where programs have a way round for kernels that lack it. */
  KV_NOSYS = 3,
  /* Depends on the arguments: kv_guards[row.guard]. */
  KV_GUARDED = 4
};

/* Which question is asked of the arguments.  The answers are in
 * core/filter/rules_*.c, which need libseccomp; the rows do not. */
enum kv_guard_kind {
  KV_BY_NOTHING = 0,
  KV_BY_CLONE,
  KV_BY_PRCTL,
  KV_BY_PERSONALITY,
  KV_BY_SCHEDULER,
  KV_BY_SCHEDULE,
  KV_BY_PRIORITY,
  KV_BY_IOPRIO,
  KV_BY_PRLIMIT,
  KV_BY_SOCKET,
  KV_BY_SOCKETPAIR,
  KV_BY_SETSOCKOPT,
  KV_BY_IOCTL,
  KV_BY_MKNOD,
  KV_BY_MKNODAT,
  KV_BY_MODE1,
  KV_BY_MODE2,
  KV_BY_OPEN,
  KV_BY_OPENAT,
  KV_BY_END
};

struct kv_row {
  const char *name;
  uint8_t basic;
  uint8_t strict;
  /* Closed (KV_NO) unless the spec has this KV_FILTER_* flag. */
  uint8_t flag;
  /* Its number on every architecture, where libseccomp 2.5.4 has no name
   * for it yet; else 0. */
  uint16_t number;
  /* enum kv_guard_kind */
  uint8_t guard;
};

struct kv_table {
  const struct kv_row *rows;
  size_t n_rows;
};

#define KV_ALLOW(call) KV_ALLOW_NEW (call, 0)
#define KV_ALLOW_NEW(call, nr)                                                 \
  {                                                                            \
    .name = (call), .basic = KV_YES, .strict = KV_YES, .number = (nr)          \
  }
/* Only basic; strict refuses with EPERM, or behaves as if the kernel had no
 * such call. */
#define KV_BASIC(call) KV_BASIC_NEW (call, 0)
#define KV_BASIC_NEW(call, nr)                                                 \
  {                                                                            \
    .name = (call), .basic = KV_YES, .strict = KV_NO, .number = (nr)           \
  }
#define KV_BASIC_NOSYS(call)                                                   \
  {                                                                            \
    .name = (call), .basic = KV_YES, .strict = KV_NOSYS                        \
  }
#define KV_REFUSE(call) KV_REFUSE_NEW (call, 0)
#define KV_REFUSE_NEW(call, nr)                                                \
  {                                                                            \
    .name = (call), .basic = KV_NO, .strict = KV_NO, .number = (nr)            \
  }
#define KV_ABSENT(call)                                                        \
  {                                                                            \
    .name = (call), .basic = KV_NOSYS, .strict = KV_NOSYS                      \
  }
#define KV_NEEDS(call, door)                                                   \
  {                                                                            \
    .name = (call), .basic = KV_YES, .strict = KV_YES, .flag = (door)          \
  }
#define KV_GUARD(call, rule) KV_GUARD_NEW (call, 0, rule)
#define KV_GUARD_NEW(call, nr, rule)                                           \
  {                                                                            \
    .name = (call), .basic = KV_GUARDED, .strict = KV_GUARDED, .number = (nr), \
    .guard = (rule)                                                            \
  }
/* Strict refuses it whatever its arguments. */
#define KV_GUARD_BASIC(call, rule)                                             \
  {                                                                            \
    .name = (call), .basic = KV_GUARDED, .strict = KV_NO, .guard = (rule)      \
  }
/* Basic allows it whatever its arguments. */
#define KV_GUARD_STRICT(call, rule)                                            \
  {                                                                            \
    .name = (call), .basic = KV_YES, .strict = KV_GUARDED, .guard = (rule)     \
  }

extern const struct kv_table kv_table_files;
extern const struct kv_table kv_table_process;
extern const struct kv_table kv_table_network;
extern const struct kv_table kv_table_memory;
extern const struct kv_table kv_table_time;
extern const struct kv_table kv_table_ipc;
extern const struct kv_table kv_table_kernel;
extern const struct kv_table kv_table_ports;

/* All of them, ended by NULL. */
extern const struct kv_table *const kv_tables[];

/* The row of a call by name, or by its number in known.h; or NULL. */
const struct kv_row *kv_table_find (const char *name);
const struct kv_row *kv_call_row (unsigned call);
/* What a call comes to for SPEC: words, flags and profile joined. */
enum kv_verdict kv_call_verdict (unsigned call,
                                 const struct kv_filter_spec *spec);

#endif

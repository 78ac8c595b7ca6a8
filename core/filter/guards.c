/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "core/filter/guard.h"

const struct kv_guard *const kv_guards[KV_BY_END] = {
  [KV_BY_CLONE] = &kv_guard_clone,
  [KV_BY_PRCTL] = &kv_guard_prctl,
  [KV_BY_PERSONALITY] = &kv_guard_personality,
  [KV_BY_SCHEDULER] = &kv_guard_scheduler,
  [KV_BY_SCHEDULE] = &kv_guard_schedule,
  [KV_BY_PRIORITY] = &kv_guard_priority,
  [KV_BY_IOPRIO] = &kv_guard_ioprio,
  [KV_BY_PRLIMIT] = &kv_guard_prlimit,
  [KV_BY_SOCKET] = &kv_guard_socket,
  [KV_BY_SOCKETPAIR] = &kv_guard_socketpair,
  [KV_BY_SETSOCKOPT] = &kv_guard_setsockopt,
  [KV_BY_IOCTL] = &kv_guard_ioctl,
  [KV_BY_MKNOD] = &kv_guard_mknod,
  [KV_BY_MKNODAT] = &kv_guard_mknodat,
  [KV_BY_MODE1] = &kv_guard_mode1,
  [KV_BY_MODE2] = &kv_guard_mode2,
  [KV_BY_OPEN] = &kv_guard_open,
  [KV_BY_OPENAT] = &kv_guard_openat,
};

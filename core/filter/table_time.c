/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "core/filter/table.h"
#include "core/util/cleanup.h"

/* Clocks and timers. */
static const struct kv_row rows[] = {
  KV_ALLOW ("time"),
  KV_ALLOW ("gettimeofday"),
  KV_ALLOW ("clock_gettime"),
  KV_ALLOW ("clock_gettime64"),
  KV_ALLOW ("clock_getres"),
  KV_ALLOW ("clock_getres_time64"),
  KV_ALLOW ("nanosleep"),
  KV_ALLOW ("clock_nanosleep"),
  KV_ALLOW ("clock_nanosleep_time64"),
  KV_ALLOW ("alarm"),
  KV_ALLOW ("getitimer"),
  KV_ALLOW ("setitimer"),
  KV_ALLOW ("timer_create"),
  KV_ALLOW ("timer_settime"),
  KV_ALLOW ("timer_settime64"),
  KV_ALLOW ("timer_gettime"),
  KV_ALLOW ("timer_gettime64"),
  KV_ALLOW ("timer_getoverrun"),
  KV_ALLOW ("timer_delete"),
  KV_ALLOW ("timerfd"),
  KV_ALLOW ("timerfd_create"),
  KV_ALLOW ("timerfd_settime"),
  KV_ALLOW ("timerfd_settime64"),
  KV_ALLOW ("timerfd_gettime"),
  KV_ALLOW ("timerfd_gettime64"),
  /* The host's time.  Whether adjtimex reads or writes is in memory. */
  KV_REFUSE ("stime"),
  KV_REFUSE ("settimeofday"),
  KV_REFUSE ("clock_settime"),
  KV_REFUSE ("clock_settime64"),
  KV_REFUSE ("adjtimex"),
  KV_REFUSE ("clock_adjtime"),
  KV_REFUSE ("clock_adjtime64"),
};

const struct kv_table kv_table_time = { rows, KV_COUNT (rows) };

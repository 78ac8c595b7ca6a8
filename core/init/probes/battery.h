/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KV_BATTERY_H
#define KV_BATTERY_H

#include "core/init/probes/rows.h"

struct kv_battery {
  /* "KEY=VALUE", NULL at the end.  "run=ID" runs that probe alone, "where=
   * outside" leaves out what would change the host. */
  char *const *plants;
  /* Called for each probe that was to be run, as soon as it is done. */
  void (*answer) (void *data, const char *id, enum kv_verdict verdict,
                  const char *detail);
  void *data;
};

/* Runs each probe in a child of its own, with a time limit. */
void kv_battery_run (const struct kv_battery *battery);

/* Calls SAY for each probe there is. */
void kv_battery_list (void (*say) (const char *id, unsigned flags));

#endif

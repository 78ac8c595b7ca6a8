/* SPDX-License-Identifier: Apache-2.0 */
/* Step 5: the record before the effect.  This version keeps no audit log and
 * runs no hooks, and a policy cannot ask for either: there is nothing to
 * record to and nothing that could deny. */
#include "config.h"

#include "core/exec/run.h"

int
kv_step_audit (struct kv_run *run, struct kv_error *err)
{
  (void) run;
  (void) err;
  return 0;
}

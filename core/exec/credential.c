/* SPDX-License-Identifier: Apache-2.0 */
/* Step 6: secrets.  This version delivers none, and --secret is refused
 * before the road begins: there is nothing to resolve. */
#include "config.h"

#include "core/exec/run.h"

int
kv_step_credential (struct kv_run *run, struct kv_error *err)
{
  (void) run;
  (void) err;
  return 0;
}

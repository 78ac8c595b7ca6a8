/* SPDX-License-Identifier: Apache-2.0 */
/* Steps 1 and 2: what may the command do, and what must be enforced. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/exec/run.h"

int
kv_step_resolve (struct kv_run *run, struct kv_error *err)
{
  return kv_policy_resolve (run->options->policy, &run->policy, err);
}

int
kv_step_require (struct kv_run *run, struct kv_error *err)
{
  (void) err;
  run->required = run->policy.required & ~run->policy.waived;
  run->wanted = run->policy.wanted | run->policy.waived;
  run->limits_wanted = (struct kv_limits_wanted){
    .memory = run->policy.memory.value,
    .pids = run->policy.pids.value > 0 ? run->policy.pids.value + 1 : 0,
    .cpu = run->policy.cpu.value,
  };
  return 0;
}

/* Each rule once, as many as there is room for. */
void
kv_refusal_rule (const struct kv_run *run, uint64_t set, struct kv_error *err)
{
  char all[sizeof err->rule] = "", rule[256];
  int control;

  for (control = 0; control < KAVACH_CTL_COUNT; control++) {
    size_t used = strlen (all);

    if ((set & KAVACH_BIT (control)) == 0)
      continue;
    kv_policy_rule (&run->policy, control, rule, sizeof rule);
    if (strstr (all, rule) == NULL && used + strlen (rule) + 3 < sizeof all)
      snprintf (all + used, sizeof all - used, "%s%s", used > 0 ? "; " : "",
                rule);
  }
  kv_error_rule (err, "%s", all);
}

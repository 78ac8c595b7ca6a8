/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict at the gate: what is required must have been seen from outside
 * or self-tested inside; a mere claim is refused. */
#include "config.h"

#include <string.h>

#include "core/exec/read_back.h"

/* What is the launcher's and the shim's own doing: nobody inside could
 * contradict it. */
static const uint64_t ours = KAVACH_BIT (KAVACH_CTL_WALL_TIME);

static void
take_self_tests (struct kv_run *run)
{
  int i;

  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    uint64_t bit = KAVACH_BIT (i);

    /* An attempt that went through outweighs whatever was seen. */
    if (((run->gate_report.open | run->contradicted) & bit) != 0)
      memset (&run->in_force.c[i], 0, sizeof run->in_force.c[i]);
    else if ((run->gate_report.held & bit) != 0
             && run->in_force.c[i].level == KAVACH_NONE) {
      run->in_force.c[i] = run->layers.c[i];
      run->in_force.c[i].known = KV_SELF_TESTED;
    }
    else if ((ours & bit) != 0)
      kv_seen (run, i);
  }
}

/* A limit that only a group could hold, and no group does, is no claim. */
static bool
is_groups_own (const struct kv_run *run, int control)
{
  const uint64_t by_group = KAVACH_BIT (KAVACH_CTL_MEMORY)
                            | KAVACH_BIT (KAVACH_CTL_CPU)
                            | KAVACH_BIT (KAVACH_CTL_PIDS);

  return run->limits.n_groups == 0 && (by_group & KAVACH_BIT (control)) != 0
         && !kv_boundary_has (&run->boundary, control);
}

/* For the report: what is left is claimed, and says so. */
static void
take_claims (struct kv_run *run)
{
  int i;

  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    if (run->in_force.c[i].level == KAVACH_NONE && !is_groups_own (run, i)
        && ((run->gate_report.open | run->contradicted) & KAVACH_BIT (i)) == 0
        && (run->required & KAVACH_BIT (i)) == 0) {
      run->in_force.c[i] = run->layers.c[i];
      run->in_force.c[i].known = KV_CLAIMED;
    }
}

static int
refuse (struct kv_run *run, uint64_t lacks, struct kv_error *err)
{
  struct kv_error reason = { 0 };
  char names[256];

  kv_controls_list (names, sizeof names, lacks);
  kv_fail (&reason, "KVG-03",
           "%s is not in force in the sandbox that %s made, against its claim",
           names, run->chosen->name);
  /* What read_back noted on the way. */
  memcpy (reason.detail, err->detail, sizeof reason.detail);
  *err = reason;
  kv_refusal_rule (run, lacks, err);
  return kv_error_hint (err, "nothing was run; choose another backend with "
                             "-b, or --waive the control by name");
}

/* Landlock stands behind the mounts too: a layer that was planned and is not
 * there is a fault, even where another one would do. */
static int
check_landlock (struct kv_run *run, struct kv_error *err)
{
  const uint32_t planned
      = KV_PLAN_LANDLOCK_FS | KV_PLAN_LANDLOCK_TCP | KV_PLAN_LANDLOCK_SCOPE;

  if ((run->plan_flags & planned) == 0 || run->gate_report.landlock_abi > 0)
    return 0;
  return kv_fail (err, "KVG-08",
                  "kavach-init entered no Landlock domain in the sandbox of "
                  "%s, as it was told to",
                  run->chosen->name);
}

static void
forget (struct kv_run *run)
{
  memset (&run->in_force, 0, sizeof run->in_force);
  run->contradicted = 0;
  run->looked_ahead = false;
}

static int
look_at_boundary (struct kv_run *run, struct kv_error *err)
{
  return kv_read_back_namespaces (run, err) < 0
                 || kv_read_back_mounts (run, err) < 0
             ? -1
             : 0;
}

void
kv_gate_look_ahead (struct kv_run *run)
{
  struct kv_error err = { 0 };

  forget (run);
  run->looked_ahead = kv_read_back_identity (run, &err) == 0
                      && look_at_boundary (run, &err) == 0
                      && run->contradicted == 0 && err.detail[0] == '\0';
}

int
kv_gate_check (struct kv_run *run, struct kv_error *err)
{
  uint64_t held = 0;
  int i;

  if (!run->looked_ahead)
    forget (run);
  if (check_landlock (run, err) < 0 || kv_read_back_identity (run, err) < 0
      || kv_read_back_status (run, err) < 0
      || kv_read_back_descriptors (run, err) < 0
      || kv_read_back_rlimits (run, err) < 0
      || (!run->looked_ahead && look_at_boundary (run, err) < 0))
    return -1;
  if (run->limits.n_groups > 0
      && kv_limits_read_back (&run->limits, run->proc_fd, &run->limits_wanted,
                              &run->in_force, err)
             < 0)
    return -1;
  take_self_tests (run);
  kv_controls_open (&run->policy, &run->boundary, &run->in_force);
  kv_controls_clip (&run->policy, &run->in_force);

  held = kv_controls_full (&run->in_force);
  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    if (run->in_force.c[i].known == KV_CLAIMED)
      held &= ~KAVACH_BIT (i);
  if ((run->required & ~held) != 0)
    return refuse (run, run->required & ~held, err);
  take_claims (run);
  memset (err, 0, sizeof *err);
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/exec/assess.h"
#include "core/exec/plan.h"
#include "core/filter/known.h"
#include "core/limit/limit.h"

bool
kv_boundary_has (const struct kv_controls *backend, int control)
{
  return backend->c[control].level == KAVACH_FULL;
}

static void
drop (struct kv_controls *controls, int control)
{
  memset (&controls->c[control], 0, sizeof controls->c[control]);
}

/* Does a rule grant the whole file system?  Then no mount and no Landlock
 * rule stands between the command and the caller's files. */
static bool
grants_everything (const struct kv_policy *policy, uint32_t access)
{
  unsigned i;

  for (i = 0; i < policy->n_paths; i++)
    if (strcmp (policy->paths[i].path, "/") == 0
        && (policy->paths[i].access & access) == access)
      return true;
  return false;
}

void
kv_controls_clip (const struct kv_policy *policy, struct kv_controls *controls)
{
  if (grants_everything (policy, KV_ACCESS_READ))
    drop (controls, KAVACH_CTL_FS_READ);
  if (grants_everything (policy, KV_ACCESS_WRITE))
    drop (controls, KAVACH_CTL_FS_WRITE);
  if (grants_everything (policy, KV_ACCESS_EXEC))
    drop (controls, KAVACH_CTL_FS_EXEC);
  if (policy->net == KV_NET_HOST) {
    drop (controls, KAVACH_CTL_NET_OUT);
    drop (controls, KAVACH_CTL_NET_IN);
  }
  if (policy->memory.value == 0)
    drop (controls, KAVACH_CTL_MEMORY);
  if (policy->cpu.value == 0)
    drop (controls, KAVACH_CTL_CPU);
  if (policy->pids.value == 0)
    drop (controls, KAVACH_CTL_PIDS);
  if (policy->file_size.value == 0)
    drop (controls, KAVACH_CTL_FILE_SIZE);
  if (policy->tmp.value == 0)
    drop (controls, KAVACH_CTL_TMP_SIZE);
  if (policy->wall.value == 0)
    drop (controls, KAVACH_CTL_WALL_TIME);
}

const struct kv_controls *
kv_limits_layer (void)
{
  static struct kv_controls layer;
  static bool known;

  if (!known) {
    kv_limits_probe (&layer);
    known = true;
  }
  return &layer;
}

/* An ipc namespace says nothing of unix sockets in folders that are granted:
 * Landlock covers those from ABI 9 on. */
static void
lower_ipc (const struct kv_policy *policy, const struct kv_controls *backend,
           struct kv_controls *out)
{
  struct kv_control_state *ipc = &out->c[KAVACH_CTL_IPC];
  struct kv_filter_spec spec;

  if (kv_filter_spec_for (policy, backend, &spec, NULL) < 0
      || ipc->level != KAVACH_FULL || (spec.flags & KV_FILTER_UNIX) == 0
      || kv_host_facts ()->landlock_abi >= 9)
    return;
  ipc->level = KAVACH_PARTIAL;
  kv_control_hint (out, KAVACH_CTL_IPC,
                   "unix sockets of the host in granted folders can be "
                   "reached before Landlock ABI 9");
}

/* Asked for by its name, fs-write has the places that kavach protects. */
static void
lower_write (const struct kv_policy *policy, struct kv_controls *out)
{
  unsigned i;

  if ((policy->named & KAVACH_BIT (KAVACH_CTL_FS_WRITE)) == 0)
    return;
  for (i = 0; i < policy->n_paths; i++)
    if (policy->paths[i].porous) {
      out->c[KAVACH_CTL_FS_WRITE].level = KAVACH_PARTIAL;
      kv_control_hint (
          out, KAVACH_CTL_FS_WRITE,
          "protected places are open by another name: a hard link, or "
          "another case of it");
    }
}

/* What can be written and executed is not kept from being executed. */
static void
lower_exec (const struct kv_policy *policy, struct kv_controls *out)
{
  const uint32_t both = KV_ACCESS_WRITE | KV_ACCESS_EXEC;
  bool open = policy->scratch_exec;
  unsigned i;

  for (i = 0; !open && i < policy->n_paths; i++)
    open = (policy->paths[i].access & both) == both;
  if (!open || out->c[KAVACH_CTL_FS_EXEC].level != KAVACH_FULL)
    return;
  out->c[KAVACH_CTL_FS_EXEC].level = KAVACH_PARTIAL;
  kv_control_hint (out, KAVACH_CTL_FS_EXEC,
                   policy->scratch_exec
                       ? "\"tmp-exec\": true lets be executed what is written "
                         "to HOME and /tmp"
                       : "what is written to a granted folder can be executed");
}

/* "keyctl, add_key": those of SPEC's allow that cost CONTROL. */
static void
list_openers (const struct kv_filter_spec *spec, int control, char *out,
              size_t size)
{
  unsigned call, n = 0;

  out[0] = '\0';
  for (call = 0; kv_call_name (call) != NULL; call++) {
    size_t used = strlen (out);

    if (!kv_calls_has (&spec->allow, call)
        || (kv_call_cost (spec, call) & KAVACH_BIT (control)) == 0)
      continue;
    if (n++ == 2) {
      snprintf (out + used, size - used, ", ...");
      return;
    }
    snprintf (out + used, size - used, "%s%s", used > 0 ? ", " : "",
              kv_call_name (call));
  }
}

void
kv_controls_open (const struct kv_policy *policy,
                  const struct kv_controls *backend, struct kv_controls *out)
{
  struct kv_filter_spec spec;
  uint64_t costs;
  int i;

  /* With a wrong word there is no filter, and no run either. */
  if (policy->syscalls_allow == NULL
      || kv_filter_spec_for (policy, backend, &spec, NULL) < 0)
    return;
  costs = kv_filter_costs (&spec);
  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    struct kv_control_state *c = &out->c[i];
    char calls[64], text[sizeof c->hint];

    if ((costs & KAVACH_BIT (i)) == 0 || c->level == KAVACH_NONE)
      continue;
    c->level = KAVACH_PARTIAL;
    list_openers (&spec, i, calls, sizeof calls);
    snprintf (text, sizeof text, "syscalls.allow opens %s", calls);
    kv_control_set (out, i, KAVACH_PARTIAL, text);
    snprintf (text, sizeof text,
              "syscalls.allow opens %s, which this control rests on", calls);
    kv_control_hint (out, i, text);
  }
}

void
kv_join_layers (const struct kv_policy *policy,
                const struct kv_controls *backend, struct kv_controls *out)
{
  struct kv_controls layer;

  *out = *backend;

  memset (&layer, 0, sizeof layer);
  kv_confine_controls (policy, backend, &layer);
  kv_controls_join (out, &layer);

  kv_controls_join (out, kv_limits_layer ());
  lower_ipc (policy, backend, out);
  kv_controls_open (policy, backend, out);
  lower_exec (policy, out);
  lower_write (policy, out);

  kv_controls_clip (policy, out);
}

int
kv_assess_layers (const struct kv_policy *policy,
                  const struct kv_candidate *candidate, struct kv_controls *out)
{
  if (!candidate->available)
    return -1;
  kv_join_layers (policy, &candidate->controls, out);
  return 0;
}

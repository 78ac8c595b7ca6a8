/* SPDX-License-Identifier: Apache-2.0 */
/* What would be in force: the layers of one candidate under one policy,
 * joined.  A prediction; the gate has the last word.
 */
#ifndef KV_ASSESS_H
#define KV_ASSESS_H

#include "core/loader/loader.h"
#include "core/policy/policy.h"

/* Facts about this kernel and caller that kavach-init's layer depends on. */
struct kv_host {
  /* 0 without Landlock. */
  int landlock_abi;
  bool seccomp;
  uint32_t euid, egid;
};
const struct kv_host *kv_host_facts (void);

/* True when the boundary that BACKEND reports gives the command a root, a
 * network, ... of its own: what the mounts and the plan depend on. */
bool kv_boundary_has (const struct kv_controls *backend, int control);

/* What groups could limit here; they do not change while we decide, and are
 * looked at once. */
const struct kv_controls *kv_limits_layer (void);
/* Does INNER take away, of ACCESS, what a rule above it grants?  Landlock only
 * adds, so it cannot take that away again. */
bool kv_rule_is_narrower (const struct kv_policy *policy,
                          const struct kv_path_rule *inner, uint32_t access);

/* The layer of kavach-init on this kernel, given what the boundary has. */
void kv_confine_controls (const struct kv_policy *policy,
                          const struct kv_controls *backend,
                          struct kv_controls *out);

/* Takes out what the policy does not ask for: a network namespace enforces
 * nothing when the policy says "host", a limit of none limits nothing. */
void kv_controls_clip (const struct kv_policy *policy,
                       struct kv_controls *controls);

/* Takes away from OUT what syscalls.allow opens beneath it: a control that
 * rested on the filter's answer to one of those calls is no more than partial,
 * whatever else stands behind it. */
void kv_controls_open (const struct kv_policy *policy,
                       const struct kv_controls *backend,
                       struct kv_controls *out);

/* The three layers (backend, kavach-init, limits) joined and clipped. */
void kv_join_layers (const struct kv_policy *policy,
                     const struct kv_controls *backend,
                     struct kv_controls *out);
/* The same for what a candidate said when it was probed; 0, or -1 when it is
 * not available. */
int kv_assess_layers (const struct kv_policy *policy,
                      const struct kv_candidate *candidate,
                      struct kv_controls *out);

#endif

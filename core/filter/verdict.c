/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/filter/fault.h"
#include "core/filter/table.h"

static bool
is_allowed (unsigned call, const struct kv_filter_spec *spec)
{
  if (kv_calls_has (&spec->allow, call))
    return true;
  return KV_FAULT (KV_FAULT_ALLOW_NEXT) && call > 0
         && kv_calls_has (&spec->allow, call - 1);
}

enum kv_verdict
kv_call_verdict (unsigned call, const struct kv_filter_spec *spec)
{
  const struct kv_row *row = kv_call_row (call);

  if (KV_FAULT (KV_FAULT_CLONE3) && strcmp (row->name, "clone3") == 0)
    return KV_YES;
  if (KV_FAULT (KV_FAULT_REFUSED_ALLOWED) && strcmp (row->name, "keyctl") == 0)
    return KV_YES;
  if (kv_calls_has (&spec->deny, call) && !KV_FAULT (KV_FAULT_DENY_IGNORED))
    return KV_NO;
  if (is_allowed (call, spec) || spec->profile == KV_FILTER_NONE)
    return KV_YES;
  if (row->flag != 0 && (spec->flags & row->flag) == 0
      && !KV_FAULT (KV_FAULT_FLAG_IGNORED))
    return KV_NO;
  return spec->profile == KV_FILTER_BASIC ? row->basic : row->strict;
}

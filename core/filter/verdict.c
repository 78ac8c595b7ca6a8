/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/filter/fault.h"
#include "core/filter/table.h"

enum kv_verdict
kv_row_verdict (const struct kv_row *row, const struct kv_filter_spec *spec)
{
  if (KV_FAULT (KV_FAULT_CLONE3) && strcmp (row->name, "clone3") == 0)
    return KV_YES;
  if (KV_FAULT (KV_FAULT_REFUSED_ALLOWED) && strcmp (row->name, "keyctl") == 0)
    return KV_YES;
  if (row->flag != 0 && (spec->flags & row->flag) == 0
      && !KV_FAULT (KV_FAULT_FLAG_IGNORED))
    return KV_NO;
  return spec->profile == KV_FILTER_BASIC ? row->basic : row->strict;
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KV_FILTER_SPEC_H
#define KV_FILTER_SPEC_H

#include "core/filter/filter.h"

/* Room for the longest name of a spec. */
enum { KV_FILTER_NAME_SIZE = 64 };

/* The reverse of kv_filter_spec_name; -1 for anything it does not make. */
int kv_filter_spec_parse (const char *name, struct kv_filter_spec *spec);

#endif

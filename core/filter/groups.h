/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KV_FILTER_GROUPS_H
#define KV_FILTER_GROUPS_H

#include "core/filter/calls.h"

struct kv_group {
  const char *name;
  /* Calls and other groups, a blank between two. */
  const char *members;
};

/* Sorted by name, but for the last one, which has all calls. */
extern const struct kv_group kv_groups[];
extern const unsigned kv_groups_count;

/* Calls of a group, groups within it expanded; NULL without such a group. */
const struct kv_calls *kv_group_calls (const char *name);

#endif

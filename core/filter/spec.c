/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/filter/filter.h"
#include "core/filter/spec.h"
#include "core/util/cleanup.h"

static const struct {
  uint32_t flag;
  const char *name;
} doors[] = {
  { KV_FILTER_UNIX, "unix" },           { KV_FILTER_INET, "inet" },
  { KV_FILTER_NETLINK_ROUTE, "route" }, { KV_FILTER_IPC, "ipc" },
  { KV_FILTER_PTRACE, "ptrace" },       { KV_FILTER_OTHERS, "others" },
};

void
kv_filter_spec_name (const struct kv_filter_spec *spec, char *out, size_t size)
{
  size_t used, i;

  if (size == 0)
    return;
  snprintf (out, size, "%s",
            spec->profile == KV_FILTER_STRICT ? "strict"
            : spec->profile == KV_FILTER_NONE ? "none"
                                              : "basic");
  for (i = 0; i < KV_COUNT (doors); i++)
    if ((spec->flags & doors[i].flag) != 0) {
      used = strlen (out);
      snprintf (out + used, size - used, "-%s", doors[i].name);
    }
}

/* Only names that kv_filter_spec_name makes, in its order: whoever gives
 * another has not the same list of doors. */
int
kv_filter_spec_parse (const char *name, struct kv_filter_spec *spec)
{
  char again[KV_FILTER_NAME_SIZE];
  size_t i;

  memset (spec, 0, sizeof *spec);
  spec->profile = strncmp (name, "strict", 6) == 0 ? KV_FILTER_STRICT
                  : strncmp (name, "none", 4) == 0 ? KV_FILTER_NONE
                                                   : KV_FILTER_BASIC;
  for (i = 0; i < KV_COUNT (doors); i++) {
    char word[16];

    snprintf (word, sizeof word, "-%s", doors[i].name);
    if (strstr (name, word) != NULL)
      spec->flags |= doors[i].flag;
  }
  kv_filter_spec_name (spec, again, sizeof again);
  return strcmp (name, again) == 0 ? 0 : -1;
}

bool
kv_filter_spec_same (const struct kv_filter_spec *a,
                     const struct kv_filter_spec *b)
{
  if (a->profile != b->profile || a->flags != b->flags
      || memcmp (&a->allow, &b->allow, sizeof a->allow) != 0
      || memcmp (&a->deny, &b->deny, sizeof a->deny) != 0)
    return false;
  return a->file == NULL || b->file == NULL ? a->file == b->file
                                            : strcmp (a->file, b->file) == 0;
}

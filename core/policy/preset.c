/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/policy/internal.h"
#include "core/policy/preset.h"
#include "core/policy/preset_texts.h"
#include "core/util/cleanup.h"

static const struct {
  const char *name;
  const char *text;
} presets[] = {
  { "minimal", kv_preset_minimal },         { "basic", kv_preset_basic },
  { "strict", kv_preset_strict },           { "agent", kv_preset_agent },
  { KV_PRESET_NOTHING, kv_preset_nothing },
};

/* The last one is not to be named. */
#define NAMED (KV_COUNT (presets) - 1)

const char *
kv_preset_text (const char *name)
{
  size_t i;

  for (i = 0; i < KV_COUNT (presets); i++)
    if (strcmp (presets[i].name, name) == 0)
      return presets[i].text;
  return NULL;
}

int
kv_preset_read (const char *name, struct kv_document *document,
                struct kv_error *err)
{
  const char *text = kv_preset_text (name);
  struct kv_faults faults;
  char origin[32];
  int result;

  snprintf (origin, sizeof origin, "preset %s", name);
  result = text == NULL ? 1
                        : kv_document_parse_built_in (text, origin, document,
                                                      &faults, err);
  if (result > 0)
    return kv_fail (err, "KVI-08", "the preset %s is damaged", name);
  return result;
}

const char *
kv_preset_nearest (const char *name)
{
  const char *names[NAMED];
  size_t i;

  for (i = 0; i < NAMED; i++)
    names[i] = presets[i].name;
  return kv_nearest (name, names, KV_COUNT (names));
}

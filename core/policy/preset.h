/* SPDX-License-Identifier: Apache-2.0 */
/* The policies that come with kavach: documents like any other, in presets/,
 * built in.  Each says every key that has a value of its own. */
#ifndef KV_PRESET_H
#define KV_PRESET_H

#include "core/policy/document.h"

/* What a file starts from that extends nothing; no name for people. */
#define KV_PRESET_NOTHING "nothing"

/* The text of the preset NAME; NULL when there is none of that name. */
const char *kv_preset_text (const char *name);
/* Reads it.  Places have no lines, and "preset NAME" as their file. */
int kv_preset_read (const char *name, struct kv_document *document,
                    struct kv_error *err);
/* The preset whose name is nearest, or NULL when none is near. */
const char *kv_preset_nearest (const char *name);

#endif

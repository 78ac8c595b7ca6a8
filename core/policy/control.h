/* SPDX-License-Identifier: Apache-2.0 */
/* The vocabulary of controls (doc/controls.md) on the launcher's side: their
 * names, and a table that says for each how far it is enforced, by what, and
 * how that is known.
 */
#ifndef KV_CONTROL_H
#define KV_CONTROL_H

#include <stdint.h>

#include <kavach/abi.h>

/* How a level is known, weakest first.  A required control that is merely
 * claimed at the gate is refused. */
enum kv_known { KV_CLAIMED = 0, KV_SELF_TESTED = 1, KV_SEEN = 2 };

struct kv_control_state {
  /* enum kavach_level and enum kv_known. */
  uint8_t level;
  uint8_t known;
  /* The field's words for what enforces it, "" for NONE. */
  char mechanism[96];
  /* What would have to change on this host, "" when nothing is known. */
  char hint[160];
};

struct kv_controls {
  struct kv_control_state c[KAVACH_CTL_COUNT];
};

/* Every name, by number. */
extern const char *const kv_control_names[KAVACH_CTL_COUNT];
/* "fs-read"; NULL for a number that is none. */
const char *kv_control_name (int control);
/* -1 when NAME is none. */
int kv_control_by_name (const char *name);
/* "none", "partial", "full". */
const char *kv_level_name (int level);
/* "claimed", "self-tested", "seen". */
const char *kv_known_name (int known);

/* Sets a control; a mechanism of NULL leaves it "". */
void kv_control_set (struct kv_controls *controls, int control, int level,
                     const char *mechanism);
void kv_control_hint (struct kv_controls *controls, int control,
                      const char *hint);
/* Layers FROM over INTO: the higher level wins, with its mechanism; equal
 * levels keep both mechanisms, joined by " + ".  A hint stays only where the
 * result is not FULL. */
void kv_controls_join (struct kv_controls *into,
                       const struct kv_controls *from);
/* Set of the controls that are FULL. */
uint64_t kv_controls_full (const struct kv_controls *controls);
/* Names of a set, "memory, cpu"; OUT is SIZE bytes. */
void kv_controls_list (char *out, size_t size, uint64_t set);

#endif

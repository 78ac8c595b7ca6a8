/* SPDX-License-Identifier: Apache-2.0 */
/* The names of members: known or not, once or twice. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/document_private.h"
#include "core/util/cleanup.h"

static void
unknown_key (struct kv_parser *r, const struct kv_key *parent, const char *name)
{
  const char *leaves[16], *owner = "the document";
  char quoted[80], right[256];
  const struct kv_key *key = NULL;
  unsigned n = 0, i;
  bool near;

  while ((key = kv_key_next (parent, key)) != NULL && n < KV_COUNT (leaves))
    leaves[n++] = kv_key_leaf (key);
  near = kv_suggest (right, sizeof right, name, leaves, n);
  /* The right word in the wrong object. */
  for (i = 0; i < kv_keys_count && !near; i++)
    if (strcmp (kv_key_leaf (&kv_keys[i]), name) == 0) {
      snprintf (right, sizeof right, "did you mean %s?", kv_keys[i].path);
      near = true;
    }
  if (parent != NULL)
    owner = parent->path;
  kv_quote (quoted, sizeof quoted, name, strlen (name));
  kv_fault (r, r->scan.token, "KVD-10", "there is no key %s in %s; %s", quoted,
            owner, right);
}

void
kv_member_name (struct kv_parser *r, struct kv_frame *frame, const char *name)
{
  const struct kv_key *key = kv_key_find (frame->key, name);
  uint64_t bit;

  frame->member = NULL;
  if (key == NULL) {
    unknown_key (r, frame->key, name);
    return;
  }
  bit = UINT64_C (1) << (key - kv_keys);
  if ((frame->seen & bit) != 0) {
    kv_fault (r, r->scan.token, "KVD-11",
              "%s is there twice; keep one of the two", key->path);
    return;
  }
  frame->seen |= bit;
  frame->member = key;
}

void
kv_pair_name (struct kv_parser *r, struct kv_frame *frame, char *name)
{
  const struct kv_said_list *list = frame->place;
  const struct kv_said_pair *pairs = list->items;
  const struct kv_form *form = frame->key->form;
  char quoted[80];
  kv_autofree char *mine = name;
  unsigned i;

  free (frame->name);
  frame->name = NULL;
  frame->name_at = r->scan.token;
  kv_quote (quoted, sizeof quoted, name, strlen (name));
  for (i = 0; i < list->count; i++)
    if (strcmp (pairs[i].name, name) == 0) {
      kv_fault (r, r->scan.token, "KVD-11",
                "%s is twice in %s; keep one of the two", quoted,
                frame->key->path);
      return;
    }
  if (!form->fits (name))
    kv_fault (r, r->scan.token, "KVD-19", "a key of %s is %s; %s",
              frame->key->path, quoted, form->right);
  else {
    frame->name = name;
    mine = NULL;
  }
}

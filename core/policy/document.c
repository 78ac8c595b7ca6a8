/* SPDX-License-Identifier: Apache-2.0 */
/* Filling, walking and freeing a document, by its key table. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/document_private.h"
#include "core/util/grow.h"

struct walk {
  void (*visit) (void *data, const struct kv_key *key, void *value);
  void *data;
};

/* Objects are parts of the struct that they stand in, lists have structs of
 * their own. */
static void
walk_members (const struct walk *walk, const struct kv_key *parent, void *base)
{
  const struct kv_key *key = NULL;

  while ((key = kv_key_next (parent, key)) != NULL) {
    void *value = (char *) base + key->offset;

    if (key->type == KV_KEY_OBJECT) {
      walk_members (walk, key, base);
      continue;
    }
    if (key->type == KV_KEY_OBJECTS) {
      const struct kv_said_list *list = value;
      unsigned i;

      for (i = 0; i < list->count; i++)
        walk_members (walk, key, (char *) list->items + i * key->item);
    }
    walk->visit (walk->data, key, value);
  }
}

void
kv_document_walk (struct kv_document *document,
                  void (*visit) (void *data, const struct kv_key *key,
                                 void *value),
                  void *data)
{
  const struct walk walk = { .visit = visit, .data = data };

  walk_members (&walk, NULL, document);
}

void *
kv_said_add (struct kv_said_list *list, size_t item)
{
  void *grown = kv_grow (list->items, list->count, item);

  if (grown == NULL)
    return NULL;
  list->items = grown;
  return memset ((char *) list->items + list->count++ * item, 0, item);
}

void *
kv_list_add (struct kv_parser *r, struct kv_said_list *list, size_t item)
{
  void *added = kv_said_add (list, item);

  if (added == NULL)
    r->no_memory = r->stopped = true;
  return added;
}

bool
kv_from_flag (struct kv_place at)
{
  return at.line == 0 && strncmp (at.file, "flag ", 5) == 0;
}

bool
kv_from_preset (struct kv_place at)
{
  return at.line == 0 && strncmp (at.file, "preset ", 7) == 0;
}

bool
kv_said_has (const struct kv_said_list *list, const char *text)
{
  const struct kv_said_text *items = list->items;
  unsigned i;

  for (i = 0; i < list->count; i++)
    if (items[i].value != NULL && strcmp (items[i].value, text) == 0)
      return true;
  return false;
}

void
kv_place_text (char *out, size_t size, struct kv_place at)
{
  if (at.line != 0)
    snprintf (out, size, "%s:%u:%u", at.file, at.line, at.column);
  else
    snprintf (out, size, "%s", at.file != NULL ? at.file : "");
}

static void
free_texts (struct kv_said_list *list)
{
  struct kv_said_text *items = list->items;
  unsigned i;

  for (i = 0; i < list->count; i++) {
    free (items[i].value);
    free (items[i].link);
  }
}

static void
free_pairs (struct kv_said_list *list)
{
  struct kv_said_pair *items = list->items;
  unsigned i;

  for (i = 0; i < list->count; i++) {
    free (items[i].name);
    free (items[i].text.value);
  }
}

static void
free_value (void *data, const struct kv_key *key, void *value)
{
  (void) data;
  if (key->type == KV_KEY_TEXT) {
    free (((struct kv_said_text *) value)->value);
    free (((struct kv_said_text *) value)->link);
    return;
  }
  if (key->type == KV_KEY_TEXTS)
    free_texts (value);
  else if (key->type == KV_KEY_PAIRS)
    free_pairs (value);
  if (kv_key_is_list (key) || key->type == KV_KEY_PAIRS)
    free (((struct kv_said_list *) value)->items);
}

void
kv_document_free (struct kv_document *document)
{
  kv_document_walk (document, free_value, NULL);
  free (document->file);
  memset (document, 0, sizeof *document);
}

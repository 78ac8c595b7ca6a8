/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/policy/document_key.h"
#include "core/policy/merge.h"
#include "core/util/cleanup.h"

/* Naming a thing in one list takes it out of its rivals: who speaks last
 * decides. */
#define LIST(member) offsetof (struct kv_document, member)
static const struct {
  size_t list, rival;
} rivals[] = {
  { LIST (filesystem.read), LIST (filesystem.write) },
  { LIST (filesystem.read), LIST (filesystem.hide) },
  { LIST (filesystem.write), LIST (filesystem.read) },
  { LIST (filesystem.write), LIST (filesystem.hide) },
  { LIST (filesystem.hide), LIST (filesystem.read) },
  { LIST (filesystem.hide), LIST (filesystem.write) },
  { LIST (syscalls.allow), LIST (syscalls.deny) },
  { LIST (syscalls.deny), LIST (syscalls.allow) },
  { LIST (process.pass), LIST (process.set) },
  { LIST (process.set), LIST (process.pass) },
  { LIST (require.controls), LIST (require.waive) },
};

/* What tells the elements of a list apart; NULL: nothing does. */
static const char *
name_of (const struct kv_key *key, const void *item)
{
  switch (key->type) {
  case KV_KEY_TEXTS:
    return ((const struct kv_said_text *) item)->value;
  case KV_KEY_PAIRS:
    return ((const struct kv_said_pair *) item)->name;
  default:
    return key->offset == LIST (credentials)
               ? ((const struct kv_said_credential *) item)->name.value
               : NULL;
  }
}

static const struct kv_key *
key_at (size_t offset)
{
  const struct kv_key *key = kv_keys;

  while (key->offset != offset || key->type == KV_KEY_OBJECT)
    key++;
  return key;
}

/* Index of NAME in LIST, or its count. */
static unsigned
find (const struct kv_key *key, const struct kv_said_list *list,
      const char *name)
{
  unsigned i;

  for (i = 0; i < list->count; i++) {
    const char *other = name_of (key, (char *) list->items + i * key->item);

    if (other != NULL && name != NULL && strcmp (other, name) == 0)
      break;
  }
  return i;
}

static void
take_out (const struct kv_key *key, struct kv_said_list *list, const char *name)
{
  unsigned i = find (key, list, name);
  char *at = (char *) list->items + i * key->item;

  if (i == list->count)
    return;
  memmove (at, at + key->item, (list->count - i - 1) * key->item);
  list->count--;
}

static void
take_from_rivals (struct kv_document *into, const struct kv_key *key,
                  const char *name)
{
  size_t i;

  for (i = 0; i < KV_COUNT (rivals); i++)
    if (rivals[i].list == key->offset)
      take_out (key_at (rivals[i].rival),
                (void *) ((char *) into + rivals[i].rival), name);
}

static int
merge_list (struct kv_document *into, const struct kv_document *over,
            const struct kv_key *key)
{
  struct kv_said_list *list = (void *) ((char *) into + key->offset);
  const struct kv_said_list *more
      = (const void *) ((const char *) over + key->offset);
  unsigned i;

  if (more->count == 0)
    list->count = 0;
  /* Whoever added last. */
  list->at = more->at;
  for (i = 0; i < more->count; i++) {
    const char *item = (const char *) more->items + i * key->item;
    const char *name = name_of (key, item);
    unsigned at = find (key, list, name);

    take_from_rivals (into, key, name);
    if (at == list->count && kv_said_add (list, key->item) == NULL)
      return -1;
    memcpy ((char *) list->items + at * key->item, item, key->item);
  }
  return 0;
}

static size_t
size_of (const struct kv_key *key)
{
  return key->type == KV_KEY_TEXT ? sizeof (struct kv_said_text)
                                  : sizeof (struct kv_said_number);
}

int
kv_merge (struct kv_document *into, const struct kv_document *over)
{
  unsigned i;

  for (i = 0; i < kv_keys_count; i++) {
    const struct kv_key *key = &kv_keys[i];
    const char *from = (const char *) over + key->offset;

    /* What is within a list comes with the list. */
    if (key->type == KV_KEY_OBJECT || strstr (key->path, "[]") != NULL
        || !kv_is_said (*(const struct kv_place *) (const void *) from))
      continue;
    if (kv_key_is_list (key) || key->type == KV_KEY_PAIRS) {
      if (merge_list (into, over, key) < 0)
        return -1;
    }
    else
      memcpy ((char *) into + key->offset, from, size_of (key));
  }
  return 0;
}

void
kv_merged_free (struct kv_document *merged)
{
  unsigned i;

  for (i = 0; i < kv_keys_count; i++) {
    const struct kv_key *key = &kv_keys[i];

    if (strstr (key->path, "[]") == NULL
        && (kv_key_is_list (key) || key->type == KV_KEY_PAIRS)) {
      struct kv_said_list *list = (void *) ((char *) merged + key->offset);

      free (list->items);
    }
  }
  memset (merged, 0, sizeof *merged);
}

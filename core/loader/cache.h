/* SPDX-License-Identifier: Apache-2.0 */
/* What probing found out, kept per boot, user and pair of namespaces.
 *
 * A file in the user's cache folder.  It saves time and is never believed
 * further than that: it orders candidates, and the shim that spawns assesses
 * again.  What cannot be read, or does not fit in every field, is as if it
 * were not there.
 */
#ifndef KV_CACHE_H
#define KV_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/loader/loader.h"

struct kv_cache_entry {
  struct kv_object_id id;
  /* What besides the object the result depends on. */
  const void *key;
  size_t key_size;
  const char *sha256;
  /* Seconds of CLOCK_BOOTTIME, 0: to the end of this boot. */
  uint64_t expires;
  const void *result;
  size_t result_size;
};

#define KV_CACHE_MAX 64

struct kv_cache {
  /* The file as read; entries point into it, or into OWN. */
  char *data;
  struct kv_cache_entry list[KV_CACHE_MAX];
  void *own[KV_CACHE_MAX];
  unsigned count;
  bool changed;
};

/* Never fails: an empty cache is one. */
void kv_cache_load (struct kv_cache *cache);
/* The same from memory; DATA is taken over. */
void kv_cache_parse (struct kv_cache *cache, char *data, size_t size);

/* Fills in sha256 when the object is known, and the probe's result when that
 * is known too; true in the second case. */
bool kv_cache_lookup (const struct kv_cache *cache, struct kv_candidate *c);
void kv_cache_store (struct kv_cache *cache, const struct kv_candidate *c);

/* Writes the file anew, atomically, if something changed.  A folder that
 * cannot be written slows, nothing else. */
void kv_cache_save (struct kv_cache *cache);
/* The file's bytes; the caller frees *DATA. */
int kv_cache_format (const struct kv_cache *cache, void **data, size_t *size);
void kv_cache_free (struct kv_cache *cache);

#endif

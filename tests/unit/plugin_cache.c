/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/loader/cache.h"

static char path[] = "/usr/lib/kavach/plugins/kavach-x.so";
static char key[] = "runtime", value[] = "crun", other[] = "runc";
static struct kv_config_entry entry = { key, value };

static void
sample (struct kv_candidate *c)
{
  memset (c, 0, sizeof *c);
  snprintf (c->name, sizeof c->name, "x");
  c->object_path = path;
  c->object_id = (struct kv_object_id){ 1, 2, 3, 4, 5 };
  memset (c->sha256, 'a', 64);
  c->config = &entry;
  c->n_config = 1;
  c->available = true;
  c->kind = KAVACH_BACKEND;
  c->boundary = KAVACH_BOUNDARY_NAMESPACE;
  snprintf (c->version, sizeof c->version, "1.2");
  c->controls.c[KAVACH_CTL_IPC].level = KAVACH_FULL;
  snprintf (c->controls.c[KAVACH_CTL_IPC].mechanism, 20, "ipc namespace");
  snprintf (c->controls.c[KAVACH_CTL_CPU].hint, 20, "delegate cpu");
}

/* What a lookup needs to know. */
static void
question (struct kv_candidate *c)
{
  struct kv_candidate full;

  sample (&full);
  memset (c, 0, sizeof *c);
  memcpy (c->name, full.name, sizeof c->name);
  c->object_path = path;
  c->object_id = full.object_id;
  c->config = &entry;
  c->n_config = 1;
}

static void
stored (struct kv_cache *cache, void **data, size_t *size)
{
  static struct kv_candidate c;

  memset (cache, 0, sizeof *cache);
  sample (&c);
  kv_cache_store (cache, &c);
  cr_assert_eq (cache->count, 1);
  cr_assert_eq (kv_cache_format (cache, data, size), 0);
  kv_cache_free (cache);
}

Test (plugin_cache, comes_back_as_it_was)
{
  static struct kv_candidate c;
  struct kv_cache cache;
  void *data;
  size_t size;

  stored (&cache, &data, &size);
  kv_cache_parse (&cache, data, size);
  question (&c);
  cr_assert (kv_cache_lookup (&cache, &c));
  cr_expect (c.available);
  cr_expect (c.from_cache);
  cr_expect_eq (c.boundary, KAVACH_BOUNDARY_NAMESPACE);
  cr_expect_str_eq (c.version, "1.2");
  cr_expect_eq (strspn (c.sha256, "a"), 64);
  cr_expect_eq (c.controls.c[KAVACH_CTL_IPC].level, KAVACH_FULL);
  cr_expect_str_eq (c.controls.c[KAVACH_CTL_IPC].mechanism, "ipc namespace");
  cr_expect_str_eq (c.controls.c[KAVACH_CTL_CPU].hint, "delegate cpu");
  kv_cache_free (&cache);
}

Test (plugin_cache, another_object_is_not_known)
{
  static struct kv_candidate c;
  struct kv_cache cache;
  void *data;
  size_t size;
  int field;

  stored (&cache, &data, &size);
  kv_cache_parse (&cache, data, size);
  for (field = 0; field < 5; field++) {
    question (&c);
    ((uint64_t *) &c.object_id)[field] ^= 1;
    cr_expect (!kv_cache_lookup (&cache, &c), "field %d", field);
    cr_expect_str_eq (c.sha256, "");
  }
  kv_cache_free (&cache);
}

Test (plugin_cache, another_configuration_keeps_the_hash_only)
{
  static struct kv_candidate c;
  struct kv_config_entry changed = { key, other };
  struct kv_cache cache;
  void *data;
  size_t size;

  stored (&cache, &data, &size);
  kv_cache_parse (&cache, data, size);
  question (&c);
  c.config = &changed;
  cr_expect (!kv_cache_lookup (&cache, &c));
  cr_expect_eq (strlen (c.sha256), 64);
  kv_cache_free (&cache);
}

Test (plugin_cache, a_refusal_for_good_and_one_for_a_while)
{
  static struct kv_candidate c;
  struct kv_cache cache;

  memset (&cache, 0, sizeof cache);
  sample (&c);
  c.available = false;
  snprintf (c.error.code, sizeof c.error.code, "KVL-07");
  kv_cache_store (&cache, &c);
  cr_expect_eq (cache.list[0].expires, 0);
  snprintf (c.error.code, sizeof c.error.code, "KVL-31");
  kv_cache_store (&cache, &c);
  cr_expect_eq (cache.count, 1);
  cr_expect_gt (cache.list[0].expires, 0);
  question (&c);
  cr_expect (kv_cache_lookup (&cache, &c));
  cr_expect_str_eq (c.error.code, "KVL-31");
  cache.list[0].expires = 1;
  question (&c);
  cr_expect (!kv_cache_lookup (&cache, &c));
  kv_cache_free (&cache);
}

Test (plugin_cache, hostile_bytes_do_no_harm)
{
  static struct kv_candidate c;
  struct kv_cache cache;
  void *data;
  size_t size, at;

  stored (&cache, &data, &size);
  for (at = 0; at < size; at++) {
    char *copy = malloc (size);

    cr_assert_not_null (copy);
    memcpy (copy, data, size);
    copy[at] = (char) (copy[at] ^ 0xff);
    kv_cache_parse (&cache, copy, size);
    question (&c);
    kv_cache_lookup (&cache, &c);
    kv_cache_free (&cache);
  }
  for (at = 1; at < size; at++) {
    char *copy = malloc (at);

    cr_assert_not_null (copy);
    memcpy (copy, data, at);
    kv_cache_parse (&cache, copy, at);
    cr_expect_eq (cache.count, 0, "%zu bytes", at);
    kv_cache_free (&cache);
  }
  free (data);
}

Test (plugin_cache, stays_bounded)
{
  static struct kv_candidate c;
  struct kv_cache cache;
  unsigned i;

  memset (&cache, 0, sizeof cache);
  sample (&c);
  for (i = 0; i < 3 * KV_CACHE_MAX; i++) {
    snprintf (c.name, sizeof c.name, "x%u", i);
    kv_cache_store (&cache, &c);
    cr_expect_leq (cache.count, KV_CACHE_MAX);
  }
  kv_cache_free (&cache);
}

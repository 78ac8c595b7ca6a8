/* SPDX-License-Identifier: Apache-2.0 */
/* The file: a header that says for whom and when it holds, and entries. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/loader/cache.h"
#include "core/loader/cache_result.h"
#include "core/util/cleanup.h"
#include "core/util/dirs.h"
#include "core/util/fd.h"
#include "core/wire/pack.h"

#define CACHE_MAGIC UINT32_C (0x6b765031)
#define CACHE_NAME "plugins"
#define CACHE_SIZE_MAX (1U << 20)
/* An entry has at least five numbers of 8 bytes and some lengths. */
#define ENTRY_MIN 60

static uint64_t
now_seconds (void)
{
  struct timespec t;

  clock_gettime (CLOCK_BOOTTIME, &t);
  return (uint64_t) t.tv_sec;
}

static uint64_t
inode_of (const char *path)
{
  struct stat st;

  return stat (path, &st) == 0 ? st.st_ino : 0;
}

/* Containers may share a home folder: the namespaces tell them apart. */
static int
put_context (struct kv_writer *w)
{
  char boot[64];

  if (kv_read_at (AT_FDCWD, "/proc/sys/kernel/random/boot_id", boot,
                  sizeof boot)
      < 0)
    return -1;
  kv_put_u32 (w, CACHE_MAGIC);
  kv_put_u32 (w, KAVACH_CTL_COUNT);
  kv_put_str (w, PACKAGE_VERSION);
  kv_put_str (w, boot);
  kv_put_u32 (w, geteuid ());
  kv_put_u64 (w, inode_of ("/proc/self/ns/user"));
  kv_put_u64 (w, inode_of ("/proc/self/ns/pid"));
  return 0;
}

static bool
read_entry (struct kv_reader *r, struct kv_cache_entry *e)
{
  e->id.dev = kv_get_u64 (r);
  e->id.ino = kv_get_u64 (r);
  e->id.size = kv_get_u64 (r);
  e->id.mtime_ns = (int64_t) kv_get_u64 (r);
  e->id.ctime_ns = (int64_t) kv_get_u64 (r);
  e->key = kv_get_bytes (r, &e->key_size);
  e->sha256 = kv_get_str (r);
  e->expires = kv_get_u64 (r);
  e->result = kv_get_bytes (r, &e->result_size);
  return !r->bad && e->sha256 != NULL && strlen (e->sha256) == 64
         && strspn (e->sha256, "0123456789abcdef") == 64;
}

void
kv_cache_parse (struct kv_cache *cache, char *data, size_t size)
{
  uint8_t buffer[256];
  struct kv_writer w;
  struct kv_reader r;
  uint32_t count, i;

  memset (cache, 0, sizeof *cache);
  cache->data = data;
  kv_writer_fixed (&w, buffer, sizeof buffer);
  if (put_context (&w) < 0 || w.bad || size < w.size
      || memcmp (data, w.data, w.size) != 0)
    return;

  kv_reader_init (&r, data + w.size, size - w.size);
  count = kv_get_count (&r, ENTRY_MIN);
  if (count > KV_CACHE_MAX)
    return;
  for (i = 0; i < count; i++)
    if (!read_entry (&r, &cache->list[i]))
      return;
  if (kv_reader_done (&r))
    cache->count = count;
}

void
kv_cache_load (struct kv_cache *cache)
{
  kv_autoclose int dir = kv_dir_open (KV_DIR_CACHE, 0);
  kv_autoclose int fd = -1;
  struct stat st;
  size_t size;
  char *data;

  memset (cache, 0, sizeof *cache);
  if (dir < 0)
    return;
  fd = openat (dir, CACHE_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0 || fstat (fd, &st) < 0 || st.st_uid != geteuid ()
      || (st.st_mode & 022) != 0)
    return;
  data = kv_read_all (fd, CACHE_SIZE_MAX, &size);
  if (data != NULL)
    kv_cache_parse (cache, data, size);
}

static void
put_key (struct kv_writer *w, const struct kv_candidate *c)
{
  unsigned i;

  kv_put_str (w, c->name);
  kv_put_str (w, c->object_path);
  kv_put_u32 (w, c->wanted_kind);
  kv_put_u32 (w, c->packaged);
  for (i = 0; i < c->n_config; i++) {
    kv_put_str (w, c->config[i].key);
    kv_put_str (w, c->config[i].value);
  }
}

bool
kv_cache_lookup (const struct kv_cache *cache, struct kv_candidate *c)
{
  struct kv_writer key = { .data = NULL };
  bool found = false;
  unsigned i;

  if (cache->count == 0)
    return false;
  put_key (&key, c);
  for (i = 0; i < cache->count && !found && !key.bad; i++) {
    const struct kv_cache_entry *e = &cache->list[i];

    if (memcmp (&e->id, &c->object_id, sizeof e->id) != 0)
      continue;
    memcpy (c->sha256, e->sha256, sizeof c->sha256);
    if (e->key_size == key.size && memcmp (e->key, key.data, key.size) == 0
        && (e->expires == 0 || now_seconds () < e->expires))
      found = kv_cache_result_read (c, e->result, e->result_size);
  }
  kv_writer_free (&key);
  c->from_cache = c->probed = found;
  return found;
}

/* How long the answer holds.  What the object itself is does not change
 * without its identity; what the host offers does (a package installed, a
 * sysctl set), and a crash or a missed deadline may have been bad luck. */
static uint64_t
expiry (const struct kv_candidate *c)
{
  /* What the object itself is. */
  static const char *const lasting[] = { "KVL-01", "KVL-02", "KVL-05", "KVL-06",
                                         "KVL-07", "KVL-08", "KVL-09", "KVL-10",
                                         "KVL-11", "KVL-12", "KVL-13", "KVL-14",
                                         "KVL-15", "KVL-16" };
  /* What a package or a setting mends. */
  static const char *const brief[]
      = { "KVL-03", "KVL-04", "KVL-17", "KVL-31", "KVL-35" };
  unsigned i;

  if (c->error.code[0] == '\0')
    return 0;
  for (i = 0; i < KV_COUNT (lasting); i++)
    if (strcmp (c->error.code, lasting[i]) == 0)
      return 0;
  for (i = 0; i < KV_COUNT (brief); i++)
    if (strcmp (c->error.code, brief[i]) == 0)
      return now_seconds () + 10;
  /* Trouble of our own (no memory, no descriptors) says nothing of the
   * plugin. */
  return strncmp (c->error.code, "KVL-", 4) == 0 ? now_seconds () + 60
                                                 : now_seconds ();
}

/* One block of memory: the key, then the result. */
static bool
build_entry (struct kv_cache_entry *e, void **own, const struct kv_candidate *c)
{
  struct kv_writer key = { .data = NULL }, result = { .data = NULL };
  uint8_t *block = NULL;

  put_key (&key, c);
  kv_cache_result_write (c, &result);
  if (!key.bad && !result.bad)
    block = malloc (key.size + result.size + sizeof c->sha256);
  if (block != NULL) {
    memcpy (block, key.data, key.size);
    memcpy (block + key.size, result.data, result.size);
    memcpy (block + key.size + result.size, c->sha256, sizeof c->sha256);
    e->id = c->object_id;
    e->key = block;
    e->key_size = key.size;
    e->result = block + key.size;
    e->result_size = result.size;
    e->sha256 = (const char *) block + key.size + result.size;
    e->expires = expiry (c);
    *own = block;
  }
  kv_writer_free (&key);
  kv_writer_free (&result);
  return block != NULL;
}

void
kv_cache_store (struct kv_cache *cache, const struct kv_candidate *c)
{
  struct kv_cache_entry entry;
  void *own = NULL;
  unsigned i;

  if (strlen (c->sha256) != 64 || !build_entry (&entry, &own, c))
    return;
  for (i = 0; i < cache->count; i++)
    if (cache->list[i].key_size == entry.key_size
        && memcmp (cache->list[i].key, entry.key, entry.key_size) == 0)
      break;
  /* Full of what is no longer there: start again. */
  if (i == KV_CACHE_MAX) {
    while (i > 0)
      free (cache->own[--i]);
    memset (cache->own, 0, sizeof cache->own);
    cache->count = 0;
  }
  free (cache->own[i]);
  cache->list[i] = entry;
  cache->own[i] = own;
  if (i == cache->count)
    cache->count++;
  cache->changed = true;
}

int
kv_cache_format (const struct kv_cache *cache, void **data, size_t *size)
{
  struct kv_writer w = { .data = NULL };
  unsigned i;

  if (put_context (&w) < 0) {
    kv_writer_free (&w);
    return -1;
  }
  kv_put_u32 (&w, cache->count);
  for (i = 0; i < cache->count; i++) {
    const struct kv_cache_entry *e = &cache->list[i];

    kv_put_u64 (&w, e->id.dev);
    kv_put_u64 (&w, e->id.ino);
    kv_put_u64 (&w, e->id.size);
    kv_put_u64 (&w, (uint64_t) e->id.mtime_ns);
    kv_put_u64 (&w, (uint64_t) e->id.ctime_ns);
    kv_put_bytes (&w, e->key, e->key_size);
    kv_put_str (&w, e->sha256);
    kv_put_u64 (&w, e->expires);
    kv_put_bytes (&w, e->result, e->result_size);
  }
  if (w.bad) {
    kv_writer_free (&w);
    return -1;
  }
  *data = w.data;
  *size = w.size;
  return 0;
}

void
kv_cache_save (struct kv_cache *cache)
{
  kv_autoclose int dir = -1;
  kv_autofree void *data = NULL;
  char name[32];
  size_t size;
  int fd;
  bool written;

  if (!cache->changed || kv_cache_format (cache, &data, &size) < 0)
    return;
  dir = kv_dir_open (KV_DIR_CACHE, 1);
  if (dir < 0)
    return;
  snprintf (name, sizeof name, ".plugins.%ld", (long) getpid ());
  unlinkat (dir, name, 0);
  fd = openat (dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return;
  written = kv_write_full (fd, data, size) == 0;
  written = close (fd) == 0 && written;
  if (!written || renameat (dir, name, dir, CACHE_NAME) < 0)
    unlinkat (dir, name, 0);
  cache->changed = false;
}

void
kv_cache_free (struct kv_cache *cache)
{
  unsigned i;

  for (i = 0; i < KV_CACHE_MAX; i++)
    free (cache->own[i]);
  free (cache->data);
  memset (cache, 0, sizeof *cache);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Step 3 of the road: find, look up, probe what is not known. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/loader/cache.h"
#include "core/loader/find.h"
#include "core/loader/hash.h"
#include "core/loader/shim_client.h"
#include "core/util/clock.h"

/* How long shims have to end after their answer. */
#define STOP_MS 500

static int
left_until (int64_t end)
{
  int64_t left = end - kv_now_ms ();

  return left > 0 ? (int) left : 0;
}

static int64_t
in_ns (struct timespec t)
{
  return (int64_t) t.tv_sec * 1000000000 + t.tv_nsec;
}

static int
identify (struct kv_candidate *c)
{
  struct stat st;

  if (fstat (c->fd, &st) < 0)
    return kv_fail_errno (&c->error, "KVL-39", "%s", c->object_path);
  c->object_id.dev = st.st_dev;
  c->object_id.ino = st.st_ino;
  c->object_id.size = (uint64_t) st.st_size;
  c->object_id.mtime_ns = in_ns (st.st_mtim);
  c->object_id.ctime_ns = in_ns (st.st_ctim);
  return 0;
}

static int
hash (struct kv_candidate *c)
{
  if (c->sha256[0] != '\0')
    return 0;
  if (kv_hash_file (c->fd, c->sha256) < 0)
    return kv_fail_errno (&c->error, "KVL-39", "%s", c->object_path);
  return 0;
}

int
kv_candidate_open (struct kv_candidate *c, struct kv_error *err)
{
  int fd;

  if (c->fd < 0) {
    if (err != NULL && c->error.code[0] != '\0' && err->code[0] == '\0') {
      *err = c->error;
      return -1;
    }
    return kv_fail (err, "KVL-39", "%s was not opened", c->object_path);
  }
  fd = fcntl (c->fd, F_DUPFD_CLOEXEC, 3);
  return fd < 0 ? kv_fail_errno (err, "KVI-02", "%s", c->object_path) : fd;
}

static void
forget_result (struct kv_candidate *c)
{
  c->probed = c->from_cache = c->available = false;
  memset (&c->error, 0, sizeof c->error);
  memset (&c->controls, 0, sizeof c->controls);
}

/* Collects what one shim has to say, until END. */
static void
collect (struct kv_candidate *c, struct kv_shim *shim, int64_t end)
{
  struct kv_report report;

  c->probed = true;
  if (kv_shim_loaded (shim, c, left_until (end), &c->error) < 0
      || kv_shim_probe (shim, &report, left_until (end), &c->error) < 0)
    return;
  c->available = true;
  c->boundary = report.boundary;
  c->controls = report.controls;
}

static bool
begin (struct kv_candidate *c, struct kv_shim *shim)
{
  if (hash (c) < 0 || kv_shim_start (shim, c, &c->error) < 0)
    return false;
  /* A send that fails is a shim that died: collect finds out how. */
  kv_shim_probe_begin (shim);
  return true;
}

/* A shim that could not be started, or a limit that is used up, says
 * something of the moment, nothing of the plugin. */
static void
remember (struct kv_cache *cache, const struct kv_candidate *c)
{
  static const int passing[] = { EAGAIN, ENOMEM, EMFILE, ENFILE };
  unsigned i;

  if (strcmp (c->error.code, "KVL-35") == 0)
    return;
  /* What a plugin says of why is text, with the library's words in it. */
  for (i = 0; !c->available && i < sizeof passing / sizeof passing[0]; i++)
    if (strstr (c->error.text, strerror (passing[i])) != NULL)
      return;
  kv_cache_store (cache, c);
}

int
kv_candidate_probe (struct kv_candidate *c, int deadline_ms)
{
  int64_t end = kv_now_ms () + deadline_ms;
  struct kv_cache cache;
  struct kv_shim shim;

  if (c->fd < 0)
    return -1;
  forget_result (c);
  if (begin (c, &shim)) {
    collect (c, &shim, end);
    kv_shim_stop (&shim, STOP_MS);
  }
  kv_cache_load (&cache);
  remember (&cache, c);
  kv_cache_save (&cache);
  kv_cache_free (&cache);
  return c->available ? 0 : -1;
}

/* All shims work at the same time; a plugin that hangs costs its deadline
 * once, whatever the others do. */
static int
probe_all (struct kv_candidates *found, struct kv_cache *cache,
           const bool *wanted, struct kv_error *err)
{
  struct kv_shim *shims = calloc (found->count, sizeof *shims);
  int64_t end = kv_now_ms () + KV_PROBE_DEADLINE_MS;
  unsigned i;

  if (shims == NULL)
    return kv_fail (err, "KVI-01", "no memory");
  for (i = 0; i < found->count; i++)
    if (wanted[i])
      begin (&found->list[i], &shims[i]);
  for (i = 0; i < found->count; i++)
    if (wanted[i] && shims[i].pid > 0) {
      collect (&found->list[i], &shims[i], end);
      kv_shim_stop_begin (&shims[i]);
    }
  end = kv_now_ms () + STOP_MS;
  for (i = 0; i < found->count; i++)
    if (wanted[i]) {
      if (shims[i].pid > 0 || shims[i].pidfd > 0)
        kv_shim_stop (&shims[i], left_until (end));
      if (!found->list[i].author)
        remember (cache, &found->list[i]);
    }
  free (shims);
  return 0;
}

int
kv_discover (const char *extra, bool use_cache, struct kv_candidates *found,
             struct kv_error *err)
{
  struct kv_cache cache;
  bool *wanted, any = false;
  int result = 0;
  unsigned i;

  if (kv_find (extra, found, err) < 0)
    return -1;
  if (found->count == 0)
    return 0;
  wanted = calloc (found->count, sizeof *wanted);
  if (wanted == NULL) {
    kv_candidates_free (found);
    return kv_fail (err, "KVI-01", "no memory");
  }

  kv_cache_load (&cache);
  for (i = 0; i < found->count; i++) {
    struct kv_candidate *c = &found->list[i];

    if (c->error.code[0] != '\0' || c->fd < 0 || identify (c) < 0)
      continue;
    if (use_cache && !c->author && kv_cache_lookup (&cache, c))
      continue;
    wanted[i] = any = true;
  }
  if (any)
    result = probe_all (found, &cache, wanted, err);
  kv_cache_save (&cache);
  kv_cache_free (&cache);
  free (wanted);
  if (result < 0)
    kv_candidates_free (found);
  return result;
}

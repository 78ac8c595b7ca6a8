/* SPDX-License-Identifier: Apache-2.0 */
/* Discovery of plugins: which there are, whether their files can be trusted,
 * and what each said of itself when it was probed in a shim of its own.
 * The launcher never loads an object.
 */
#ifndef KV_LOADER_H
#define KV_LOADER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <kavach/backend.h>

#include "core/loader/name.h"
#include "core/policy/control.h"
#include "core/util/error.h"

/* How long a plugin may take to load, and then to answer a probe. */
#define KV_LOAD_DEADLINE_MS 2000
#define KV_PROBE_DEADLINE_MS 2000

struct kv_config_entry {
  char *key;
  char *value;
};

/* Identity of an object file; hashes are cached by it. */
struct kv_object_id {
  uint64_t dev, ino, size;
  int64_t mtime_ns, ctime_ns;
};

/* Callbacks a backend has beyond the mandatory ones (LOADED says so). */
enum kv_callback {
  KV_HAS_ASSESS = 1 << 0,
  KV_HAS_PREPARE = 1 << 1,
  KV_HAS_KILL = 1 << 2,
  KV_HAS_WAIT = 1 << 3,
  KV_HAS_PAUSE = 1 << 4,
  KV_HAS_DESTROY = 1 << 5
};

struct kv_candidate {
  /* Name of the backend: from the manifest, else from the object. */
  char name[KV_NAME_MAX + 1];
  /* What the object must call itself; "": whatever it says (--plugin). */
  char plugin_name[KV_NAME_MAX + 1];
  char *object_path;
  /* NULL without a manifest; the last one that had a say. */
  char *manifest_path;
  struct kv_object_id object_id;
  char sha256[65];
  int priority;
  /* Root-owned package folder: kavach-shim; else kavach-shim-user. */
  bool packaged;
  /* --plugin: asked each time, never cached. */
  bool author;
  /* enum kavach_kind the manifest insists on, or 0. */
  uint32_t wanted_kind;
  struct kv_config_entry *config;
  unsigned n_config;
  /* The object, opened and checked once; -1 when it was refused. */
  int fd;

  /* From the probe. */
  bool probed;
  bool from_cache;
  bool available;
  /* enum kavach_kind; only a KAVACH_BACKEND can be selected. */
  uint32_t kind, boundary;
  /* Set of enum kavach_backend_flag. */
  uint32_t ops_flags;
  /* Set of enum kv_callback; minor ABI it was built with. */
  uint32_t callbacks, abi_minor;
  char version[32], summary[128];
  struct kv_controls controls;
  /* Why not loaded or not available. */
  struct kv_error error;
};

struct kv_candidates {
  struct kv_candidate *list;
  unsigned count;
};

/* Step 3 of the road.  Finds manifests and bare objects, checks their files,
 * fills in what the cache knows, probes the others (in parallel, each in a
 * shim with a deadline).  A bad plugin costs that plugin only: its error is
 * in the candidate.  EXTRA is --plugin's file or NULL.  The list is sorted
 * by name. */
int kv_discover (const char *extra, bool use_cache, struct kv_candidates *found,
                 struct kv_error *err);
void kv_candidates_free (struct kv_candidates *found);

/* Probes one candidate anew, ignoring the cache; updates the cache.  0 when
 * it is available, otherwise -1 with the reason in candidate->error. */
int kv_candidate_probe (struct kv_candidate *candidate, int deadline_ms);

/* The descriptor that a shim loads the object from: the one that was opened,
 * checked and hashed.  The caller closes it.  -1 with ERR. */
int kv_candidate_open (struct kv_candidate *candidate, struct kv_error *err);

#endif

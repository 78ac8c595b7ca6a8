/* SPDX-License-Identifier: Apache-2.0 */
/* plugins.d/NAME.json: configures the plugin NAME, masks it, gives it a
 * priority, or makes a second backend out of another one's object.
 *
 *   { "manifest": 1, "name": "oci-runsc", "kind": "backend",
 *     "library": "kavach-oci.so", "priority": 50, "enabled": true,
 *     "summary": "gVisor", "config": { "runtime": "runsc" } }
 *
 * Files of the same name in several folders are laid over each other, the
 * later one's keys winning.  A file that is wrong in any way, or in a place
 * that cannot be trusted, refuses the plugin it is about: to run it without
 * its configuration would be something else than what was asked for.
 */
#ifndef KV_MANIFEST_H
#define KV_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/loader/loader.h"

#define KV_MANIFEST_VERSION 1
#define KV_MANIFEST_SIZE_MAX 65536

struct kv_manifest {
  char name[KV_NAME_MAX + 1];
  /* Of the file that had the last word. */
  char *path;
  bool enabled;
  bool has_priority;
  int priority;
  uint32_t kind;
  /* NULL: the package's object of the same name. */
  char *library;
  char summary[128];
  struct kv_config_entry *config;
  unsigned n_config;
  struct kv_error error;
};

struct kv_manifests {
  struct kv_manifest *list;
  unsigned count;
};

/* Lays the document TEXT over M; PATH is for messages and remembered. 0, or
 * -1 with ERR (the file's line and column), M unchanged. */
int kv_manifest_merge (struct kv_manifest *m, const char *text, size_t size,
                       const char *path, struct kv_error *err);

/* Reads every NAME.json in the folder, if there is one, over what is known
 * already. -1 only without memory. */
int kv_manifests_read (struct kv_manifests *all, const char *folder,
                       struct kv_error *err);

struct kv_manifest *kv_manifests_find (struct kv_manifests *all,
                                       const char *name);
void kv_manifests_free (struct kv_manifests *all);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The documents that a policy comes from, from the ground up: a preset, the
 * files that extend it, and what the command line said. */
#ifndef KV_LAYERS_H
#define KV_LAYERS_H

#include <sys/types.h>

#include "core/policy/document.h"

/* A chain of files this long is a mistake. */
#define KV_EXTENDS_MAX 16
#define KV_LAYERS_MAX (KV_EXTENDS_MAX + 2)

struct kv_layers {
  struct kv_document list[KV_LAYERS_MAX];
  unsigned count;
};

/* SAID is a preset's name or a file, as with "extends"; NULL: basic. ORIGIN
 * is where it was said: "flag -p".  LAYERS is to be freed, also after -1. */
int kv_layers_load (struct kv_layers *layers, const char *said,
                    const char *origin, struct kv_error *err);
/* The same for a FILE that bounds what others say: it and what it extends
 * belong to root or to OWNER, and nobody else can write them. */
int kv_layers_load_owned (struct kv_layers *layers, const char *file,
                          uid_t owner, struct kv_error *err);
void kv_layers_free (struct kv_layers *layers);

/* The path of a file that the document FROM, NULL for the command line, names
 * as SAID. */
int kv_layers_file (char *out, size_t size, const char *said, const char *from,
                    struct kv_error *err);

/* ERR from the faults of FILE: the first is what it says, the others are
 * its details.  -1. */
int kv_faults_fail (const char *file, const struct kv_faults *faults,
                    struct kv_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that presets, files and flags say, as one document: what
 * `kavach policy show' prints, what is compared with other policies, and what
 * step 1 of the road makes rules of.
 */
#ifndef KV_WHOLE_H
#define KV_WHOLE_H

#include <stdio.h>

#include "core/policy/controls.h"
#include "core/policy/document.h"
#include "core/policy/document_key.h"
#include "core/policy/layers.h"
#include "core/policy/policy.h"

struct kv_site;

struct kv_whole {
  /* Where DOCUMENT's texts and places live. */
  struct kv_layers layers;
  /* Every key that has a value is said in it.  Paths are absolute, without
   * links, each in one list only; require has controls and want as they came
   * out. */
  struct kv_document document;
  struct kv_asked asked;
  /* What it may not exceed, or NULL. */
  struct kv_site *site;
  char *cwd;
  /* Nothing is to be run: paths need not be there. */
  bool describe;
  /* The site's paths are being looked up. */
  bool bounding;
  /* SHA-256 of the canonical form, lower-case hexadecimal. */
  char digest[65];
  /* SHA-256 of the seccomp file, if there is one. */
  unsigned char file_hash[32];
};

/* Reads and merges what OPTIONS name.  WHOLE is to be freed, also after
 * -1. */
int kv_whole_load (struct kv_whole *whole, const struct kv_options *options,
                   struct kv_error *err);
void kv_whole_free (struct kv_whole *whole);

/* whole_text.c: the document as JSON with every list in one order; reading it
 * gives the same digest.  For the digest, without the values of variables:
 * an audit record of it is no place to guess them from.  malloc'd, NULL
 * without memory. */
char *kv_whole_text (const struct kv_whole *whole);
int kv_whole_digest (struct kv_whole *whole, struct kv_error *err);
/* Calls SAY for every value and element: "limits.memory", "512M". */
void kv_whole_each (const struct kv_whole *whole,
                    void (*say) (void *data, const char *key, const char *value,
                                 struct kv_place at),
                    void *data);

/* A limit's value in words: "512M", "30s", "1.5", "none"; OUT is SIZE
 * bytes. */
void kv_limit_text (char *out, size_t size, const struct kv_key *key,
                    uint64_t value);

/* said_paths.c, for whole.c. */
int kv_look_up_cwd (struct kv_whole *whole, struct kv_error *err);
int kv_look_up_paths (struct kv_whole *whole, struct kv_document *layer,
                      struct kv_error *err);
/* whole.c: the path that the file of syscalls.profile has. */
int kv_look_up_profile (const struct kv_whole *whole, struct kv_document *layer,
                        struct kv_error *err);
/* "~" and "~/x" as the shell would, where HOME is a path; the rest from
 * FOLDER on. */
int kv_expand_path (char *out, size_t size, const char *path, const char *home,
                    const char *folder, struct kv_error *err);

#endif

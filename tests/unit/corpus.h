/* SPDX-License-Identifier: Apache-2.0 */
/* The samples in tests/corpus/policy and tests/corpus/seccomp: NAME.json, and
 * beside an invalid one NAME.faults with a line "CODE LINE:COLUMN" for each
 * fault. */
#ifndef KV_TEST_CORPUS_H
#define KV_TEST_CORPUS_H

#include <stdbool.h>
#include <stddef.h>

struct kv_sample {
  /* "valid/NAME" or "invalid/NAME". */
  const char *name;
  bool valid;
  const char *text;
  size_t size;
  /* NULL for a valid one. */
  const char *faults;
};

void kv_each_sample (void (*judge) (void *data, const struct kv_sample *sample),
                     void *data);
/* The same of another folder than tests/corpus/policy. */
void kv_each_sample_in (const char *folder,
                        void (*judge) (void *data,
                                       const struct kv_sample *sample),
                        void *data);
/* The file PATH beneath the source folder, malloc'd; NULL when there is none.
 */
char *kv_source_file (const char *path, size_t *size);

#endif

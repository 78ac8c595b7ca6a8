/* SPDX-License-Identifier: Apache-2.0 */
/* The files in one folder whose names end alike, sorted: readdir's order is
 * anybody's guess. */
#ifndef KV_FOLDER_H
#define KV_FOLDER_H

#include <stdbool.h>

#include "core/loader/trust.h"
#include "core/util/error.h"

struct kv_folder {
  char *path;
  /* -1 when there is no such folder, or no such file in it. */
  int fd;
  struct kv_trust trust;
  /* Set when the folder cannot be trusted: the names are there, to say what
   * was refused; FD is of no use. */
  struct kv_error refusal;
  char **names;
  unsigned count;
};

/* 0 also when the folder is not there or not to be trusted; -1 without
 * memory, or when reading fails. */
int kv_folder_read (struct kv_folder *folder, const char *path,
                    const char *ending, struct kv_error *err);
void kv_folder_free (struct kv_folder *folder);

#endif

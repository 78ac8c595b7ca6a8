/* SPDX-License-Identifier: Apache-2.0 */
/* struct kavach_request as bytes: written by the launcher into a sealed
 * memfd, read by the shim, which rebuilds the struct for the plugin.
 * Descriptors (exec_fd, keep_fds, cgroup_fd) are no part of it: they come
 * with KV_MSG_SPAWN and the shim fills them in.
 */
#ifndef KV_REQUEST_H
#define KV_REQUEST_H

#include <kavach/backend.h>

#include "core/wire/pack.h"

/* A request that is larger than this is malformed. */
#define KV_REQUEST_MAX (4U << 20)

void kv_request_write (struct kv_writer *w, const struct kavach_request *q);

/* The rebuilt request.  Zero the holder before the first read. */
struct kv_request_holder {
  struct kavach_request request;
  struct kavach_mount *mounts;
  const struct kavach_mount **mount_pointers;
  /* The launcher's words, then room for one more ("--gate=N", which only
   * the shim can know), then NULL. */
  char **argv;
  uint32_t argc;
  char *envp[1];
};

/* Reads a request from memory that outlives it; strings are used in place,
 * arrays are allocated and owned by the holder.  0, or -1 when malformed,
 * with nothing left allocated.  The three descriptors are -1 and none. */
int kv_request_read (const void *data, size_t size,
                     struct kv_request_holder *holder);
void kv_request_free (struct kv_request_holder *holder);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The witness: a process outside of every sandbox that has something to be
 * found, and knows who came.  What arrived decides, not an errno.
 */
#ifndef KV_WITNESS_H
#define KV_WITNESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/util/error.h"

struct kv_witness {
  pid_t pid;
  /* A stream of the witness's words; its end is the witness's end. */
  int socket;
  /* What it tells of itself: ports, numbers of objects, the neighbour. */
  char words[2048];
};

struct kv_witness_options {
  /* A folder of the caller's for its socket. */
  const char *folder;
  /* Files that go with it, or NULL. */
  const char *files[2];
  /* A word that nothing else on this host has, and two secrets. */
  const char *mark, *secret;
  /* kavach-battery, which waits as the neighbour with the secret in its
   * environment. */
  const char *neighbour;
};

/* Starts it.  It ends, and takes away what it made, when its socket is closed
 * by kv_witness_end or by the end of this process. */
int kv_witness_start (struct kv_witness *w,
                      const struct kv_witness_options *options,
                      struct kv_error *err);
/* Calls SAY for each line that arrived since the last call: the ids of
 * probes.  -1 when the witness is gone. */
int kv_witness_ask (struct kv_witness *w, void (*say) (void *data, char *line),
                    void *data);
void kv_witness_end (struct kv_witness *w);

#endif

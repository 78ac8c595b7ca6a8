/* SPDX-License-Identifier: Apache-2.0 */
/* A caller who leaks: a process with secrets in its environment and session
 * keyring, open descriptors, and a terminal, which has the battery run.
 */
#ifndef KV_CALLER_H
#define KV_CALLER_H

#include "core/exec/run.h"
#include "core/verify/ground.h"

/* What a run came to, as far as a verification asks. */
struct kv_outcome {
  bool ended;
  char backend[64], version[32];
  char policy[160], digest[65];
  /* Of the shape; "": evidence cannot be kept. */
  char key[65];
  struct kv_controls in_force;
  uint64_t required, wanted;
  /* Set of 1 << enum kv_reason. */
  unsigned reasons;
  unsigned estimate;
  /* In MiB and in the policy's units; 0: no limit. */
  uint64_t memory, pids, files, file_size, tmp, cpu, wall;
};

struct kv_caller {
  const struct kv_ground *ground;
  /* NULL: outside, without a sandbox. */
  const struct kv_options *policy;
  /* kavach-battery. */
  const char *battery;
  /* Lines of plants. */
  const char *words;
  int port;
  /* Nobody is to read why it is refused. */
  bool quiet;
  void (*answer) (void *data, const char *id, int verdict, const char *detail);
  void *data;
  /* Filled in. */
  pid_t parent;
  struct kv_outcome outcome;
};

/* Returns when it is over; the exit status of kavach, or -1 with ERR. */
int kv_caller_run (struct kv_caller *caller, struct kv_error *err);

#endif

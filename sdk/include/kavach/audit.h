/* SPDX-License-Identifier: 0BSD */
/* <kavach/audit.h> - the audit kind: it sees every decision before its
 * effect and may say no, never yes.
 */
#ifndef KAVACH_AUDIT_H
#define KAVACH_AUDIT_H

#include <kavach/host.h>

struct kavach_event {
  uint32_t struct_size;
  /* A number that a hook does not know is an event it may ignore. */
  uint32_t type;
  uint64_t sequence;
  /* Nanoseconds since 1970-01-01, UTC. */
  uint64_t time_ns;
  const char *request_id;
  /* One line of JSON without a final newline; names, never values. */
  const char *json;
  uint32_t json_len;
  uint32_t reserved;
};

struct kavach_audit {
  uint32_t struct_size;
  uint32_t flags;
  int (*open) (const struct kavach_config *, void **self);
  /* Called before the effect; host->deny refuses it. A failure denies. */
  int (*review) (void *self, const struct kavach_event *,
                 struct kavach_verdict *);
  /* Mandatory.  A failure denies what is still to come. */
  int (*record) (void *self, const struct kavach_event *);
  int (*sync) (void *self);
  void (*close) (void *self);
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* From the policy's path rules to what enforces them: the mounts of an own
 * root, and the Landlock rules of kavach-init.  Both come from the one list,
 * so that two layers cannot disagree.
 */
#ifndef KV_GRANTS_H
#define KV_GRANTS_H

#include <stdbool.h>

#include <kavach/backend.h>

#include "core/policy/policy.h"
#include "core/wire/plan.h"

struct kv_grants {
  struct kavach_mount *mounts;
  const struct kavach_mount **mount_pointers;
  unsigned n_mounts, room_mounts;
  struct kv_plan_path *landlock;
  unsigned n_landlock, room_landlock;
  /* Strings made here. */
  char **strings;
  unsigned n_strings, room_strings;
  bool bad;
};

/* Mounts and rules for a boundary with a root of its own.  UID and GID are
 * the command's; a name for them is put into /etc/passwd when SYNTHETIC. */
int kv_grants_own_root (struct kv_grants *grants,
                        const struct kv_policy *policy, uint32_t uid,
                        uint32_t gid, bool synthetic, struct kv_error *err);

/* Rules for a command that sees the host's file system: Landlock alone.
 * PRIVATE is the folder that stands in for HOME and /tmp. */
int kv_grants_shared_root (struct kv_grants *grants,
                           const struct kv_policy *policy,
                           const char *private_folder, struct kv_error *err);

void kv_grants_free (struct kv_grants *grants);

/* For the two builders. */
void kv_grants_mount (struct kv_grants *, uint32_t type, uint32_t flags,
                      const char *source, const char *target, const char *data,
                      uint64_t size);
void kv_grants_rule (struct kv_grants *, const char *path, uint32_t access);
/* A string that lives as long as the grants; never NULL. */
const char *kv_grants_text (struct kv_grants *, const char *fmt, ...)
    __attribute__ ((format (printf, 2, 3)));
/* True when the rule lies beneath another one that grants something. */
bool kv_rule_is_beneath (const char *outer, const char *inner);

#endif

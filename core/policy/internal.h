/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files that resolve a policy; nobody else includes it. */
#ifndef KV_POLICY_INTERNAL_H
#define KV_POLICY_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "core/policy/control.h"
#include "core/policy/nearest.h"
#include "core/policy/policy.h"

#define KV_RX (KV_ACCESS_READ | KV_ACCESS_EXEC)
#define KV_RWX (KV_RX | KV_ACCESS_WRITE)
#define KV_ACCESS_GRANTS                                                       \
  (KV_ACCESS_READ | KV_ACCESS_WRITE | KV_ACCESS_EXEC | KV_ACCESS_DEVICE)

#define KV_BITS_NET                                                            \
  (KAVACH_BIT (KAVACH_CTL_NET_OUT) | KAVACH_BIT (KAVACH_CTL_NET_IN))

/* What a limit is at least.  Under 4 MiB not even an empty program starts; a
 * cpu quota is at least a millisecond of each tenth of a second. */
#define KV_LEAST_MEMORY (4 << 20)
#define KV_LEAST_CPU 10
#define KV_LEAST_FILES 8
#define KV_LEAST_TMP (64 << 10)

#define KV_HOSTNAME_MAX 63

struct kv_preset {
  const char *name;
  kv_origin origin;
  /* The file system is an allow-list with HOME and /tmp private. */
  bool confined;
  bool workspace_write;
  bool scratch_exec;
  /* Named by the design, not to be run in this version. */
  bool later;
  enum kv_net net;
  enum kv_profile syscalls;
  uint64_t memory, cpu, pids, files, file_size, tmp, output, wall;
  uint64_t required, wanted;
};

/* What the functions below work on. */
struct kv_resolve {
  const struct kv_options *options;
  const struct kv_preset *preset;
  struct kv_policy *policy;
  struct kv_error *err;
  /* HOME as the caller has it, before links were resolved; may be NULL. */
  const char *home_said;
};

/* preset.c: NULL when there is none of that name. */
const struct kv_preset *kv_preset_find (const char *name);
/* The preset whose name is nearest, or NULL when none is near. */
const char *kv_preset_nearest (const char *name);

/* flags.c: limits, network, controls, score. */
int kv_resolve_values (struct kv_resolve *r);
bool kv_is_hostname (const char *text);
/* --require; then, after everything that requires: what is waived is
 * wanted. */
int kv_resolve_required (struct kv_resolve *r);
int kv_resolve_waived (struct kv_resolve *r);
/* Makes CONTROL required because of ORIGIN. */
void kv_require (struct kv_policy *policy, int control, kv_origin origin);

/* names.c: pure path arithmetic on absolute paths. */
bool kv_path_beneath (const char *path, const char *top);
/* Without "//", "/./", "/../" and a slash at the end; -1 when it does not
 * fit or is relative. */
int kv_path_clean (char *out, size_t size, const char *path);

/* rules.c.  0, or -1 with r->err set. */
enum kv_rule_flag {
  KV_RULE_OWN = 1 << 0,
  KV_RULE_NAMED = 1 << 1,
  KV_RULE_PIN = 1 << 2
};
int kv_rule_add (struct kv_resolve *r, const char *path, uint32_t access,
                 unsigned flags, kv_origin origin);
int kv_link_add (struct kv_resolve *r, const char *path, const char *target);
/* Sorts, parents first, and drops what says nothing new. */
void kv_rules_finish (struct kv_policy *policy);
/* The rule that holds for PATH while rules are still being added. */
const struct kv_path_rule *kv_rules_find (const struct kv_policy *policy,
                                          const char *path);
/* Canonical form of an existing PATH, malloc'd, and what it is; NULL with
 * errno. */
char *kv_canonical (const char *path, struct stat *st);

/* system.c: the host's folders, and secrets beneath them. */
int kv_resolve_system (struct kv_resolve *r);
/* Is PATH one of the system's folders, above one, or inside one where
 * nobody keeps work? */
bool kv_system_owns (const char *path);

/* workspace.c: cwd, HOME, --read, --write, --hide, protected places. */
int kv_resolve_home (struct kv_resolve *r);
int kv_resolve_flag_paths (struct kv_resolve *r);
int kv_resolve_workspace (struct kv_resolve *r);
int kv_resolve_protected (struct kv_resolve *r);
/* own.c: after every rule that could let something be written. */
int kv_resolve_own_places (struct kv_resolve *r);

/* toolchain.c: what PATH's entries outside the system resolve to. */
int kv_resolve_toolchains (struct kv_resolve *r);

/* env.c */
int kv_resolve_env (struct kv_resolve *r);
/* Are LENGTH bytes of TEXT a variable's name? */
bool kv_is_variable (const char *text, size_t length);
/* The value NAME will have inside, or NULL. */
const char *kv_env_value (const struct kv_policy *policy, const char *name);

/* digest.c */
int kv_resolve_digest (struct kv_resolve *r);
/* "512M"; OUT is SIZE bytes. */
void kv_size_text (char *out, size_t size, uint64_t bytes);

int kv_no_memory (struct kv_error *err);

#endif

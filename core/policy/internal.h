/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files that resolve a policy; nobody else includes it. */
#ifndef KV_POLICY_INTERNAL_H
#define KV_POLICY_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "core/policy/control.h"
#include "core/policy/document.h"
#include "core/policy/nearest.h"
#include "core/policy/paths.h"
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

/* What the functions below work on. */
struct kv_resolve {
  const struct kv_options *options;
  struct kv_policy *policy;
  /* policy->whole's. */
  const struct kv_document *said;
  struct kv_error *err;
  /* The file system is an allow-list with HOME and /tmp private; else `any'
   * may be read, or written. */
  bool confined;
  bool any_write;
  /* What comes with filesystem.root. */
  kv_origin root_origin;
  /* HOME as the caller has it, before links were resolved; may be NULL. */
  const char *home_said;
};

/* values.c: what is a single value, or a set of controls. */
int kv_resolve_values (struct kv_resolve *r);
/* flags.c */
bool kv_is_hostname (const char *text);
/* rules.c.  0, or -1 with r->err set. */
enum kv_rule_flag {
  KV_RULE_OWN = 1 << 0,
  KV_RULE_NAMED = 1 << 1,
  KV_RULE_PIN = 1 << 2
};
int kv_rule_add (struct kv_resolve *r, const char *path, uint32_t access,
                 unsigned flags, kv_origin origin);
int kv_link_add (struct kv_resolve *r, const char *path, const char *target);
/* links.c: calls VISIT for each symbolic link on the way to PATH, with no
 * link before it, and with a TARGET of NULL for each folder that ".." leads
 * out of; -1 when a call says so. */
int kv_links_walk (const char *path,
                   int (*visit) (void *data, const char *link,
                                 const char *target),
                   void *data);
/* Those links are there inside, so that the name leads where it leads
 * outside. */
int kv_links_add (struct kv_resolve *r, const char *path);
/* Refuses an element of LIST that is reached by way of a link which the
 * command could change; after all rules are there. */
int kv_links_check (struct kv_resolve *r, const struct kv_said_list *list,
                    const char *key);
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

/* home.c */
int kv_resolve_home (struct kv_resolve *r);
/* Can PATH be a HOME that an empty folder covers? */
bool kv_can_be_home (const char *path);
/* Folders that many share. */
bool kv_is_shared (const char *path);
/* workspace.c: what filesystem.read, write and hide name, and among it the
 * folder that the command works in. */
int kv_resolve_said_paths (struct kv_resolve *r);
/* PATH, or what takes its place. */
const char *kv_stands_for (const struct kv_resolve *r, const char *path);
int kv_resolve_workspace (struct kv_resolve *r);
/* After every rule of somebody's. */
int kv_resolve_pins (struct kv_resolve *r);
/* protected.c */
int kv_resolve_protected (struct kv_resolve *r);
/* other_ways.c: after kv_rules_finish. */
int kv_resolve_other_ways (struct kv_resolve *r);
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

/* rule.c: AT in words, kept with the policy. */
kv_origin kv_origin_of (struct kv_resolve *r, struct kv_place at);
/* "512M"; OUT is SIZE bytes. */
void kv_size_text (char *out, size_t size, uint64_t bytes);

int kv_no_memory (struct kv_error *err);

#endif

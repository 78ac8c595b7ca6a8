/* SPDX-License-Identifier: Apache-2.0 */
/* The resolved policy of one run: what presets and flags came to.  After
 * kv_policy_resolve it does not change.
 */
#ifndef KV_POLICY_H
#define KV_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include <kavach/abi.h>

#include "core/util/error.h"
#include "core/wire/plan.h"

enum kv_net { KV_NET_NONE = 0, KV_NET_HOST = 1 };

/* How the root of the command's file system comes about. */
enum kv_root { KV_ROOT_HOST = 0, KV_ROOT_EMPTY = 1 };

enum kv_profile {
  KV_SYSCALLS_NONE = 0,
  KV_SYSCALLS_BASIC = 1,
  KV_SYSCALLS_STRICT = 2,
  /* basic, and on top of it what syscalls_file says. */
  KV_SYSCALLS_FILE = 3
};

/* Where a value was written: "preset strict", "flag --memory". */
typedef const char *kv_origin;

struct kv_path_rule {
  /* Absolute, canonical, no symbolic link left; or, for an optional system
   * path, as written. */
  char *path;
  /* Set of enum kv_access; 0: hidden. */
  uint32_t access;
  /* Belongs to the caller (workspace, --read, --write), not to the system:
   * idmapped for root's sandbox. */
  bool own;
  /* The user wrote it by name.  A rule that takes away beneath a wider grant
   * is required then; one that came with a preset is wanted. */
  bool named;
  /* Grants what its parent grants, and is there to become a mount of its
   * own, so that no rename goes round the rules beneath it.  A backend
   * without mounts has nothing to do. */
  bool pin;
  /* It is not named, and another way to it is open: see other_ways.c. */
  bool porous;
  kv_origin origin;
};

/* A symbolic link that the command's paths need: /bin -> usr/bin, an entry
 * of PATH that is one. */
struct kv_path_link {
  char *path;
  char *target;
};

/* A writable folder in which places decide what programs outside do next.
 * What was there is protected; what was not may appear. */
struct kv_watch {
  char *folder;
  /* Set of the places that were there, see protected.c. */
  uint64_t present;
};

/* A limit of 0 is no limit. */
struct kv_limit {
  uint64_t value;
  kv_origin origin;
};

struct kv_whole;

struct kv_policy {
  /* What was said, and where: origins point into it. */
  struct kv_whole *whole;
  /* Origins that had to be put together. */
  char **origins;
  unsigned n_origins;
  /* "preset basic", "file ./build.json". */
  char name[160];

  struct kv_path_rule *paths;
  unsigned n_paths;
  struct kv_path_link *links;
  unsigned n_links;
  struct kv_watch *watches;
  unsigned n_watches;
  /* The command's folder at start, and HOME inside. */
  char *cwd;
  char *home;

  /* HOME, /tmp and /dev/shm are empty folders of this run alone; false only
   * for minimal, and HOME is not one where a rule grants it by name. */
  bool scratch;
  bool scratch_home;

  enum kv_root root;

  /* Programs may be executed from HOME, /tmp and /dev/shm. */
  bool scratch_exec;

  enum kv_net net;
  kv_origin net_origin;
  enum kv_profile syscalls;
  kv_origin syscalls_origin;
  /* Calls and @groups as written, NULL at the end; may be NULL. */
  char **syscalls_allow, **syscalls_deny;
  /* Absolute, NULL if there is none. */
  char *syscalls_file;
  /* SHA-256 of it. */
  unsigned char syscalls_hash[32];

  /* memory, file_size, tmp, output: bytes; cpu: thousandths of one CPU;
   * wall: milliseconds; pids, files: counts. */
  struct kv_limit memory, cpu, pids, files, file_size, tmp, output, wall;

  /* NAME=VALUE, NULL at the end. */
  char **env;
  const char *hostname;
  /* -1 automatic, 0 never, 1 always. */
  int tty;

  /* Sets of KAVACH_BIT. */
  uint64_t required, wanted, waived;
  /* See struct kv_asked. */
  uint64_t exact, named;
  kv_origin control_origin[KAVACH_CTL_COUNT];

  /* Of these, or of all, the strongest. */
  const char **backends;
  unsigned n_backends;
  kv_origin backends_origin;
  /* Score asked for, 0 for none. */
  unsigned min_score;
  kv_origin score_origin;
  bool accept_estimate;

  /* SHA-256 over the canonical form, lower-case hexadecimal. */
  char digest[65];
};

/* What the command line said, before presets, files and defaults.  NULL, 0 and
 * -1 mean "not said". Strings point into argv. */
struct kv_path_flag {
  const char *path;
  /* 0 for --hide. */
  uint32_t access;
};

struct kv_options {
  const char *preset;
  const char *backend;
  const char *plugin;
  const char *net;
  const char *memory, *cpu, *pids, *files, *file_size, *tmp, *output;
  const char *timeout;
  const char *min_score;
  /* Controls, separated by commas. */
  const char *require, *waive;
  const char *cwd;
  /* A folder that takes the workspace's place once everything has been looked
   * up, for a battery that works in one of its own; absolute, or NULL. */
  const char *stand_in;
  const char *hostname;
  bool accept_estimate;
  /* Nothing will be run: a folder that is no workspace is left out instead
   * of refused. */
  bool describe;
  /* Without the site's ceiling: what a policy says by itself. */
  bool unbounded;
  /* Nothing is made on the host, not even kavach's own folders. */
  bool no_effects;
  int tty;
  struct kv_path_flag *paths;
  unsigned n_paths;
  /* "K" or "K=V". */
  const char **env;
  unsigned n_env;
};

/* What the rules grant for PATH, an absolute path without "." and "..": the
 * rule of PATH itself or of its nearest ancestor; NULL where no rule speaks.
 * Scratch folders, proc and dev are not rules. */
const struct kv_path_rule *kv_policy_paths_rule (const struct kv_policy *policy,
                                                 const char *path);
/* The same as a set of READ, WRITE, EXEC and DEVICE; 0: refused. */
uint32_t kv_policy_paths_access (const struct kv_policy *policy,
                                 const char *path);

/* Calls SAY for each protected place that is there now and was not when the
 * policy was resolved. */
void kv_policy_appeared (const struct kv_policy *policy,
                         void (*say) (void *data, const char *path),
                         void *data);

/* Does the policy permit the backend NAME? */
bool kv_policy_permits (const struct kv_policy *policy, const char *name);

/* Step 1 of the road.  POLICY is filled, or ERR says which rule is wrong. */
int kv_policy_resolve (const struct kv_options *options,
                       struct kv_policy *policy, struct kv_error *err);
void kv_policy_free (struct kv_policy *policy);

/* "limits.memory = 512M (preset strict)": the rule behind a control, for
 * refusals; OUT is SIZE bytes. */
void kv_policy_rule (const struct kv_policy *policy, int control, char *out,
                     size_t size);

#endif

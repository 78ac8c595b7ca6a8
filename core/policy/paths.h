/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as strings, and those that "root": "host" means. */
#ifndef KV_PATHS_H
#define KV_PATHS_H

#include <stdbool.h>
#include <stddef.h>

/* names.c: pure path arithmetic on absolute paths. */
bool kv_path_beneath (const char *path, const char *top);
/* Without "//", "/./", "/../" and a slash at the end; -1 when it does not
 * fit or is relative. */
int kv_path_clean (char *out, size_t size, const char *path);

/* system.c: what "root": "host" lets be read and what it hides, whether it is
 * there on this host or not, a folder before what is in it. */
struct kv_system_path {
  const char *path;
  size_t length;
  bool secret;
};
const struct kv_system_path *kv_system_paths (unsigned *count);

/* home.c: canonical, malloc'd; NULL where the caller has none that "root":
 * "host" could hide. */
char *kv_callers_home (void);
/* Home as the account has it, malloc'd: a service's environment may name
 * another, or none, and whoever is bound by a site names it as he likes.
 * NULL where /etc/passwd has none that could be one. */
char *kv_accounts_home (void);

#endif

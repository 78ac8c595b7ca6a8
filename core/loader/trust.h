/* SPDX-License-Identifier: Apache-2.0 */
/* May this file decide what runs?  It may when it, and every folder on the
 * way to it, can be changed by nobody but root and the caller.
 *
 * The way is walked descriptor by descriptor, so that what was checked is
 * what is opened.  A symbolic link is followed when whoever could change it
 * is trusted, and what it leads to is checked like everything else.
 */
#ifndef KV_TRUST_H
#define KV_TRUST_H

#include <stdbool.h>
#include <sys/stat.h>

#include "core/util/error.h"

struct kv_trust {
  /* Everything on the way belongs to root. */
  bool root_only;
  /* A symbolic link was followed. */
  bool linked;
};

/* Opens an absolute PATH for reading: a folder when DIRECTORY, else a regular
 * file.  A close-on-exec descriptor, or -1 with ERR, whose message names the
 * component and the command that repairs it.  errno is ENOENT when it is
 * simply not there; ERR stays empty then. */
int kv_trust_open (const char *path, bool directory, struct kv_trust *trust,
                   struct kv_error *err);

/* The same for NAME in the folder DIR, which kv_trust_open opened as
 * DIR_PATH: nothing above it is looked at again.  TRUST holds what is known
 * of the folder and is updated. */
int kv_trust_open_at (int dir, const char *dir_path, const char *name,
                      struct kv_trust *trust, struct kv_error *err);

/* Could FD, a folder that was opened by PATH without any care, have come from
 * kv_trust_open?  False also for what takes a closer look to be sure: then
 * that function decides. */
bool kv_trust_opened (int fd, const char *path, struct kv_trust *trust);

/* The rule itself, for one component: NULL, or why not ("is writable by
 * everyone").  READ_ONLY: its mount is. CALLER: effective uid. */
const char *kv_trust_rule (const struct stat *st, bool read_only, uid_t caller,
                           bool private_group);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A private folder on the host for commands without a root of their own: it
 * stands in for HOME and /tmp, and goes with the run. */
#ifndef KV_PRIVATE_H
#define KV_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/util/error.h"

/* Makes TMPDIR/kavach-UID/NAME (core/util/owner.h), both 0700; the path is
 * malloc'd. One folder for both purposes: each costs a journal entry. NULL with
 * ERR. */
char *kv_private_make (const char *id, struct kv_error *err);
/* Where that will be: TMPDIR or /tmp, as it is said; OUT is SIZE bytes. */
void kv_private_place (char *out, size_t size);
/* Makes RELATIVE in the folder PATH a link to TARGET, so that what is
 * granted beneath the caller's HOME is found beneath this one too. 0, or -1
 * with errno. */
int kv_private_link (const char *path, const char *relative,
                     const char *target);
/* Removes it with everything in it; follows no link, whatever the command
 * left there.  0 when it is gone; -1 when somebody still writes there. */
int kv_private_remove (const char *path);
/* Folders of runs whose launcher is gone; with REMOVE they go.  True when
 * there was one. */
bool kv_private_sweep (bool remove);

#endif

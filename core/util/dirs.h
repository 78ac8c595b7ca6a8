/* SPDX-License-Identifier: Apache-2.0 */
/* kavach's own folders, by caller: root has /var/cache/kavach, /run/kavach
 * and so on; users the XDG folders, else a checked 0700 folder of their own
 * under TMPDIR. */
#ifndef KV_DIRS_H
#define KV_DIRS_H

#include "core/util/error.h"

enum kv_dir { KV_DIR_CACHE = 0, KV_DIR_CONFIG = 1 };

/* A descriptor (O_DIRECTORY, close-on-exec) of the folder, made with mode
 * 0700 when MAKE; -1 with errno when it is not there or is not the caller's
 * alone (owner, mode, no symbolic link as its last component). */
int kv_dir_open (enum kv_dir dir, int make);
/* Its path, in a static buffer of this folder's own; NULL when there is
 * none (no HOME, say). */
const char *kv_dir_path (enum kv_dir dir);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Files by descriptor.  Everything opened here is close-on-exec. */
#ifndef KV_FD_H
#define KV_FD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* openat2 with RESOLVE_* flags.  Where the kernel or a container's filter
 * has no openat2, the path is walked component by component with O_NOFOLLOW:
 * no symbolic link and no ".." is followed then, whatever RESOLVE allows.
 * A descriptor, or -1 with errno (ELOOP for a link, EXDEV for an escape). */
int kv_openat2 (int dir, const char *path, int flags, mode_t mode,
                uint64_t resolve);
/* An absolute path without following any symbolic link in it. */
int kv_open_nolinks (const char *path, int flags);

/* Reads a small file (of proc, sysfs, a cgroup) whole and ends it with NUL.
 * Bytes read, or -1 with errno; EFBIG when it does not fit SIZE - 1. */
ssize_t kv_read_at (int dir, const char *path, char *buf, size_t size);
/* One write of TEXT into an existing file. 0 or -1 with errno. */
int kv_write_at (int dir, const char *path, const char *text);
/* Everything of a regular file of at most MAX bytes, malloc'd, NUL behind;
 * NULL with errno. */
char *kv_read_all (int fd, size_t max, size_t *size);
/* Writes all of it, going on after EINTR and short writes. */
int kv_write_full (int fd, const void *data, size_t size);

#endif

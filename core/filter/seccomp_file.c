/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/filter/seccomp_file.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"

int
kv_seccomp_file_read (const char *file, char **bytes, size_t *size,
                      struct kv_error *err)
{
  kv_autoclose int own = -1;
  int fd = STDIN_FILENO;
  struct stat st;

  /* A pipe without a writer would be waited for, and a terminal taken. */
  if (strcmp (file, "-") != 0)
    fd = own = open (file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 || fstat (fd, &st) < 0)
    return kv_fail_errno (err, "KVC-03", "%s", file);
  if (!S_ISREG (st.st_mode)) {
    kv_fail (err, "KVC-03", "%s is no regular file", file);
    return kv_error_hint (err, "syscalls.profile names a seccomp file");
  }
  if (st.st_size > KV_SECCOMP_FILE_MAX)
    return kv_fail (err, "KVC-03", "%s is larger than %d bytes", file,
                    KV_SECCOMP_FILE_MAX);
  *bytes = kv_read_all (fd, KV_SECCOMP_FILE_MAX, size);
  if (*bytes == NULL)
    return kv_fail_errno (err, "KVC-03", "%s", file);
  return 0;
}

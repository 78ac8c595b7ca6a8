/* SPDX-License-Identifier: Apache-2.0 */
/* The programs were compiled outside (core/filter); here they are only
 * loaded.  From then on the first binds init as well, which keeps to ordinary
 * calls; the second binds the command alone. */
#include "config.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/init/init.h"

static int
load (const void *code, size_t size)
{
  size_t n = size / sizeof (struct sock_filter);
  struct sock_fprog program;

  if (size == 0)
    return 0;
  if (n > BPF_MAXINSNS) {
    errno = E2BIG;
    return -1;
  }
  program.len = (unsigned short) n;
  /* The kernel copies it in; it is not written to, nor read here. */
  program.filter = (struct sock_filter *) (uintptr_t) code;
  if (syscall (SYS_seccomp, (long) SECCOMP_SET_MODE_FILTER, 0L, &program) < 0)
    return -1;
  return 0;
}

int
kv_load_filter (struct kv_init *init)
{
  return load (init->plan.filter, init->plan.filter_size);
}

int
kv_load_command_filter (const struct kv_init *init)
{
  return load (init->plan.command_filter, init->plan.command_filter_size);
}

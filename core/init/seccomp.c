/* SPDX-License-Identifier: Apache-2.0 */
/* The program was compiled outside (core/filter); here it is only loaded.
 * From then on it binds init as well, which keeps to ordinary calls. */
#include "config.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/init/init.h"

int
kv_load_filter (struct kv_init *init)
{
  size_t n = init->plan.filter_size / sizeof (struct sock_filter);
  struct sock_fprog program;

  if (init->plan.filter_size == 0)
    return 0;
  if (n > BPF_MAXINSNS) {
    errno = E2BIG;
    return -1;
  }
  program.len = (unsigned short) n;
  /* The kernel copies it in; it is not written to, nor read here. */
  program.filter = (struct sock_filter *) (uintptr_t) init->plan.filter;
  if (syscall (SYS_seccomp, (long) SECCOMP_SET_MODE_FILTER, 0L, &program) < 0)
    return -1;
  return 0;
}

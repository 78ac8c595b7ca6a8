/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include "core/init/init.h"

/* "0" is whoever writes.  The launcher opened the files, so no path is
 * looked up here and none of them need be in view. */
int
kv_join_cgroups (struct kv_init *init)
{
  unsigned i;

  for (i = 0; i < init->n_joins; i++) {
    ssize_t n;

    do
      n = write (init->joins[i], "0", 1);
    while (n < 0 && errno == EINTR);
    if (n < 0)
      return -1;
    close (init->joins[i]);
  }
  init->n_joins = 0;

  if ((init->plan.flags & KV_PLAN_CGROUP_NAMESPACE) != 0
      && unshare (CLONE_NEWCGROUP) < 0) {
    init->subject = "cgroup namespace";
    return -1;
  }
  return 0;
}

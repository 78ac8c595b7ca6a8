/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/init/init.h"

static int
switch_group (gid_t gid)
{
  /* Where a user namespace forbids setgroups there may be none to lose. */
  if (setgroups (0, NULL) < 0 && (errno != EPERM || getgroups (0, NULL) != 0))
    return -1;
  return setresgid (gid, gid, gid);
}

bool
kv_user_switched (const struct kv_init *init)
{
  uid_t want_u = init->plan.uid, u[3];
  gid_t want_g = init->plan.gid, g[3];

  if (getresuid (&u[0], &u[1], &u[2]) < 0
      || getresgid (&g[0], &g[1], &g[2]) < 0)
    return false;
  if (want_u == UINT32_MAX)
    want_u = u[0];
  if (want_g == UINT32_MAX)
    want_g = g[0];
  else if (getgroups (0, NULL) != 0)
    return false;
  return u[0] == want_u && u[1] == want_u && u[2] == want_u && g[0] == want_g
         && g[1] == want_g && g[2] == want_g;
}

int
kv_switch_user (struct kv_init *init)
{
  const struct kv_plan *plan = &init->plan;
  bool changes = plan->uid != UINT32_MAX || plan->gid != UINT32_MAX;

  umask ((mode_t) plan->umask);
  if (!changes)
    return 0;

  /* The next steps still need capabilities, in order to drop them. */
  if (prctl (PR_SET_KEEPCAPS, 1) < 0)
    return -1;
  init->subject = "group";
  if (plan->gid != UINT32_MAX && switch_group (plan->gid) < 0)
    return -1;
  init->subject = "user";
  if (plan->uid != UINT32_MAX
      && setresuid (plan->uid, plan->uid, plan->uid) < 0)
    return -1;
  if (!kv_user_switched (init)) {
    errno = EPERM;
    return -1;
  }

  /* A change of user silently takes both away: the signal at the parent's
   * death, and the launcher's view into /proc/PID at the gate. */
  init->subject = "";
  if (kv_set_death_signal (init) < 0)
    return -1;
  return prctl (PR_SET_DUMPABLE, 1);
}

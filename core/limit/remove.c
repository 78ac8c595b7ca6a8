/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/limit/cgroup.h"
#include "core/util/cleanup.h"

/* Turns of kv_cg_pause: about a second. */
#define TURNS 256

int
kv_cg_rmdir (int parent, const char *name)
{
  unsigned turn;

  for (turn = 0; turn < TURNS; turn++) {
    if (unlinkat (parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
      return 0;
    if (errno != EBUSY)
      return -1;
    kv_cg_pause (turn);
  }
  return -1;
}

static void
close_group (struct kv_group *g)
{
  if (g->fd >= 0)
    close (g->fd);
  if (g->parent_fd >= 0)
    close (g->parent_fd);
  if (g->join_fd >= 0)
    close (g->join_fd);
  g->fd = g->parent_fd = g->join_fd = -1;
}

void
kv_limits_remove (struct kv_limits *limits)
{
  bool busy = false;
  unsigned i;

  for (i = 0; i < limits->n_groups; i++) {
    struct kv_group *g = &limits->groups[i];

    if (unlinkat (g->parent_fd, g->name, AT_REMOVEDIR) < 0 && errno == EBUSY)
      busy = true;
  }
  if (busy) {
    kv_limits_kill (limits);
    for (i = 0; i < limits->n_groups; i++)
      (void) kv_cg_rmdir (limits->groups[i].parent_fd, limits->groups[i].name);
  }
  for (i = 0; i < limits->n_groups; i++)
    close_group (&limits->groups[i]);
  limits->n_groups = 0;
  limits->controllers = 0;
  limits->kind = KV_LIMIT_NONE;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* With privileges the parent opens every source, because the box's user may
 * not be able to reach it, and maps owners, because only it can. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ns.h"

const char namespace_map_owner[] = "map the owner of";

void
namespace_trees_drop (struct namespace_self *self)
{
  unsigned i;

  for (i = 0; i < self->n_trees; i++)
    if (self->trees[i].fd >= 0)
      close (self->trees[i].fd);
  free (self->trees);
  free (self->to_send);
  self->trees = NULL;
  self->to_send = NULL;
  self->trees_for = NULL;
  self->n_trees = 0;
}

/* The owner's user namespace for M, -1 for none, or another -errno. */
static int
namespace_mapping (struct namespace_self *self, const struct kavach_mount *m,
                   const struct kavach_request *q, int *user_ns)
{
  struct statx st;
  int fd, result = 0;

  *user_ns = -1;
  if ((m->flags & KAVACH_MOUNT_IDMAP) == 0 || q->uid == 0)
    return 0;
  fd = namespace_open_source (m->source);
  if (fd < 0)
    return fd;
  result = namespace_look (fd, "", &st);
  if (result == 0 && (st.stx_uid != q->uid || st.stx_gid != q->gid)) {
    result = namespace_owner_fd (self, st.stx_uid, st.stx_gid, q);
    *user_ns = result;
  }
  close (fd);
  return result < 0 ? result : 0;
}

static int
namespace_tree_for (struct namespace_self *self, unsigned i,
                    const struct kavach_request *q,
                    struct namespace_fault_note *note)
{
  const struct kavach_mount *m = q->mounts[i];
  int user_ns;
  int result = namespace_mapping (self, m, q, &user_ns);

  note->what = user_ns != -1 ? NAMESPACE_MAP_OWNER : "bind";
  if (result == -ENOENT && (m->flags & KAVACH_MOUNT_OPTIONAL) != 0) {
    self->trees[i].absent = true;
    return 0;
  }
  if (result == 0)
    result
        = namespace_tree_make (m, user_ns, &self->trees[i], &self->old_kernel);
  note->subject = m->source;
  note->target = m->target;
  note->error = -result;
  return result;
}

static bool
namespace_same_text (const char *a, const char *b)
{
  return a == b || (a != NULL && b != NULL && strcmp (a, b) == 0);
}

/* The trees of one request serve another that asks for the same: assess and
 * spawn each get their own copy of what the host sent. */
static bool
namespace_same_trees (const struct kavach_request *a,
                      const struct kavach_request *b)
{
  uint32_t i;

  if (a == NULL || a->n_mounts != b->n_mounts || a->uid != b->uid
      || a->gid != b->gid)
    return false;
  for (i = 0; i < a->n_mounts; i++) {
    const struct kavach_mount *x = a->mounts[i], *y = b->mounts[i];

    if (x->type != y->type || x->flags != y->flags
        || !namespace_same_text (x->source, y->source)
        || !namespace_same_text (x->target, y->target))
      return false;
  }
  return true;
}

bool
namespace_same_box (const struct kavach_request *a,
                    const struct kavach_request *b)
{
  uint32_t i;

  if (!namespace_same_trees (a, b) || a->uid_inside != b->uid_inside
      || a->gid_inside != b->gid_inside || a->namespaces != b->namespaces
      || a->flags != b->flags || a->cgroup_fd != b->cgroup_fd
      || !namespace_same_text (a->rootfs, b->rootfs)
      || !namespace_same_text (a->hostname, b->hostname))
    return false;
  for (i = 0; i < a->n_mounts; i++)
    if (a->mounts[i]->size != b->mounts[i]->size
        || !namespace_same_text (a->mounts[i]->data, b->mounts[i]->data))
      return false;
  return true;
}

int
namespace_trees_make (struct namespace_self *self,
                      const struct kavach_request *q,
                      struct namespace_fault_note *note)
{
  unsigned i;
  int result = 0;

  if (!self->privileged || namespace_same_trees (self->trees_for, q))
    return 0;
  namespace_trees_drop (self);
  self->trees = calloc (q->n_mounts + 1, sizeof *self->trees);
  self->to_send = calloc (q->n_mounts + 1, sizeof *self->to_send);
  if (self->trees == NULL || self->to_send == NULL) {
    note->what = "get memory";
    note->error = ENOMEM;
    return -ENOMEM;
  }
  self->n_trees = q->n_mounts;
  for (i = 0; i < self->n_trees; i++)
    self->trees[i].fd = -1;
  for (i = 0; i < self->n_trees && result == 0; i++)
    if (q->mounts[i]->type == KAVACH_MOUNT_BIND)
      result = namespace_tree_for (self, i, q, note);
  if (result < 0) {
    namespace_trees_drop (self);
    return result;
  }
  self->trees_for = q;
  return 0;
}

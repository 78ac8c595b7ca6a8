/* SPDX-License-Identifier: Apache-2.0 */
/* The backend that puts kavach-init behind every namespace of the kernel and
 * into a root of its own. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kavach/plugin.h>

#include "ns.h"
#include "raw.h"

KAVACH_DECLARE_HOST;

/* Nobody's, in the range that kavach takes its unprivileged ids from. */
#define PROBE_ID 0x7e000001

static bool
namespace_has_new_cgroups (void)
{
  return access ("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
}

static int
namespace_open (const struct kavach_config *config, void **result)
{
  struct namespace_self *self = calloc (1, sizeof *self);
  int error;

  (void) config;
  if (self == NULL)
    return kavach->fail (ENOMEM, "out of memory");
  self->privileged = geteuid () == 0;
  self->proc_fd = open ("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (self->proc_fd < 0) {
    error = errno;
    free (self);
    return kavach->fail (error, "cannot open /proc: %s", strerror (error));
  }
  error = namespace_stack_make (&self->stack);
  if (error == 0)
    error = namespace_stack_make (&self->thread_stack);
  if (error == 0)
    error = namespace_stack_make (&self->owner_stack);
  if (error < 0) {
    namespace_stack_free (&self->stack);
    namespace_stack_free (&self->thread_stack);
    close (self->proc_fd);
    free (self);
    return kavach->fail (-error, "cannot get memory for a stack");
  }
  /* Most requests want a network of their own and nothing else that must be
   * known at clone, and it takes as long as all the rest. */
  if (!NAMESPACE_SHARES_ERRNO && !namespace_has_new_cgroups ())
    namespace_make_spare (self);
  *result = self;
  return 0;
}

static void
namespace_close (void *data)
{
  struct namespace_self *self = data;

  namespace_abandon_all (self);
  namespace_trees_drop (self);
  namespace_owners_close (self);
  namespace_stack_free (&self->owner_stack);
  namespace_stack_free (&self->stack);
  namespace_stack_free (&self->thread_stack);
  close (self->proc_fd);
  free (self);
}

static int
namespace_fail (const struct namespace_self *self,
                const struct namespace_fault_note *note)
{
  char text[400];

  namespace_sentence (self, note, text, sizeof text);
  return kavach->fail (note->error, "%s", text);
}

/* The whole road but the exec, in a child that ends there. */
static int
namespace_probe (void *data, struct kavach_report *report)
{
  static const struct kavach_mount dev = { .struct_size = sizeof dev,
                                           .type = KAVACH_MOUNT_DEV,
                                           .target = "/dev" },
                                   proc = { .struct_size = sizeof proc,
                                            .type = KAVACH_MOUNT_PROC,
                                            .target = "/proc" },
                                   scratch = { .struct_size = sizeof scratch,
                                               .type = KAVACH_MOUNT_SCRATCH,
                                               .flags = KAVACH_MOUNT_WRITE,
                                               .target = "/tmp",
                                               .size = 65536 };
  static const struct kavach_mount *const mounts[] = { &dev, &proc, &scratch };
  struct namespace_self *self = data;
  struct kavach_request q = {
    .struct_size = sizeof q,
    .flags = KAVACH_REQUEST_LOOPBACK,
    .id = "probe",
    .exec_fd = -1,
    .mounts = mounts,
    .n_mounts = sizeof mounts / sizeof *mounts,
    .namespaces = KAVACH_NS_NET,
    .hostname = "probe",
    .uid = self->privileged ? PROBE_ID : geteuid (),
    .gid = self->privileged ? PROBE_ID : getegid (),
    .cgroup_fd = -1,
  };
  struct namespace_fault_note note = { NULL, NULL, NULL, 0 };
  struct namespace_spawn *s;

  q.uid_inside = q.uid;
  q.gid_inside = q.gid;
  namespace_abandon (self);
  if (namespace_begin (self, &q, NAMESPACE_TO_PROBE, &s, &note) < 0
      || namespace_finish (s, &q, NULL, NULL, &note) < 0)
    return namespace_fail (self, &note);
  namespace_report (kavach, report, NULL);
  return 0;
}

static int
namespace_check (const struct namespace_self *self,
                 const struct kavach_request *q)
{
  uint32_t i;

  if (q->rootfs != NULL)
    return kavach->fail (ENOTSUP, "another root (%s) is not in this version",
                         q->rootfs);
  if (self->privileged) {
    if (q->uid == 0 && (q->flags & KAVACH_REQUEST_ALLOW_ROOT) == 0)
      return kavach->fail (EPERM, "host uid 0 was not asked for");
  }
  else if (q->uid != geteuid () || q->gid != getegid ())
    return kavach->fail (EPERM, "only root can start a box as uid %u", q->uid);
  if (q->n_keep_fds > NAMESPACE_MAX_KEPT)
    return kavach->fail (E2BIG, "more than %d descriptors to keep",
                         NAMESPACE_MAX_KEPT);
  for (i = 0; i < q->n_mounts; i++) {
    const struct kavach_mount *m = q->mounts[i];

    if (m->target == NULL || m->target[0] != '/')
      return kavach->fail (EINVAL, "mount %u has no absolute target", i);
    if (m->type == KAVACH_MOUNT_BIND && m->source == NULL)
      return kavach->fail (EINVAL, "%s has no source", m->target);
    if (m->type == KAVACH_MOUNT_SYMLINK && m->data == NULL)
      return kavach->fail (EINVAL, "%s leads nowhere", m->target);
    /* Masks and device links are named from here. */
    if (m->type == KAVACH_MOUNT_PROC && strcmp (m->target, "/proc") != 0)
      return kavach->fail (ENOTSUP, "proc at %s", m->target);
  }
  return 0;
}

/* Spawn may come with a cgroup that the child has to be started in: with
 * limits, where the hierarchy is the new one.  A wrong guess costs time. */
static bool
namespace_expects_cgroup (const struct kavach_request *q)
{
  return (q->memory_max != 0 || q->pids_max != 0 || q->cpu_quota_us != 0)
         && namespace_has_new_cgroups ();
}

/* Who asks about a request will most likely want it: the child starts now
 * and builds the box while its trees are made and the answer is read. */
static void
namespace_begin_early (struct namespace_self *self,
                       const struct kavach_request *q)
{
  struct namespace_fault_note note;

  namespace_abandon (self);
  if (!NAMESPACE_SHARES_ERRNO && !namespace_expects_cgroup (q)
      && namespace_begin (self, q, NAMESPACE_EARLY, &self->early, &note) < 0)
    self->early = NULL;
}

static int
namespace_assess (void *data, const struct kavach_request *q,
                  struct kavach_report *report)
{
  struct namespace_self *self = data;
  struct namespace_fault_note note = { NULL, NULL, NULL, 0 };
  char text[400];
  int result = namespace_check (self, q);

  if (result < 0)
    return result;
  namespace_begin_early (self, q);
  result = namespace_trees_make (self, q, &note);
  if (result < 0)
    namespace_abandon (self);
  if (result < 0 && note.what != namespace_map_owner)
    return namespace_fail (self, &note);
  if (self->early != NULL)
    namespace_give_trees (self, self->early);
  namespace_report (kavach, report, q);
  if (result < 0) {
    namespace_sentence (self, &note, text, sizeof text);
    kavach->report_control (report, KAVACH_CTL_USER, KAVACH_NONE,
                            "no idmapped mount");
    kavach->report_hint (report, KAVACH_CTL_USER, text);
    kavach->report_fact (report, "idmap", note.subject);
  }
  return 0;
}

/* The child of assess, if it is of use, or one made now. */
static int
namespace_child_for (struct namespace_self *self,
                     const struct kavach_request *q, struct namespace_spawn **s,
                     struct namespace_fault_note *note)
{
  int result;

  if (self->early != NULL && namespace_same_box (self->early->request, q)) {
    *s = self->early;
    self->early = NULL;
    return 0;
  }
  namespace_abandon (self);
  result = namespace_trees_make (self, q, note);
  if (result == 0)
    result = namespace_begin (self, q, NAMESPACE_TO_EXECUTE, s, note);
  if (result == 0)
    namespace_give_trees (self, *s);
  else
    namespace_abandon_all (self);
  return result;
}

static int
namespace_spawn (void *data, const struct kavach_request *q,
                 struct kavach_child *child)
{
  struct namespace_self *self = data;
  struct namespace_fault_note note = { NULL, NULL, NULL, 0 };
  struct namespace_spawn *s = NULL;
  int pidfd = -1, result = namespace_check (self, q);
  pid_t pid = -1;

  if (result < 0)
    return result;
  result = namespace_child_for (self, q, &s, &note);
  if (result == 0)
    result = namespace_finish (s, q, &pid, &pidfd, &note);
  namespace_owners_reap (self);
  /* Attached now, or of no use: the next spawn makes its own. */
  namespace_trees_drop (self);
  if (result < 0)
    return namespace_fail (self, &note);
  kavach->child_set (child, pid, pidfd);
  return 0;
}

static int
namespace_destroy (void *data)
{
  namespace_abandon_all (data);
  namespace_owners_reap (data);
  namespace_trees_drop (data);
  return 0;
}

static const struct kavach_backend namespace_ops = {
  .struct_size = sizeof (struct kavach_backend),
  .flags = KAVACH_BACKEND_CGROUP_FD,
  .open = namespace_open,
  .probe = namespace_probe,
  .assess = namespace_assess,
  .spawn = namespace_spawn,
  .destroy = namespace_destroy,
  .close = namespace_close,
};

static const struct kavach_plugin namespace_plugin = {
  KAVACH_PLUGIN_HEADER (KAVACH_BACKEND),
  .name = "namespace",
  .version = "1.0",
  .summary = "own namespaces and an own root on the host's kernel",
  .ops = &namespace_ops,
};

KAVACH_REGISTER (namespace_plugin)

/* SPDX-License-Identifier: Apache-2.0 */
/* What this boundary enforces, and nothing of what kavach-init adds. */
#include <stdio.h>

#include <kavach/host.h>

#include "ns.h"

static bool
namespace_has_writable_exec (const struct kavach_request *q)
{
  const uint32_t both = KAVACH_MOUNT_WRITE | KAVACH_MOUNT_EXEC;
  uint32_t i;

  for (i = 0; q != NULL && i < q->n_mounts; i++)
    if ((q->mounts[i]->flags & both) == both)
      return true;
  return false;
}

static bool
namespace_scratch_is_bounded (const struct kavach_request *q)
{
  uint32_t i;

  for (i = 0; q != NULL && i < q->n_mounts; i++)
    if (q->mounts[i]->type == KAVACH_MOUNT_SCRATCH && q->mounts[i]->size > 0)
      return true;
  return q == NULL;
}

static void
namespace_report_user (const struct kavach_host *host,
                       struct kavach_report *report,
                       const struct kavach_request *q)
{
  char text[64];

  if (q == NULL) {
    host->report_control (report, KAVACH_CTL_USER, KAVACH_FULL,
                          "user namespace");
    return;
  }
  snprintf (text, sizeof text, "user namespace, host uid %u", q->uid);
  host->report_control (report, KAVACH_CTL_USER,
                        q->uid != 0 ? KAVACH_FULL : KAVACH_NONE, text);
  if (q->uid == 0)
    host->report_hint (report, KAVACH_CTL_USER,
                       "files of the box belong to host uid 0: give it a "
                       "workspace on a file system with idmapped mounts");
}

void
namespace_report (const struct kavach_host *host, struct kavach_report *report,
                  const struct kavach_request *q)
{
  static const struct {
    int control;
    const char *mechanism;
  } always[] = {
    { KAVACH_CTL_FS_READ, "mount namespace" },
    { KAVACH_CTL_FS_WRITE, "mount namespace, read-only binds" },
    { KAVACH_CTL_PROCESSES, "pid namespace" },
    { KAVACH_CTL_IPC, "ipc namespace" },
    { KAVACH_CTL_DEVICES, "own /dev" },
    { KAVACH_CTL_ROOTFS, "own root, pivot_root" },
    { KAVACH_CTL_KILL_TREE, "pid namespace" },
  };
  unsigned i;

  host->report_boundary (report, KAVACH_BOUNDARY_NAMESPACE);
  for (i = 0; i < sizeof always / sizeof *always; i++)
    host->report_control (report, always[i].control, KAVACH_FULL,
                          always[i].mechanism);
  host->report_control (report, KAVACH_CTL_FS_EXEC,
                        namespace_has_writable_exec (q) ? KAVACH_PARTIAL
                                                        : KAVACH_FULL,
                        "noexec mounts");
  if (q == NULL || (q->namespaces & KAVACH_NS_NET) != 0) {
    host->report_control (report, KAVACH_CTL_NET_OUT, KAVACH_FULL,
                          "network namespace");
    host->report_control (report, KAVACH_CTL_NET_IN, KAVACH_FULL,
                          "network namespace");
  }
  if (namespace_scratch_is_bounded (q))
    host->report_control (report, KAVACH_CTL_TMP_SIZE, KAVACH_FULL,
                          "tmpfs size");
  namespace_report_user (host, report, q);
}

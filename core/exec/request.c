/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <limits.h>
#include <stdio.h>

#include "core/exec/plan.h"
#include "core/util/cleanup.h"
#include "core/util/places.h"
#include "core/wire/request.h"

static uint32_t
namespaces_of (const struct kv_policy *policy)
{
  uint32_t set = KAVACH_NS_USER | KAVACH_NS_MOUNT | KAVACH_NS_PID
                 | KAVACH_NS_IPC | KAVACH_NS_UTS | KAVACH_NS_CGROUP;

  if (policy->net != KV_NET_HOST)
    set |= KAVACH_NS_NET;
  return set;
}

int
kv_make_request (struct kv_run *run, struct kv_error *err)
{
  const struct kv_policy *policy = &run->policy;
  char init[PATH_MAX];
  char *argv[] = { init, NULL };
  char *envp[] = { NULL };
  struct kavach_request q = {
    .struct_size = sizeof q,
    .flags
    = KAVACH_REQUEST_LOOPBACK | (run->uid == 0 ? KAVACH_REQUEST_ALLOW_ROOT : 0),
    .required = run->required,
    .wanted = run->wanted,
    .id = run->id,
    .argv = argv,
    .envp = envp,
    .exec_fd = -1,
    .mounts = run->grants.mount_pointers,
    .n_mounts = run->grants.n_mounts,
    .namespaces = namespaces_of (policy),
    .hostname = policy->hostname,
    .uid = run->uid,
    .gid = run->gid,
    .uid_inside = run->uid,
    .gid_inside = run->gid,
    .memory_max = policy->memory.value,
    .pids_max = policy->pids.value,
    .cpu_quota_us = policy->cpu.value * 100,
    .cpu_period_us = policy->cpu.value > 0 ? 100000 : 0,
    .cgroup_fd = -1,
  };
  struct kv_writer w = { 0 };
  int fd;

  snprintf (init, sizeof init, "%s/kavach-init", kv_place_libexec ());
  kv_request_write (&w, &q);
  if (w.bad) {
    kv_writer_free (&w);
    return kv_fail (err, "KVI-01", "out of memory");
  }
  fd = kv_seal_bytes ("kavach-request", w.data, w.size);
  kv_writer_free (&w);
  if (fd < 0)
    return kv_fail_errno (err, "KVX-12", "cannot make the request");
  return fd;
}

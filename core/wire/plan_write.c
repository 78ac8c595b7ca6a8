/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/util/cleanup.h"
#include "core/wire/plan.h"

static void
put_vector (struct kv_writer *w, char *const *vector)
{
  uint32_t count = 0, i;

  while (vector[count] != NULL)
    count++;
  kv_put_u32 (w, count);
  for (i = 0; i < count; i++)
    kv_put_str (w, vector[i]);
}

void
kv_plan_write (struct kv_writer *w, const struct kv_plan *plan)
{
  uint32_t i;

  kv_put_u32 (w, KV_PLAN_VERSION);
  kv_put_u32 (w, plan->flags);
  kv_put_u32 (w, plan->landlock_abi_max);
  kv_put_u64 (w, plan->selftest);
  kv_put_u32 (w, plan->uid);
  kv_put_u32 (w, plan->gid);
  kv_put_u32 (w, plan->umask);
  kv_put_u32 (w, plan->n_rlimits);
  for (i = 0; i < plan->n_rlimits; i++) {
    kv_put_u32 (w, plan->rlimits[i].resource);
    kv_put_u64 (w, plan->rlimits[i].soft);
    kv_put_u64 (w, plan->rlimits[i].hard);
  }
  kv_put_u32 (w, plan->n_paths);
  for (i = 0; i < plan->n_paths; i++) {
    kv_put_u32 (w, plan->paths[i].access);
    kv_put_str (w, plan->paths[i].path);
  }
  kv_put_str (w, plan->cwd);
  put_vector (w, plan->argv);
  put_vector (w, plan->envp);
  kv_put_bytes (w, plan->filter, plan->filter_size);
  kv_put_bytes (w, plan->command_filter, plan->command_filter_size);
}

int
kv_seal_bytes (const char *name, const void *data, size_t size)
{
  kv_autoclose int fd = memfd_create (name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  const char *next = data;

  if (fd < 0)
    return -1;
  while (size > 0) {
    ssize_t n = write (fd, next, size);

    if (n < 0) {
      if (errno == EINTR)
        continue;
      return -1;
    }
    next += n;
    size -= (size_t) n;
  }
  if (fcntl (fd, F_ADD_SEALS,
             F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)
      < 0)
    return -1;
  return kv_steal_fd (&fd);
}

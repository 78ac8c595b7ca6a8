/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/policy/internal.h"
#include "core/util/cleanup.h"

#define BIT(name) KAVACH_BIT (KAVACH_CTL_##name)

#define MINIMAL (BIT (NO_NEW_PRIVS) | BIT (DESCRIPTORS) | BIT (ENVIRONMENT))
#define BASIC                                                                  \
  (MINIMAL | BIT (FS_WRITE) | BIT (FS_READ) | BIT (NET_OUT)                    \
   | BIT (CAPABILITIES))
/* tmp-size stays wanted: without mounts nothing can give it, and process is
 * to be able to say yes to strict. */
#define STRICT                                                                 \
  (BASIC | BIT (SYSCALLS) | BIT (TERMINAL) | BIT (KEYRING) | BIT (DEVICES)     \
   | BIT (MEMORY) | BIT (CPU) | BIT (PIDS) | BIT (FILE_SIZE)                   \
   | BIT (WALL_TIME))

/* Every control but those that only make sense when asked for. */
#define ALL                                                                    \
  ((KAVACH_BIT (KAVACH_CTL_COUNT) - 1)                                         \
   & ~(BIT (OWN_KERNEL) | BIT (NET_PROXY) | BIT (PAUSE)))

#define MIB (UINT64_C (1) << 20)

static const struct kv_preset presets[] = {
  {
      .name = "minimal",
      .origin = "preset minimal",
      .net = KV_NET_HOST,
      .syscalls = KV_SYSCALLS_NONE,
      .scratch_exec = true,
      .required = MINIMAL,
      .wanted = BIT (KILL_TREE),
  },
  {
      .name = "basic",
      .origin = "preset basic",
      .confined = true,
      .workspace_write = true,
      .scratch_exec = true,
      .net = KV_NET_NONE,
      .syscalls = KV_SYSCALLS_BASIC,
      .pids = 2048,
      .tmp = 2048 * MIB,
      .required = BASIC,
      .wanted = ALL & ~BASIC,
  },
  {
      .name = "strict",
      .origin = "preset strict",
      .confined = true,
      .net = KV_NET_NONE,
      .syscalls = KV_SYSCALLS_STRICT,
      .memory = 512 * MIB,
      .cpu = 1000,
      .pids = 64,
      .files = 256,
      .file_size = 64 * MIB,
      .tmp = 64 * MIB,
      .wall = 30000,
      .required = STRICT,
      .wanted = ALL & ~STRICT,
  },
  {
      .name = "agent",
      .origin = "preset agent",
      .later = true,
  },
};

const struct kv_preset *
kv_preset_find (const char *name)
{
  size_t i;

  for (i = 0; i < KV_COUNT (presets); i++)
    if (strcmp (presets[i].name, name) == 0)
      return &presets[i];
  return NULL;
}

const char *
kv_preset_nearest (const char *name)
{
  const char *names[KV_COUNT (presets)];
  size_t i;

  for (i = 0; i < KV_COUNT (presets); i++)
    names[i] = presets[i].name;
  return kv_nearest (name, names, KV_COUNT (names));
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/init/init.h"

static bool
lies_below (const char *path, const char *folder)
{
  size_t length = strlen (folder);

  while (length > 0 && folder[length - 1] == '/')
    length--;
  return strncmp (path, folder, length) == 0
         && (path[length] == '/' || path[length] == '\0' || length == 0);
}

bool
kv_plan_grants (const struct kv_plan *plan, const char *path, uint32_t access)
{
  uint32_t i;

  if ((access & (KV_ACCESS_READ | KV_ACCESS_WRITE)) != 0)
    access |= KV_ACCESS_DEVICE;
  for (i = 0; i < plan->n_paths; i++)
    if ((plan->paths[i].access & access) != 0
        && lies_below (path, plan->paths[i].path))
      return true;
  return false;
}

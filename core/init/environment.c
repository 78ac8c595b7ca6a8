/* SPDX-License-Identifier: Apache-2.0 */
/* The command's environment comes with the plan.  What init itself was
 * started with stays on its stack for /proc/1/environ to show: a backend
 * that wraps some other launcher may have put anything there. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "core/init/init.h"

int
kv_wipe_environment (struct kv_init *init)
{
  if (init->env_size > 0)
    explicit_bzero (init->env_start, init->env_size);
  return 0;
}

bool
kv_environment_wiped (const struct kv_init *init)
{
  size_t i;

  for (i = 0; i < init->env_size; i++)
    if (init->env_start[i] != '\0')
      return false;
  return true;
}

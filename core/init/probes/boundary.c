/* SPDX-License-Identifier: Apache-2.0 */
/* Whose kernel it is. */
#include "config.h"

#include <string.h>

#include "core/init/probes/probe.h"

static bool
is_hosts_kernel (void)
{
  return kv_file_has ("/proc/sys/kernel/random/boot_id", kv_plant ("boot_id"));
}

/* Every boot of a kernel has a number of its own. */
enum kv_verdict
kv_probe_same_kernel (void)
{
  char buf[64];

  if (is_hosts_kernel ())
    return kv_reached ("the host's kernel");
  if (kv_slurp ("/proc/sys/kernel/random/boot_id", buf, sizeof buf) <= 0)
    return kv_unanswered ("the kernel does not tell");
  return kv_held ("another boot than the host's");
}

/* Nothing inside can prove that it is in a machine of its own. */
enum kv_verdict
kv_probe_no_hypervisor (void)
{
  if (is_hosts_kernel ())
    return kv_reached ("the host's kernel");
  return kv_unanswered ("whether a machine is between cannot be seen inside");
}

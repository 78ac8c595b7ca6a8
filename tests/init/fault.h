/* SPDX-License-Identifier: Apache-2.0 */
/* For kavach-init-fault-NAME only: core/init/main.c built so that it leaves
 * out step KV_FAULT.  The launcher must then refuse at the gate. */
#ifndef KV_TEST_FAULT_H
#define KV_TEST_FAULT_H

#include <fcntl.h>
#include <unistd.h>

#include "core/init/init.h"

static bool
is_left_out (uint32_t step)
{
  return step == KV_FAULT;
}

/* Two steps clean up after others; there is nothing to see without a mess. */
static void
plant_fault (char **argv)
{
  static char *const leak[]
      = { (char *) (uintptr_t) "KAVACH_FAULT=a secret of the caller", NULL };

  if (is_left_out (KV_STEP_DESCRIPTORS))
    (void) fcntl (open ("/", O_RDONLY | O_DIRECTORY), F_DUPFD, 77);
  if (is_left_out (KV_STEP_ENVIRONMENT) && environ[0] == NULL)
    execve ("/proc/self/exe", argv, leak);
}

#endif

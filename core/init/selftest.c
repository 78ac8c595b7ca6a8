/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <unistd.h>

#include <kavach/abi.h>

#include "core/init/selftest.h"
#include "core/util/cleanup.h"

static const struct {
  uint32_t control;
  void (*before) (struct kv_init *);
  enum kv_answer (*attempt) (const struct kv_init *);
} tests[] = {
  { KAVACH_CTL_FS_READ, kv_before_read, kv_test_read },
  { KAVACH_CTL_FS_WRITE, kv_before_write, kv_test_write },
  { KAVACH_CTL_FS_EXEC, kv_before_exec, kv_test_exec },
  { KAVACH_CTL_DEVICES, kv_before_devices, kv_test_devices },
  { KAVACH_CTL_NET_OUT, NULL, kv_test_network },
  { KAVACH_CTL_NET_IN, NULL, kv_test_network },
  { KAVACH_CTL_SYSCALLS, kv_before_calls, kv_test_calls },
  { KAVACH_CTL_PROCESSES, kv_before_processes, kv_test_processes },
  { KAVACH_CTL_IPC, kv_before_ipc, kv_test_ipc },
  { KAVACH_CTL_CAPABILITIES, NULL, kv_test_capabilities },
  { KAVACH_CTL_NO_NEW_PRIVS, NULL, kv_test_no_new_privs },
  { KAVACH_CTL_USER, NULL, kv_test_user },
  { KAVACH_CTL_TERMINAL, kv_before_terminal, kv_test_terminal },
  { KAVACH_CTL_ENVIRONMENT, NULL, kv_test_environment },
  { KAVACH_CTL_KEYRING, NULL, kv_test_keyring },
  { KAVACH_CTL_PIDS, NULL, kv_test_pids },
  { KAVACH_CTL_FILE_SIZE, NULL, kv_test_file_size },
  { KAVACH_CTL_KILL_TREE, kv_before_processes, kv_test_kill_tree },
  /* Last: it counts what the others have left open. */
  { KAVACH_CTL_DESCRIPTORS, kv_before_descriptors, kv_test_descriptors },
};

void
kv_selftest_before (struct kv_init *init)
{
  size_t i;

  init->before.exec_fd = -1;
  init->before.fd_list = -1;
  init->before.abstract_fd = -1;
  for (i = 0; i < KV_COUNT (tests); i++)
    if ((init->plan.selftest & KAVACH_BIT (tests[i].control)) != 0
        && tests[i].before != NULL)
      tests[i].before (init);
}

static void
close_one (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

void
kv_selftest (struct kv_init *init)
{
  size_t i;

  for (i = 0; i < KV_COUNT (tests); i++) {
    uint64_t bit = KAVACH_BIT (tests[i].control);

    if ((init->plan.selftest & bit) == 0)
      continue;
    switch (tests[i].attempt (init)) {
    case KV_HELD:
      init->report.held |= bit;
      break;
    case KV_OPEN:
      init->report.open |= bit;
      break;
    case KV_UNANSWERED:
      break;
    }
  }
  close_one (&init->before.exec_fd);
  close_one (&init->before.fd_list);
  close_one (&init->before.abstract_fd);
}

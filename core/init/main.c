/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/init/init.h"
#include "core/util/cleanup.h"

#ifdef KV_FAULT
#include "tests/init/fault.h"
#else
#define is_left_out(step) false
#define plant_fault(argv)
#endif

struct step {
  uint32_t number;
  int (*take) (struct kv_init *);
};

/* The order is a contract: each step needs rights that a later one takes.
 * Landlock and seccomp come last because they bind init itself. */
static const struct step steps[] = {
  { KV_STEP_CGROUP, kv_join_cgroups },
  { KV_STEP_SESSION, kv_enter_session },
  { KV_STEP_DESCRIPTORS, kv_close_descriptors },
  { KV_STEP_ENVIRONMENT, kv_wipe_environment },
  { KV_STEP_START, kv_prepare_reaper },
  { KV_STEP_NETWORK, kv_raise_loopback },
  { KV_STEP_KEYRING, kv_replace_keyring },
  { KV_STEP_LIMITS, kv_set_rlimits },
  { KV_STEP_USER, kv_switch_user },
  { KV_STEP_TERMINAL, kv_make_terminal },
  { KV_STEP_CWD, kv_enter_folder },
  { KV_STEP_CAPABILITIES, kv_drop_capabilities },
  { KV_STEP_NO_NEW_PRIVS, kv_set_no_new_privs },
};

static const struct step last_steps[] = {
  { KV_STEP_LANDLOCK, kv_enter_landlock },
  { KV_STEP_SECCOMP, kv_load_filter },
};

static void
take_steps (struct kv_init *init, const struct step *table, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++) {
    if (is_left_out (table[i].number))
      continue;
    init->subject = "";
    if (table[i].take (init) < 0)
      kv_init_fail (init, table[i].number);
  }
}

/* "--gate=N", and nothing else; -1 otherwise. */
static int
gate_argument (int argc, char **argv)
{
  static const char name[] = "--gate=";
  const char *digits;
  int fd = 0;

  if (argc != 2 || strncmp (argv[1], name, sizeof name - 1) != 0)
    return -1;
  digits = argv[1] + sizeof name - 1;
  if (*digits == '\0' || strlen (digits) > 6)
    return -1;
  for (; *digits != '\0'; digits++) {
    if (*digits < '0' || *digits > '9')
      return -1;
    fd = fd * 10 + (*digits - '0');
  }
  return fd;
}

static void
find_environment (struct kv_init *init, char **envp)
{
  char **last = envp;

  if (*envp == NULL)
    return;
  while (last[1] != NULL)
    last++;
  init->env_start = *envp;
  init->env_size = (size_t) (*last + strlen (*last) + 1 - *envp);
}

int
main (int argc, char **argv, char **envp)
{
  static struct kv_init init;
  pid_t command;

  plant_fault (argv);
  init.gate = gate_argument (argc, argv);
  if (init.gate < 0)
    return KV_EXIT_REFUSED;
  init.first = getpid () == 1;
  init.parent = getppid ();
  init.subject = "";
  init.terminal = -1;
  find_environment (&init, envp);

  if (kv_receive_plan (&init) < 0)
    kv_init_fail (&init, KV_STEP_PLAN);
  take_steps (&init, steps, KV_COUNT (steps));
  kv_selftest_before (&init);
  take_steps (&init, last_steps, KV_COUNT (last_steps));
  kv_selftest (&init);
  kv_pass_gate (&init);

  /* Not before: the launcher reads /proc/PID at the gate.  From here on
   * neither the command nor anyone else of the same user can. */
  if (prctl (PR_SET_DUMPABLE, 0) < 0)
    kv_init_fail (&init, KV_STEP_START);
  init.subject = "";
  if (kv_arm_reaper (&init) < 0)
    kv_init_fail (&init, KV_STEP_START);
  command = kv_start_command (&init);
  if (command < 0)
    kv_init_fail (&init, KV_STEP_START);
  return kv_supervise (&init, command);
}

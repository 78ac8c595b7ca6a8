/* SPDX-License-Identifier: Apache-2.0 */
/* kavach-init: the first thing inside every sandbox.  It takes rights away
 * from itself, one duty a file, says at the gate what came of it, and then
 * starts the command and stays with it until its whole tree is gone.
 *
 * It is one thread, makes no use of the heap, and holds to one rule: a step
 * that fails ends the run before anything was started.
 */
#ifndef KV_INIT_H
#define KV_INIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/wire/gate.h"
#include "core/wire/plan.h"

#define KV_PLAN_MAX_SIZE (8u << 20)
/* kavach's own failures, and what cannot be executed or found. */
#define KV_EXIT_REFUSED 125
#define KV_EXIT_NOT_EXECUTABLE 126
#define KV_EXIT_NOT_FOUND 127

enum kv_answer {
  /* The question could not be put here: nothing is known. */
  KV_UNANSWERED = 0,
  KV_HELD = 1,
  KV_OPEN = 2
};

/* What the self-tests saw before the protection was there: the positive
 * controls, without which a refusal would prove nothing. */
struct kv_before {
  /* Candidate that could be opened, or NULL. */
  const char *read, *write, *device;
  /* Garbage in a folder without the right to execute; -1: none. */
  int exec_fd;
  /* /proc/self/fd, or -1. */
  int fd_list;
  /* No controlling terminal could be opened. */
  bool no_terminal;
  /* A process outside could be signalled. */
  bool signalled;
  /* A socket with an abstract name, made outside the Landlock domain. */
  int abstract_fd;
  /* Bits: calls the kernel itself answered. */
  uint32_t calls;
};

struct kv_init {
  int gate;
  /* What a failing step failed on, for the report; never NULL. */
  const char *subject;

  struct kv_plan plan;
  int stdio[3];
  /* The launcher's end of the terminal, until it was sent; or -1. */
  int terminal;
  int joins[KV_MESSAGE_MAX_FDS];
  unsigned n_joins;

  /* Whose death ends the run. */
  pid_t parent;
  /* Process 1 of a pid namespace: the kernel ends the tree with it. */
  bool first;
  /* A Landlock domain keeps signals inside: kill (-1) is safe. */
  bool scoped;
  uint32_t landlock_abi;
  /* The session keyring is this run's own; or there is no way to it. */
  bool keyring_own, keyring_closed;
  /* The bounding set could be emptied, so it must be empty. */
  bool bounding;
  /* Where the environment that init was started with lies. */
  char *env_start;
  size_t env_size;

  /* /proc/thread-self/children, or -1. */
  int children_fd;
  int signal_fd;

  struct kv_before before;
  struct kv_gate_report report;
  /* Too large for a stack page or two. */
  struct kv_message message;
};

/* Steps: 0, or -1 with errno and perhaps INIT->subject. */
int kv_receive_plan (struct kv_init *);
int kv_join_cgroups (struct kv_init *);
int kv_enter_session (struct kv_init *);
int kv_close_descriptors (struct kv_init *);
int kv_wipe_environment (struct kv_init *);
int kv_raise_loopback (struct kv_init *);
int kv_replace_keyring (struct kv_init *);
int kv_set_rlimits (struct kv_init *);
int kv_switch_user (struct kv_init *);
int kv_make_terminal (struct kv_init *);
int kv_enter_folder (struct kv_init *);
int kv_drop_capabilities (struct kv_init *);
int kv_set_no_new_privs (struct kv_init *);
int kv_enter_landlock (struct kv_init *);
int kv_load_filter (struct kv_init *);
int kv_load_command_filter (const struct kv_init *);
/* Signals are kept for later; and what only Landlock would take away from
 * the reaper is opened. */
int kv_prepare_reaper (struct kv_init *);
/* After go: at the gate the launcher counts descriptors. */
int kv_arm_reaper (struct kv_init *);

/* Dies when its parent does: the tree with it, or through the reaper.  A
 * change of user takes this away again. */
int kv_set_death_signal (const struct kv_init *);
/* Does a rule of the plan give any of ACCESS on PATH? */
bool kv_plan_grants (const struct kv_plan *, const char *path, uint32_t access);
/* A second domain below the first, for the command only: it can no longer
 * signal or trace kavach-init. */
int kv_enter_command_scope (const struct kv_init *);

/* Read back, also for the self-tests. */
bool kv_capabilities_dropped (const struct kv_init *);
bool kv_user_switched (const struct kv_init *);
bool kv_environment_wiped (const struct kv_init *);
/* KV_HELD when RESOURCE is at most what the plan says. */
enum kv_answer kv_rlimit_holds (const struct kv_init *, uint32_t resource);

/* Self-tests: positive controls before Landlock, attempts at the end. */
void kv_selftest_before (struct kv_init *);
void kv_selftest (struct kv_init *);

/* Gate. */
_Noreturn void kv_init_fail (const struct kv_init *, uint32_t step);
void kv_send_failure (const struct kv_init *, uint32_t step, int number,
                      const char *subject);
/* Sends the report and returns when the launcher says go. */
void kv_pass_gate (struct kv_init *);

/* The battery of probes in the place of the command. */
_Noreturn void kv_run_probes (const struct kv_init *);

/* The command. */
pid_t kv_start_command (struct kv_init *);
/* execve with the search for argv[0]; returns errno. */
int kv_exec_plan (const struct kv_plan *plan);
/* Whether there is something to execute: 0, or the errno that it would give. */
int kv_find_command (const struct kv_plan *plan);

/* Stays with the command; returns the exit status for init. */
int kv_supervise (struct kv_init *, pid_t command);
/* The whole tree but init. */
void kv_signal_tree (const struct kv_init *, int signal);
/* The same by lists of children; returns how many there were. */
unsigned kv_signal_below (int children_fd, int signal);
/* What is left is killed and reaped; returns how many there were. */
unsigned kv_end_tree (const struct kv_init *);

#endif

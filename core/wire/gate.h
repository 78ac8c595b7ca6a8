/* SPDX-License-Identifier: Apache-2.0 */
/* What kavach-init says at the gate and after it. */
#ifndef KV_GATE_H
#define KV_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/wire/message.h"
#include "core/wire/pack.h"

/* KV_MSG_PLAN: uint32_t length of the plan; descriptors in this order: the
 * plan, standard input, output, error, then any number of files to write
 * "0" to (cgroup v1 tasks, cgroup v2 cgroup.procs): joining a cgroup. */
#define KV_GATE_FD_PLAN 0
#define KV_GATE_FD_STDIO 1
#define KV_GATE_FD_JOIN 4

/* KV_MSG_GATE_REPORT; with KV_PLAN_TTY one descriptor: the master of the
 * terminal that was made inside. */
struct kv_gate_report {
  /* Controls whose self-test attempted what must fail, and it failed. */
  uint64_t held;
  /* Controls whose self-test went through: not enforced. */
  uint64_t open;
  /* ABI in force, 0 without Landlock. */
  uint32_t landlock_abi;
  /* pid as init sees itself. */
  uint32_t pid_inside;
};

/* KV_MSG_INIT_FAILED: which step (enum kv_init_step), errno, and the thing
 * it failed on (a path, a resource), perhaps "".  Nothing was started.
 * KV_MSG_EXEC_FAILED: uint32_t errno, and the program's name. */
enum kv_init_step {
  KV_STEP_PLAN = 1,
  KV_STEP_CGROUP = 2,
  KV_STEP_SESSION = 3,
  KV_STEP_DESCRIPTORS = 4,
  KV_STEP_NETWORK = 5,
  KV_STEP_KEYRING = 6,
  KV_STEP_LIMITS = 7,
  KV_STEP_USER = 8,
  KV_STEP_CWD = 9,
  KV_STEP_CAPABILITIES = 10,
  KV_STEP_NO_NEW_PRIVS = 11,
  KV_STEP_LANDLOCK = 12,
  KV_STEP_SECCOMP = 13,
  KV_STEP_START = 14,
  KV_STEP_ENVIRONMENT = 15,
  KV_STEP_TERMINAL = 16
};

struct kv_init_failure {
  uint32_t step;
  uint32_t number;
  const char *subject;
};

/* KV_MSG_EXITED: the command's end, and what its tree used. */
struct kv_exit_report {
  /* As from waitpid(2). */
  uint32_t status;
  /* Sum over the command and its reaped children. */
  uint64_t cpu_us;
  /* Largest resident set of any of them, bytes. */
  uint64_t peak_rss;
  /* Processes that were still there when the command ended, and killed. */
  uint32_t stragglers;
};

/* KV_MSG_PROBED, one for each probe: its id, enum kv_verdict, the detail. */
struct kv_probed {
  const char *id;
  uint32_t verdict;
  const char *detail;
};

void kv_gate_report_write (struct kv_writer *, const struct kv_gate_report *);
bool kv_gate_report_read (const struct kv_message *, struct kv_gate_report *);
void kv_exit_report_write (struct kv_writer *, const struct kv_exit_report *);
bool kv_exit_report_read (const struct kv_message *, struct kv_exit_report *);
/* SUBJECT points into the message. */
bool kv_init_failure_read (const struct kv_message *, struct kv_init_failure *);
/* The texts point into the message and are never NULL. */
bool kv_probed_read (const struct kv_message *, struct kv_probed *);
/* "landlock", "no_new_privs", ...; never NULL. */
const char *kv_init_step_name (uint32_t step);

#endif

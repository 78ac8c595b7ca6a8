/* SPDX-License-Identifier: Apache-2.0 */
/* One exec request on its way through the nine steps.  kv_exec (road.c)
 * walks them in order; each step is one function in a file of its name.
 */
#ifndef KV_RUN_H
#define KV_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "core/exec/assess.h"
#include "core/exec/grants.h"
#include "core/exec/stdio.h"
#include "core/filter/filter.h"
#include "core/limit/limit.h"
#include "core/loader/loader.h"
#include "core/loader/shim_client.h"
#include "core/policy/policy.h"
#include "core/wire/gate.h"

struct kv_run;

/* For a run in which kavach-init has the battery of probes in the place of a
 * command; argv is what was planted. */
struct kv_probing {
  void (*answer) (void *data, const struct kv_probed *probed);
  /* The run as it was, before it is taken down. */
  void (*ended) (void *data, const struct kv_run *run);
  void *data;
};

struct kv_exec_options {
  const struct kv_options *policy;
  char *const *argv;
  /* 0 quiet, 1 backend and score, 2 each step. */
  int verbose;
  /* Print what would be enforced and stop before the spawn. */
  bool plan_only;
  /* Path, "-" for standard output, or NULL. */
  const char *report;
  bool json;
  /* NULL for a command. */
  const struct kv_probing *probing;
  /* Has the battery run for BACKEND under this policy, so that there is
   * evidence; NULL: it cannot be done. */
  int (*measure) (void *data, const char *backend, struct kv_error *err);
  void *measure_data;
};

/* From TERM to KILL once the wall time is over. */
#define GRACE_MS 2000

/* What ended the run besides the command itself; one word in the report. */
enum kv_reason {
  KV_REASON_NONE = 0,
  KV_REASON_TIME,
  KV_REASON_MEMORY,
  KV_REASON_PIDS,
  KV_REASON_CPU,
  KV_REASON_FILE_SIZE,
  KV_REASON_OUTPUT,
  KV_REASON_LOST
};

struct kv_run {
  const struct kv_exec_options *options;
  char id[32];
  struct timespec begin, go, end;

  /* 1 resolve, 2 require */
  struct kv_policy policy;
  uint64_t required, wanted;

  /* 3 discover, 4 select */
  bool discovered;
  struct kv_candidates candidates;
  struct kv_candidate *chosen;
  /* What the boundary itself reported, and all layers joined. */
  struct kv_controls boundary, layers;
  uint32_t boundary_kind;
  unsigned estimate;
  /* Where the gate went by evidence: its points and its time; else 0. */
  unsigned measured;
  int64_t measured_at;

  /* 7 spawn */
  struct kv_shim shim;
  struct kv_candidate *shim_of;
  struct kv_limits limits;
  struct kv_limits_wanted limits_wanted;
  struct kv_grants grants;
  struct kv_filter filter, command_filter;
  struct kv_filter_spec filter_spec;
  uint32_t plan_flags;
  struct kv_stdio stdio;
  /* HOME and /tmp of a command without a root of its own, or NULL. */
  char *private_folder;
  /* The command's environment: the policy's, with HOME and TMPDIR moved
   * into the private folder where there is one. */
  char **env;
  uint32_t uid, gid;
  int init_exec;
  int gate, gate_inside;
  pid_t init_pid;
  int proc_fd;
  /* Inode numbers of our own, see read_back_namespaces.c. */
  uint64_t own_namespaces[4];
  /* Seccomp filters that kavach itself runs under; -1 unknown. */
  long own_filters;
  /* Read back at the gate. */
  struct kv_controls in_force;
  /* Claims that the read-back found to be false. */
  uint64_t contradicted;
  /* Namespaces and mounts have been read before the gate. */
  bool looked_ahead;
  struct kv_gate_report gate_report;

  /* 8 supervise; the signals are held back from step 7 on, so that none
   * can end kavach between making a thing and knowing how to unmake it. */
  int signals;
  bool started, ended;
  int status;
  struct kv_exit_report exit_report;
  /* Set of 1 << enum kv_reason. */
  unsigned reasons;
  int exec_errno;

  /* Of earlier runs: taken away at the end. */
  bool leftovers;

  /* 9 report */
  int report_fd, report_folder;
  bool report_ready;
};

/* Walks the road; the exit status of kavach. */
int kv_exec (const struct kv_exec_options *options);

/* Starts what will most likely be needed; see select.c. */
void kv_hasten (struct kv_run *run);

int kv_step_resolve (struct kv_run *run, struct kv_error *err);
int kv_step_require (struct kv_run *run, struct kv_error *err);
int kv_step_discover (struct kv_run *run, struct kv_error *err);
int kv_step_select (struct kv_run *run, struct kv_error *err);
int kv_step_audit (struct kv_run *run, struct kv_error *err);
int kv_step_credential (struct kv_run *run, struct kv_error *err);
int kv_step_spawn (struct kv_run *run, struct kv_error *err);
int kv_step_supervise (struct kv_run *run, struct kv_error *err);
int kv_step_report (struct kv_run *run, struct kv_error *err);

/* The estimate anew, from what the backend says of this very request, and
 * whether it is still enough. */
int kv_judge_score (struct kv_run *run, struct kv_error *err);

/* For --plan: asks the chosen backend about this very request, as a run does,
 * and starts nothing. */
int kv_plan_assess (struct kv_run *run, struct kv_error *err);

/* Starts the shim of a candidate; selection may come to another one. */
int kv_start_shim (struct kv_run *run, struct kv_candidate *candidate,
                   struct kv_error *err);

/* Adds the rule behind the first control of SET to a refusal. */
void kv_refusal_rule (const struct kv_run *run, uint64_t set,
                      struct kv_error *err);

/* Undoes whatever of the run exists; idempotent. */
void kv_run_teardown (struct kv_run *run);

#endif

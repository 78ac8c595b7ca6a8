/* SPDX-License-Identifier: Apache-2.0 */
/* The road of one exec request: nine steps, the same for every backend. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/exec/private.h"
#include "core/exec/report.h"
#include "core/exec/run.h"
#include "core/exec/signals.h"
#include "core/util/cleanup.h"

#define STATUS_REFUSED 125
#define TEARDOWN_MS 5000

static int
begin (struct kv_run *run, const struct kv_exec_options *options,
       struct kv_error *err)
{
  uint8_t random[6];
  unsigned i;

  memset (run, 0, sizeof *run);
  run->options = options;
  run->init_exec = run->gate = run->gate_inside = run->proc_fd = -1;
  run->shim.socket = run->shim.pidfd = run->signals = -1;
  run->report_fd = run->report_folder = -1;
  kv_stdio_init (&run->stdio);
  clock_gettime (CLOCK_MONOTONIC, &run->begin);
  if (getrandom (random, sizeof random, 0) != (ssize_t) sizeof random)
    return kv_fail_errno (err, "KVI-02", "no random bytes");
  for (i = 0; i < sizeof random; i++)
    snprintf (run->id + 2 * i, sizeof run->id - 2 * i, "%02x", random[i]);
  /* A limit of the caller's on files is an error to report, no end. */
  signal (SIGXFSZ, SIG_IGN);
  /* What this process holds (later: secrets, keys) is nobody's to read. */
  prctl (PR_SET_DUMPABLE, 0);
  return 0;
}

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static void
remove_private_folder (struct kv_run *run)
{
  if (run->private_folder == NULL
      || kv_private_remove (run->private_folder) < 0)
    return;
  free (run->private_folder);
  run->private_folder = NULL;
}

void
kv_run_teardown (struct kv_run *run)
{
  kv_stdio_finish (&run->stdio, -1, 0);
  /* The gate first: its end tells kavach-init to take the tree with it. */
  close_fd (&run->gate);
  close_fd (&run->gate_inside);
  kv_shim_stop_begin (&run->shim);
  /* Once kavach-init has told the end nobody is left to write there, and the
   * shim need not be gone. */
  if (run->ended)
    remove_private_folder (run);
  kv_shim_stop (&run->shim, TEARDOWN_MS);
  kv_limits_remove (&run->limits);
  remove_private_folder (run);
  free (run->private_folder);
  run->private_folder = NULL;
  close_fd (&run->init_exec);
  close_fd (&run->proc_fd);
  kv_report_close (run);
  kv_grants_free (&run->grants);
  free (run->filter.program);
  free (run->command_filter.program);
  run->filter.program = run->command_filter.program = NULL;
  free (run->env);
  run->env = NULL;
  if (run->signals >= 0)
    kv_signals_close (run->signals);
  run->signals = -1;
  /* Signals are the caller's again: this can be broken off. */
  if (run->leftovers) {
    (void) kv_limits_sweep (true);
    (void) kv_private_sweep (true);
  }
  kv_candidates_free (&run->candidates);
  kv_policy_free (&run->policy);
}

struct step {
  const char *name;
  int (*walk) (struct kv_run *run, struct kv_error *err);
};

static int
walk (struct kv_run *run, const struct step *steps, unsigned n,
      struct kv_error *err)
{
  unsigned i;

  for (i = 0; i < n; i++) {
    if (run->options->verbose >= 2)
      fprintf (stderr, "kavach: step %s\n", steps[i].name);
    if (steps[i].walk (run, err) < 0)
      return -1;
  }
  return 0;
}

static int
decide (struct kv_run *run, struct kv_error *err)
{
  static const struct step steps[] = {
    { "resolve", kv_step_resolve },
    { "require", kv_step_require },
    { "discover", kv_step_discover },
    { "select", kv_step_select },
  };

  return walk (run, steps, KV_COUNT (steps), err);
}

static int
act (struct kv_run *run, struct kv_error *err)
{
  static const struct step steps[] = {
    { "audit", kv_step_audit },
    { "credential", kv_step_credential },
    { "spawn", kv_step_spawn },
    { "supervise", kv_step_supervise },
  };

  run->signals = kv_signals_open ();
  if (run->signals < 0)
    return kv_fail_errno (err, "KVI-02", "signalfd");
  if (walk (run, steps, KV_COUNT (steps), err) < 0)
    return -1;
  return kv_step_report (run, err);
}

static int
print_plan (const struct kv_run *run, struct kv_error *err)
{
  int printed
      = run->options->json ? kv_print_plan_json (run) : kv_print_plan (run);

  return printed < 0
             ? kv_fail_errno (err, "KVI-02", "cannot write to standard output")
             : 0;
}

static int
walk_road (struct kv_run *run, struct kv_error *err)
{
  const struct kv_exec_options *options = run->options;

  if (options->plan_only)
    return decide (run, err) < 0 || kv_plan_assess (run, err) < 0
               ? -1
               : print_plan (run, err);
  if (kv_report_open (run, err) < 0)
    return -1;
  kv_hasten (run);
  if (decide (run, err) < 0)
    return -1;
  if (options->verbose >= 1)
    kv_print_choice (run);
  return act (run, err);
}

int
kv_exec (const struct kv_exec_options *options)
{
  struct kv_error err = { 0 };
  struct kv_run run;
  int status = STATUS_REFUSED;

  if (begin (&run, options, &err) < 0 || walk_road (&run, &err) < 0) {
    kv_error_print (&err);
    kv_report_refusal (&run, &err);
  }
  else
    status = options->plan_only ? 0 : kv_run_exit_status (&run);
  kv_run_teardown (&run);
  return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "core/exec/run.h"
#include "core/util/error.h"
#include "launcher/launcher.h"
#include "launcher/measure.h"
#include "launcher/options.h"

static int
refuse (struct kv_error *err)
{
  kv_error_print (err);
  return KV_STATUS_REFUSED;
}

static int
run_parsed (const struct kv_parsed *parsed, char **argv)
{
  static char shell[] = "/bin/sh", dash_c[] = "-c";
  char *shell_argv[] = { shell, dash_c, NULL, NULL };
  struct kv_exec_options options = {
    .policy = &parsed->policy,
    .argv = argv + parsed->rest,
    .verbose = parsed->verbose,
    .plan_only = parsed->plan,
    .report = parsed->report,
    .json = parsed->json,
    .measure = parsed->plan ? NULL : kv_measure_for_gate,
    .measure_data = (void *) (uintptr_t) parsed,
  };
  struct kv_error err = { 0 };

  if (parsed->command_string != NULL) {
    if (options.argv[0] != NULL) {
      kv_fail (&err, "KVU-05", "-c and a command exclude each other");
      kv_error_hint (&err, "quote the whole command line behind -c");
      return refuse (&err);
    }
    shell_argv[2] = (char *) (uintptr_t) parsed->command_string;
    options.argv = shell_argv;
  }
  if (options.argv[0] == NULL && !parsed->plan) {
    kv_fail (&err, "KVU-04", "there is no command to run");
    kv_error_hint (&err, "kavach run -- COMMAND [ARG...]");
    return refuse (&err);
  }
  if (options.argv[0] != NULL && options.argv[0][0] == '\0') {
    kv_fail (&err, "KVU-04", "the command's name is empty");
    kv_error_hint (&err, "kavach run -- COMMAND [ARG...]");
    return refuse (&err);
  }
  if (options.json && !options.plan_only) {
    kv_fail (&err, "KVU-06", "--json goes with --plan");
    kv_error_hint (&err, "--report FILE writes the report of a run");
    return refuse (&err);
  }
  return kv_exec (&options);
}

int
kv_cmd_run (int argc, char **argv)
{
  struct kv_parsed parsed;
  struct kv_error err = { 0 };
  int status;

  if (kv_parse_options (KV_FOR_RUN, argc, argv, &parsed, &err) < 0)
    status = refuse (&err);
  else if (parsed.help)
    status = kv_print_help (argv[0]);
  else {
    parsed.policy.no_effects = parsed.plan;
    status = run_parsed (&parsed, argv);
  }
  kv_parsed_free (&parsed);
  return status;
}

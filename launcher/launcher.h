/* SPDX-License-Identifier: Apache-2.0 */
/* The kavach command: one file a subcommand. No knowledge of sandboxes. */
#ifndef KV_LAUNCHER_H
#define KV_LAUNCHER_H

/* Status of kavach's own refusals and failures. */
#define KV_STATUS_REFUSED 125

/* Each gets argv with its own name at 0 and returns the exit status. */
int kv_cmd_run (int argc, char **argv);
int kv_cmd_backends (int argc, char **argv);
int kv_cmd_score (int argc, char **argv);
/* Also 1: a claim does not hold. */
int kv_cmd_verify (int argc, char **argv);
int kv_cmd_plugin (int argc, char **argv);
/* Also 1: a policy file has faults. */
int kv_cmd_policy (int argc, char **argv);

/* Everything behind main, so that the tests' launcher shares it. */
int kv_launcher_main (int argc, char **argv);

/* Help and option lists, from the one table in options.c. */
int kv_print_help (const char *command);
int kv_print_long_options (const char *command);

#endif

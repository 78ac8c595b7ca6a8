/* SPDX-License-Identifier: Apache-2.0 */
/* One table of options for parsing, --help and completion, so that the three
 * cannot disagree. */
#ifndef KV_OPTIONS_H
#define KV_OPTIONS_H

#include <stdbool.h>

#include "core/policy/policy.h"
#include "core/util/error.h"

/* Commands an option belongs to. */
enum kv_option_command {
  KV_FOR_RUN = 1 << 0,
  KV_FOR_BACKENDS = 1 << 1,
  KV_FOR_SCORE = 1 << 2,
  KV_FOR_PLUGIN = 1 << 3,
  KV_FOR_POLICY = 1 << 4,
  KV_FOR_SHOW = 1 << 5,
  KV_FOR_DIFF = 1 << 6,
  KV_FOR_VERIFY = 1 << 7
};

struct kv_parsed {
  struct kv_options policy;
  const char *command_string;
  const char *report;
  int verbose;
  bool plan, json, origins, explain, help;
  /* Words from the first that is no option on. */
  int rest;
};

/* Reads the options of COMMAND.  0, or -1 with ERR: an unknown option, a
 * missing value, or one that is not in this version. */
int kv_parse_options (unsigned command, int argc, char **argv,
                      struct kv_parsed *parsed, struct kv_error *err);
/* Adds to PARSED, which was begun by the other; ARGV[0] is passed over. */
int kv_parse_more (unsigned command, int argc, char **argv,
                   struct kv_parsed *parsed, struct kv_error *err);
void kv_parsed_free (struct kv_parsed *parsed);

#endif

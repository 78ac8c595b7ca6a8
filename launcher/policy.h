/* SPDX-License-Identifier: Apache-2.0 */
/* kavach policy WORD: one file a word. */
#ifndef KV_LAUNCHER_POLICY_H
#define KV_LAUNCHER_POLICY_H

#include <stdbool.h>

/* The command line behind the word. */
struct kv_policy_words {
  /* What is no option. */
  const char **list;
  unsigned count;
  bool json;
  int verbose;
};

/* Each returns the exit status. */
int kv_policy_check (const struct kv_policy_words *words);
/* Takes the options of kavach run as well, and reads them itself; ARGV[0] is
 * the word. */
int kv_policy_show (int argc, char **argv);

/* The same: two names, and a status of 1 when they allow different things. */
int kv_policy_diff (int argc, char **argv);

/* KVU-11; the exit status. */
int kv_policy_refuse_words (const char *text, const char *hint);

#endif

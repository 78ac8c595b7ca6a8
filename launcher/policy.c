/* SPDX-License-Identifier: Apache-2.0 */
/* kavach policy: what is to be done, and with what. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/util/cleanup.h"
#include "core/util/error.h"
#include "launcher/launcher.h"
#include "launcher/options.h"
#include "launcher/policy.h"

int
kv_policy_refuse_words (const char *text, const char *hint)
{
  struct kv_error err = { .code = "" };

  kv_fail (&err, "KVU-11", "%s", text);
  kv_error_hint (&err, "%s", hint);
  kv_error_print (&err);
  return KV_STATUS_REFUSED;
}

/* Options may stand before, between and behind the words; behind "--"
 * everything is a word. */
static int
read_words (int argc, char **argv, struct kv_policy_words *words, bool *help,
            struct kv_error *err)
{
  bool only_words = false;
  int at = 0;

  while (at + 1 < argc) {
    struct kv_parsed parsed = { .rest = 1 };

    if (!only_words
        && kv_parse_options (KV_FOR_POLICY, argc - at, argv + at, &parsed, err)
               < 0)
      return -1;
    words->json = words->json || parsed.json;
    words->verbose += parsed.verbose;
    *help = *help || parsed.help;
    at += parsed.rest;
    kv_parsed_free (&parsed);
    if (at > 1 && strcmp (argv[at - 1], "--") == 0)
      only_words = true;
    if (at < argc)
      words->list[words->count++] = argv[at];
  }
  return 0;
}

/* The first word says what is to be done with the others. */
static int
do_words (struct kv_policy_words *words)
{
  const char *word = words->count > 0 ? words->list[0] : "";

  if (strcmp (word, "check") != 0)
    return kv_policy_refuse_words (
        word[0] == '\0' ? "policy needs a word: check, diff or show"
                        : "that is neither check, diff nor show",
        "kavach policy check FILE..., kavach "
        "policy diff POLICY POLICY, kavach policy "
        "show POLICY");
  words->list++;
  words->count--;
  return kv_policy_check (words);
}

/* Puts the word first; options may stand before it. */
static const char *
find_word (int argc, char **argv)
{
  int at = 1;
  char *word;

  while (at < argc && argv[at][0] == '-')
    at++;
  if (at >= argc)
    return "";
  word = argv[at];
  for (; at > 1; at--)
    argv[at] = argv[at - 1];
  argv[1] = word;
  return word;
}

int
kv_cmd_policy (int argc, char **argv)
{
  struct kv_error err = { .code = "" };
  kv_autofree const char **list = calloc ((size_t) argc, sizeof *list);
  struct kv_policy_words words = { .list = list };
  const char *word = find_word (argc, argv);
  bool help = false;

  if (strcmp (word, "show") == 0)
    return kv_policy_show (argc - 1, argv + 1);
  if (strcmp (word, "diff") == 0)
    return kv_policy_diff (argc - 1, argv + 1);
  if (list == NULL)
    kv_fail (&err, "KVI-01", "out of memory");
  else if (read_words (argc, argv, &words, &help, &err) == 0)
    return help ? kv_print_help ("policy") : do_words (&words);
  kv_error_print (&err);
  return KV_STATUS_REFUSED;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* kavach policy check: what is wrong with policy files, all of it. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/document.h"
#include "core/util/cleanup.h"
#include "core/util/json_out.h"
#include "launcher/launcher.h"
#include "launcher/options.h"

#define STATUS_FAULTS 1

struct check {
  const char **files;
  unsigned n_files;
  bool json, help;
  int verbose;
  int status;
};

/* The worst of all files is the status: could not be read, has faults,
 * fine. */
static void
note (struct check *check, int result)
{
  if (result < 0)
    check->status = KV_STATUS_REFUSED;
  else if (result > 0 && check->status == 0)
    check->status = STATUS_FAULTS;
}

/* A path may be longer than a line of kv_say's. */
static void
say_file (const char *code, const char *file, const char *text)
{
  size_t size = 4 * strlen (file) + 1;
  kv_autofree char *escaped = malloc (size);

  if (escaped != NULL)
    kv_escape (escaped, size, file);
  fprintf (stderr, "kavach: %s%s%s\n", code,
           escaped != NULL ? escaped : "(no memory)", text);
}

static void
say_faults (const char *file, const struct kv_faults *faults)
{
  char code[16], text[sizeof faults->list[0].text + 32];
  unsigned i;

  for (i = 0; i < faults->count; i++) {
    const struct kv_fault *fault = &faults->list[i];

    snprintf (code, sizeof code, "%s ", fault->code);
    snprintf (text, sizeof text, ":%u:%u %s", fault->line, fault->column,
              fault->text);
    say_file (code, file, text);
  }
  if (faults->more)
    say_file ("KVD-09 ", file, " has more faults; mend these first");
}

static void
fault_json (struct kv_json *j, const char *code, unsigned line, unsigned column,
            const char *text)
{
  kv_json_open_map (j, NULL);
  kv_json_string (j, "code", code);
  kv_json_number (j, "line", line);
  kv_json_number (j, "column", column);
  kv_json_string (j, "text", text);
  kv_json_close (j);
}

static void
file_json (struct kv_json *j, const char *file, const struct kv_faults *faults,
           const struct kv_error *err)
{
  unsigned i;

  kv_json_open_map (j, NULL);
  kv_json_string (j, "file", file);
  kv_json_open_array (j, "errors");
  if (err->code[0] != '\0')
    fault_json (j, err->code, 0, 0, err->text);
  for (i = 0; i < faults->count; i++)
    fault_json (j, faults->list[i].code, faults->list[i].line,
                faults->list[i].column, faults->list[i].text);
  kv_json_close (j);
  kv_json_bool (j, "more", faults->more);
  kv_json_close (j);
}

/* J is NULL for words. */
static void
check_file (struct check *check, const char *file, struct kv_json *j)
{
  struct kv_error err = { .code = "" };
  struct kv_document document;
  struct kv_faults faults = { .count = 0 };
  int result = kv_document_read (file, &document, &faults, &err);

  note (check, result);
  if (j != NULL)
    file_json (j, file, &faults, &err);
  else if (result > 0)
    say_faults (file, &faults);
  else if (result == 0 && check->verbose > 0)
    say_file ("", file, " has no fault");
  if (result < 0)
    kv_error_print (&err);
  kv_document_free (&document);
}

static int
check_files (struct check *check)
{
  struct kv_json j;
  unsigned i;

  if (check->json) {
    kv_json_begin (&j);
    kv_json_string (&j, "type", "policy-check");
    kv_json_open_array (&j, "files");
  }
  for (i = 0; i < check->n_files; i++)
    check_file (check, check->files[i], check->json ? &j : NULL);
  if (check->json && kv_json_end (&j, stdout) < 0)
    check->status = KV_STATUS_REFUSED;
  return check->status;
}

/* Options may stand before, between and behind the words, which go to
 * FILES; behind "--" everything is a word. */
static int
read_words (int argc, char **argv, struct check *check, struct kv_error *err)
{
  bool only_words = false;
  int at = 0;

  while (at + 1 < argc) {
    struct kv_parsed parsed = { .rest = 1 };

    if (!only_words
        && kv_parse_options (KV_FOR_POLICY, argc - at, argv + at, &parsed, err)
               < 0)
      return -1;
    check->json = check->json || parsed.json;
    check->help = check->help || parsed.help;
    check->verbose += parsed.verbose;
    at += parsed.rest;
    kv_parsed_free (&parsed);
    if (at > 1 && strcmp (argv[at - 1], "--") == 0)
      only_words = true;
    if (at < argc)
      check->files[check->n_files++] = argv[at];
  }
  return 0;
}

static int
refuse (const char *code, const char *text, const char *hint)
{
  struct kv_error err = { .code = "" };

  kv_fail (&err, code, "%s", text);
  kv_error_hint (&err, "%s", hint);
  kv_error_print (&err);
  return KV_STATUS_REFUSED;
}

/* The first word says what is to be done with the others. */
static int
do_words (struct check *check)
{
  const char *word = check->n_files > 0 ? check->files[0] : "";

  if (strcmp (word, "show") == 0 || strcmp (word, "diff") == 0)
    return refuse ("KVN-13",
                   "\"kavach policy show\" and \"kavach policy diff\" are not "
                   "in this version",
                   "kavach policy check FILE; kavach run --plan shows what "
                   "presets and flags come to");
  if (strcmp (word, "check") != 0)
    return refuse ("KVU-11",
                   word[0] == '\0' ? "policy needs a word: check"
                                   : "that is not check",
                   "kavach policy check FILE...");
  if (check->n_files == 1)
    return refuse ("KVU-11", "there is no file to check",
                   "kavach policy check FILE...; - reads standard input");
  check->files++;
  check->n_files--;
  return check_files (check);
}

int
kv_cmd_policy (int argc, char **argv)
{
  struct kv_error err = { .code = "" };
  kv_autofree const char **words = calloc ((size_t) argc, sizeof *words);
  struct check check = { .files = words };

  if (words == NULL)
    kv_fail (&err, "KVI-01", "out of memory");
  else if (read_words (argc, argv, &check, &err) == 0)
    return check.help ? kv_print_help ("policy") : do_words (&check);
  kv_error_print (&err);
  return KV_STATUS_REFUSED;
}

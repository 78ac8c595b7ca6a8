/* SPDX-License-Identifier: Apache-2.0 */
/* kavach-filter: writes one seccomp program to standard output. */
#include "config.h"

#include <getopt.h>
#include <linux/filter.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/filter/compile.h"
#include "core/filter/digest.h"
#include "core/filter/known.h"
#include "core/filter/oci_profile.h"
#include "core/filter/spec.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"

/* The seccomp file is at fault, and the words begin with where. */
enum { STATUS_FAULTS = 3 };

struct options {
  const char *arch;
  const char *tables;
  char *allow, *deny;
  const char *file;
  bool print;
  unsigned how;
  const char *spec;
};

static const char usage[]
    = "Usage: kavach-filter [OPTION...] PROFILE\n"
      "Writes a seccomp program (struct sock_filter[]) to standard output.\n"
      "\n"
      "  PROFILE        basic or strict, then any of -unix -inet -route -ipc\n"
      "                 -ptrace -others in this order: strict-unix-inet; or\n"
      "                 none, which allows what is not denied\n"
      "  --allow WORDS  calls and @groups that are open, with commas between\n"
      "  --deny WORDS   the same for what is refused\n"
      "  --file FILE    with the profile none: what a seccomp file of OCI\n"
      "                 runtimes says\n"
      "  --arch NAME    for another architecture of this byte order\n"
      "  --print        what the program says to each call, for people\n"
      "  --plain        as libseccomp makes it, several times the size\n";

static int
read_options (int argc, char **argv, struct options *options)
{
  static const struct option known[] = {
    { "arch", required_argument, NULL, 'a' },
    { "tables", required_argument, NULL, 't' },
    { "allow", required_argument, NULL, 'o' },
    { "deny", required_argument, NULL, 'd' },
    { "file", required_argument, NULL, 'f' },
    { "print", no_argument, NULL, 'p' },
    { "plain", no_argument, NULL, 'l' },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
  };
  int option;

  while ((option = getopt_long (argc, argv, "", known, NULL)) != -1)
    switch (option) {
    case 'a':
      options->arch = optarg;
      break;
    case 't':
      options->tables = optarg;
      break;
    case 'o':
      options->allow = optarg;
      break;
    case 'd':
      options->deny = optarg;
      break;
    case 'f':
      options->file = optarg;
      break;
    case 'p':
      options->print = true;
      break;
    case 'l':
      options->how |= KV_COMPILE_PLAIN;
      break;
    case 'h':
      return fputs (usage, stdout) < 0 ? -1 : 1;
    default:
      fputs (usage, stderr);
      return -1;
    }
  /* What is printed are the tables. */
  if (optind != argc - 1 || (options->print && options->file != NULL)) {
    fputs (usage, stderr);
    return -1;
  }
  options->spec = argv[optind];
  return 0;
}

/* Takes TEXT apart at its commas; a list with NULL at its end. */
static const char **
split_words (char *text)
{
  size_t n = 2, i = 0;
  const char **words;
  char *at;

  for (at = text; at != NULL && *at != '\0'; at++)
    n += *at == ',';
  words = calloc (n, sizeof *words);
  while (words != NULL && text != NULL)
    words[i++] = strsep (&text, ",");
  return words;
}

static int
read_words (const struct options *options, struct kv_filter_spec *spec,
            struct kv_error *err)
{
  kv_autofree const char **allow = NULL;
  kv_autofree const char **deny = NULL;

  if (options->allow == NULL && options->deny == NULL)
    return 0;
  allow = split_words (options->allow);
  deny = split_words (options->deny);
  if (allow == NULL || deny == NULL)
    return kv_fail_errno (err, "KVI-43", "no memory for words");
  return kv_calls_resolve (allow, deny, &spec->allow, &spec->deny, err);
}

/* Every fault on a line of its own; the caller takes the first. */
static int
say_faults (const struct kv_faults *faults)
{
  unsigned i;

  for (i = 0; i < faults->count; i++)
    kv_say ("%s %u:%u %s", faults->list[i].code, faults->list[i].line,
            faults->list[i].column, faults->list[i].text);
  return STATUS_FAULTS;
}

/* 0, -1, or STATUS_FAULTS when those have been said. */
static int
compile (const struct options *options, const struct kv_filter_spec *spec,
         struct kv_filter *filter, struct kv_error *err)
{
  struct kv_oci_profile profile;
  struct kv_faults faults;
  int rc;

  if (options->file == NULL)
    return kv_filter_compile (spec, options->arch, options->how, filter, err);
  if (spec->profile != KV_FILTER_NONE)
    return kv_fail (err, "KVI-47",
                    "a seccomp file goes with the profile none, not with %s",
                    options->spec);
  rc = kv_oci_profile_read (options->file, &profile, &faults, err);
  if (rc != 0)
    return rc < 0 ? -1 : say_faults (&faults);
  rc = kv_filter_compile_file (spec, &profile, options->arch, options->how,
                               filter, err);
  kv_oci_profile_free (&profile);
  return rc;
}

static int
run (const struct options *options, struct kv_error *err)
{
  struct kv_filter_spec spec;
  struct kv_filter filter;
  int rc;

  /* Else a new launcher could keep an old program under its own name. */
  if (options->tables != NULL
      && strcmp (options->tables, KV_FILTER_TABLES) != 0)
    return kv_fail (err, "KVI-46",
                    "kavach-filter is of another build than "
                    "its caller");
  if (kv_filter_spec_parse (options->spec, &spec) < 0)
    return kv_fail (err, "KVI-47", "no seccomp profile is called \"%s\"",
                    options->spec);
  if (read_words (options, &spec, err) < 0)
    return -1;
  if (options->print)
    return kv_filter_print (&spec, options->arch, err);
  if (isatty (STDOUT_FILENO))
    return kv_fail (err, "KVI-48",
                    "a seccomp program is not written to a "
                    "terminal; --print is for people");
  rc = compile (options, &spec, &filter, err);
  if (rc != 0)
    return rc;
  rc = kv_write_full (STDOUT_FILENO, filter.program, filter.size);
  free (filter.program);
  return rc < 0 ? kv_fail_errno (err, "KVI-43", "cannot write the program") : 0;
}

int
main (int argc, char **argv)
{
  struct options options = { 0 };
  struct kv_error err = { 0 };
  int rc = read_options (argc, argv, &options);

  if (rc != 0)
    return rc < 0 ? 2 : 0;
  rc = run (&options, &err);
  if (rc >= 0)
    return rc;
  kv_error_print (&err);
  return options.file != NULL
                 && (strcmp (err.code, "KVC-05") == 0
                     || strcmp (err.code, "KVI-41") == 0)
             ? STATUS_FAULTS
             : 1;
}

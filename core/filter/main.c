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
#include "core/filter/spec.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"

struct options {
  const char *arch;
  const char *tables;
  bool print;
  unsigned how;
  const char *spec;
};

static const char usage[]
    = "Usage: kavach-filter [--arch NAME] [--print] [--plain] PROFILE\n"
      "Writes a seccomp program (struct sock_filter[]) to standard output.\n"
      "\n"
      "  PROFILE        basic or strict, then any of -unix -inet -route -ipc\n"
      "                 -ptrace in this order: strict-unix-inet\n"
      "  --arch NAME    for another architecture of this byte order\n"
      "  --print        what the program says to each call, for people\n"
      "  --plain        as libseccomp makes it, several times the size\n";

static int
read_options (int argc, char **argv, struct options *options)
{
  static const struct option known[] = {
    { "arch", required_argument, NULL, 'a' },
    { "tables", required_argument, NULL, 't' },
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
  if (optind != argc - 1) {
    fputs (usage, stderr);
    return -1;
  }
  options->spec = argv[optind];
  return 0;
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
  if (options->print)
    return kv_filter_print (&spec, options->arch, err);
  if (isatty (STDOUT_FILENO))
    return kv_fail (err, "KVI-48",
                    "a seccomp program is not written to a "
                    "terminal; --print is for people");
  if (kv_filter_compile (&spec, options->arch, options->how, &filter, err) < 0)
    return -1;
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
  if (run (&options, &err) < 0) {
    kv_error_print (&err);
    return 1;
  }
  return 0;
}

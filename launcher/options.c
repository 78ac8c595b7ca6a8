/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/nearest.h"
#include "core/util/cleanup.h"
#include "launcher/launcher.h"
#include "launcher/options.h"

#define RUN KV_FOR_RUN
/* What says something about the policy. */
#define FLAG (KV_FOR_RUN | KV_FOR_SHOW)
/* Those that resolve a policy. */
#define POLICY (FLAG | KV_FOR_BACKENDS | KV_FOR_SCORE)
#define VERIFY KV_FOR_VERIFY
#define EVERY (POLICY | VERIFY | KV_FOR_PLUGIN | KV_FOR_POLICY | KV_FOR_DIFF)

enum id {
  OPT_PRESET = 'p',
  OPT_BACKEND = 'b',
  OPT_TTY = 't',
  OPT_NO_TTY = 'T',
  OPT_VERBOSE = 'v',
  OPT_COMMAND = 'c',
  OPT_HELP = 'h',
  OPT_READ = 256,
  OPT_WRITE,
  OPT_HIDE,
  OPT_NET,
  OPT_MEMORY,
  OPT_CPU,
  OPT_PIDS,
  OPT_FILES,
  OPT_FILE_SIZE,
  OPT_TMP,
  OPT_OUTPUT,
  OPT_TIMEOUT,
  OPT_ENV,
  OPT_CWD,
  OPT_HOSTNAME,
  OPT_MIN_SCORE,
  OPT_ACCEPT_ESTIMATE,
  OPT_REQUIRE,
  OPT_WAIVE,
  OPT_REPORT,
  OPT_PLAN,
  OPT_JSON,
  OPT_ORIGINS,
  OPT_EXPLAIN,
  OPT_PLUGIN,
  /* Known, and refused. */
  OPT_ALLOW_HOST,
  OPT_SECRET,
  OPT_IMAGE
};

struct row {
  int id;
  const char *name;
  /* NULL: takes no value. */
  const char *value;
  unsigned commands;
  /* NULL: not in this version. */
  const char *help;
};

static const struct row rows[] = {
  { OPT_PRESET, "policy", "POLICY", POLICY | VERIFY,
    "minimal, basic (default), strict, or a file: ./x.json" },
  { OPT_BACKEND, "backend", "NAME", POLICY | VERIFY,
    "this backend and no other (default: the strongest)" },
  { OPT_READ, "read", "PATH", FLAG, "may be read and executed" },
  { OPT_WRITE, "write", "PATH", FLAG, "may be read, written and executed" },
  { OPT_HIDE, "hide", "PATH", FLAG, "is not there" },
  { OPT_NET, "net", "MODE", FLAG,
    "none (own loopback only) or host (the host's network)" },
  { OPT_MEMORY, "memory", "SIZE", FLAG, "512M, 2G, none; swap included" },
  { OPT_CPU, "cpu", "N", FLAG, "processors: 0.5, 2, none" },
  { OPT_PIDS, "pids", "N", FLAG, "processes and threads, or none" },
  { OPT_FILES, "files", "N", FLAG, "open files per process, or none" },
  { OPT_FILE_SIZE, "file-size", "SIZE", FLAG, "largest file written, or none" },
  { OPT_TMP, "tmp", "SIZE", FLAG, "room in HOME, /tmp and /dev/shm together" },
  { OPT_OUTPUT, "output", "SIZE", FLAG,
    "bytes of output passed on; the rest is dropped" },
  { OPT_TIMEOUT, "timeout", "TIME", FLAG,
    "30s, 5m, none; then TERM, and KILL after 2 s" },
  { OPT_ENV, "env", "K[=V]", FLAG, "pass, or set, one variable" },
  { OPT_CWD, "cwd", "PATH", FLAG, "workspace (default: the current folder)" },
  { OPT_HOSTNAME, "hostname", "NAME", FLAG, "host name inside" },
  { OPT_MIN_SCORE, "min-score", "N", FLAG, "refuse below this score" },
  { OPT_ACCEPT_ESTIMATE, "accept-estimate", NULL, FLAG,
    "let an estimate satisfy --min-score" },
  { OPT_REQUIRE, "require", "CONTROL,..", POLICY,
    "refuse unless these are enforced in full" },
  { OPT_WAIVE, "waive", "CONTROL,..", POLICY | VERIFY,
    "do without these, where they cannot be had" },
  { OPT_TTY, "tty", NULL, FLAG, "give the command a terminal of its own" },
  { OPT_NO_TTY, "no-tty", NULL, FLAG, "give it none, even on a terminal" },
  { OPT_VERBOSE, "verbose", NULL, RUN, "backend and score; twice: each step" },
  { OPT_VERBOSE, "verbose", NULL, KV_FOR_POLICY,
    "also name the files without a fault" },
  { OPT_REPORT, "report", "FILE", RUN,
    "what was in force, how it ended; JSON, - for stdout" },
  { OPT_PLAN, "plan", NULL, RUN, "print what would be enforced, run nothing" },
  { OPT_JSON, "json", NULL, EVERY, "for machines" },
  { OPT_ORIGINS, "origins", NULL, KV_FOR_SHOW,
    "one value a line, and where it was said" },
  { OPT_EXPLAIN, "explain", NULL, KV_FOR_SCORE | VERIFY,
    "where the points come from" },
  { OPT_PLUGIN, "plugin", "FILE.so",
    (POLICY | VERIFY) & ~(unsigned) KV_FOR_SHOW, "also consider this object" },
  { OPT_COMMAND, "command", "STRING", RUN, "run /bin/sh -c STRING" },
  { OPT_HELP, "help", NULL, EVERY, "this text" },
  { OPT_ALLOW_HOST, "allow-host", "HOST", RUN, NULL },
  { OPT_SECRET, "secret", "NAME=SOURCE", RUN, NULL },
  { OPT_IMAGE, "image", "REF", RUN, NULL },
};

static const struct {
  const char *name;
  unsigned bit;
  const char *usage;
} commands[] = {
  { "run", KV_FOR_RUN,
    "kavach run [OPTION...] [-c STRING | [--] COMMAND [ARG...]]" },
  { "exec", KV_FOR_RUN,
    "kavach exec [OPTION...] [-c STRING | [--] COMMAND [ARG...]]" },
  { "backends", KV_FOR_BACKENDS, "kavach backends [OPTION...]" },
  { "score", KV_FOR_SCORE, "kavach score [OPTION...]" },
  { "plugin", KV_FOR_PLUGIN, "kavach plugin list|show NAME [--json]" },
  { "policy", KV_FOR_POLICY, "kavach policy check [OPTION...] FILE..." },
  { "policy diff", KV_FOR_DIFF,
    "kavach policy diff [OPTION...] POLICY POLICY" },
  { "verify", VERIFY, "kavach verify [-b NAME|all] [OPTION...]" },
  { "policy show", KV_FOR_SHOW, "kavach policy show [OPTION...] [POLICY]" },
};

static unsigned
command_bit (const char *name)
{
  unsigned i;

  for (i = 0; name != NULL && i < KV_COUNT (commands); i++)
    if (strcmp (name, commands[i].name) == 0)
      return commands[i].bit;
  return 0;
}

static void
print_usage (void)
{
  puts ("kavach runs a command in the strongest sandbox this host can give.\n"
        "\n"
        "  kavach run [OPTION...] [--] COMMAND [ARG...]   (also: exec)\n"
        "  kavach backends                what there is, and how strong\n"
        "  kavach score [--explain]       where the estimate comes from\n"
        "  kavach verify [-b NAME|all]    try what holds, by probes inside\n"
        "  kavach plugin list|show NAME   installed plugins\n"
        "  kavach policy check FILE...    what is wrong with a policy file\n"
        "  kavach policy diff ONE OTHER   what each allows beyond the other\n"
        "  kavach policy show POLICY      all that it says, and where\n"
        "  kavach COMMAND --help          options of one command\n"
        "  kavach --version\n"
        "\n"
        "Exit status: the command's own; 124 time over; 125 kavach refused\n"
        "or failed; 126 cannot be executed; 127 not found; 128+N signal N.");
}

int
kv_print_help (const char *command)
{
  unsigned bit = command_bit (command), i;

  if (bit == 0) {
    print_usage ();
    return fflush (stdout) == 0 ? 0 : KV_STATUS_REFUSED;
  }
  for (i = 0; i < KV_COUNT (commands); i++)
    if (strcmp (command, commands[i].name) == 0)
      printf ("usage: %s\n\n", commands[i].usage);
  for (i = 0; i < KV_COUNT (rows); i++) {
    const struct row *row = &rows[i];
    char left[40];

    if ((row->commands & bit) == 0 || row->help == NULL)
      continue;
    snprintf (left, sizeof left, "%s%c%s--%s%s%s", row->id < 256 ? "-" : " ",
              row->id < 256 ? row->id : ' ', row->id < 256 ? ", " : "  ",
              row->name, row->value != NULL ? " " : "",
              row->value != NULL ? row->value : "");
    printf ("  %-24s %s\n", left, row->help);
  }
  return fflush (stdout) == 0 ? 0 : KV_STATUS_REFUSED;
}

int
kv_print_long_options (const char *command)
{
  unsigned bit = command_bit (command), i;

  if (command == NULL)
    for (i = 0; i < KV_COUNT (commands); i++)
      if (strchr (commands[i].name, ' ') == NULL)
        puts (commands[i].name);
  for (i = 0; i < KV_COUNT (rows); i++)
    if ((rows[i].commands & bit) != 0 && rows[i].help != NULL)
      printf ("--%s%s\n", rows[i].name, rows[i].value != NULL ? "=" : "");
  return fflush (stdout) == 0 ? 0 : KV_STATUS_REFUSED;
}

static int
add_path (struct kv_options *o, const char *path, uint32_t access)
{
  struct kv_path_flag *grown
      = reallocarray (o->paths, o->n_paths + 1, sizeof *grown);

  if (grown == NULL)
    return -1;
  o->paths = grown;
  o->paths[o->n_paths++]
      = (struct kv_path_flag){ .path = path, .access = access };
  return 0;
}

static int
add_env (struct kv_options *o, const char *entry)
{
  const char **grown = reallocarray (o->env, o->n_env + 1, sizeof *grown);

  if (grown == NULL)
    return -1;
  o->env = grown;
  o->env[o->n_env++] = entry;
  return 0;
}

/* Where a string value goes, NULL for options of another kind. */
static const char **
string_place (struct kv_parsed *p, int id)
{
  struct kv_options *o = &p->policy;

  switch (id) {
  case OPT_PRESET:
    return &o->preset;
  case OPT_BACKEND:
    return &o->backend;
  case OPT_NET:
    return &o->net;
  case OPT_MEMORY:
    return &o->memory;
  case OPT_CPU:
    return &o->cpu;
  case OPT_PIDS:
    return &o->pids;
  case OPT_FILES:
    return &o->files;
  case OPT_FILE_SIZE:
    return &o->file_size;
  case OPT_TMP:
    return &o->tmp;
  case OPT_OUTPUT:
    return &o->output;
  case OPT_TIMEOUT:
    return &o->timeout;
  case OPT_CWD:
    return &o->cwd;
  case OPT_HOSTNAME:
    return &o->hostname;
  case OPT_MIN_SCORE:
    return &o->min_score;
  case OPT_REQUIRE:
    return &o->require;
  case OPT_WAIVE:
    return &o->waive;
  case OPT_PLUGIN:
    return &o->plugin;
  case OPT_REPORT:
    return &p->report;
  case OPT_COMMAND:
    return &p->command_string;
  default:
    return NULL;
  }
}

static int
take (struct kv_parsed *p, int id, const char *value)
{
  const uint32_t rx = KV_ACCESS_READ | KV_ACCESS_EXEC;
  const char **place = string_place (p, id);

  if (place != NULL) {
    *place = value;
    return 0;
  }
  switch (id) {
  case OPT_READ:
    return add_path (&p->policy, value, rx);
  case OPT_WRITE:
    return add_path (&p->policy, value, rx | KV_ACCESS_WRITE);
  case OPT_HIDE:
    return add_path (&p->policy, value, 0);
  case OPT_ENV:
    return add_env (&p->policy, value);
  case OPT_ACCEPT_ESTIMATE:
    p->policy.accept_estimate = true;
    return 0;
  case OPT_TTY:
    p->policy.tty = 1;
    return 0;
  case OPT_NO_TTY:
    p->policy.tty = 0;
    return 0;
  case OPT_VERBOSE:
    p->verbose++;
    return 0;
  case OPT_PLAN:
    p->plan = true;
    return 0;
  case OPT_JSON:
    p->json = true;
    return 0;
  case OPT_ORIGINS:
    p->origins = true;
    return 0;
  case OPT_EXPLAIN:
    p->explain = true;
    return 0;
  case OPT_HELP:
    p->help = true;
    return 0;
  default:
    return -1;
  }
}

static const struct row *
row_of (int id)
{
  unsigned i;

  for (i = 0; i < KV_COUNT (rows); i++)
    if (rows[i].id == id)
      return &rows[i];
  return NULL;
}

static int
refuse_unknown (unsigned command, const char *word, struct kv_error *err)
{
  const char *names[KV_COUNT (rows)];
  char name[64];
  const char *near;
  unsigned n = 0, i;

  snprintf (name, sizeof name, "%s", word + strspn (word, "-"));
  name[strcspn (name, "=")] = '\0';
  for (i = 0; i < KV_COUNT (rows); i++)
    if ((rows[i].commands & command) != 0)
      names[n++] = rows[i].name;
  near = kv_nearest (name, names, n);
  kv_fail (err, "KVU-02", "there is no option %.60s", word);
  return near != NULL
             ? kv_error_hint (err, "did you mean --%s?", near)
             : kv_error_hint (err, "--help lists them; a command that begins "
                                   "with a dash goes after --");
}

/* Short and long forms of COMMAND for getopt_long. */
static void
make_tables (unsigned command, struct option *longs, char *shorts)
{
  unsigned n = 0, i;

  /* Stop at the first word that is no option; tell a missing value apart. */
  *shorts++ = '+';
  *shorts++ = ':';
  for (i = 0; i < KV_COUNT (rows); i++) {
    if ((rows[i].commands & command) == 0)
      continue;
    longs[n++] = (struct option){
      .name = rows[i].name,
      .has_arg = rows[i].value != NULL ? required_argument : no_argument,
      .val = rows[i].id,
    };
    if (rows[i].id < 256) {
      *shorts++ = (char) rows[i].id;
      if (rows[i].value != NULL)
        *shorts++ = ':';
    }
  }
  longs[n] = (struct option){ .name = NULL };
  *shorts = '\0';
}

/* getopt_long takes "--mem" for --memory: an abbreviation that works today
 * and means something else after the next option is added. */
static bool
is_abbreviation (const char *word, const char *name)
{
  size_t n;

  if (strncmp (word, "--", 2) != 0)
    return false;
  n = strcspn (word + 2, "=");
  return strncmp (word + 2, name, n) == 0 && strlen (name) != n;
}

int
kv_parse_options (unsigned command, int argc, char **argv,
                  struct kv_parsed *parsed, struct kv_error *err)
{
  memset (parsed, 0, sizeof *parsed);
  parsed->policy.tty = -1;
  return kv_parse_more (command, argc, argv, parsed, err);
}

int
kv_parse_more (unsigned command, int argc, char **argv,
               struct kv_parsed *parsed, struct kv_error *err)
{
  struct option longs[KV_COUNT (rows) + 1];
  char shorts[2 * KV_COUNT (rows) + 4];
  int id;

  make_tables (command, longs, shorts);
  opterr = 0;
  optind = 1;
  for (;;) {
    int here = optind < argc ? optind : argc - 1;
    const struct row *row;

    id = getopt_long (argc, argv, shorts, longs, NULL);
    if (id == -1)
      break;
    row = id != '?' && id != ':' ? row_of (id) : NULL;
    if (id == ':') {
      kv_fail (err, "KVU-03", "%s needs a value", argv[here]);
      return kv_error_hint (err, "--help says which");
    }
    if (row == NULL || is_abbreviation (argv[here], row->name))
      return refuse_unknown (command, argv[here], err);
    if (row->help == NULL) {
      kv_fail (err, "KVN-11", "--%s is not in this version", row->name);
      kv_error_rule (err, "flag --%s %s", row->name, optarg);
      return kv_error_hint (err, "leave it out; the README lists what works");
    }
    if (take (parsed, id, optarg) < 0)
      return kv_fail (err, "KVI-01", "out of memory");
  }
  parsed->rest = optind;
  return 0;
}

void
kv_parsed_free (struct kv_parsed *parsed)
{
  free (parsed->policy.paths);
  free (parsed->policy.env);
  memset (parsed, 0, sizeof *parsed);
}

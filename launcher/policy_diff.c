/* SPDX-License-Identifier: Apache-2.0 */
/* kavach policy diff: what a second policy allows that a first does not, and
 * the other way round. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/paths.h"
#include "core/policy/whole.h"
#include "core/util/cleanup.h"
#include "core/util/json_out.h"
#include "launcher/launcher.h"
#include "launcher/options.h"
#include "launcher/policy.h"
#include "launcher/policy_diff.h"

#define STATUS_DIFFER 1

struct diff {
  const char *names[2];
  struct kv_whole wholes[2];
  struct kv_differences more, less;
  char *home;
};

static void
keep (void *data, const struct kv_witness *w)
{
  struct kv_differences *d = data;
  struct kv_witness *grown
      = reallocarray (d->list, d->count + 1, sizeof *grown);

  if (grown == NULL) {
    d->no_memory = true;
    return;
  }
  d->list = grown;
  d->list[d->count++] = *w;
}

static int
load (struct diff *diff, struct kv_error *err)
{
  unsigned i;

  for (i = 0; i < 2; i++) {
    const struct kv_options options = {
      .tty = -1, .describe = true, .unbounded = true, .preset = diff->names[i]
    };

    if (kv_whole_load (&diff->wholes[i], &options, err) < 0)
      return -1;
  }
  return 0;
}

static void
place_json (struct kv_json *j, const char *key, struct kv_place at)
{
  kv_json_open_map (j, key);
  kv_json_string (j, "origin", at.file);
  if (at.line != 0) {
    kv_json_number (j, "line", at.line);
    kv_json_number (j, "column", at.column);
  }
  kv_json_close (j);
}

/* "from" is the first policy's side, "to" the second's. */
static void
differences_json (struct kv_json *j, const char *key,
                  const struct kv_differences *d, bool more)
{
  unsigned i;

  kv_json_open_array (j, key);
  for (i = 0; i < d->count; i++) {
    const struct kv_witness *w = &d->list[i];

    kv_json_open_map (j, NULL);
    kv_json_string (j, "key", w->key);
    kv_json_string (j, "what", w->what);
    kv_json_string (j, "from", more ? w->b : w->a);
    kv_json_string (j, "to", more ? w->a : w->b);
    place_json (j, "from-place", more ? w->b_at : w->a_at);
    place_json (j, "to-place", more ? w->a_at : w->b_at);
    kv_json_close (j);
  }
  kv_json_close (j);
}

static int
print_json (const struct diff *diff)
{
  struct kv_json j;

  kv_json_begin (&j);
  kv_json_string (&j, "type", "policy-diff");
  kv_json_string (&j, "from", diff->names[0]);
  kv_json_string (&j, "to", diff->names[1]);
  kv_json_bool (&j, "same", diff->more.count + diff->less.count == 0);
  differences_json (&j, "more", &diff->more, true);
  differences_json (&j, "less", &diff->less, false);
  return kv_json_end (&j, stdout);
}

static int
print_side (const struct diff *diff, bool more)
{
  const struct kv_differences *d = more ? &diff->more : &diff->less;
  char names[2][512];

  if (d->count == 0)
    return 0;
  kv_escape (names[0], sizeof names[0], diff->names[!more]);
  kv_escape (names[1], sizeof names[1], diff->names[more]);
  printf ("%s allows more than %s:\n", names[1], names[0]);
  return kv_differences_print (d, more, diff->wholes[0].cwd, diff->home);
}

static int
print (const struct diff *diff, bool json)
{
  char names[2][512];

  if (json)
    return print_json (diff);
  kv_escape (names[0], sizeof names[0], diff->names[0]);
  kv_escape (names[1], sizeof names[1], diff->names[1]);
  if (diff->more.count + diff->less.count == 0)
    printf ("%s and %s allow the same.\n", names[0], names[1]);
  if (print_side (diff, true) < 0)
    return -1;
  if (diff->more.count > 0 && diff->less.count > 0)
    putchar ('\n');
  if (print_side (diff, false) < 0)
    return -1;
  return ferror (stdout) != 0 || fflush (stdout) != 0 ? -1 : 0;
}

static int
compare (struct diff *diff, bool json)
{
  struct kv_error err = { .code = "" };
  int status = KV_STATUS_REFUSED;

  if (load (diff, &err) == 0) {
    const struct kv_document *from = &diff->wholes[0].document;
    const struct kv_document *to = &diff->wholes[1].document;

    diff->home = kv_callers_home ();
    kv_policy_excess (to, from, diff->home, keep, &diff->more);
    kv_policy_excess (from, to, diff->home, keep, &diff->less);
    if (diff->more.no_memory || diff->less.no_memory)
      kv_fail (&err, "KVI-01", "out of memory");
    else if (print (diff, json) < 0)
      kv_fail_errno (&err, "KVI-02", "cannot write to standard output");
    else
      status = diff->more.count + diff->less.count > 0 ? STATUS_DIFFER : 0;
  }
  if (err.code[0] != '\0')
    kv_error_print (&err);
  kv_whole_free (&diff->wholes[0]);
  kv_whole_free (&diff->wholes[1]);
  free (diff->more.list);
  free (diff->less.list);
  free (diff->home);
  return status;
}

/* The two names may stand before, between and behind the options. */
static int
read_words (int argc, char **argv, struct kv_parsed *parsed, const char **names,
            unsigned *count, struct kv_error *err)
{
  int at;

  if (kv_parse_options (KV_FOR_DIFF, argc, argv, parsed, err) < 0)
    return -1;
  for (at = parsed->rest; at < argc; at += parsed->rest) {
    if (*count < 2)
      names[*count] = argv[at];
    (*count)++;
    if (kv_parse_more (KV_FOR_DIFF, argc - at, argv + at, parsed, err) < 0)
      return -1;
  }
  return 0;
}

int
kv_policy_diff (int argc, char **argv)
{
  struct kv_error err = { .code = "" };
  struct kv_parsed parsed = { .rest = 0 };
  struct diff diff = { .names = { NULL } };
  int status = KV_STATUS_REFUSED;
  unsigned count = 0;

  if (read_words (argc, argv, &parsed, diff.names, &count, &err) < 0)
    kv_error_print (&err);
  else if (parsed.help)
    status = kv_print_help ("policy diff");
  else if (count != 2)
    status = kv_policy_refuse_words ("two policies can be compared",
                                     "kavach policy diff [--json] POLICY "
                                     "POLICY");
  else
    status = compare (&diff, parsed.json);
  kv_parsed_free (&parsed);
  return status;
}

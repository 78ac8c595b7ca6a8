/* SPDX-License-Identifier: Apache-2.0 */
/* kavach policy show: what a preset, a file and flags come to. */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/whole.h"
#include "core/util/cleanup.h"
#include "core/util/json_out.h"
#include "launcher/launcher.h"
#include "launcher/options.h"
#include "launcher/policy.h"

/* Wide enough for the longest key but those of the proxy. */
#define KEY_WIDTH 22

static void
print_value (void *data, const char *key, const char *value, struct kv_place at)
{
  char place[PATH_MAX], shown[4 * PATH_MAX];
  int width = KEY_WIDTH + 14;
  int n;

  (void) data;
  kv_place_text (place, sizeof place, at);
  kv_escape (shown, sizeof shown, value);
  n = printf ("%-*s %s", KEY_WIDTH, key, shown);
  kv_escape (shown, sizeof shown, place);
  printf ("%*s  %s\n", n < width ? width - n : 0, "", shown);
}

static void
value_json (void *data, const char *key, const char *value, struct kv_place at)
{
  struct kv_json *j = data;

  kv_json_open_map (j, NULL);
  kv_json_string (j, "key", key);
  kv_json_string (j, "value", value);
  kv_json_string (j, "origin", at.file);
  if (at.line != 0) {
    kv_json_number (j, "line", at.line);
    kv_json_number (j, "column", at.column);
  }
  kv_json_close (j);
}

static int
print_json (const struct kv_whole *whole)
{
  struct kv_json j;

  kv_json_begin (&j);
  kv_json_string (&j, "type", "policy");
  kv_json_string (&j, "sha256", whole->digest);
  kv_json_open_array (&j, "values");
  kv_whole_each (whole, value_json, &j);
  kv_json_close (&j);
  return kv_json_end (&j, stdout);
}

static int
print (const struct kv_whole *whole, const struct kv_parsed *parsed)
{
  kv_autofree char *text = NULL;

  if (parsed->json)
    return print_json (whole);
  if (parsed->origins) {
    printf ("%-*s %s\n", KEY_WIDTH, "sha256", whole->digest);
    kv_whole_each (whole, print_value, NULL);
  }
  else {
    text = kv_whole_text (whole);
    if (text == NULL)
      return -1;
    fputs (text, stdout);
  }
  return ferror (stdout) != 0 || fflush (stdout) != 0 ? -1 : 0;
}

static int
show (struct kv_parsed *parsed)
{
  struct kv_error err = { .code = "" };
  struct kv_whole whole;
  int status = KV_STATUS_REFUSED;

  parsed->policy.describe = true;
  if (kv_whole_load (&whole, &parsed->policy, &err) < 0)
    kv_error_print (&err);
  else if (print (&whole, parsed) < 0) {
    kv_fail_errno (&err, "KVI-02", "cannot write to standard output");
    kv_error_print (&err);
  }
  else
    status = 0;
  kv_whole_free (&whole);
  return status;
}

/* The policy's name may stand before, between and behind the options. */
static int
read_words (int argc, char **argv, struct kv_parsed *parsed, bool *many,
            struct kv_error *err)
{
  int at;

  if (kv_parse_options (KV_FOR_SHOW, argc, argv, parsed, err) < 0)
    return -1;
  for (at = parsed->rest; at < argc; at += parsed->rest) {
    *many = *many || parsed->policy.preset != NULL;
    parsed->policy.preset = argv[at];
    if (kv_parse_more (KV_FOR_SHOW, argc - at, argv + at, parsed, err) < 0)
      return -1;
  }
  return 0;
}

int
kv_policy_show (int argc, char **argv)
{
  struct kv_error err = { .code = "" };
  struct kv_parsed parsed = { .rest = 0 };
  int status = KV_STATUS_REFUSED;
  bool many = false;

  if (read_words (argc, argv, &parsed, &many, &err) < 0)
    kv_error_print (&err);
  else if (parsed.help)
    status = kv_print_help ("policy show");
  else if (many)
    status = kv_policy_refuse_words ("one policy can be shown at a time",
                                     "kavach policy show [OPTION...] POLICY");
  else
    status = show (&parsed);
  kv_parsed_free (&parsed);
  return status;
}

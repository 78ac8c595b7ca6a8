/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/document.h"
#include "core/util/cleanup.h"
#include "tests/unit/corpus.h"

#define EVERY_KEY "tests/corpus/policy/valid/every-key.json"

static struct kv_document d;
static struct kv_faults faults;
static struct kv_error err;
/* "CODE LINE:COLUMN" of every fault, a line each; LINES with the text, too. */
static char codes[1024], lines[16384];

static void
write_down (void)
{
  size_t c = 0, l = 0;
  unsigned i;

  codes[0] = lines[0] = '\0';
  for (i = 0; i < faults.count; i++) {
    const struct kv_fault *f = &faults.list[i];

    c += (size_t) snprintf (codes + c, sizeof codes - c, "%s %u:%u\n", f->code,
                            f->line, f->column);
    l += (size_t) snprintf (lines + l, sizeof lines - l, "%s %u:%u %s\n",
                            f->code, f->line, f->column, f->text);
  }
  if (faults.more)
    snprintf (codes + c, sizeof codes - c, "more\n");
}

static int
parse_bytes (const char *text, size_t size, size_t piece)
{
  int result
      = kv_document_parse (text, size, piece, "p.json", &d, &faults, &err);

  write_down ();
  return result;
}

static int
parse (const char *text)
{
  return parse_bytes (text, strlen (text), 0);
}

static void
end (void)
{
  kv_document_free (&d);
}

TestSuite (document, .fini = end);

static void
expect_texts (const struct kv_said_list *list, const char *first, unsigned line,
              unsigned column)
{
  const struct kv_said_text *items = list->items;

  cr_assert_geq (list->count, 1);
  cr_expect_str_eq (items[0].value, first);
  cr_expect_eq (items[0].at.line, line, "%u", items[0].at.line);
  cr_expect_eq (items[0].at.column, column, "%u", items[0].at.column);
  cr_expect_str_eq (items[0].at.file, "p.json");
}

static void
load (const char *sample)
{
  kv_autofree char *text = NULL;
  size_t size;

  text = kv_source_file (sample, &size);
  cr_assert_not_null (text, "%s", sample);
  cr_assert_eq (parse_bytes (text, size, 0), 0, "%s", lines);
}

Test (document, limits_and_lists_have_values_and_places)
{
  load (EVERY_KEY);
  cr_expect_eq (d.version.value, 1);
  cr_expect_str_eq (d.extends.value, "strict");
  cr_expect_str_eq (d.filesystem.root.value, "host");
  expect_texts (&d.filesystem.read, "/usr", 6, 14);
  expect_texts (&d.filesystem.write, ".", 7, 15);
  expect_texts (&d.filesystem.hide, "~/.ssh", 8, 14);
  cr_expect_eq (d.filesystem.tmp.value, 64 << 20);
  cr_expect_str_eq (d.syscalls.profile.value, "strict");
  expect_texts (&d.syscalls.allow, "mbind", 24, 15);
  expect_texts (&d.syscalls.deny, "@mount", 25, 14);
  cr_expect_eq (d.limits.memory.value, 512 << 20);
  cr_expect_eq (d.limits.cpu.value, 1500);
  cr_expect_eq (d.limits.pids.value, 64);
  cr_expect_eq (d.limits.files.value, 256);
  cr_expect_eq (d.limits.file_size.value, 64 << 20);
  cr_expect_eq (d.limits.wall_time.value, 30000);
  cr_expect_eq (d.limits.output.value, 1 << 20);
  cr_expect_str_eq (d.audit.log.value, "audit.log");
  expect_texts (&d.audit.hooks, "syslog", 58, 43);
  cr_expect_eq (d.require.score.value, 70);
  cr_expect_eq (d.require.accept.value, KV_ACCEPT_ESTIMATE);
  expect_texts (&d.require.controls, "syscalls", 62, 18);
  cr_expect_eq (d.require.waive.count, 0);
  cr_expect_neq (d.require.waive.at.line, 0);
  cr_expect_eq (d.require.backends.count, 2);
}

Test (document, network_and_process_have_values_and_places)
{
  const struct kv_said_allow *allow;
  const struct kv_said_pair *pair;

  load (EVERY_KEY);
  cr_expect_eq (d.network.mode.value, KV_MODE_PROXY);
  cr_assert_eq (d.network.allow.count, 1);
  allow = d.network.allow.items;
  cr_expect_eq (allow->at.line, 14);
  cr_expect_eq (allow->at.column, 7);
  cr_expect_str_eq (allow->host.value, "api.example.org");
  cr_assert_eq (allow->ports.count, 2);
  cr_expect_eq (((struct kv_said_number *) allow->ports.items)[1].value, 8443);
  cr_expect_eq (allow->methods.count, 2);
  cr_expect_eq (allow->paths.count, 1);
  expect_texts (&d.process.pass, "LANG", 38, 16);
  cr_assert_eq (d.process.set.count, 1);
  pair = d.process.set.items;
  cr_expect_str_eq (pair->name, "CI");
  cr_expect_eq (pair->at.column, 15);
  cr_expect_str_eq (pair->text.value, "1");
  cr_expect_eq (pair->text.at.column, 21);
  cr_expect_str_eq (d.process.cwd.value, ".");
  cr_expect_str_eq (d.process.hostname.value, "sandbox");
  cr_expect_eq (d.process.tty.value, 0);
  cr_expect_neq (d.process.tty.at.line, 0);
}

Test (document, credentials_have_values_and_places)
{
  const struct kv_said_credential *credential;
  const struct kv_said_use *use;

  load (EVERY_KEY);
  cr_assert_eq (d.credentials.count, 1);
  credential = d.credentials.items;
  cr_expect_str_eq (credential->name.value, "API_TOKEN");
  cr_expect_str_eq (credential->source.value, "file:~/.token");
  cr_expect_eq (credential->deliver.value, KV_DELIVER_PROXY);
  cr_assert_eq (credential->uses.count, 1);
  use = credential->uses.items;
  cr_expect_str_eq (use->host.value, "api.example.org");
  expect_texts (&use->paths, "/v1/*", 52, 20);
  cr_expect_str_eq (use->header.value, "Authorization");
  cr_expect_str_eq (use->format.value, "Bearer {}");
}

Test (document, what_is_not_said_has_no_place)
{
  cr_assert_eq (parse ("{\"kavach\": 1}"), 0);
  cr_expect_eq (d.version.at.line, 1);
  cr_expect_eq (d.version.at.column, 12);
  cr_expect_eq (d.extends.at.line, 0);
  cr_expect_eq (d.filesystem.read.at.line, 0);
  cr_expect_eq (d.limits.memory.at.line, 0);
}

Test (document, none_is_no_limit)
{
  cr_assert_eq (
      parse ("{\"kavach\":1,\"filesystem\":{\"tmp\":\"none\"},\"limits\":"
             "{\"pids\":\"none\",\"cpu\":\"none\",\"wall-time\":"
             "\"none\"}}"),
      0, "%s", lines);
  cr_expect_neq (d.limits.pids.at.line, 0);
  cr_expect_eq (d.limits.pids.value, 0);
  cr_expect_eq (d.limits.cpu.value, 0);
  cr_expect_eq (d.limits.wall_time.value, 0);
}

static void
expect_number (const char *digits, uint64_t cpu)
{
  char text[512];

  snprintf (text, sizeof text, "{\"kavach\":1,\"limits\":{\"cpu\":%s}}",
            digits);
  kv_document_free (&d);
  cr_expect_eq (parse (text), cpu != 0 ? 0 : 1, "%s: %s", digits, lines);
  cr_expect_eq (d.limits.cpu.value, cpu, "%s", digits);
}

Test (document, numbers_are_exact)
{
  expect_number ("2", 2000);
  expect_number ("2.000000000000000000000000000", 2000);
  expect_number ("0.5", 500);
  expect_number ("1e0", 1000);
  expect_number ("15E-1", 1500);
  expect_number ("0.0015e3", 1500);
  expect_number ("1500000e-6", 1500);
  expect_number ("0.01", 10);
  expect_number ("0.009", 0);
  expect_number ("1.0005", 0);
  expect_number ("1.0000000000000000000000000001", 0);
  expect_number ("-1", 0);
  expect_number ("1e400000000000000000000", 0);
  expect_number ("1e-400000000000000000000", 0);
  expect_number ("99999999999999999999999999999999", 0);
}

Test (document, twelve_mistakes_give_twelve_lines)
{
  static const char *const want[] = {
    "KVD-15 3:14 extends is \"stirct\"; did you mean \"strict\"?",
    "KVD-10 5:5 there is no key \"reads\" in filesystem; did you mean \"read\"?",
    "KVD-12 6:14 filesystem.write is a string; write \"write\": [\".\"]",
    "KVD-18 7:12 filesystem.tmp is \"64Q\"; a whole number with K, M, G or T, "
    "such as \"64M\", or \"none\"",
    "KVD-23 11:14 network.allow names hosts and the network is not by proxy; "
    "\"mode\": \"proxy\"",
    "KVD-19 12:16 network.allow[].host is \"https://example.org/v1\"; a host "
    "without scheme, port and path: example.org, *.example.org, an address",
    "KVD-17 12:63 a value in network.allow[].ports is 70000; the most is 65535",
    "KVD-11 18:5 limits.memory is there twice; keep one of the two",
    "KVD-17 19:12 limits.cpu is 1.00001; at most three decimals, such as 1.5",
    "KVD-16 23:18 a value in require.controls is \"memroy\"; did you mean "
    "\"memory\"?",
    "KVD-20 24:17 require.backends is empty, which would permit nothing; "
    "\"backends\": [\"namespace\"], or leave it out",
    "KVD-17 25:14 require.score is 170; the most is 100",
  };
  kv_autofree char *text = NULL;
  size_t size, i;

  text = kv_source_file ("tests/corpus/policy/invalid/twelve.json", &size);
  cr_assert_not_null (text);
  cr_assert_eq (parse_bytes (text, size, 0), 1);
  cr_assert_eq (faults.count, KV_COUNT (want), "%s", lines);
  cr_expect (!faults.more);
  for (i = 0; i < KV_COUNT (want); i++) {
    char line[600];

    snprintf (line, sizeof line, "%s %u:%u %s", faults.list[i].code,
              faults.list[i].line, faults.list[i].column, faults.list[i].text);
    cr_expect_str_eq (line, want[i]);
  }
}

/* --- samples --- */

static void
replay (void *data, const struct kv_sample *sample)
{
  static const size_t pieces[] = { 0, 1, 2, 7, 64 };
  kv_autofree char *whole = NULL;
  unsigned *count = data;
  size_t i;

  for (i = 0; i < KV_COUNT (pieces); i++) {
    int result = parse_bytes (sample->text, sample->size, pieces[i]);

    kv_document_free (&d);
    cr_expect_eq (result, sample->valid ? 0 : 1, "%s: %s", sample->name, lines);
    cr_expect_str_eq (codes, sample->valid ? "" : sample->faults, "%s by %zu",
                      sample->name, pieces[i]);
    if (whole == NULL)
      whole = strdup (lines);
    cr_assert_not_null (whole);
    cr_expect_str_eq (lines, whole, "%s by %zu", sample->name, pieces[i]);
  }
  (*count)++;
}

Test (document, samples_have_the_faults_that_they_are_kept_for)
{
  unsigned count = 0;

  kv_each_sample (replay, &count);
  cr_expect_geq (count, 30);
}

/* Every byte of a rich document replaced: no crash, and the same words
 * whether it comes whole or byte by byte. */
Test (document, hostile_bytes_do_no_harm)
{
  static const char values[] = "\0\x01\t\n \"\\,:{}[]0-eu\x7f\x80\xc3\xed\xff";
  kv_autofree char *text = NULL, *whole = NULL;
  size_t size, at, i;

  whole = malloc (sizeof lines);
  text = kv_source_file (EVERY_KEY, &size);
  cr_assert (text != NULL && whole != NULL);
  for (at = 0; at < size; at++)
    for (i = at % 3; i < sizeof values - 1; i += 3) {
      char before = text[at];
      int result;

      text[at] = values[i];
      result = parse_bytes (text, size, 0);
      kv_document_free (&d);
      memcpy (whole, lines, sizeof lines);
      cr_assert_eq (parse_bytes (text, size, 1), result, "%zu %zu", at, i);
      kv_document_free (&d);
      cr_assert_str_eq (lines, whole, "%zu %zu", at, i);
      text[at] = before;
    }
  for (at = 0; at < size - 2; at++)
    cr_assert_eq (parse_bytes (text, at, 0), 1, "%zu", at);
}

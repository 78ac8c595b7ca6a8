/* SPDX-License-Identifier: Apache-2.0 */
/* Places, encodings, and what is too much of anything. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/document.h"
#include "core/util/cleanup.h"

static struct kv_document d;
static struct kv_faults faults;
static struct kv_error err;

/* SIZE bytes have these faults, "CODE LINE:COLUMN" and a blank each, in one
 * piece and in many. */
static void
expect_bytes (const char *text, size_t size, const char *want)
{
  /* Single bytes of a long string would take yajl seconds. */
  const size_t pieces[] = { 0, size < 20000 ? 1 : 999, 64 };
  char got[2048];
  size_t used, k;
  unsigned i;

  for (k = 0; k < KV_COUNT (pieces); k++) {
    int result = kv_document_parse (text, size, pieces[k], "p.json", &d,
                                    &faults, &err);

    kv_document_free (&d);
    cr_expect_eq (result, want[0] != '\0' ? 1 : 0);
    got[0] = '\0';
    for (used = 0, i = 0; i < faults.count; i++)
      used += (size_t) snprintf (got + used, sizeof got - used, "%s %u:%u ",
                                 faults.list[i].code, faults.list[i].line,
                                 faults.list[i].column);
    if (faults.more)
      snprintf (got + used, sizeof got - used, "more ");
    cr_expect_str_eq (got, want, "%.200s by %zu: %s, not %s", text, pieces[k],
                      got, want);
  }
}

static void
expect (const char *text, const char *want)
{
  expect_bytes (text, strlen (text), want);
}

Test (document_limits, columns_count_characters)
{
  /* Two, three and four bytes; an escape is as wide as it is written. */
  expect ("{\"kavach\":1,\"\xc3\xa9\":1}", "KVD-10 1:13 ");
  expect ("{\"kavach\":1,\"process\":{\"env\":{\"set\":{\"A\":\"\xc3\xa9"
          "\xe2\x82\xac\xf0\x9f\x98\x80\"}}},\"x\":1}",
          "KVD-10 1:51 ");
  expect ("{\"kavach\":1,\"process\":{\"env\":{\"set\":{\"A\":\"\\u00e9\\n\"}}}"
          ",\"x\":1}",
          "KVD-10 1:56 ");
  /* A tab is one column. */
  expect ("{\"kavach\":1,\n\t\"x\":1}", "KVD-10 2:2 ");
}

Test (document_limits, lines_end_as_on_any_system)
{
  expect ("{\r\n  \"kavach\": 1,\r\n  \"x\": 1\r\n}\r\n", "KVD-10 3:3 ");
  expect ("{\n\n\n\"kavach\":1,\n\"x\":1}", "KVD-10 5:1 ");
}

Test (document_limits, a_value_begins_where_it_begins)
{
  expect ("{\"kavach\"  :\n\n   2  }", "KVD-14 3:4 ");
  expect ("{\"kavach\":1,\"limits\":{\"pids\"\n:\n[\n[1]]}}", "KVD-12 3:1 ");
  expect ("{\"kavach\":1,\"limits\":{\"pids\":0,\"files\":1}}",
          "KVD-17 1:30 KVD-17 1:40 ");
}

Test (document_limits, no_json)
{
  expect ("", "KVD-02 1:1 ");
  expect ("  \n ", "KVD-02 2:2 ");
  expect ("{", "KVD-02 1:2 ");
  expect ("{\"kavach\":1", "KVD-02 1:12 ");
  expect ("{\"kavach\":1,\n\"extends\":\"str", "KVD-02 2:11 ");
  expect ("{\"kavach\":1,}", "KVD-02 1:13 ");
  expect ("{\"kavach\":1,,\"x\":1}", "KVD-02 1:13 ");
  expect ("{\"kavach\" 1}", "KVD-02 1:11 ");
  expect ("{\"kavach\":}", "KVD-02 1:11 ");
  expect ("{kavach:1}", "KVD-02 1:2 ");
  expect ("{'kavach':1}", "KVD-02 1:2 ");
  expect ("{\"kavach\":1 \"extends\":\"basic\"}", "KVD-02 1:13 ");
  expect ("{\"kavach\":1} {}", "KVD-02 1:14 ");
  expect ("{\"kavach\":1}}", "KVD-02 1:13 ");
  expect ("{\"kavach\":01}", "KVD-14 1:11 KVD-02 1:12 ");
  expect ("{\"kavach\":-}", "KVD-02 1:11 ");
  expect ("{\"kavach\":nul}", "KVD-02 1:11 ");
  expect ("// policy\n{\"kavach\":1}", "KVD-02 1:1 ");
  expect ("{\"kavach\":1, # one\n}", "KVD-02 1:14 ");
  expect ("{\"kavach\":1,\"extends\":\"a\\qb\"}", "KVD-02 1:26 ");
  expect ("{\"kavach\":1,\"extends\":\"a\nb\"}", "KVD-02 1:25 ");
  expect ("\xef\xbb\xbf{\"kavach\":1}", "KVD-02 1:1 ");
  expect ("nul", "KVD-02 1:1 ");
}

Test (document_limits, what_comes_before_no_json_is_told_as_well)
{
  expect ("{\"kavach\":2,\"x\":1,\"limits\":{\"pids\":0},]",
          "KVD-14 1:11 KVD-10 1:13 KVD-17 1:36 KVD-02 1:39 ");
}

Test (document_limits, another_document)
{
  expect ("[]", "KVD-12 1:1 ");
  expect ("[{\"kavach\":1}]", "KVD-12 1:1 ");
  expect (" 7 ", "KVD-12 1:2 ");
  expect ("7", "KVD-12 1:1 ");
  expect ("null", "KVD-12 1:1 ");
  expect ("\"kavach\"", "KVD-12 1:1 ");
  expect ("{}", "KVD-13 1:1 ");
}

Test (document_limits, encodings)
{
  static const char zero[] = "{\"kavach\":1,\n\"extends\":\"a\0b\"}";
  static const char outside[] = "{\"kavach\":1\0}";

  expect_bytes (zero, sizeof zero - 1, "KVD-04 2:13 ");
  expect_bytes (outside, sizeof outside - 1, "KVD-04 1:12 ");
  expect ("{\"kavach\":1,\"process\":{\"cwd\":\"a\\u0000b\"}}", "KVD-04 1:30 ");
  expect ("{\"kavach\":1,\"\\u0000\":1}", "KVD-04 1:13 ");
  /* Latin-1, overlong, a surrogate, beyond the last, cut short. */
  expect ("{\"kavach\":1,\"extends\":\"\xe9\"}", "KVD-03 1:24 ");
  expect ("{\"kavach\":1,\"extends\":\"\xc0\xaf\"}", "KVD-03 1:24 ");
  expect ("{\"kavach\":1,\"extends\":\"\xe0\x80\xaf\"}", "KVD-03 1:24 ");
  expect ("{\"kavach\":1,\"extends\":\"\xed\xa0\x80\"}", "KVD-03 1:24 ");
  expect ("{\"kavach\":1,\"extends\":\"\xf4\x90\x80\x80\"}", "KVD-03 1:24 ");
  expect ("{\"kavach\":1,\"extends\":\"\xe2\x82", "KVD-03 1:24 ");
}

Test (document_limits, half_a_surrogate_pair_is_no_character)
{
  expect ("{\"kavach\":1,\"process\":{\"cwd\":\"\\ud83d\\ude00\"}}", "");
  expect ("{\"kavach\":1,\"process\":{\"cwd\":\"a\\ud83d\"}}", "KVD-03 1:32 ");
  expect ("{\"kavach\":1,\"process\":{\"cwd\":\"\\ud83dx\"}}", "KVD-03 1:31 ");
  expect ("{\"kavach\":1,\"process\":{\"cwd\":\"\\ud83d\\n\"}}",
          "KVD-03 1:31 ");
  expect ("{\"kavach\":1,\"process\":{\"cwd\":\"\\ud83d\\u0041\"}}",
          "KVD-03 1:31 ");
  expect ("{\"kavach\":1,\"process\":{\"cwd\":\"\\uDE00\"}}", "KVD-03 1:31 ");
  expect ("{\"kavach\":1,\"process\":{\"cwd\":\"\\\\ud83d\"}}", "");
}

/* HEAD, COUNT times MIDDLE, TAIL; malloc'd. */
static char *
repeat (const char *head, const char *middle, size_t count, const char *tail)
{
  size_t n = strlen (middle), at = strlen (head), i;
  char *text = malloc (at + n * count + strlen (tail) + 1);

  cr_assert_not_null (text);
  memcpy (text, head, at);
  for (i = 0; i < count; i++, at += n)
    memcpy (text + at, middle, n);
  strcpy (text + at, tail);
  return text;
}

static void
expect_repeated (const char *head, const char *middle, size_t count,
                 const char *tail, const char *want)
{
  kv_autofree char *text = repeat (head, middle, count, tail);

  expect (text, want);
}

Test (document_limits, depth)
{
  kv_autofree char *closed = repeat ("", "]", 31, "}");

  expect_repeated ("{\"kavach\":1,\"x\":", "[", 31, closed, "KVD-10 1:13 ");
  expect_repeated ("{\"kavach\":1,\"x\":", "[", 32, "",
                   "KVD-10 1:13 KVD-06 1:48 ");
  expect_repeated ("", "[", 1000, "", "KVD-12 1:1 KVD-06 1:33 ");
  expect_repeated ("", "{\"filesystem\":", 1000, "",
                   "KVD-10 1:16 KVD-06 1:449 ");
}

Test (document_limits, length_of_a_string)
{
  const char *head = "{\"kavach\":1,\"process\":{\"cwd\":\"";

  expect_repeated (head, "a", 65536, "\"}}", "");
  expect_repeated (head, "a", 65537, "\"}}", "KVD-07 1:30 ");
  expect_repeated ("{\"kavach\":1,\"", "a", 65537, "\":1}", "KVD-07 1:13 ");
}

Test (document_limits, length_of_a_list)
{
  kv_autofree char *ports = malloc (16384), *pairs = malloc (65536);
  size_t used, i;

  cr_assert (ports != NULL && pairs != NULL);
  for (used = 0, i = 1; i <= 1025; i++)
    used += (size_t) sprintf (ports + used, "%zu,", i);
  ports[used - 1] = '\0';
  expect_repeated ("{\"kavach\":1,\"network\":{\"mode\":\"proxy\",\"allow\":[{"
                   "\"host\":\"a\",\"ports\":[",
                   ports, 1, "]}]}}", "KVD-08 1:4082 ");
  for (used = 0, i = 1; i <= 1025; i++)
    used += (size_t) sprintf (pairs + used, "\"A%zu\":\"\",", i);
  pairs[used - 1] = '\0';
  expect_repeated ("{\"kavach\":1,\"process\":{\"env\":{\"set\":{", pairs, 1,
                   "}}}}", "KVD-08 1:10203 ");
}

Test (document_limits, size)
{
  size_t blanks = KV_DOCUMENT_SIZE_MAX - strlen ("{\"kavach\":1}");

  expect_repeated ("{\"kavach\":1}", " ", blanks, "", "");
  expect_repeated ("{\"kavach\":1}", " ", blanks + 1, "", "KVD-05 1:1 ");
  /* What was found before does not matter any more. */
  expect_repeated ("{\"x\":1}", " ", KV_DOCUMENT_SIZE_MAX, "", "KVD-05 1:1 ");
}

Test (document_limits, twenty_faults_and_no_more)
{
  kv_autofree char *want = repeat ("", "", 0, "");
  char place[32];
  unsigned i;

  for (i = 0; i < KV_FAULTS_MAX; i++) {
    kv_autofree char *before = want;

    snprintf (place, sizeof place, "KVD-10 %u:1 ", i + 2);
    want = repeat (before, place, 1, "");
  }
  expect_repeated ("{\"kavach\":1", ",\n\"x\":1", 20, "}", want);
  {
    kv_autofree char *before = want;

    want = repeat (before, "more ", 1, "");
  }
  expect_repeated ("{\"kavach\":1", ",\n\"x\":1", 21, "}", want);
  expect_repeated ("{\"kavach\":1", ",\n\"x\":1", 5000, "", want);
}

/* Where a value is wanted by reference, it may stand itself. */
Test (document_limits, no_message_repeats_a_secret)
{
  static const char *const texts[] = {
    "{\"kavach\":1,\"credentials\":[{\"name\":\"A\",\"source\":"
    "\"hunter2\"}]}",
    "{\"kavach\":1,\"credentials\":[{\"name\":\"A\",\"source\":"
    "\"file:a\",\"for\":[{\"host\":\"a\",\"format\":\"Bearer hunter2\"}]}]}",
    "{\"kavach\":1,\"process\":{\"env\":{\"set\":{\"A\":\"hunter2\","
    "\"A\":\"hunter2\"},\"pass\":[\"A\"]}}}",
    "{\"kavach\":1,\"process\":{\"env\":{\"set\":{\"A\":[\"hunter2\"]}}}}",
  };
  size_t k;
  unsigned i;

  for (k = 0; k < KV_COUNT (texts); k++) {
    cr_assert_eq (kv_document_parse (texts[k], strlen (texts[k]), 0, "p", &d,
                                     &faults, &err),
                  1);
    for (i = 0; i < faults.count; i++)
      cr_expect_null (strstr (faults.list[i].text, "hunter2"), "%s",
                      faults.list[i].text);
  }
}

/* A name of the file's own making must not reach a terminal as it is. */
Test (document_limits, a_fault_is_one_line_without_control_bytes)
{
  const char *text = "{\"kavach\":1,\"a\\u001b[31m\\n\xc2\x9b"
                     "b\":1}";
  const char *c;

  cr_assert_eq (
      kv_document_parse (text, strlen (text), 0, "p", &d, &faults, &err), 1);
  cr_assert_eq (faults.count, 1);
  for (c = faults.list[0].text; *c != '\0'; c++)
    cr_expect ((unsigned char) *c >= 0x20 && (unsigned char) *c < 0x7f);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The key table against the reader that follows it. */
#include "config.h"

#include <criterion/criterion.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "core/policy/document.h"
#include "core/policy/document_key.h"
#include "core/util/cleanup.h"

static struct kv_faults faults;
/* Of the last fault, for messages. */
static const char *said;

static int
parse (const char *text)
{
  struct kv_error err = { .code = "" };
  struct kv_document d;
  int result
      = kv_document_parse (text, strlen (text), 0, "p.json", &d, &faults, &err);

  kv_document_free (&d);
  said = faults.count > 0 ? faults.list[faults.count - 1].text : "no fault";
  return result;
}

/* VALUE at the row's place, in a document that may lack what goes with it. */
static int
parse_at (const struct kv_key *key, const char *value)
{
  char text[1024], tail[64] = "";
  const char *step = key->path;
  size_t used = 0;

  used
      = (size_t) snprintf (text, sizeof text, "{%s",
                           strcmp (step, "kavach") != 0 ? "\"kavach\":1," : "");
  for (;;) {
    size_t n = strcspn (step, ".[");
    bool list = step[n] == '[';
    size_t old = strlen (tail);

    used += (size_t) snprintf (text + used, sizeof text - used,
                               "\"%.*s\":", (int) n, step);
    if (step[n] == '\0')
      break;
    used += (size_t) snprintf (text + used, sizeof text - used, "%s",
                               list ? "[{" : "{");
    memmove (tail + (list ? 2 : 1), tail, old + 1);
    memcpy (tail, list ? "}]" : "}", list ? 2 : 1);
    step += n + (list ? 3 : 1);
  }
  snprintf (text + used, sizeof text - used, "%s%s}", value, tail);
  return parse (text);
}

static bool
has_code (const char *code)
{
  unsigned i;

  for (i = 0; i < faults.count; i++)
    if (strcmp (faults.list[i].code, code) == 0)
      return true;
  return false;
}

Test (document_key, every_example_is_right_and_every_other_type_is_not)
{
  unsigned i, k;

  for (i = 0; i < kv_keys_count; i++) {
    const struct kv_key *key = &kv_keys[i];

    parse_at (key, key->example);
    for (k = 0; k < faults.count; k++)
      cr_expect (strcmp (faults.list[k].code, "KVD-13") == 0
                     || strcmp (faults.list[k].code, "KVD-23") == 0,
                 "%s: %s", key->path, said);
    cr_expect_eq (parse_at (key, "null"), 1);
    cr_expect (has_code ("KVD-12"), "%s null: %s", key->path, said);
    cr_expect_eq (parse_at (key, "[[]]"), 1);
    cr_expect (has_code ("KVD-12"), "%s [[]]: %s", key->path, said);
    cr_expect_eq (parse_at (key, "{\"a\":{\"b\":1}}"), 1);
    cr_expect (has_code ("KVD-12") || has_code ("KVD-10"), "%s object: %s",
               key->path, said);
    if (key->type != KV_KEY_BOOLEAN) {
      cr_expect_eq (parse_at (key, "true"), 1);
      cr_expect (has_code ("KVD-12"), "%s true: %s", key->path, said);
    }
    if (key->type != KV_KEY_NUMBER && key->type != KV_KEY_COUNT
        && key->type != KV_KEY_CPU) {
      cr_expect_eq (parse_at (key, "7"), 1);
      cr_expect (has_code ("KVD-12"), "%s 7: %s", key->path, said);
    }
  }
}

Test (document_key, bounds_are_kept_on_both_sides)
{
  unsigned i;

  for (i = 0; i < kv_keys_count; i++) {
    const struct kv_key *key = &kv_keys[i];
    bool low = key->least > 0;

    if (key->type == KV_KEY_SIZE || key->type == KV_KEY_TIME) {
      parse_at (key, "\"0\"");
      cr_expect (has_code ("KVD-17"), "%s: %s", key->path, said);
      parse_at (key, "\"9223372036854775808\"");
      cr_expect (has_code ("KVD-17"), "%s: %s", key->path, said);
      parse_at (key, "\"99999999999999999999999999999\"");
      cr_expect (has_code ("KVD-17"), "%s: %s", key->path, said);
      parse_at (key, "\"\"");
      cr_expect (has_code ("KVD-18"), "%s: %s", key->path, said);
    }
    else if (key->type == KV_KEY_COUNT || key->type == KV_KEY_CPU
             || (key->type == KV_KEY_NUMBER && key->least != key->most)) {
      parse_at (key, low ? "0" : "-1");
      cr_expect (has_code ("KVD-17"), "%s: %s", key->path, said);
      parse_at (key, "99999999999");
      cr_expect (has_code ("KVD-17"), "%s: %s", key->path, said);
    }
  }
}

/* Where a pattern takes what FITS does not, a JSON Schema cannot say it. */
Test (document_key, patterns_say_what_the_reader_looks_at)
{
  static const char *const samples[] = {
    "",           "a",       "A_b9",    "9a",       "-a",        "a-b",
    "a.b",        "a..b",    ".a",      "a.",       "*.a.b",     "*",
    "*a",         "::1",     "fe80::1", "fe80::zz", "a:443",     "/",
    "/usr",       ".",       "..",      "~",        "~/x",       "~bob",
    "~bob/x",     "host",    "hosts",   "empty",    "dir:",      "dir:/x",
    "image:",     "image:a", "x.json",  ".json",    "x.jsonx",   "json",
    "./x",        "@mount",  "@",       "@@a",      "read",      "Read",
    "file:a",     "file:",   ":a",      "1f:a",     "a+b-c.d:e", "Bearer {}",
    "{}",         "{}{}",    "{",       "a}b",      "a{ }",      "x {} y",
    "{}\r\nX: y", "64",      "64M",     "64m",      "64Q",       "64MB",
    "M",          "-1",      "1.5M",    "none",     "30s",       "30ms",
    "30S",        "1d",      "1w",      "none ",    "X-Token",   "X Token",
    "\xc3\xa9",   "a\nb",    "\n",      "syslog",   "a1-",       "host.example",
    "dir:\n",
  };
  const struct kv_form *const forms[] = {
    &kv_form_path,     &kv_form_root,    &kv_form_file,     &kv_form_host,
    &kv_form_url_path, &kv_form_syscall, &kv_form_variable, &kv_form_hostname,
    &kv_form_source,   &kv_form_header,  &kv_form_format,   &kv_form_plugin,
    &kv_form_size,     &kv_form_time,
  };
  size_t f, s, taken = 0;

  for (f = 0; f < KV_COUNT (forms); f++) {
    regex_t pattern;

    cr_assert_eq (
        regcomp (&pattern, forms[f]->pattern, REG_EXTENDED | REG_NOSUB), 0,
        "%s", forms[f]->pattern);
    for (s = 0; s < KV_COUNT (samples); s++) {
      bool matches = regexec (&pattern, samples[s], 0, NULL, 0) == 0;

      cr_expect_eq (forms[f]->fits (samples[s]), matches, "%s and \"%s\"",
                    forms[f]->pattern, samples[s]);
      taken += matches;
    }
    regfree (&pattern);
  }
  cr_expect_gt (taken, 100);
}

Test (document_key, an_address_is_not_a_host_with_a_port)
{
  cr_expect (kv_form_host.fits ("::ffff:127.0.0.1"));
  cr_expect (!kv_form_host.fits ("a:b:443"));
  cr_expect (!kv_form_host.fits ("[::1]"));
}

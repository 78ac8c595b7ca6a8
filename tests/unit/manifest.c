/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/loader/manifest.h"

static struct kv_manifest m;
static struct kv_error err;

static void
begin (void)
{
  memset (&m, 0, sizeof m);
  m.enabled = true;
  snprintf (m.name, sizeof m.name, "oci-runsc");
}

static int
merge (const char *text)
{
  memset (&err, 0, sizeof err);
  return kv_manifest_merge (&m, text, strlen (text), "/d/oci-runsc.json", &err);
}

static const char *
config (const char *key)
{
  unsigned i;

  for (i = 0; i < m.n_config; i++)
    if (strcmp (m.config[i].key, key) == 0)
      return m.config[i].value;
  return "(none)";
}

TestSuite (manifest, .init = begin);

Test (manifest, all_keys)
{
  cr_assert_eq (
      merge ("{ \"manifest\": 1, \"name\": \"oci-runsc\", \"kind\": "
             "\"backend\", \"library\": \"kavach-oci.so\", \"priority\": -5, "
             "\"enabled\": true, \"summary\": \"g\", \"config\": { \"runtime\""
             ": \"runsc\", \"n\": 12.5, \"b\": false } }"),
      0, "%s", err.text);
  cr_expect_eq (m.kind, KAVACH_BACKEND);
  cr_expect_str_eq (m.library, "kavach-oci.so");
  cr_expect_eq (m.priority, -5);
  cr_expect (m.enabled);
  cr_expect_str_eq (m.summary, "g");
  cr_expect_str_eq (config ("runtime"), "runsc");
  cr_expect_str_eq (config ("n"), "12.5");
  cr_expect_str_eq (config ("b"), "false");
}

Test (manifest, later_wins_key_by_key)
{
  cr_assert_eq (merge ("{\"manifest\":1,\"priority\":1,\"summary\":\"a\","
                       "\"config\":{\"x\":\"1\",\"y\":\"1\"}}"),
                0);
  cr_assert_eq (merge ("{\"manifest\":1,\"priority\":0,"
                       "\"config\":{\"y\":\"2\",\"z\":\"2\"}}"),
                0);
  cr_expect_eq (m.priority, 0);
  cr_expect_str_eq (m.summary, "a");
  cr_expect_str_eq (config ("x"), "1");
  cr_expect_str_eq (config ("y"), "2");
  cr_expect_str_eq (config ("z"), "2");
}

Test (manifest, a_wrong_file_changes_nothing)
{
  cr_assert_eq (merge ("{\"manifest\":1,\"priority\":1}"), 0);
  cr_expect_eq (merge ("{\"manifest\":1,\"priority\":2,\"colour\":3}"), -1);
  cr_expect_eq (m.priority, 1);
}

static void
refuses (const char *text, const char *code, const char *place)
{
  cr_expect_eq (merge (text), -1, "%s", text);
  cr_expect_str_eq (err.code, code, "%s: %s %s", text, err.code, err.text);
  cr_expect_not_null (strstr (err.text, place), "%s: %s", text, err.text);
}

Test (manifest, faults_have_code_and_place)
{
  refuses ("", "KVL-40", ":1:1:");
  refuses ("{", "KVL-40", ":1:");
  refuses ("[]", "KVL-42", ":1:1:");
  refuses ("7", "KVL-42", ":1:1:");
  refuses ("{}", "KVL-42", "\"manifest\": 1 is missing");
  refuses ("{\"manifest\":1,\n \"x\":1}", "KVL-41", ":2:2:");
  refuses ("{\"manifest\":1,\"name\":\"y\"}", "KVL-42", ":1:22:");
  refuses ("{\"manifest\":\"1\"}", "KVL-42", ":1:13:");
  refuses ("{\"manifest\":1,\"manifest\":1}", "KVL-43", ":1:15:");
  refuses ("{\"manifest\":1,\"priority\":1.5}", "KVL-42", "whole number");
  refuses ("{\"manifest\":1,\"priority\":99999999999999999}", "KVL-42", ":1:");
  refuses ("{\"manifest\":1,\"enabled\":null}", "KVL-42", "null");
  refuses ("{\"manifest\":1,\"kind\":\"gpu\"}", "KVL-42", "credential");
  refuses ("{\"manifest\":1,\"library\":\"a/b.so\"}", "KVL-42", "bare file");
  refuses ("{\"manifest\":1,\"config\":{\"a\":{}}}", "KVL-42", "value");
  refuses ("{\"manifest\":1,\"config\":{\"a\":[]}}", "KVL-42", "value");
  refuses ("{\"manifest\":1,\"config\":{\"a\":null}}", "KVL-42", "null");
  refuses ("{\"manifest\":1,\"config\":{\"a\":1,\"a\":2}}", "KVL-43", "twice");
  refuses ("{\"manifest\":1,\"config\":{\"a\":\"\\u0000\"}}", "KVL-42", "NUL");
  refuses ("{\"manifest\":1} {}", "KVL-40", ":1:");
  refuses ("{\"manifest\":1 /* c */}", "KVL-40", ":1:");
}

Test (manifest, hostile_bytes_do_no_harm)
{
  static const char sample[] = "{ \"manifest\": 1, \"library\": \"a.so\", "
                               "\"config\": { \"k\": \"v\", \"n\": 1 } }";
  char copy[sizeof sample];
  size_t at, size;
  int value;

  for (at = 0; at < sizeof sample - 1; at++)
    for (value = 1; value < 256; value += 7) {
      memcpy (copy, sample, sizeof copy);
      copy[at] = (char) value;
      merge (copy);
    }
  for (size = 0; size < sizeof sample - 1; size++) {
    memset (&err, 0, sizeof err);
    cr_expect_eq (kv_manifest_merge (&m, sample, size, "x", &err), -1);
  }
}

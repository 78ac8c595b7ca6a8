/* SPDX-License-Identifier: Apache-2.0 */
/* Presets, files and flags as one document. */
#include "config.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/policy/control.h"
#include "core/policy/whole.h"
#include "core/util/cleanup.h"

static char top[64];

static void
set_up (void)
{
  snprintf (top, sizeof top, "/tmp/kavach-whole-XXXXXX");
  cr_assert_not_null (mkdtemp (top));
  cr_assert_eq (chdir (top), 0);
  cr_assert_eq (mkdir ("data", 0755), 0);
  cr_assert_eq (mkdir ("sub", 0755), 0);
  clearenv ();
  setenv ("HOME", "/nonexistent", 1);
}

static void
tear_down (void)
{
  char command[128];

  cr_expect_eq (chdir ("/"), 0);
  snprintf (command, sizeof command, "rm -rf %s", top);
  cr_expect_eq (system (command), 0);
}

TestSuite (whole, .init = set_up, .fini = tear_down);

static void
write_file (const char *name, const char *text)
{
  FILE *f = fopen (name, "we");

  cr_assert_not_null (f, "%s", name);
  fputs (text, f);
  cr_assert_eq (fclose (f), 0);
}

static void
load (struct kv_whole *whole, const struct kv_options *options)
{
  struct kv_error err = { .code = "" };

  cr_assert_eq (kv_whole_load (whole, options, &err), 0, "%s %s: %s", err.code,
                err.text, err.rule);
}

static void
refused (const char *policy, const char *code, const char *text,
         const char *rule)
{
  struct kv_options options = { .tty = -1, .preset = policy };
  struct kv_error err = { .code = "" };
  struct kv_whole whole;

  cr_expect_eq (kv_whole_load (&whole, &options, &err), -1, "%s", policy);
  cr_expect_str_eq (err.code, code, "%s", err.text);
  cr_expect_not_null (strstr (err.text, text), "text \"%s\"", err.text);
  cr_expect_not_null (strstr (err.rule, rule), "rule \"%s\"", err.rule);
  cr_expect_neq (err.hint[0], '\0', "%s has a way out", code);
  kv_whole_free (&whole);
}

#define OPTIONS(...) (&(struct kv_options){ .tty = -1, __VA_ARGS__ })
#define BIT(name) KAVACH_BIT (KAVACH_CTL_##name)

/* OPTIONS as a text, read again: the same digest and the same controls. */
static void
comes_back (const struct kv_options *options)
{
  struct kv_options again = { .tty = -1, .preset = "./again.json" };
  struct kv_whole one, two;
  char *first, *second;

  load (&one, options);
  first = kv_whole_text (&one);
  cr_assert_not_null (first);
  write_file ("again.json", first);
  load (&two, &again);
  second = kv_whole_text (&two);
  cr_expect_str_eq (first, second);
  cr_expect_str_eq (one.digest, two.digest);
  cr_expect_eq (one.asked.required, two.asked.required);
  cr_expect_eq (one.asked.wanted, two.asked.wanted);
  cr_expect_eq (one.asked.waived, two.asked.waived);
  free (first);
  free (second);
  kv_whole_free (&one);
  kv_whole_free (&two);
}

Test (whole, what_is_printed_comes_back)
{
  static const char *const presets[]
      = { "minimal", "basic", "strict", "agent" };
  static const char *env[] = { "A=1 \"\\\n\x7f", "LANG", "grüß=x" };
  struct kv_path_flag paths[]
      = { { "data", KV_ACCESS_WRITE }, { "/usr/bin", 0 }, { "sub", 1 } };
  size_t i;

  for (i = 0; i < KV_COUNT (presets); i++) {
    comes_back (OPTIONS (.preset = presets[i], .describe = true));
    comes_back (OPTIONS (.preset = presets[i], .describe = true, .memory = "1G",
                         .cpu = "0.25", .timeout = "1500ms", .pids = "none",
                         .net = "none", .waive = "cpu,fs-write",
                         .require = "kill-tree", .paths = paths, .n_paths = 3,
                         .env = env, .n_env = 2, .backend = "namespace",
                         .min_score = "50", .accept_estimate = true));
  }
}

Test (whole, every_preset_says_every_key_that_has_a_value)
{
  static const char *const presets[]
      = { "minimal", "basic", "strict", "agent" };
  size_t i;

  /* Laid on what says nothing, nothing of that is left. */
  for (i = 0; i < KV_COUNT (presets); i++) {
    char text[128];
    struct kv_whole one, two;

    snprintf (text, sizeof text, "{\"kavach\": 1, \"extends\": \"%s\"}",
              presets[i]);
    write_file ("p.json", text);
    load (&one, OPTIONS (.preset = presets[i], .describe = true));
    load (&two, OPTIONS (.preset = "p.json", .describe = true));
    cr_expect_str_eq (one.digest, two.digest, "%s", presets[i]);
    kv_whole_free (&one);
    kv_whole_free (&two);
  }
}

Test (whole, a_file_replaces_adds_and_takes_away)
{
  struct kv_whole w;
  const struct kv_said_text *pass;

  write_file ("base.json",
              "{\"kavach\": 1, \"extends\": \"basic\",\n"
              " \"limits\": {\"memory\": \"1G\", \"pids\": 100},\n"
              " \"filesystem\": {\"read\": [\"data\"], \"hide\": [\"sub\"]}}");
  write_file ("sub/top.json",
              "{\"kavach\": 1, \"extends\": \"../base.json\",\n"
              " \"limits\": {\"pids\": 50},\n"
              " \"filesystem\": {\"write\": [\"data\"], \"read\": [\"sub\"]},\n"
              " \"process\": {\"env\": {\"pass\": []}}}");
  load (&w, OPTIONS (.preset = "sub/top.json", .memory = "2G"));
  cr_expect_eq (w.document.limits.memory.value, UINT64_C (2) << 30);
  cr_expect_str_eq (w.document.limits.memory.at.file, "flag --memory");
  cr_expect_eq (w.document.limits.pids.value, 50);
  cr_expect_str_eq (w.document.limits.pids.at.file, "sub/top.json");
  cr_expect_eq (w.document.limits.pids.at.line, 2);
  cr_expect_eq (w.document.filesystem.hide.count, 0, "granted above");
  cr_expect_eq (w.document.filesystem.read.count, 1);
  cr_expect_eq (w.document.filesystem.write.count, 2, "the workspace's too");
  cr_expect_eq (w.document.process.pass.count, 0);
  cr_expect_neq (w.asked.required & BIT (MEMORY), 0);
  cr_expect_neq (w.asked.required & BIT (PIDS), 0, "a file said it");
  kv_whole_free (&w);

  write_file ("sub/top.json", "{\"kavach\": 1, \"extends\": \"../base.json\",\n"
                              " \"process\": {\"env\": {\"pass\": [\"X\"]}}}");
  load (&w, OPTIONS (.preset = "sub/top.json"));
  pass = w.document.process.pass.items;
  cr_expect_eq (w.document.process.pass.count, 14, "13 of basic's and one");
  cr_expect_str_eq (pass[13].value, "X");
  kv_whole_free (&w);
}

Test (whole, who_wants_does_not_require)
{
  struct kv_whole w;

  write_file ("p.json", "{\"kavach\": 1, \"extends\": \"basic\",\n"
                        " \"limits\": {\"memory\": \"1G\", \"cpu\": 1},\n"
                        " \"require\": {\"want\": [\"cpu\", \"fs-write\"],\n"
                        "   \"controls\": [\"kill-tree\"]}}");
  load (&w, OPTIONS (.preset = "./p.json"));
  cr_expect_neq (w.asked.required & BIT (MEMORY), 0);
  cr_expect_neq (w.asked.required & BIT (KILL_TREE), 0);
  cr_expect_neq (w.asked.wanted & BIT (CPU), 0);
  cr_expect_neq (w.asked.required & BIT (FS_WRITE), 0,
                 "only waive loosens what is required below");
  cr_expect_eq (w.asked.at[KAVACH_CTL_MEMORY].line, 2);
  kv_whole_free (&w);

  load (&w, OPTIONS (.preset = "./p.json", .memory = "none"));
  cr_expect_eq ((w.asked.required | w.asked.wanted) & BIT (MEMORY), 0);
  kv_whole_free (&w);
}

Test (whole, without_extends_a_file_starts_from_nothing)
{
  struct kv_whole w;

  write_file ("p.json", "{\"kavach\": 1}");
  load (&w, OPTIONS (.preset = "p.json"));
  cr_expect_str_eq (w.document.filesystem.root.value, "empty");
  cr_expect_eq (w.document.filesystem.read.count, 0);
  cr_expect_eq (w.document.filesystem.write.count, 0);
  cr_expect_eq (w.document.network.mode.value, KV_MODE_NONE);
  cr_expect_str_eq (w.document.syscalls.profile.value, "strict");
  cr_expect_eq (w.document.process.pass.count, 0);
  cr_expect_eq (w.asked.required & (BIT (FS_READ) | BIT (NET_OUT)),
                BIT (FS_READ) | BIT (NET_OUT));
  kv_whole_free (&w);
}

Test (whole, chains_that_lead_nowhere)
{
  char name[32], text[128];
  unsigned i;

  refused ("none.json", "KVD-01", "none.json", "flag -p");
  write_file ("self.json", "{\"kavach\": 1, \"extends\": \"./self.json\"}");
  refused ("self.json", "KVP-22", "extends itself", "self.json:1:26");
  write_file ("a.json", "{\"kavach\": 1, \"extends\": \"sub/b.json\"}");
  write_file ("sub/b.json", "{\"kavach\": 1, \"extends\": \"../a.json\"}");
  refused ("a.json", "KVP-22", "extends itself", "sub/b.json:1:26");
  cr_assert_eq (symlink ("a.json", "other.json"), 0);
  refused ("other.json", "KVP-22", "extends itself", "sub/b.json:1:26");
  write_file ("far.json", "{\"kavach\": 1, \"extends\": \"./none.json\"}");
  refused ("far.json", "KVD-01", "none.json", "far.json:1:26");
  write_file ("bad.json", "{\"kavach\": 1,\n \"limit\": {}}");
  write_file ("far.json", "{\"kavach\": 1, \"extends\": \"./bad.json\"}");
  refused ("far.json", "KVD-10", "bad.json:2:2 there is no key \"limit\"", "");
  for (i = 0; i <= KV_EXTENDS_MAX; i++) {
    snprintf (name, sizeof name, "c%u.json", i);
    snprintf (text, sizeof text, "{\"kavach\": 1, \"extends\": \"./c%u.json\"}",
              i + 1);
    write_file (name, text);
  }
  refused ("c0.json", "KVP-22", "too long a chain", "extends");
  refused ("./bas", "KVD-01", "./bas", "flag -p");
  refused ("bsic", "KVP-21", "no preset \"bsic\"", "flag -p");
}

Test (whole, a_backend_is_chosen_among_those_of_the_policy)
{
  struct kv_error err = { .code = "" };
  struct kv_whole w;

  write_file ("p.json",
              "{\"kavach\": 1, \"extends\": \"basic\",\n"
              " \"require\": {\"backends\": [\"namespace\", \"x\"]}}");
  load (&w, OPTIONS (.preset = "p.json", .backend = "x"));
  cr_expect_eq (w.document.require.backends.count, 1);
  kv_whole_free (&w);
  cr_expect_eq (
      kv_whole_load (&w, OPTIONS (.preset = "p.json", .backend = "process"),
                     &err),
      -1);
  cr_expect_str_eq (err.code, "KVP-23");
  cr_expect_not_null (strstr (err.rule, "p.json:2:26"), "%s", err.rule);
  kv_whole_free (&w);
}

Test (whole, paths_are_looked_up_from_where_they_were_written)
{
  char real[PATH_MAX], want[PATH_MAX];
  const struct kv_said_text *text;
  struct kv_whole w;

  cr_assert_not_null (realpath (".", real));
  cr_assert_eq (mkdir ("data/sub", 0755), 0);
  /* Relative in a file: from the workspace on, wherever the file is. */
  write_file ("sub/p.json", "{\"kavach\": 1, \"extends\": \"strict\",\n"
                            " \"filesystem\": {\"write\": [\"sub\"]}}");
  load (&w, OPTIONS (.preset = "sub/p.json", .cwd = "data"));
  text = w.document.filesystem.write.items;
  snprintf (want, sizeof want, "%s/data/sub", real);
  cr_expect_str_eq (text->value, want);
  text = w.document.filesystem.read.items;
  snprintf (want, sizeof want, "%s/data", real);
  cr_expect_str_eq (text->value, want);
  cr_expect (text->here);
  kv_whole_free (&w);

  write_file ("p.json", "{\"kavach\": 1, \"extends\": \"strict\",\n"
                        " \"filesystem\": {\"write\": [\"no\"]}}");
  refused ("p.json", "KVP-07", "filesystem.write no", "p.json:2:27");
  write_file ("p.json", "{\"kavach\": 1, \"extends\": \"strict\",\n"
                        " \"filesystem\": {\"write\": [\"data\"],\n"
                        "                \"hide\": [\"./data\"]}}");
  refused ("p.json", "KVP-09", "both hidden and granted", "p.json:3:26");
}

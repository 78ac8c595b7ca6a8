/* SPDX-License-Identifier: Apache-2.0 */
/* Most specific path wins: the rules as finished against a model that asks
 * every rule about every path. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/internal.h"

static uint32_t seed = 7;

static uint32_t
next (void)
{
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return seed;
}

/* Few names, so that prefixes that are no ancestors come up ("/a", "/a-b",
 * "/ab"). */
static void
random_path (char *out, size_t size)
{
  static const char *const names[] = { "a", "b", "ab", "a-b", "a.", "B" };
  unsigned depth = next () % 5;
  size_t used = 0;

  snprintf (out, size, "/");
  while (depth-- > 0)
    used += (size_t) snprintf (out + used, size - used, "/%s",
                               names[next () % 6]);
}

static bool
is_above (const char *top, const char *path)
{
  char with_slash[128], path_slash[160];

  snprintf (with_slash, sizeof with_slash, "%s%s", top,
            strcmp (top, "/") == 0 ? "" : "/");
  snprintf (path_slash, sizeof path_slash, "%s/", path);
  return strncmp (path_slash, with_slash, strlen (with_slash)) == 0;
}

#define MOST 24

struct model {
  char path[MOST][64];
  uint32_t access[MOST];
  unsigned count;
};

/* Of the rules above PATH the longest; a later one of the same path does not
 * count, because what came by itself stays as it came first. */
static uint32_t
model_access (const struct model *m, const char *path)
{
  uint32_t access = 0;
  size_t best = 0;
  unsigned i;

  for (i = 0; i < m->count; i++)
    if (is_above (m->path[i], path) && strlen (m->path[i]) > best) {
      best = strlen (m->path[i]);
      access = m->access[i];
    }
  return access;
}

static void
random_rules (struct kv_resolve *r, struct model *m)
{
  unsigned n = next () % MOST, i;

  m->count = 0;
  for (i = 0; i < n; i++) {
    char *path = m->path[m->count];

    random_path (path, sizeof m->path[0]);
    m->access[m->count] = next () & KV_RWX;
    cr_assert_eq (kv_rule_add (r, path, m->access[m->count],
                               next () % 2 ? KV_RULE_OWN : 0, "preset test"),
                  0);
    m->count++;
  }
}

Test (paths, most_specific_wins)
{
  unsigned round, i;

  for (round = 0; round < 2000; round++) {
    struct kv_policy policy = { 0 };
    struct kv_error err = { 0 };
    struct kv_resolve r = { .policy = &policy, .err = &err };
    struct model m;

    random_rules (&r, &m);
    kv_rules_finish (&policy);
    for (i = 1; i < policy.n_paths; i++)
      cr_assert_lt (strcmp (policy.paths[i - 1].path, policy.paths[i].path), 0,
                    "sorted, no two alike");
    for (i = 0; i < 40; i++) {
      char path[64];

      random_path (path, sizeof path);
      cr_assert_eq (kv_policy_paths_access (&policy, path),
                    model_access (&m, path), "%s", path);
    }
    kv_policy_free (&policy);
  }
}

Test (paths, finishing_drops_only_what_says_nothing)
{
  struct kv_policy policy = { 0 };
  struct kv_resolve r = { .policy = &policy };

  kv_rule_add (&r, "/usr", KV_RX, 0, "a");
  kv_rule_add (&r, "/usr/lib", KV_RX, 0, "a");
  kv_rule_add (&r, "/usr/own", KV_RX, KV_RULE_OWN, "a");
  kv_rule_add (&r, "/nothing", 0, 0, "a");
  kv_rule_add (&r, "/w", KV_RWX, KV_RULE_OWN, "a");
  kv_rule_add (&r, "/w/.git", KV_RWX, KV_RULE_OWN | KV_RULE_PIN, "a");
  kv_rule_add (&r, "/w/.git/hooks", KV_RX, KV_RULE_OWN, "a");
  kv_rules_finish (&policy);

  cr_assert_eq (policy.n_paths, 5);
  cr_expect_str_eq (policy.paths[0].path, "/usr");
  cr_expect_str_eq (policy.paths[1].path, "/usr/own");
  cr_expect_str_eq (policy.paths[3].path, "/w/.git");
  cr_expect (policy.paths[3].pin);
  kv_policy_free (&policy);
}

Test (paths, what_is_named_stays)
{
  struct kv_policy policy = { 0 };
  struct kv_resolve r = { .policy = &policy };

  kv_rule_add (&r, "/x", KV_RX, 0, "preset");
  kv_rule_add (&r, "/x", 0, KV_RULE_NAMED, "flag --hide");
  kv_rule_add (&r, "/x", KV_RWX, 0, "preset");
  cr_expect_eq (policy.n_paths, 1);
  cr_expect_eq (policy.paths[0].access, 0);
  cr_expect_str_eq (policy.paths[0].origin, "flag --hide");
  kv_policy_free (&policy);
}

Test (paths, many_rules)
{
  struct kv_policy policy = { 0 };
  struct kv_resolve r = { .policy = &policy };
  unsigned i;

  for (i = 0; i < 300; i++) {
    char path[32];

    snprintf (path, sizeof path, "/r%u", i);
    cr_assert_eq (kv_rule_add (&r, path, KV_RX, 0, "a"), 0);
    cr_assert_eq (kv_link_add (&r, path, "x"), 0);
  }
  cr_expect_eq (policy.n_paths, 300);
  cr_expect_eq (policy.n_links, 300);
  kv_rules_finish (&policy);
  cr_expect_eq (policy.n_paths, 300);
  cr_expect_eq (policy.n_links, 0, "a link that is there is not made");
  kv_policy_free (&policy);
}

Test (paths, cleaning)
{
  static const char *const cases[][2] = {
    { "/", "/" },          { "//a//b/", "/a/b" }, { "/a/./b/.", "/a/b" },
    { "/a/../b", "/b" },   { "/../..", "/" },     { "/a/..b", "/a/..b" },
    { "/a/b/../..", "/" },
  };
  char out[64];
  size_t i;

  for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    cr_expect_eq (kv_path_clean (out, sizeof out, cases[i][0]), 0);
    cr_expect_str_eq (out, cases[i][1], "%s", cases[i][0]);
  }
  cr_expect_eq (kv_path_clean (out, sizeof out, "a/b"), -1);
  cr_expect_eq (kv_path_clean (out, 4, "/abcd"), -1);
}

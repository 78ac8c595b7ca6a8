/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing policies, against a slow model: every side is asked about every
 * point of a small universe, one by one.  KAVACH_MODEL_SEED and
 * KAVACH_MODEL_PAIRS in the environment choose other pairs, and more. */
#include "config.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/filter/known.h"
#include "core/policy/compare.h"
#include "core/util/cleanup.h"
#include "tests/unit/compare_slow.h"

#define PAIRS 100000
#define SEED 20261125

static const char *const number_keys[N_NUMBERS]
    = { "filesystem.tmp",   "limits.memory", "limits.cpu",
        "limits.pids",      "limits.files",  "limits.file-size",
        "limits.wall-time", "limits.output", "filesystem.tmp-exec",
        "process.tty" };

/* Is what a witness says so? */
struct asked {
  const struct spec *a, *b;
  bool home;
  uint64_t over;
};

static bool
path_is_so (const struct asked *q, const char *what)
{
  unsigned i;

  for (i = 0; i < n_points; i++)
    if (strcmp (points[i].path, what) == 0)
      return path_exceeds (q->a, q->b, &points[i], q->home);
  return false;
}

/* The universe's point that only what has all of PATTERN has. */
static unsigned
fresh (const char *const *pool, unsigned n, const char *pattern)
{
  char text[64];
  unsigned i;

  snprintf (text, sizeof text, "%.60s", pattern);
  if (text[strlen (text) - 1] == '*')
    text[strlen (text) - 1] = pool == point_urls ? '~' : '.';
  for (i = 0; i < n; i++)
    if (strcmp (pool[i], text) == 0)
      return i;
  return n;
}

static unsigned
fresh_host (const char *pattern)
{
  char text[264];
  unsigned i;

  if (strcmp (pattern, "any") == 0)
    snprintf (text, sizeof text, "fresh");
  else
    snprintf (text, sizeof text, "%s%s", pattern[0] == '*' ? "n" : "",
              pattern + (pattern[0] == '*'));
  for (i = 0; i < N_LITERALS; i += 2)
    if (strcmp (pattern, point_literals[i]) == 0)
      snprintf (text, sizeof text, "%s", point_literals[i + 1]);
  for (i = 0; i < N_POINTS_HOST; i++)
    if (strcasecmp (point_hosts[i], text) == 0)
      return i;
  return N_POINTS_HOST;
}

static bool
request_is_so (const struct asked *q, const char *what)
{
  char host[256], methods[64], url[40];
  const char *colon = strstr (what, " ");
  unsigned port = 0, i, method = N_METHODS, h, u, ours;

  if (strcmp (what, "every request") == 0)
    return !q->a->allow_said && q->b->allow_said;
  while (colon > what && *colon != ':')
    colon--;
  snprintf (host, sizeof host, "%.*s", (int) (colon - what), what);
  if (sscanf (colon, ":%u %60s %30s", &port, methods, url) != 3)
    return false;
  for (i = 0; i < N_METHODS; i++)
    if (strncmp (methods, pool_methods[i], strlen (pool_methods[i])) == 0)
      method = i;
  if (strcmp (methods, "any") == 0)
    method = 0;
  for (i = 0; i < N_PORTS && pool_ports[i] != port; i++)
    continue;
  h = fresh_host (host);
  u = fresh (point_urls, N_POINTS_URL, url);
  if (i == N_PORTS || method == N_METHODS || h == N_POINTS_HOST
      || u == N_POINTS_URL)
    return false;
  ours = through (q->a, h, i, u);
  return (ours >> method & 1) != 0
         && (through (q->b, h, i, u) >> method & 1) == 0;
}

static enum part
part_of (const char *key)
{
  static const struct {
    const char *key;
    enum part part;
  } parts[] = {
    { "network.mode", MODE },       { "network.allow", ALLOW },
    { "syscalls.profile", CALLS },  { "syscalls.allow", CALLS },
    { "syscalls.deny", CALLS },     { "process.env.pass", PASS },
    { "credentials", CREDENTIALS }, { "audit.log", LOG },
    { "audit.hooks", HOOKS },       { "require.score", SCORE },
    { "require.accept", ACCEPT },   { "require.controls", CONTROLS },
    { "require.waive", WAIVE },     { "require.backends", BACKENDS },
  };
  unsigned i;

  for (i = 0; i < KV_COUNT (parts); i++)
    if (strcmp (parts[i].key, key) == 0)
      return parts[i].part;
  for (i = 0; i < N_NUMBERS; i++)
    if (strcmp (number_keys[i], key) == 0)
      return NUMBERS + i;
  return PATHS;
}

/* Witnesses come in the calls' order. */
static bool
call_is_so (const struct asked *q, const char *what)
{
  static unsigned at;
  unsigned i;

  for (i = 0; i < n_calls; i++, at = (at + 1) % n_calls)
    if (strcmp (kv_call_name (at), what) == 0)
      return call_exceeds (q->a, q->b, at);
  return false;
}

static bool
is_so (const struct asked *q, const struct kv_witness *w)
{
  enum part part = part_of (w->key);

  if ((w->a_at.file != NULL && w->a_at.file[0] != 'a')
      || (w->b_at.file != NULL && w->b_at.file[0] != 'b'))
    return false;
  if (w->what[0] == '\0')
    return false;
  if (part == PATHS)
    return w->what[0] == '/' ? path_is_so (q, w->what)
                             : (q->over >> ROOT & 1) != 0;
  if (part == CALLS)
    return call_is_so (q, w->what);
  if (part == ALLOW)
    return request_is_so (q, w->what);
  if (part == PASS && strcmp (w->what, "any") != 0) {
    unsigned point = fresh (point_variables, N_POINTS_VARIABLE, w->what);

    return point < N_POINTS_VARIABLE && passes (q->a, point)
           && !passes (q->b, point);
  }
  return (q->over >> part & 1) != 0;
}

static struct asked asked;
static unsigned false_witnesses;
/* All parts that the witnesses name. */
static uint64_t parts_said;

static void
check_witness (void *data, const struct kv_witness *w)
{
  (void) data;
  parts_said |= UINT64_C (1) << part_of (w->key);
  if (!is_so (&asked, w) && false_witnesses++ < 5)
    cr_log_error ("not so: %s %s: %s, %s (%s, %s)", w->key, w->what, w->a, w->b,
                  w->a_at.file, w->b_at.file);
}

/* How often each key decided, by the sides that were named. */
static struct tally {
  char key[40];
  unsigned count;
} tallies[64];

static void
count_key (const char *key)
{
  unsigned i = 0;

  while (tallies[i].key[0] != '\0' && strcmp (tallies[i].key, key) != 0)
    i++;
  snprintf (tallies[i].key, sizeof tallies[i].key, "%s", key);
  tallies[i].count++;
}

static void
check_tallies (unsigned refused)
{
  static const char *const keys[]
      = { "filesystem.root",  "filesystem.read", "filesystem.write",
          "filesystem.hide",  "network.mode",    "network.allow",
          "syscalls.profile", "syscalls.allow",  "syscalls.deny",
          "process.env.pass", "credentials",     "audit.log",
          "audit.hooks",      "require.score",   "require.accept",
          "require.controls", "require.waive",   "require.backends" };
  unsigned i, j;

  for (i = 0; i < KV_COUNT (keys) + N_NUMBERS; i++) {
    const char *key
        = i < KV_COUNT (keys) ? keys[i] : number_keys[i - KV_COUNT (keys)];

    for (j = 0; tallies[j].key[0] != '\0'; j++)
      if (strcmp (tallies[j].key, key) == 0)
        break;
    cr_expect_geq (tallies[j].count * 100, refused,
                   "%s decides %u of %u refusals", key, tallies[j].count,
                   refused);
  }
}

static uint64_t
from_environment (const char *name, uint64_t otherwise)
{
  const char *text = getenv (name);

  return text != NULL ? strtoull (text, NULL, 10) : otherwise;
}

/* A is mostly B with something else in it: two policies that somebody would
 * compare. */
static void
make_pair (struct spec *a, struct spec *b)
{
  unsigned changes = spec_random (8);

  spec_make (b);
  *a = *b;
  if (changes == 7)
    spec_make (a);
  else
    for (changes = (changes + 1) / 2; changes > 0; changes--)
      spec_change (a);
}

static bool
agrees (struct spec *a, struct spec *b, const struct kv_document *da,
        const struct kv_document *db, uint64_t pair)
{
  const char *home = asked.home ? HOME : NULL;
  struct kv_witness w = { .key = NULL };
  bool within = kv_policy_le (da, db, home, &w);

  asked.a = a;
  asked.b = b;
  asked.over = model (a, b, asked.home);
  cr_expect_eq (within, asked.over == 0,
                "pair %" PRIu64 ": %d, the model says %" PRIx64 " (%s %s)",
                pair, within, asked.over, within ? "" : w.key,
                within ? "" : w.what);
  if (!within) {
    check_witness (NULL, &w);
    count_key (w.b_at.file != NULL
                       && strcmp (w.b_at.file, "b:filesystem.hide") == 0
                   ? "filesystem.hide"
                   : w.key);
  }
  return within;
}

/* The parts that all witnesses name are those of the model. */
static void
check_excess (const struct kv_document *a, const struct kv_document *b,
              uint64_t pair)
{
  uint64_t paths = 1U << PATHS | 1U << ROOT;
  unsigned found;

  parts_said = 0;
  found
      = kv_policy_excess (a, b, asked.home ? HOME : NULL, check_witness, NULL);
  cr_expect_eq (found == 0, asked.over == 0, "pair %" PRIu64, pair);
  /* Another root is told under the key of paths. */
  cr_expect ((parts_said & ~paths) == (asked.over & ~paths)
                 && ((parts_said & paths) != 0) == ((asked.over & paths) != 0),
             "pair %" PRIu64 ": %" PRIx64 " said, %" PRIx64 " are", pair,
             parts_said, asked.over);
}

/* What the filter makes of the words is what is compared. */
static bool
filter_agrees (const struct spec *s)
{
  const char *lists[2][N_WORDS + 1] = { { NULL } };
  unsigned known = ~(1U << 6 | 1U << 12), sets[2], i, j, n, call;
  struct kv_calls allowed, denied;

  sets[0] = s->call_allow & known;
  sets[1] = s->call_deny & known;
  for (j = 0; j < 2; j++)
    for (i = 0, n = 0; i < N_WORDS; i++)
      if ((sets[j] >> i & 1) != 0)
        lists[j][n++] = pool_words[i];
  kv_calls_resolve (lists[0], lists[1], &allowed, &denied, NULL);
  for (call = 0; call < n_calls; call++)
    if (word_on (s, call)
        != kv_calls_has (&allowed, call) - kv_calls_has (&denied, call))
      return false;
  return true;
}

Test (compare_model, the_model_and_the_comparison_agree)
{
  uint64_t seed = from_environment ("KAVACH_MODEL_SEED", SEED);
  uint64_t pairs = from_environment ("KAVACH_MODEL_PAIRS", PAIRS), i;
  unsigned ordered = 0, chains = 0;
  struct spec a, b, c;
  struct kv_document da, db, dc;

  cr_log_info ("KAVACH_MODEL_SEED=%" PRIu64, seed);
  make_universe ();
  spec_seed (seed);
  for (i = 0; i < pairs; i++) {
    bool within;

    spec_reset ();
    make_pair (&a, &b);
    c = b;
    spec_change (&c);
    spec_document (&a, 'a', &da);
    spec_document (&b, 'b', &db);
    spec_document (&c, 'c', &dc);
    asked.home = spec_random (4) != 0;
    within = agrees (&a, &b, &da, &db, i);
    ordered += within;
    /* These take longer. */
    if (i % 8 == 0) {
      cr_expect (filter_agrees (&a), "pair %" PRIu64 ": the filter's", i);
      check_excess (&da, &db, i);
      cr_expect (kv_policy_le (&da, &da, asked.home ? HOME : NULL, NULL),
                 "pair %" PRIu64 ": within itself", i);
    }
    if (within && kv_policy_le (&db, &dc, asked.home ? HOME : NULL, NULL)) {
      chains++;
      cr_expect (kv_policy_le (&da, &dc, asked.home ? HOME : NULL, NULL),
                 "pair %" PRIu64 ": not transitive", i);
    }
  }
  cr_expect_eq (false_witnesses, 0, "%u witnesses say what is not so",
                false_witnesses);
  cr_log_info ("%u of %" PRIu64 " ordered, %u chains", ordered, pairs, chains);
  if (pairs < PAIRS)
    return;
  cr_expect_geq (ordered * 100, pairs * 30, "%u ordered", ordered);
  cr_expect_geq (chains * 100, pairs * 10, "%u chains", chains);
  check_tallies ((unsigned) pairs - ordered);
}

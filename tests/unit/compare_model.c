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

#include "core/filter/filter.h"
#include "core/filter/known.h"
#include "core/policy/compare.h"
#include "core/policy/internal.h"
#include "core/util/cleanup.h"
#include "tests/unit/compare_spec.h"

#define PAIRS 100000
#define SEED 20261125
#define HOME "/home/u"

/* What one side does not have of the other's, as bits. */
enum part {
  ROOT,
  PATHS,
  MODE,
  ALLOW,
  CALLS,
  PASS,
  CREDENTIALS,
  LOG,
  HOOKS,
  SCORE,
  ACCEPT,
  CONTROLS,
  WAIVE,
  BACKENDS,
  NUMBERS
};

static const char *const number_keys[N_NUMBERS]
    = { "filesystem.tmp",   "limits.memory", "limits.cpu",
        "limits.pids",      "limits.files",  "limits.file-size",
        "limits.wall-time", "limits.output", "filesystem.tmp-exec",
        "process.tty" };

/* Paths: those of the pool and of the host's root, and one below each. */
enum { POINTS_MAX = 2 * (N_PATHS + 80) };
static struct point {
  char path[64];
  unsigned n_steps;
  /* The path itself and then those above it. */
  struct step {
    int pool;
    /* 0 none, 1 system, 2 secret. */
    int system;
    bool home;
  } steps[8];
} points[POINTS_MAX];
static unsigned n_points;

static int
pool_index (const char *path)
{
  int i;

  for (i = 0; i < N_PATHS; i++)
    if (strcmp (pool_paths[i], path) == 0)
      return i;
  return -1;
}

static int
system_kind (const char *path)
{
  unsigned n, i;
  const struct kv_system_path *system = kv_system_paths (&n);

  for (i = 0; i < n; i++)
    if (strcmp (system[i].path, path) == 0)
      return system[i].secret ? 2 : 1;
  return 0;
}

static void
add_point (const char *path, const char *below)
{
  struct point *p = &points[n_points++];
  char rest[64];

  snprintf (p->path, sizeof p->path, "%s%s",
            below[0] != '\0' && path[1] == '\0' ? "" : path, below);
  strcpy (rest, p->path);
  for (;;) {
    char *slash = strrchr (rest, '/');

    p->steps[p->n_steps++]
        = (struct step){ pool_index (rest), system_kind (rest),
                         strcmp (rest, HOME) == 0 };
    if (strcmp (rest, "/") == 0)
      break;
    slash[slash == rest] = '\0';
  }
}

static void
make_points (void)
{
  unsigned n, i;
  const struct kv_system_path *system = kv_system_paths (&n);

  for (i = 0; i < N_PATHS; i++) {
    add_point (pool_paths[i], "");
    add_point (pool_paths[i], "/~");
  }
  for (i = 0; i < n; i++) {
    if (pool_index (system[i].path) < 0)
      add_point (system[i].path, "");
    add_point (system[i].path, "/~");
  }
}

/* Can S read, or write, the path? */
static bool
can (const struct spec *s, const struct point *p, bool write, bool with_home)
{
  bool any = s->any_read || s->any_write, host = s->root == 0 && !any;
  unsigned i;

  for (i = 0; i < p->n_steps; i++) {
    const struct step *step = &p->steps[i];
    bool top = i + 1 == p->n_steps;
    enum rule rule = step->pool >= 0 ? s->rules[step->pool] : NO_RULE;

    if (top && any)
      rule = s->any_write ? WRITE : READ;
    if (rule == HIDE)
      return false;
    if (rule == WRITE)
      return true;
    if (rule == READ && !write)
      return true;
    if (rule == READ && s->write_said)
      return false;
    if (rule != NO_RULE || !host)
      continue;
    if (step->system == 2 || (with_home && step->home))
      return false;
    if (step->system == 1 && !write)
      return true;
    if (step->system == 1 && s->write_said)
      return false;
  }
  return write ? !s->write_said : s->root < 0 && !s->read_said;
}

static bool
path_exceeds (const struct spec *a, const struct spec *b, const struct point *p,
              bool home)
{
  return (can (a, p, false, home) && !can (b, p, false, home))
         || (can (a, p, true, home) && !can (b, p, true, home));
}

/* Trees that are not the host's. */
static bool
has_tree (const struct spec *s, int tree)
{
  return s->root < 0 ? !s->read_said : s->root == tree;
}

/* Hosts: one below each suffix that no pattern knows, and other names. */
static const char *const hosts[]
    = { "x.org",       "a.x.org", "b.a.x.org", "n.x.org",   "n.a.x.org",
        "n.b.a.x.org", "org",     "n.org",     "evilx.org", "n.evilx.org",
        "fresh",       "n.0.0.1", "#10.0.0.1", "#::1",      "#10.0.0.2" };
enum { N_POINTS_HOST = KV_COUNT (hosts) };
/* A literal's value is behind a #. */
static const char *const literals[]
    = { "10.0.0.1", "#10.0.0.1", "::1", "#::1", "0:0:0:0:0:0:0:1", "#::1" };
static bool host_table[N_HOSTS][N_POINTS_HOST];

static const char *const urls[]
    = { "/",     "/~",     "/v1", "/v1~", "/v1/", "/v1/~",
        "/v1/x", "/v1/x~", "/V1", "/V1~", "/v2" };
enum { N_POINTS_URL = KV_COUNT (urls) };
static bool url_table[N_URLS][N_POINTS_URL];

static const char *const variables[]
    = { "A",   "A.", "AB",  "AB.", "ABC", "ABC.", "B",    "B.",
        "any", "an", "an.", "a",   "a.",  "LC_",  "LC_.", "Q" };
enum { N_POINTS_VARIABLE = KV_COUNT (variables) };
static bool variable_table[N_VARIABLES][N_POINTS_VARIABLE];

static bool word_table[N_WORDS][KV_CALLS_MAX];
static unsigned words_of_call[KV_CALLS_MAX];
static bool narrower[N_WORDS][N_WORDS];
static uint8_t open_table[3][KV_CALLS_MAX];
static unsigned n_calls;

static bool
is_host (const char *pattern, const char *host)
{
  unsigned i;
  const char *dot;

  if (strcmp (pattern, "any") == 0)
    return true;
  for (i = 0; i < KV_COUNT (literals); i += 2)
    if (strcmp (pattern, literals[i]) == 0)
      return strcmp (host, literals[i + 1]) == 0;
  if (host[0] == '#')
    return false;
  if (pattern[0] != '*')
    return strcasecmp (pattern, host) == 0;
  /* Label by label from the left. */
  for (dot = strchr (host, '.'); dot != NULL; dot = strchr (dot + 1, '.'))
    if (strcasecmp (dot + 1, pattern + 2) == 0)
      return true;
  return false;
}

static bool
is_like (const char *pattern, const char *text)
{
  for (; *pattern != '\0' && *pattern != '*'; pattern++, text++)
    if (*text != *pattern)
      return false;
  return *pattern == '*' || *text == '\0';
}

static void
make_words (void)
{
  unsigned i, j, k;

  n_calls = kv_calls_count ();
  for (j = 0; j < n_calls; j++) {
    open_table[0][j] = (uint8_t) kv_call_openness (j, KV_FILTER_NONE);
    open_table[1][j] = (uint8_t) kv_call_openness (j, KV_FILTER_BASIC);
    open_table[2][j] = (uint8_t) kv_call_openness (j, KV_FILTER_STRICT);
  }
  for (i = 0; i < N_WORDS; i++) {
    unsigned n = 0;
    const char *const *members = kv_group_find (pool_words[i], &n);

    for (j = 0; j < n_calls; j++) {
      word_table[i][j] = strcmp (pool_words[i], kv_call_name (j)) == 0;
      for (k = 0; k < n; k++)
        if (strcmp (members[k], kv_call_name (j)) == 0)
          word_table[i][j] = true;
      if (word_table[i][j])
        words_of_call[j] |= 1U << i;
    }
  }
  for (i = 0; i < N_WORDS; i++)
    for (j = 0; j < N_WORDS; j++) {
      bool within = true, less = false;

      for (k = 0; k < n_calls; k++) {
        within = within && (!word_table[i][k] || word_table[j][k]);
        less = less || (!word_table[i][k] && word_table[j][k]);
      }
      narrower[i][j] = within && less;
    }
}

static void
make_universe (void)
{
  unsigned i, j;

  if (n_points > 0)
    return;
  make_points ();
  make_words ();
  for (i = 0; i < N_HOSTS; i++)
    for (j = 0; j < N_POINTS_HOST; j++)
      host_table[i][j] = is_host (pool_hosts[i], hosts[j]);
  for (i = 0; i < N_URLS; i++)
    for (j = 0; j < N_POINTS_URL; j++)
      url_table[i][j] = is_like (pool_urls[i], urls[j]);
  for (i = 0; i < N_VARIABLES; i++)
    for (j = 0; j < N_POINTS_VARIABLE; j++)
      variable_table[i][j] = strcmp (pool_variables[i], "any") == 0
                             || is_like (pool_variables[i], variables[j]);
}

static bool
has_url (unsigned set, unsigned point)
{
  unsigned i;

  for (i = 0; i < N_URLS; i++)
    if ((set >> i & 1) != 0 && url_table[i][point])
      return true;
  return set == 0;
}

/* Does S let the request through?  Methods as a set. */
static unsigned
through (const struct spec *s, unsigned host, unsigned port, unsigned url)
{
  unsigned found = 0, i;

  for (i = 0; i < s->n_boxes; i++) {
    const struct box_spec *box = &s->boxes[i];

    if (host_table[box->host][host]
        && (box->ports != 0 ? (box->ports >> port & 1) != 0 : port == 0)
        && has_url (box->urls, url))
      found |= box->methods != 0 ? box->methods : (1U << N_METHODS) - 1;
  }
  return found;
}

static bool
allow_exceeds (const struct spec *a, const struct spec *b)
{
  unsigned host, port, url;

  if (!b->allow_said || !a->allow_said)
    return b->allow_said;
  for (host = 0; host < N_POINTS_HOST; host++)
    for (port = 0; port < N_PORTS; port++)
      for (url = 0; url < N_POINTS_URL; url++) {
        unsigned ours = through (a, host, port, url);

        if (ours != 0 && (ours & ~through (b, host, port, url)) != 0)
          return true;
      }
  return false;
}

/* 1 opened, -1 closed, 0 as the profile has it. */
static int
word_on (const struct spec *s, unsigned call)
{
  unsigned allow = s->call_allow & words_of_call[call];
  unsigned deny = s->call_deny & words_of_call[call], i, j;

  if ((allow | deny) == 0)
    return 0;
  for (i = 0; i < N_WORDS; i++)
    if (pool_words[i][0] != '@' && ((allow | deny) >> i & 1) != 0)
      return (deny >> i & 1) != 0 ? -1 : 1;
  for (i = 0; i < N_WORDS; i++) {
    bool wins = (allow >> i & 1) != 0;

    for (j = 0; wins && j < N_WORDS; j++)
      wins = (deny >> j & 1) == 0 || narrower[i][j];
    if (wins)
      return 1;
  }
  return deny != 0 ? -1 : 0;
}

static int
openness (const struct spec *s, unsigned call, bool least)
{
  int word = word_on (s, call);

  if (word != 0)
    return word > 0 ? KV_OPEN : KV_CLOSED;
  if (s->profile > 2)
    return least ? KV_CLOSED : open_table[1][call];
  return open_table[s->profile < 0 ? 0 : s->profile][call];
}

static bool
call_exceeds (const struct spec *a, const struct spec *b, unsigned call)
{
  if (a->profile > 2 && a->profile == b->profile && word_on (a, call) == 0
      && word_on (b, call) == 0)
    return false;
  return openness (a, call, false) > openness (b, call, true);
}

static bool
calls_exceed (const struct spec *a, const struct spec *b)
{
  unsigned call;

  for (call = 0; call < n_calls; call++)
    if (call_exceeds (a, b, call))
      return true;
  return false;
}

static bool
passes (const struct spec *s, unsigned point)
{
  unsigned i;

  for (i = 0; i < N_VARIABLES; i++)
    if ((s->pass >> i & 1) != 0 && variable_table[i][point])
      return true;
  return !s->pass_said;
}

static bool
pass_exceeds (const struct spec *a, const struct spec *b)
{
  unsigned i;

  for (i = 0; i < N_POINTS_VARIABLE; i++)
    if (passes (a, i) && !passes (b, i))
      return true;
  return false;
}

/* As a header's name: case means nothing. */
static int
header (int index)
{
  return index == 1 ? 0 : index;
}

static bool
joins (const struct credential_spec *c, const struct use_spec *like,
       unsigned host, unsigned url)
{
  unsigned i;

  for (i = 0; i < c->n_uses; i++) {
    const struct use_spec *use = &c->uses[i];

    if (header (use->header) == header (like->header)
        && use->format == like->format && host_table[use->host][host]
        && has_url (use->urls, url))
      return true;
  }
  return false;
}

static bool
credential_exceeds (const struct credential_spec *a,
                    const struct credential_spec *b)
{
  unsigned i, host, url;

  if (!a->there)
    return false;
  if (!b->there || a->source != b->source
      || (a->deliver > 0 ? a->deliver : 0) != (b->deliver > 0 ? b->deliver : 0))
    return true;
  for (i = 0; i < a->n_uses; i++)
    for (host = 0; host < N_POINTS_HOST; host++)
      for (url = 0; url < N_POINTS_URL; url++)
        if (host_table[a->uses[i].host][host] && has_url (a->uses[i].urls, url)
            && !joins (b, &a->uses[i], host, url))
          return true;
  return false;
}

static bool
credentials_exceed (const struct spec *a, const struct spec *b)
{
  unsigned i;

  if (!b->credentials_said || !a->credentials_said)
    return b->credentials_said;
  for (i = 0; i < N_NAMES; i++)
    if (credential_exceeds (&a->credentials[i], &b->credentials[i]))
      return true;
  return false;
}

static uint64_t
simple_excess (const struct spec *a, const struct spec *b)
{
  uint64_t over = 0;
  int i;

  for (i = 0; i < N_NUMBERS; i++) {
    int x = a->numbers[i], y = b->numbers[i];

    /* No limit is more than any; what may be said of a boolean, as well. */
    if (i < 8 ? y > 0 && (x <= 0 || x > y) : y == 0 && x != 0)
      over |= UINT64_C (1) << (NUMBERS + i);
  }
  if (b->mode >= 0 && (a->mode < 0 ? 2 : a->mode) > b->mode)
    over |= 1U << MODE;
  if (a->mode == KV_MODE_PROXY && b->mode == KV_MODE_PROXY
      && allow_exceeds (a, b))
    over |= 1U << ALLOW;
  if (b->log >= 0 && a->log != b->log)
    over |= 1U << LOG;
  if (b->hooks_said && (b->hooks & ~a->hooks) != 0)
    over |= 1U << HOOKS;
  if (b->score > 0 && a->score < b->score)
    over |= 1U << SCORE;
  if (b->accept == 0 && a->accept != 0)
    over |= 1U << ACCEPT;
  if (b->controls_said && (b->controls & ~a->controls) != 0)
    over |= 1U << CONTROLS;
  if (b->waive_said && (!a->waive_said || (a->waive & ~b->waive) != 0))
    over |= 1U << WAIVE;
  if (b->backends_said
      && (!a->backends_said || (a->backends & ~b->backends) != 0))
    over |= 1U << BACKENDS;
  return over;
}

/* The parts in which A allows more. */
static uint64_t
model (const struct spec *a, const struct spec *b, bool home)
{
  uint64_t over = simple_excess (a, b);
  unsigned i;
  int tree;

  for (tree = 2; tree < 6; tree++)
    if (has_tree (a, tree) && !has_tree (b, tree))
      over |= 1U << ROOT;
  for (i = 0; i < n_points && (over & 1U << PATHS) == 0; i++)
    if (path_exceeds (a, b, &points[i], home))
      over |= 1U << PATHS;
  if (calls_exceed (a, b))
    over |= 1U << CALLS;
  if (pass_exceeds (a, b))
    over |= 1U << PASS;
  if (credentials_exceed (a, b))
    over |= 1U << CREDENTIALS;
  return over;
}

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
    text[strlen (text) - 1] = pool == urls ? '~' : '.';
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
  for (i = 0; i < KV_COUNT (literals); i += 2)
    if (strcmp (pattern, literals[i]) == 0)
      snprintf (text, sizeof text, "%s", literals[i + 1]);
  for (i = 0; i < N_POINTS_HOST; i++)
    if (strcasecmp (hosts[i], text) == 0)
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
  u = fresh (urls, N_POINTS_URL, url);
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
    unsigned point = fresh (variables, N_POINTS_VARIABLE, w->what);

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

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/filter/filter.h"
#include "core/filter/known.h"
#include "core/policy/internal.h"
#include "core/util/cleanup.h"
#include "tests/unit/compare_slow.h"

struct point points[POINTS_MAX];
unsigned n_points;

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
    /* Every root covers home. */
    if (rule == NO_RULE && with_home && step->home && s->root >= 0 && !any)
      return false;
    if (rule != NO_RULE || !host)
      continue;
    if (step->system == 2)
      return false;
    if (step->system == 1 && !write)
      return true;
    if (step->system == 1 && s->write_said)
      return false;
  }
  return write ? !s->write_said : s->root < 0 && !s->read_said;
}

bool
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
const char *const point_hosts[N_POINTS_HOST]
    = { "x.org",       "a.x.org", "b.a.x.org", "n.x.org",   "n.a.x.org",
        "n.b.a.x.org", "org",     "n.org",     "evilx.org", "n.evilx.org",
        "fresh",       "n.0.0.1", "#10.0.0.1", "#::1",      "#10.0.0.2" };
/* A literal's value is behind a #. */
const char *const point_literals[N_LITERALS]
    = { "10.0.0.1", "#10.0.0.1", "::1", "#::1", "0:0:0:0:0:0:0:1", "#::1" };
static bool host_table[N_HOSTS][N_POINTS_HOST];

const char *const point_urls[N_POINTS_URL]
    = { "/",     "/~",     "/v1", "/v1~", "/v1/", "/v1/~",
        "/v1/x", "/v1/x~", "/V1", "/V1~", "/v2" };
static bool url_table[N_URLS][N_POINTS_URL];

const char *const point_variables[N_POINTS_VARIABLE]
    = { "A",   "A.", "AB",  "AB.", "ABC", "ABC.", "B",    "B.",
        "any", "an", "an.", "a",   "a.",  "LC_",  "LC_.", "Q" };
static bool variable_table[N_VARIABLES][N_POINTS_VARIABLE];

static bool word_table[N_WORDS][KV_CALLS_MAX];
static unsigned words_of_call[KV_CALLS_MAX];
static bool narrower[N_WORDS][N_WORDS];
static uint8_t open_table[3][KV_CALLS_MAX];
unsigned n_calls;

static bool
is_host (const char *pattern, const char *host)
{
  unsigned i;
  const char *dot;

  if (strcmp (pattern, "any") == 0)
    return true;
  for (i = 0; i < N_LITERALS; i += 2)
    if (strcmp (pattern, point_literals[i]) == 0)
      return strcmp (host, point_literals[i + 1]) == 0;
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

void
make_universe (void)
{
  unsigned i, j;

  if (n_points > 0)
    return;
  make_points ();
  make_words ();
  for (i = 0; i < N_HOSTS; i++)
    for (j = 0; j < N_POINTS_HOST; j++)
      host_table[i][j] = is_host (pool_hosts[i], point_hosts[j]);
  for (i = 0; i < N_URLS; i++)
    for (j = 0; j < N_POINTS_URL; j++)
      url_table[i][j] = is_like (pool_urls[i], point_urls[j]);
  for (i = 0; i < N_VARIABLES; i++)
    for (j = 0; j < N_POINTS_VARIABLE; j++)
      variable_table[i][j] = strcmp (pool_variables[i], "any") == 0
                             || is_like (pool_variables[i], point_variables[j]);
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
unsigned
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
int
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

bool
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

bool
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
uint64_t
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

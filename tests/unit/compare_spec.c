/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/document_key.h"
#include "core/util/cleanup.h"
#include "tests/unit/compare_spec.h"

const char *const pool_roots[]
    = { "host", "empty", "dir:/x", "dir:/y", "image:x" };
const char *const pool_paths[N_PATHS]
    = { "/",          "/a",        "/a/b",        "/a/b/c",        "/a/b/c/d",
        "/ab",        "/A",        "/a/c",        "/usr",          "/usr/lib",
        "/usr/lib/x", "/etc",      "/etc/shadow", "/etc/shadow/x", "/home",
        "/home/u",    "/home/u/p", "/opt/q",      "/binx",         "/a-b" };
const char *const pool_hosts[N_HOSTS]
    = { "any",       "x.org",     "X.ORG",    "*.x.org", "a.x.org",
        "*.A.x.org", "b.a.x.org", "10.0.0.1", "::1",     "0:0:0:0:0:0:0:1",
        "*.org",     "evilx.org", "*.0.0.1" };
const unsigned pool_ports[N_PORTS] = { 443, 80, 8080, 1 };
const char *const pool_methods[N_METHODS]
    = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" };
const char *const pool_urls[N_URLS]
    = { "/*", "/", "/v1", "/v1/*", "/v1/x", "/v1*", "/V1", "/v1/x*", "/v1/" };
const char *const pool_profiles[]
    = { "none", "basic", "strict", "/x/calls.json", "./calls.json" };
const char *const pool_words[N_WORDS]
    = { "mount",       "read",       "ptrace",  "clone",       "chown",
        "fchown",      "nosuchcall", "@mount",  "@privileged", "@chown",
        "@network-io", "@basic-io",  "@nosuch", "@file-system" };
const char *const pool_variables[N_VARIABLES]
    = { "any", "A", "AB", "ABC", "A*", "AB*", "B", "an*", "a", "LC_*" };
const char *const pool_names[N_NAMES] = { "ONE", "TWO", "THREE" };
const char *const pool_sources[] = { "file:/one", "file:/two" };
const char *const pool_headers[]
    = { "Authorization", "authorization", "X-Key" };
const char *const pool_formats[] = { "Bearer {}", "{}" };
const char *const pool_controls[N_CONTROLS]
    = { "memory", "cpu", "syscalls", "kill-tree" };

static const char *const name_pool[] = { "one", "two", "three" };

static uint64_t state;

void
spec_seed (uint64_t seed)
{
  state = seed * UINT64_C (0x9e3779b97f4a7c15) + 1;
}

unsigned
spec_random (unsigned below)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned) (state >> 33) % below;
}

/* One in OF. */
static bool
sometimes (unsigned of)
{
  return spec_random (of) == 0;
}

/* Each element one time in OF. */
static unsigned
mask (unsigned n, unsigned of)
{
  unsigned set = 0, i;

  for (i = 0; i < n; i++)
    if (sometimes (of))
      set |= 1U << i;
  return set;
}

static unsigned
some (unsigned n, unsigned of)
{
  return mask (n, of) | 1U << spec_random (n);
}

static void
make_root (struct spec *s)
{
  s->root = (int) spec_random (10) - 1;
  if (s->root > 4)
    s->root = s->root > 6;
}

static void
make_rule (struct spec *s)
{
  unsigned i = spec_random (N_PATHS);

  s->rules[i] = (enum rule) spec_random (4);
  s->read_said = s->read_said || s->rules[i] == READ;
  s->write_said = s->write_said || s->rules[i] == WRITE;
  s->hide_said = s->hide_said || s->rules[i] == HIDE;
}

static void
make_rules (struct spec *s)
{
  unsigned n = spec_random (7), i;

  memset (s->rules, 0, sizeof s->rules);
  s->read_said = !sometimes (8);
  s->write_said = !sometimes (8);
  s->hide_said = !sometimes (8);
  s->any_read = s->read_said && sometimes (10);
  s->any_write = s->write_said && !s->any_read && sometimes (12);
  for (i = 0; i < n; i++)
    make_rule (s);
}

static void
make_box (struct box_spec *box)
{
  box->host = (int) spec_random (N_HOSTS);
  box->ports = sometimes (2) ? 0 : some (N_PORTS, 3);
  box->methods = sometimes (2) ? 0 : some (N_METHODS, 3);
  box->urls = sometimes (2) ? 0 : some (N_URLS, 4);
}

static void
make_network (struct spec *s)
{
  unsigned i;

  s->mode = sometimes (12) ? -1 : (int) spec_random (3);
  if (!sometimes (3))
    s->mode = KV_MODE_PROXY;
  s->allow_said = !sometimes (12);
  s->n_boxes = s->allow_said ? spec_random (N_BOXES + 1) : 0;
  for (i = 0; i < s->n_boxes; i++)
    make_box (&s->boxes[i]);
}

static void
make_calls (struct spec *s)
{
  s->profile = (int) spec_random (6) - 1;
  s->calls_said = !sometimes (4);
  s->call_allow = s->calls_said ? mask (N_WORDS, 8) : 0;
  s->call_deny = s->calls_said ? mask (N_WORDS, 8) & ~s->call_allow : 0;
}

static void
make_number (struct spec *s, unsigned i)
{
  s->numbers[i] = sometimes (12) ? -1 : (int) spec_random (i < 8 ? 4 : 2);
}

static void
make_credentials (struct spec *s)
{
  unsigned i, j;

  memset (s->credentials, 0, sizeof s->credentials);
  s->credentials_said = !sometimes (10);
  for (i = 0; i < N_NAMES && s->credentials_said; i++) {
    struct credential_spec *c = &s->credentials[i];

    c->there = sometimes (2);
    c->source = sometimes (4);
    c->deliver = sometimes (2) ? -1 : (int) spec_random (3);
    c->n_uses = c->deliver <= 0 ? spec_random (N_USES + 1) : 0;
    for (j = 0; j < c->n_uses; j++) {
      c->uses[j].host = (int) spec_random (N_HOSTS);
      c->uses[j].urls = sometimes (2) ? 0 : some (N_URLS, 4);
      c->uses[j].header = (int) spec_random (4) - 1;
      c->uses[j].format = sometimes (2) ? -1 : (int) spec_random (2);
    }
  }
}

static void
make_lists (struct spec *s, unsigned which)
{
  switch (which) {
  case 0:
    s->pass_said = !sometimes (10);
    s->pass
        = s->pass_said ? mask (N_VARIABLES, 3) & ~(sometimes (4) ? 0U : 1U) : 0;
    break;
  case 1:
    s->hooks_said = !sometimes (6);
    s->hooks = s->hooks_said ? mask (KV_COUNT (name_pool), 3) : 0;
    break;
  case 2:
    s->controls_said = !sometimes (6);
    s->controls = s->controls_said ? mask (N_CONTROLS, 3) : 0;
    break;
  case 3:
    s->waive_said = !sometimes (6);
    s->waive = s->waive_said ? mask (N_CONTROLS, 3) : 0;
    break;
  default:
    s->backends_said = !sometimes (3);
    s->backends = s->backends_said ? some (KV_COUNT (name_pool), 3) : 0;
  }
}

static void
make_word (struct spec *s, unsigned which)
{
  switch (which) {
  case 0:
    s->log = (int) spec_random (3) - 1;
    break;
  case 1:
    s->score = (int) spec_random (4) - 1;
    break;
  default:
    s->accept = (int) spec_random (3) - 1;
  }
}

void
spec_make (struct spec *s)
{
  unsigned i;

  memset (s, 0, sizeof *s);
  make_root (s);
  make_rules (s);
  make_network (s);
  make_calls (s);
  for (i = 0; i < N_NUMBERS; i++)
    make_number (s, i);
  make_credentials (s);
  for (i = 0; i < 5; i++)
    make_lists (s, i);
  for (i = 0; i < 3; i++)
    make_word (s, i);
}

/* Parts whose keys would seldom decide come up more often. */
void
spec_change (struct spec *s)
{
  unsigned which = spec_random (38);

  if (which < 10)
    make_number (s, which);
  else if (which < 15)
    make_lists (s, which - 10);
  else if (which < 20)
    make_word (s, (which - 14) / 2);
  else if (which < 22)
    make_root (s);
  else if (which < 26)
    make_rule (s);
  else if (which < 28)
    make_rules (s);
  else if (which < 30)
    make_network (s);
  else if (which < 32 && s->n_boxes > 0)
    make_box (&s->boxes[spec_random (s->n_boxes)]);
  else if (which < 33)
    make_calls (s);
  else if (which < 36) {
    unsigned bit = 1U << spec_random (N_WORDS);

    s->calls_said = true;
    s->call_allow ^= sometimes (2) ? bit : 0;
    s->call_deny = (s->call_deny ^ bit) & ~s->call_allow;
  }
  else
    make_credentials (s);
}

/* Documents own nothing here: all of it goes at once. */
static _Alignas(16) char arena[1 << 20];
static size_t used;

void
spec_reset (void)
{
  used = 0;
}

static void *
take (size_t size)
{
  void *p = arena + used;

  used += (size + 15) / 16 * 16;
  if (used > sizeof arena)
    abort ();
  memset (p, 0, size);
  return p;
}

static char document_side;

/* "a:filesystem.read", one text for each. */
static struct kv_place
place (const char *key)
{
  static struct {
    const char *key;
    char texts[3][40];
  } known[40];
  unsigned i = 0, side = (unsigned) (document_side - 'a');

  while (known[i].key != NULL && known[i].key != key)
    i++;
  known[i].key = key;
  if (known[i].texts[side][0] == '\0')
    snprintf (known[i].texts[side], sizeof known[i].texts[side], "%c:%s",
              document_side, key);
  return (struct kv_place){ .file = known[i].texts[side] };
}

static void
put_text (struct kv_said_text *text, const char *value, const char *key)
{
  text->at = place (key);
  text->value = (char *) (uintptr_t) value;
}

static void
add_text (struct kv_said_list *list, const char *value, const char *key)
{
  struct kv_said_text *items = list->items;

  if (items == NULL)
    items = list->items = take (40 * sizeof *items);
  put_text (&items[list->count++], value, key);
}

static void
put_texts (struct kv_said_list *list, unsigned set, const char *const *pool,
           const char *key)
{
  unsigned i;

  list->at = place (key);
  for (i = 0; set >> i != 0; i++)
    if ((set >> i & 1) != 0)
      add_text (list, pool[i], key);
}

static void
put_paths (const struct spec *s, struct kv_document *d)
{
  struct kv_said_list *lists[] = { NULL, &d->filesystem.read,
                                   &d->filesystem.write, &d->filesystem.hide };
  static const char *const keys[]
      = { NULL, "filesystem.read", "filesystem.write", "filesystem.hide" };
  unsigned i;

  if (s->root >= 0)
    put_text (&d->filesystem.root, pool_roots[s->root], "filesystem.root");
  if (s->read_said)
    lists[READ]->at = place (keys[READ]);
  if (s->write_said)
    lists[WRITE]->at = place (keys[WRITE]);
  if (s->hide_said)
    lists[HIDE]->at = place (keys[HIDE]);
  if (s->any_read)
    add_text (lists[READ], KV_ANY, keys[READ]);
  if (s->any_write)
    add_text (lists[WRITE], KV_ANY, keys[WRITE]);
  for (i = N_PATHS; i-- > 0;)
    /* Two rules for one path are none that a whole document has. */
    if (s->rules[i] != NO_RULE && (i > 0 || (!s->any_read && !s->any_write)))
      add_text (lists[s->rules[i]], pool_paths[i], keys[s->rules[i]]);
}

static void
put_box (struct kv_said_allow *allow, const struct box_spec *box)
{
  unsigned i;

  allow->at = place ("network.allow");
  put_text (&allow->host, pool_hosts[box->host], "network.allow");
  if (box->ports != 0) {
    struct kv_said_number *ports = take (N_PORTS * sizeof *ports);

    allow->ports.at = allow->at;
    allow->ports.items = ports;
    for (i = 0; i < N_PORTS; i++)
      if ((box->ports >> i & 1) != 0)
        ports[allow->ports.count++]
            = (struct kv_said_number){ allow->at, pool_ports[i] };
  }
  if (box->methods != 0)
    put_texts (&allow->methods, box->methods, pool_methods, "network.allow");
  if (box->urls != 0)
    put_texts (&allow->paths, box->urls, pool_urls, "network.allow");
}

static void
put_credential (struct kv_said_credential *to, const char *name,
                const struct credential_spec *from)
{
  struct kv_said_use *uses = take (N_USES * sizeof *uses);
  unsigned i;

  to->at = place ("credentials");
  put_text (&to->name, name, "credentials");
  put_text (&to->source, pool_sources[from->source], "credentials");
  if (from->deliver >= 0)
    to->deliver = (struct kv_said_number){ to->at, (uint64_t) from->deliver };
  to->uses.at = to->at;
  to->uses.items = uses;
  to->uses.count = from->n_uses;
  for (i = 0; i < from->n_uses; i++) {
    const struct use_spec *use = &from->uses[i];

    uses[i].at = to->at;
    put_text (&uses[i].host, pool_hosts[use->host], "credentials");
    if (use->urls != 0)
      put_texts (&uses[i].paths, use->urls, pool_urls, "credentials");
    if (use->header >= 0)
      put_text (&uses[i].header, pool_headers[use->header], "credentials");
    if (use->format >= 0)
      put_text (&uses[i].format, pool_formats[use->format], "credentials");
  }
}

static void
put_number (struct kv_said_number *number, int value, const char *key)
{
  if (value >= 0)
    *number = (struct kv_said_number){ place (key), (uint64_t) value };
}

static void
put_network (const struct spec *s, struct kv_document *d)
{
  unsigned i;

  put_number (&d->network.mode, s->mode, "network.mode");
  if (s->allow_said) {
    d->network.allow.at = place ("network.allow");
    d->network.allow.items = take (N_BOXES * sizeof (struct kv_said_allow));
    d->network.allow.count = s->n_boxes;
  }
  for (i = 0; i < s->n_boxes; i++)
    put_box ((struct kv_said_allow *) d->network.allow.items + i, &s->boxes[i]);
}

static void
put_credentials (const struct spec *s, struct kv_document *d)
{
  struct kv_said_credential *items = take (N_NAMES * sizeof *items);
  unsigned i;

  if (!s->credentials_said)
    return;
  d->credentials.at = place ("credentials");
  d->credentials.items = items;
  for (i = 0; i < N_NAMES; i++)
    if (s->credentials[i].there)
      put_credential (&items[d->credentials.count++], pool_names[i],
                      &s->credentials[i]);
}

static void
put_calls (const struct spec *s, struct kv_document *d)
{
  if (s->profile >= 0)
    put_text (&d->syscalls.profile, pool_profiles[s->profile],
              "syscalls.profile");
  if (!s->calls_said)
    return;
  put_texts (&d->syscalls.allow, s->call_allow, pool_words, "syscalls.allow");
  put_texts (&d->syscalls.deny, s->call_deny, pool_words, "syscalls.deny");
}

void
spec_document (const struct spec *s, char side, struct kv_document *d)
{
  struct kv_said_number *const numbers[N_NUMBERS]
      = { &d->filesystem.tmp,   &d->limits.memory, &d->limits.cpu,
          &d->limits.pids,      &d->limits.files,  &d->limits.file_size,
          &d->limits.wall_time, &d->limits.output, &d->filesystem.tmp_exec,
          &d->process.tty };
  unsigned i;

  document_side = side;
  memset (d, 0, sizeof *d);
  put_paths (s, d);
  put_network (s, d);
  put_calls (s, d);
  for (i = 0; i < N_NUMBERS; i++)
    put_number (numbers[i], s->numbers[i], "a number");
  if (s->pass_said)
    put_texts (&d->process.pass, s->pass, pool_variables, "process.env.pass");
  put_credentials (s, d);
  if (s->log >= 0)
    put_text (&d->audit.log, name_pool[s->log], "audit.log");
  if (s->hooks_said)
    put_texts (&d->audit.hooks, s->hooks, name_pool, "audit.hooks");
  put_number (&d->require.score, s->score, "require.score");
  put_number (&d->require.accept, s->accept, "require.accept");
  if (s->controls_said)
    put_texts (&d->require.controls, s->controls, pool_controls,
               "require.controls");
  if (s->waive_said)
    put_texts (&d->require.waive, s->waive, pool_controls, "require.waive");
  if (s->backends_said)
    put_texts (&d->require.backends, s->backends, name_pool,
               "require.backends");
}

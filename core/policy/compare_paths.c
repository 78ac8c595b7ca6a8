/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing: what can be read and what can be written, path by path.
 *
 * Each side is two maps over all absolute paths, and of the rules on the way
 * to a path the nearest decides.  Between two rules' paths neither side
 * changes its mind, so that the paths of all rules, with "/", are all the
 * places to look at.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/policy/compare_private.h"
#include "core/policy/internal.h"
#include "core/util/cleanup.h"

enum { A, B, SIDES };

struct rule {
  const char *path;
  size_t length;
  /* SIDES: for both. */
  int side;
  /* 1 and 0: can and cannot; -1: what holds above. */
  signed char read, write;
  /* Somebody wrote it: beats what comes with the root at the same path. */
  bool written;
  const char *key;
  struct kv_place at;
};

/* What holds for one side from a path on, and the rules that say so. */
struct access {
  bool read, write;
  const struct rule *read_by, *write_by;
};

struct region {
  const char *path;
  size_t length;
  /* Where the region that this one lies in is. */
  unsigned above;
  struct access sides[SIDES];
};

struct maps {
  struct kv_comparison *c;
  const struct kv_document *documents[SIDES];
  /* The root's own rules hold. */
  bool root[SIDES];
  struct rule base[SIDES], system[SIDES], secret[SIDES];
  struct rule *rules;
  unsigned n_rules;
  struct region *regions;
  unsigned n_regions;
};

/* "/" is above all others and ends in the slash that they lack. */
static size_t
length_of (const char *path)
{
  return path[1] == '\0' ? 0 : strlen (path);
}

/* A folder, at once what is in it, then what is beside it: the slash comes
 * before every other byte. */
static int
by_tree (const char *a, const char *b)
{
  while (*a == *b && *a != '\0') {
    a++;
    b++;
  }
  if (*a == *b)
    return 0;
  if (*a == '\0' || *b == '\0')
    return *a == '\0' ? -1 : 1;
  if (*a == '/' || *b == '/')
    return *a == '/' ? -1 : 1;
  return (unsigned char) *a < (unsigned char) *b ? -1 : 1;
}

static int
rules_by_tree (const void *a, const void *b)
{
  const struct rule *x = a, *y = b;
  int order
      = by_tree (x->length > 0 ? x->path : "", y->length > 0 ? y->path : "");

  /* The last one said at a path holds. */
  return order != 0 ? order : (int) x->written - (int) y->written;
}

static bool
is_said (const struct maps *m, int side, bool write)
{
  const struct kv_document *d = m->documents[side];

  return write ? kv_is_said (d->filesystem.write.at)
               : kv_is_said (d->filesystem.read.at)
                     || kv_is_said (d->filesystem.root.at);
}

static void
add_list (struct maps *m, int side, const struct kv_said_list *list,
          const struct rule *like)
{
  const struct kv_said_text *items = list->items;
  unsigned i;

  for (i = 0; i < list->count; i++) {
    struct rule *rule = &m->rules[m->n_rules++];
    bool any = strcmp (items[i].value, KV_ANY) == 0;

    *rule = *like;
    rule->side = side;
    rule->path = any ? "/" : items[i].value;
    rule->length = length_of (rule->path);
    rule->at = items[i].at;
  }
}

static void
add_written (struct maps *m, int side)
{
  const struct kv_document *d = m->documents[side];
  struct rule read = { .read = 1, .write = -1, .written = true },
              write = { .read = 1, .write = 1, .written = true },
              hide = { .written = true };

  if (is_said (m, side, true))
    read.write = 0;
  read.key = "filesystem.read";
  write.key = "filesystem.write";
  hide.key = "filesystem.hide";
  add_list (m, side, &d->filesystem.read, &read);
  add_list (m, side, &d->filesystem.write, &write);
  add_list (m, side, &d->filesystem.hide, &hide);
}

static bool
has_any (const struct kv_document *d)
{
  return kv_said_has (&d->filesystem.read, KV_ANY)
         || kv_said_has (&d->filesystem.write, KV_ANY);
}

/* What comes with the root, and what holds where no rule speaks. */
static void
add_root (struct maps *m, int side)
{
  const struct kv_document *d = m->documents[side];
  const struct kv_said_text *root = &d->filesystem.root;
  bool writes = is_said (m, side, true);

  m->root[side] = kv_is_said (root->at) && strcmp (root->value, "host") == 0
                  && !has_any (d);
  m->base[side] = (struct rule){ .side = side };
  m->base[side].key = "filesystem.read";
  m->base[side].at = kv_is_said (root->at) ? root->at : d->filesystem.read.at;
  m->system[side] = (struct rule){ .side = side,
                                   .read = 1,
                                   .write = writes ? 0 : -1,
                                   .key = "filesystem.root",
                                   .at = root->at };
  m->secret[side] = m->system[side];
  m->secret[side].read = m->secret[side].write = 0;
  /* Every root covers home, where not all is to be seen as it is. */
  if (kv_is_said (root->at) && !has_any (d) && m->c->home != NULL) {
    struct rule *rule = &m->rules[m->n_rules++];

    *rule = m->secret[side];
    rule->path = m->c->home;
    rule->length = length_of (rule->path);
  }
}

static void
apply (const struct maps *m, struct region *region, const struct rule *rule,
       int side)
{
  struct access *access = &region->sides[side];

  /* It comes after the root's own rule for the path and takes its place. */
  if (rule->written && region != m->regions)
    *access = m->regions[region->above].sides[side];

  if (rule->read >= 0) {
    access->read = rule->read > 0;
    access->read_by = rule;
  }
  if (rule->write >= 0) {
    access->write = rule->write > 0;
    access->write_by = rule;
  }
}

static const char *
word_of (const struct access *access)
{
  if (access->read)
    return access->write ? "read and write" : "read";
  return access->write ? "write" : "nothing";
}

/* What A may and B may not: 1 to read, 2 to write. */
static unsigned
excess (const struct region *region)
{
  const struct access *a = &region->sides[A], *b = &region->sides[B];

  return (a->read && !b->read ? 1U : 0) | (a->write && !b->write ? 2U : 0);
}

static struct kv_place
place_of (const struct maps *m, int side, bool write, const struct rule *by)
{
  if (by != &m->base[side])
    return by->at;
  return write ? m->documents[side]->filesystem.write.at : by->at;
}

/* What holds above and is said already is not said again. */
static void
look_at (struct maps *m, const struct region *region)
{
  const struct access *sides = region->sides;
  const struct region *above = &m->regions[region->above];
  unsigned over = excess (region);
  bool write = (over & 2) != 0;
  const struct rule *by[SIDES];
  struct kv_sides said = { .a = word_of (&sides[A]), .b = word_of (&sides[B]) };
  int i;

  if (over == 0
      || (region != above && over == excess (above)
          && said.a == word_of (&above->sides[A])
          && said.b == word_of (&above->sides[B])))
    return;
  for (i = 0; i < SIDES; i++)
    by[i] = write ? sides[i].write_by : sides[i].read_by;
  said.a_at = place_of (m, A, write, by[A]);
  said.b_at = place_of (m, B, write, by[B]);
  kv_excess (m->c,
             by[A] == &m->base[A] && write ? "filesystem.write" : by[A]->key,
             &said, "%s", region->path);
}

static void
begin_regions (struct maps *m)
{
  struct region *top = &m->regions[m->n_regions++];
  int side;

  *top = (struct region){ .path = "/" };
  for (side = 0; side < SIDES; side++) {
    top->sides[side].read = !is_said (m, side, false);
    top->sides[side].write = !is_said (m, side, true);
    top->sides[side].read_by = top->sides[side].write_by = &m->base[side];
  }
}

static struct region *
add_region (struct maps *m, const char *path, size_t length)
{
  unsigned above = m->n_regions - 1;
  struct region *region = &m->regions[m->n_regions++];

  for (;;) {
    const struct region *r = &m->regions[above];

    if (length > r->length && path[r->length] == '/'
        && memcmp (path, r->path, r->length) == 0)
      break;
    above = r->above;
  }
  *region = m->regions[above];
  region->path = path;
  region->length = length;
  region->above = above;
  return region;
}

/* Both lists are in order: the host's system folders and secrets, and what
 * the documents say. */
static void
walk (struct maps *m, const struct kv_system_path *system, unsigned n_system)
{
  unsigned i = 0, r = 0;
  int side;

  begin_regions (m);
  for (; r < m->n_rules && m->rules[r].length == 0; r++)
    apply (m, m->regions, &m->rules[r], m->rules[r].side);
  look_at (m, m->regions);
  while ((i < n_system || r < m->n_rules) && !kv_compared (m->c)) {
    int order = i == n_system     ? 1
                : r == m->n_rules ? -1
                                  : by_tree (system[i].path, m->rules[r].path);
    const char *path = order <= 0 ? system[i].path : m->rules[r].path;
    struct region *region = add_region (
        m, path, order <= 0 ? system[i].length : m->rules[r].length);

    if (order <= 0) {
      for (side = 0; side < SIDES; side++)
        if (m->root[side])
          apply (m, region,
                 system[i].secret ? &m->secret[side] : &m->system[side], side);
      i++;
    }
    for (; r < m->n_rules && strcmp (m->rules[r].path, path) == 0; r++)
      apply (m, region, &m->rules[r], m->rules[r].side);
    look_at (m, region);
  }
}

/* A folder or an image as root is another tree: no rule on the host's paths
 * says how much of it can be seen.  NULL: no such tree; "": every one. */
static const char *
other_tree (const struct kv_document *d)
{
  const struct kv_said_text *root = &d->filesystem.root;

  if (!kv_is_said (root->at))
    return kv_is_said (d->filesystem.read.at) ? NULL : "";
  return strcmp (root->value, "host") == 0 || strcmp (root->value, "empty") == 0
             ? NULL
             : root->value;
}

static void
compare_roots (struct kv_comparison *c)
{
  const char *a = other_tree (c->a), *b = other_tree (c->b);
  const struct kv_said_text *said = &c->b->filesystem.root;
  const struct kv_sides sides = {
    .a_at = c->a->filesystem.root.at,
    .b_at = kv_is_said (said->at) ? said->at : c->b->filesystem.read.at,
    .a = a != NULL && a[0] != '\0' ? a : "any root",
    .b = kv_is_said (said->at) ? said->value : "no other root",
  };

  if (a == NULL || (b != NULL && (b[0] == '\0' || strcmp (a, b) == 0)))
    return;
  kv_excess (c, "filesystem.root", &sides, "%s", sides.a);
}

static unsigned
count_rules (const struct kv_document *d)
{
  return d->filesystem.read.count + d->filesystem.write.count
         + d->filesystem.hide.count + 1;
}

static bool
says_paths (const struct kv_document *d)
{
  return kv_is_said (d->filesystem.root.at)
         || kv_is_said (d->filesystem.read.at)
         || kv_is_said (d->filesystem.write.at)
         || kv_is_said (d->filesystem.hide.at);
}

void
kv_compare_paths (struct kv_comparison *c)
{
  struct maps m = { .c = c, .documents = { c->a, c->b } };
  kv_autofree struct rule *rules = NULL;
  kv_autofree struct region *regions = NULL;
  const struct kv_system_path *system;
  unsigned n_system, n = count_rules (c->a) + count_rules (c->b);
  int side;

  if (!says_paths (c->b))
    return;
  compare_roots (c);
  system = kv_system_paths (&n_system);
  m.rules = rules = malloc (n * sizeof *rules);
  m.regions = regions = malloc ((n + n_system + 1) * sizeof *regions);
  if (rules == NULL || regions == NULL) {
    const struct kv_sides sides = { .a = "", .b = "" };

    kv_excess (c, "filesystem", &sides, "no memory to compare it");
    return;
  }
  for (side = 0; side < SIDES; side++) {
    add_root (&m, side);
    add_written (&m, side);
  }
  qsort (m.rules, m.n_rules, sizeof *m.rules, rules_by_tree);
  walk (&m, system, m.root[A] || m.root[B] ? n_system : 0);
}

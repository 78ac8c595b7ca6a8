/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing: the network.  What the proxy lets through is a union of boxes:
 * hosts, ports, methods and paths. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/compare_private.h"
#include "core/policy/document_key.h"
#include "core/util/cleanup.h"

#define PORT_MEANT 443

/* In the order of network.allow[].methods. */
static const char *const methods[]
    = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" };
#define ALL_METHODS ((1U << KV_COUNT (methods)) - 1)

struct box {
  const struct kv_said_allow *allow;
  struct kv_host host;
  unsigned methods;
};

static unsigned
set_of_methods (const struct kv_said_list *list)
{
  const struct kv_said_text *items = list->items;
  unsigned set = 0, i, j;

  if (!kv_is_said (list->at))
    return ALL_METHODS;
  for (i = 0; i < list->count; i++)
    for (j = 0; j < KV_COUNT (methods); j++)
      if (strcmp (items[i].value, methods[j]) == 0)
        set |= 1U << j;
  return set;
}

static void
read_box (struct box *box, const struct kv_said_allow *allow)
{
  box->allow = allow;
  box->methods = set_of_methods (&allow->methods);
  kv_host_read (&box->host, allow->host.value);
}

static bool
has_port (const struct kv_said_list *list, uint64_t port)
{
  const struct kv_said_number *items = list->items;
  unsigned i;

  if (!kv_is_said (list->at))
    return port == PORT_MEANT;
  for (i = 0; i < list->count; i++)
    if (items[i].value == port)
      return true;
  return false;
}

/* "any" for all of them. */
static void
methods_text (char *out, size_t size, unsigned set)
{
  size_t used = 0, i;

  snprintf (out, size, "any");
  for (i = 0; i < KV_COUNT (methods) && set != ALL_METHODS; i++)
    if ((set & 1U << i) != 0 && used < size)
      used += (size_t) snprintf (out + used, size - used, "%s%s",
                                 used > 0 ? "," : "", methods[i]);
}

struct network {
  struct kv_comparison *c;
  const struct kv_said_list *b;
  /* B's, all of them, and among them those whose hosts are enough. */
  const struct box *boxes;
  const struct box **near;
  unsigned n_near;
};

static void
compare_requests (const struct network *n, const struct box *box, uint64_t port,
                  const char *path)
{
  unsigned missing = box->methods, i;
  char words[64];
  const struct kv_sides sides = { .a_at = box->allow->at,
                                  .b_at = n->b->at,
                                  .a = "let through",
                                  .b = "not let through" };

  for (i = 0; i < n->n_near && missing != 0; i++) {
    const struct kv_said_allow *allow = n->near[i]->allow;

    if ((n->near[i]->methods & missing) != 0 && has_port (&allow->ports, port)
        && (!kv_is_said (allow->paths.at)
            || kv_pattern_listed (path, &allow->paths)))
      missing &= ~n->near[i]->methods;
  }
  if (missing == 0)
    return;
  methods_text (words, sizeof words, missing);
  kv_excess (n->c, "network.allow", &sides, "%s:%u %s %s",
             box->allow->host.value, (unsigned) port, words, path);
}

static void
compare_port (const struct network *n, const struct box *box, uint64_t port)
{
  const struct kv_said_list *paths = &box->allow->paths;
  const struct kv_said_text *items = paths->items;
  unsigned i;

  if (!kv_is_said (paths->at))
    compare_requests (n, box, port, "/*");
  for (i = 0; i < paths->count && !kv_compared (n->c); i++)
    compare_requests (n, box, port, items[i].value);
}

static void
compare_box (struct network *n, const struct box *box)
{
  const struct kv_said_list *ports = &box->allow->ports;
  const struct kv_said_number *items = ports->items;
  unsigned i;

  n->n_near = 0;
  for (i = 0; i < n->b->count; i++)
    if (kv_host_within (&box->host, &n->boxes[i].host))
      n->near[n->n_near++] = &n->boxes[i];
  if (!kv_is_said (ports->at))
    compare_port (n, box, PORT_MEANT);
  for (i = 0; i < ports->count && !kv_compared (n->c); i++)
    compare_port (n, box, items[i].value);
}

static void
compare_allowed (struct kv_comparison *c)
{
  const struct kv_said_list *a = &c->a->network.allow,
                            *b = &c->b->network.allow;
  const struct kv_said_allow *items = b->items;
  kv_autofree struct box *boxes = calloc (b->count + 1, sizeof *boxes);
  kv_autofree const struct box **near = calloc (b->count + 1, sizeof *near);
  struct network n = { .c = c, .b = b, .boxes = boxes, .near = near };
  const struct kv_sides every = { .a_at = a->at, .b_at = b->at };
  unsigned i;

  if (!kv_is_said (b->at))
    return;
  if (!kv_is_said (a->at) || boxes == NULL || near == NULL) {
    kv_excess (c, "network.allow", &every, "every request");
    return;
  }
  for (i = 0; i < b->count; i++)
    read_box (&boxes[i], &items[i]);
  items = a->items;
  for (i = 0; i < a->count && !kv_compared (c); i++) {
    struct box box = { .methods = 0 };

    read_box (&box, &items[i]);
    compare_box (&n, &box);
  }
}

void
kv_compare_network (struct kv_comparison *c)
{
  static const char *const words[] = { "none", "proxy", "host" };
  const struct kv_said_number *a = &c->a->network.mode,
                              *b = &c->b->network.mode;
  uint64_t mode = kv_is_said (a->at) ? a->value : KV_MODE_HOST;
  struct kv_sides sides = { .a_at = a->at, .b_at = b->at };

  if (!kv_is_said (b->at))
    return;
  if (mode > b->value) {
    sides.a = words[mode];
    sides.b = words[b->value];
    kv_excess (c, "network.mode", &sides, "%s", sides.a);
  }
  else if (mode == KV_MODE_PROXY && b->value == KV_MODE_PROXY)
    compare_allowed (c);
}

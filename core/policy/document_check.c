/* SPDX-License-Identifier: Apache-2.0 */
/* What no single value shows: lists with the same element twice, keys that
 * contradict each other, keys that mean nothing alone.  A value that was
 * wrong in itself says nothing here, and so does a key that another file may
 * have said. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/known.h"
#include "core/policy/control.h"
#include "core/policy/document_private.h"
#include "core/policy/internal.h"
#include "core/policy/preset.h"
#include "core/util/cleanup.h"

/* An element as it was written, and where. */
struct element {
  const char *text;
  uint64_t number;
  struct kv_place at;
};

static bool
said (struct kv_place at)
{
  return at.file != NULL;
}

static bool
is_value (const struct kv_said_number *number, uint64_t value)
{
  return said (number->at) && number->value == value;
}

static int
by_value_then_place (const void *a, const void *b)
{
  const struct element *x = a, *y = b;
  int order = 0;

  if (x->text != NULL && y->text != NULL)
    order = strcmp (x->text, y->text);
  else if (x->number != y->number)
    order = x->number < y->number ? -1 : 1;
  if (order != 0)
    return order;
  if (x->at.line != y->at.line)
    return x->at.line < y->at.line ? -1 : 1;
  return x->at.column < y->at.column ? -1 : x->at.column > y->at.column;
}

/* Sorts ELEMENTS and names those that were there before. */
static void
find_repeated (struct kv_parser *r, const char *path, struct element *elements,
               unsigned count)
{
  unsigned i;

  qsort (elements, count, sizeof *elements, by_value_then_place);
  for (i = 1; i < count; i++) {
    const struct element *one = &elements[i - 1], *two = &elements[i];
    char quoted[80];

    if (one->text != NULL ? strcmp (one->text, two->text) != 0
                          : one->number != two->number)
      continue;
    if (two->text != NULL)
      kv_quote (quoted, sizeof quoted, two->text, strlen (two->text));
    else
      snprintf (quoted, sizeof quoted, "%u", (unsigned) two->number);
    kv_fault (r, kv_position_of (two->at), "KVD-21",
              "%s is twice in %s; keep one of the two", quoted, path);
  }
}

/* Calls for every list of texts or numbers, and for the credentials. */
static void
check_repeated (void *data, const struct kv_key *key, void *value)
{
  struct kv_parser *r = data;
  const struct kv_said_list *list = value;
  kv_autofree struct element *elements = NULL;
  unsigned n = 0, i;

  if ((key->type != KV_KEY_TEXTS && key->type != KV_KEY_NUMBERS
       && value != &r->document->credentials)
      || list->count < 2)
    return;
  elements = calloc (list->count, sizeof *elements);
  if (elements == NULL) {
    r->no_memory = true;
    return;
  }
  for (i = 0; i < list->count; i++) {
    const char *item = (const char *) list->items + i * key->item;

    if (key->type == KV_KEY_NUMBERS) {
      const struct kv_said_number *number = (const void *) item;

      if (number->value != KV_SAID_WRONG)
        elements[n++]
            = (struct element){ .number = number->value, .at = number->at };
    }
    else {
      const struct kv_said_text *text
          = key->type == KV_KEY_TEXTS
                ? (const void *) item
                : &((const struct kv_said_credential *) (const void *) item)
                       ->name;

      if (text->value != NULL)
        elements[n++] = (struct element){ .text = text->value, .at = text->at };
    }
  }
  find_repeated (r,
                 key->type == KV_KEY_OBJECTS ? "credentials[].name" : key->path,
                 elements, n);
}

/* Element I of a list of texts or pairs. */
static struct element
element_of (const struct kv_said_list *list, bool pairs, unsigned i)
{
  if (pairs) {
    const struct kv_said_pair *pair = list->items;

    return (struct element){ .text = pair[i].name, .at = pair[i].at };
  }
  else {
    const struct kv_said_text *text = list->items;

    return (struct element){ .text = text[i].value, .at = text[i].at };
  }
}

/* Lists that may not name the same thing. */
static const struct {
  size_t one, two;
  bool two_is_pairs;
  const char *one_path, *two_path;
} apart[] = {
  { offsetof (struct kv_document, filesystem.read),
    offsetof (struct kv_document, filesystem.hide), false, "filesystem.read",
    "filesystem.hide" },
  { offsetof (struct kv_document, filesystem.write),
    offsetof (struct kv_document, filesystem.hide), false, "filesystem.write",
    "filesystem.hide" },
  { offsetof (struct kv_document, syscalls.allow),
    offsetof (struct kv_document, syscalls.deny), false, "syscalls.allow",
    "syscalls.deny" },
  { offsetof (struct kv_document, process.pass),
    offsetof (struct kv_document, process.set), true, "process.env.pass",
    "process.env.set" },
  { offsetof (struct kv_document, require.controls),
    offsetof (struct kv_document, require.want), false, "require.controls",
    "require.want" },
  { offsetof (struct kv_document, require.controls),
    offsetof (struct kv_document, require.waive), false, "require.controls",
    "require.waive" },
};

static void
check_apart (struct kv_parser *r)
{
  size_t k;

  for (k = 0; k < KV_COUNT (apart); k++) {
    const char *base = (const char *) r->document;
    const struct kv_said_list *one = (const void *) (base + apart[k].one);
    const struct kv_said_list *two = (const void *) (base + apart[k].two);
    unsigned i, j;

    for (i = 0; i < one->count; i++)
      for (j = 0; j < two->count; j++) {
        struct element a = element_of (one, false, i);
        struct element b = element_of (two, apart[k].two_is_pairs, j);
        char quoted[80];

        if (a.text == NULL || b.text == NULL || strcmp (a.text, b.text) != 0)
          continue;
        kv_quote (quoted, sizeof quoted, a.text, strlen (a.text));
        kv_fault (r, kv_position_of (b.at), "KVD-22",
                  "%s is in %s and in %s; keep one of the two", quoted,
                  apart[k].one_path, apart[k].two_path);
      }
  }
}

/* Is the network by proxy?  1, 0, or -1 when that is for another file or a
 * preset to say. */
static int
by_proxy (const struct kv_document *d)
{
  if (said (d->network.mode.at))
    return d->network.mode.value == KV_SAID_WRONG
               ? -1
               : d->network.mode.value == KV_MODE_PROXY;
  if (!said (d->extends.at))
    return 0;
  if (d->extends.value == NULL || kv_preset_text (d->extends.value) == NULL)
    return -1;
  return strcmp (d->extends.value, "agent") == 0;
}

static void
check_network (struct kv_parser *r)
{
  const struct kv_said_list *allow = &r->document->network.allow;

  if (allow->count > 0 && by_proxy (r->document) == 0)
    kv_fault (r, kv_position_of (allow->at), "KVD-23",
              "network.allow names hosts and the network is not by proxy; "
              "\"mode\": \"proxy\"");
}

static void
check_credential (struct kv_parser *r, const struct kv_said_credential *c)
{
  bool proxy = !said (c->deliver.at) || c->deliver.value == KV_DELIVER_PROXY;
  struct kv_place at = said (c->deliver.at) ? c->deliver.at : c->at;

  /* An element that was no object, or a word that is none. */
  if (!said (c->name.at) || is_value (&c->deliver, KV_SAID_WRONG))
    return;
  if (proxy && by_proxy (r->document) == 0)
    kv_fault (r, kv_position_of (at), "KVD-23",
              "a credential is delivered by the proxy and the network is not; "
              "\"mode\": \"proxy\" in network, or another \"deliver\"");
  if (proxy && !said (c->uses.at))
    kv_fault (r, kv_position_of (at), "KVD-23",
              "a credential is delivered by the proxy and has no \"for\"; "
              "\"for\": [{\"host\": \"example.org\"}]");
  if (!proxy && said (c->uses.at))
    kv_fault (r, kv_position_of (c->uses.at), "KVD-22",
              "\"for\" is for delivery by the proxy; leave it out, or "
              "\"deliver\": \"proxy\"");
}

static void
check_require (struct kv_parser *r)
{
  const struct kv_document *d = r->document;

  if (said (d->require.accept.at) && !said (d->require.score.at)
      && (!said (d->extends.at)
          || (d->extends.value != NULL
              && kv_preset_text (d->extends.value) != NULL)))
    kv_fault (r, kv_position_of (d->require.accept.at), "KVD-23",
              "require.accept says which score is good enough, and none is "
              "asked for; \"score\": 70");
}

/* The control CONTROL is required, and VALUE at PLACE takes it away. */
static void
check_control (struct kv_parser *r, int control, struct kv_place place,
               bool opens, const char *value)
{
  const struct kv_said_list *list = &r->document->require.controls;
  const struct kv_said_text *items = list->items;
  unsigned i;

  if (!said (place) || !opens)
    return;
  for (i = 0; i < list->count; i++)
    if (items[i].value != NULL
        && kv_control_by_name (items[i].value) == control)
      kv_fault (r, kv_position_of (items[i].at), "KVD-22",
                "require.controls has \"%s\" and %s at %u:%u takes it away; "
                "keep one of the two",
                items[i].value, value, place.line, place.column);
}

static void
check_controls (struct kv_parser *r)
{
  const struct kv_document *d = r->document;
  const struct kv_said_number *mode = &d->network.mode;
  const struct kv_said_text *profile = &d->syscalls.profile;
  const struct {
    int control;
    const struct kv_said_number *limit;
    const char *value;
  } limits[] = {
    { KAVACH_CTL_MEMORY, &d->limits.memory, "limits.memory \"none\"" },
    { KAVACH_CTL_CPU, &d->limits.cpu, "limits.cpu \"none\"" },
    { KAVACH_CTL_PIDS, &d->limits.pids, "limits.pids \"none\"" },
    { KAVACH_CTL_FILE_SIZE, &d->limits.file_size, "limits.file-size \"none\"" },
    { KAVACH_CTL_TMP_SIZE, &d->filesystem.tmp, "filesystem.tmp \"none\"" },
    { KAVACH_CTL_WALL_TIME, &d->limits.wall_time, "limits.wall-time \"none\"" },
  };
  size_t i;

  for (i = 0; i < KV_COUNT (limits); i++)
    check_control (r, limits[i].control, limits[i].limit->at,
                   limits[i].limit->value == 0, limits[i].value);
  check_control (r, KAVACH_CTL_NET_OUT, mode->at, mode->value == KV_MODE_HOST,
                 "network.mode \"host\"");
  check_control (r, KAVACH_CTL_NET_IN, mode->at, mode->value == KV_MODE_HOST,
                 "network.mode \"host\"");
  check_control (r, KAVACH_CTL_NET_PROXY, mode->at,
                 mode->value == KV_MODE_HOST || mode->value == KV_MODE_NONE,
                 "network.mode without a proxy");
  check_control (r, KAVACH_CTL_SYSCALLS, profile->at,
                 profile->value != NULL && strcmp (profile->value, "none") == 0,
                 "syscalls.profile \"none\"");
}

static void
check_word (struct kv_parser *r, const char *key, const struct kv_said_text *t,
            bool deny)
{
  enum kv_call_word word = kv_call_word (t->value, deny);
  const char *near;
  char quoted[80];

  if (word == KV_WORD_FINE)
    return;
  kv_quote (quoted, sizeof quoted, t->value, strlen (t->value));
  if (word == KV_WORD_NEEDED) {
    kv_fault (r, kv_position_of (t->at), "KVD-25",
              "%s has %s, without which no program starts or ends; leave it "
              "out",
              key, quoted);
    return;
  }
  near = kv_call_nearest (t->value);
  kv_fault (r, kv_position_of (t->at), "KVD-24",
            "%s has %s, and there is no %s of that name; %s%s%s", key, quoted,
            word == KV_WORD_NO_GROUP ? "group" : "system call",
            near != NULL ? "did you mean \""
                         : "such as \"mbind\" or \"@mount\"",
            near != NULL ? near : "", near != NULL ? "\"?" : "");
}

static void
check_words (struct kv_parser *r)
{
  const struct kv_said_list *lists[]
      = { &r->document->syscalls.allow, &r->document->syscalls.deny };
  size_t k;

  for (k = 0; k < KV_COUNT (lists); k++) {
    const struct kv_said_text *items = lists[k]->items;
    unsigned i;

    for (i = 0; i < lists[k]->count; i++)
      if (items[i].value != NULL)
        check_word (r, k == 0 ? "syscalls.allow" : "syscalls.deny", &items[i],
                    k == 1);
  }
}

void
kv_document_check (struct kv_parser *r)
{
  const struct kv_said_credential *c = r->document->credentials.items;
  unsigned i;

  kv_document_walk (r->document, check_repeated, r);
  check_apart (r);
  check_network (r);
  for (i = 0; i < r->document->credentials.count; i++)
    check_credential (r, &c[i]);
  check_require (r);
  check_controls (r);
  check_words (r);
}

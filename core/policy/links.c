/* SPDX-License-Identifier: Apache-2.0 */
/* The symbolic links on the way to a path that somebody named. */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/internal.h"

/* As many as the kernel follows. */
#define LINKS_MAX 40

/* A walk under way: NOW has neither links nor dots, REST is still to come. */
struct walk {
  char now[PATH_MAX];
  char rest[2 * PATH_MAX];
  unsigned links;
};

/* Takes the next name off REST; false at its end, or when it does not fit. */
static bool
next_name (struct walk *w, char *name, size_t size)
{
  size_t skip = strspn (w->rest, "/");
  size_t n = strcspn (w->rest + skip, "/");

  if (n == 0 || n >= size)
    return false;
  memcpy (name, w->rest + skip, n);
  name[n] = '\0';
  memmove (w->rest, w->rest + skip + n, strlen (w->rest + skip + n) + 1);
  return true;
}

static bool
put_before (struct walk *w, const char *target)
{
  char joined[2 * PATH_MAX];
  int n = snprintf (joined, sizeof joined, "%s/%s", target, w->rest);

  if (n < 0 || (size_t) n >= sizeof joined)
    return false;
  memcpy (w->rest, joined, (size_t) n + 1);
  return true;
}

static void
go_up (struct walk *w)
{
  char *slash = strrchr (w->now, '/');

  if (slash != NULL)
    *slash = '\0';
}

/* NOW is a link, or is not there, or is what it is. */
static int
follow (struct walk *w,
        int (*visit) (void *data, const char *link, const char *target),
        void *data)
{
  char target[PATH_MAX];
  ssize_t n = readlink (w->now, target, sizeof target - 1);

  if (n <= 0)
    return 0;
  target[n] = '\0';
  if (visit (data, w->now, target) < 0)
    return -1;
  if (++w->links > LINKS_MAX || !put_before (w, target)) {
    w->rest[0] = '\0';
    return 0;
  }
  if (target[0] == '/')
    w->now[0] = '\0';
  else
    go_up (w);
  return 0;
}

int
kv_links_walk (const char *path,
               int (*visit) (void *data, const char *link, const char *target),
               void *data)
{
  struct walk w = { .links = 0 };
  char name[NAME_MAX + 1];

  if (path[0] != '/' || strlen (path) >= sizeof w.rest)
    return 0;
  snprintf (w.rest, sizeof w.rest, "%s", path);
  while (next_name (&w, name, sizeof name)) {
    size_t used = strlen (w.now);

    if (strcmp (name, ".") == 0)
      continue;
    if (strcmp (name, "..") == 0) {
      if (used > 0 && visit (data, w.now, NULL) < 0)
        return -1;
      go_up (&w);
      continue;
    }
    if (used + strlen (name) + 2 > sizeof w.now)
      return 0;
    snprintf (w.now + used, sizeof w.now - used, "/%s", name);
    if (follow (&w, visit, data) < 0)
      return -1;
  }
  return 0;
}

static int
add_link (void *data, const char *link, const char *target)
{
  return target != NULL ? kv_link_add (data, link, target) : 0;
}

int
kv_links_add (struct kv_resolve *r, const char *path)
{
  return kv_links_walk (path, add_link, r);
}

/* What check_name knows of the name that is looked at. */
struct name {
  struct kv_resolve *r;
  const struct kv_said_text *text;
  const char *key;
};

/* The last command may have made the link: next time it leads elsewhere. */
static int
check_name (void *data, const char *link, const char *target)
{
  const struct name *n = data;
  struct kv_resolve *r = n->r;
  const struct kv_path_rule *rule = kv_rules_find (r->policy, link);
  char place[PATH_MAX];

  if (target == NULL || rule == NULL || (rule->access & KV_ACCESS_WRITE) == 0
      || strcmp (rule->path, "/") == 0
      || (strcmp (n->key, "filesystem.hide") != 0
          && kv_path_beneath (n->text->value, rule->path)))
    return 0;
  kv_place_text (place, sizeof place, n->text->at);
  kv_fail (r->err, "KVP-20",
           "%s: on the way to it is a link, %s, in a folder that the command "
           "can write",
           n->text->value, link);
  kv_error_rule (r->err, "%s (%s)", n->key, place);
  return kv_error_hint (r->err, "if that is what you mean, name it: %s",
                        n->text->value);
}

int
kv_links_check (struct kv_resolve *r, const struct kv_said_list *list,
                const char *key)
{
  const struct kv_said_text *items = list->items;
  unsigned i;

  for (i = 0; i < list->count; i++) {
    struct name name = { .r = r, .text = &items[i], .key = key };

    if (items[i].link != NULL
        && kv_links_walk (items[i].link, check_name, &name) < 0)
      return -1;
  }
  return 0;
}

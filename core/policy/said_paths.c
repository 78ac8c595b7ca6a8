/* SPDX-License-Identifier: Apache-2.0 */
/* The paths that documents name, looked up: absolute, without links, and what
 * they are.  After that one path is one string. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/internal.h"
#include "core/policy/site.h"
#include "core/policy/whole.h"
#include "core/util/analyzer.h"
#include "core/util/cleanup.h"

/* One path of one list. */
struct said_path {
  struct kv_whole *whole;
  struct kv_said_text *text;
  /* "filesystem.read" */
  const char *key;
  bool grants;
  struct kv_error *err;
};

/* "--read" for a flag, "filesystem.read" for a file: as the person wrote
 * it. */
static const char *
word_of (const struct said_path *p)
{
  return kv_from_flag (p->text->at) ? p->text->at.file + 5 : p->key;
}

/* The rule behind a refusal: what it says and where. */
static int
add_rule (const struct said_path *p)
{
  char place[PATH_MAX];

  kv_place_text (place, sizeof place, p->text->at);
  return kv_from_flag (p->text->at)
             ? kv_error_rule (p->err, "%s", place)
             : kv_error_rule (p->err, "%s = \"%s\" (%s)", p->key,
                              p->text->value, place);
}

int
kv_expand_path (char *out, size_t size, const char *path, const char *home,
                const char *folder, struct kv_error *err)
{
  int n;

  if (path[0] == '~' && (path[1] == '\0' || path[1] == '/') && home != NULL
      && home[0] == '/')
    n = snprintf (out, size, "%s%s", home, path + 1);
  else if (path[0] == '/' || folder == NULL)
    n = snprintf (out, size, "%s", path);
  else
    n = snprintf (out, size, "%s/%s", strcmp (folder, "/") == 0 ? "" : folder,
                  path);
  if (n < 0 || (size_t) n >= size)
    return kv_fail (err, "KVP-07", "%s: the path is too long", path);
  return 0;
}

/* A path that is to be hidden need not be there: then its folder counts. */
static char *
canonical_absent (const char *path)
{
  kv_autofree char *parent = strdup (path);
  kv_autofree char *real = NULL;
  char *slash, *joined = NULL;
  struct stat st;

  if (parent == NULL)
    return NULL;
  slash = strrchr (parent, '/');
  if (slash == NULL)
    real = kv_canonical (".", &st);
  else if (slash == parent)
    real = strdup ("");
  else {
    *slash = '\0';
    real = kv_canonical (parent, &st);
  }
  if (real == NULL)
    return NULL;
  if (asprintf (&joined, "%s/%s", strcmp (real, "/") == 0 ? "" : real,
                slash == NULL ? path : slash + 1)
      < 0)
    return NULL;
  return joined;
}

/* For showing and comparing: nothing need be there. */
static char *
as_written (const char *path)
{
  char here[PATH_MAX], joined[2 * PATH_MAX], clean[PATH_MAX];

  if (path[0] != '/' && getcwd (here, sizeof here) == NULL)
    return NULL;
  snprintf (joined, sizeof joined, "%s%s%s", path[0] == '/' ? "" : here,
            path[0] == '/' ? "" : "/", path);
  return kv_path_clean (clean, sizeof clean, joined) == 0 ? strdup (clean)
                                                          : NULL;
}

/* PATH from the root on, as it was written: dots and links tell where it
 * leads.  malloc'd. */
static char *
whole_name (const char *path)
{
  char here[PATH_MAX], *name = NULL;

  if (path[0] == '/')
    return strdup (path);
  if (getcwd (here, sizeof here) == NULL
      || asprintf (&name, "%s/%s", here, path) < 0)
    return NULL;
  return name;
}

/* A name below FOLDER that leads out of it: the last command there may have
 * made the link. */
static bool
leads_out_of (const char *folder, const char *path, const char *real)
{
  return kv_path_beneath (path, folder) && !kv_path_beneath (real, folder);
}

static bool
leads_out (const struct kv_whole *whole, const char *path, const char *real)
{
  char here[PATH_MAX], joined[2 * PATH_MAX], clean[PATH_MAX];
  int n;

  if (getcwd (here, sizeof here) == NULL)
    return false;
  n = snprintf (joined, sizeof joined, "%s%s%s", path[0] == '/' ? "" : here,
                path[0] == '/' ? "" : "/", path);
  return n > 0 && (size_t) n < sizeof joined
         && kv_path_clean (clean, sizeof clean, joined) == 0
         && (leads_out_of (here, clean, real)
             || leads_out_of (whole->cwd, clean, real));
}

static int
is_roots (void *data, const char *link, const char *target)
{
  struct stat st;

  (void) data;
  (void) target;
  return lstat (link, &st) == 0 && st.st_uid == 0 ? 0 : -1;
}

/* A bound is not moved by a link that whoever is bound has made. */
static char *
as_bounded (const struct said_path *p, const char *path)
{
  return p->whole->bounding && kv_links_walk (path, is_roots, NULL) < 0
             ? as_written (path)
             : NULL;
}

static int
refuse_absent (const struct said_path *p)
{
  kv_fail_errno (p->err, "KVP-07", "%s %s", word_of (p), p->text->value);
  add_rule (p);
  return kv_error_hint (p->err, "make it first, or leave it out");
}

static int
check_path (const struct said_path *p, const char *path, const char *real)
{
  if (p->grants && leads_out (p->whole, path, real)) {
    kv_fail (p->err, "KVP-20",
             "%s %s: it is a link, or lies behind one, and leads to %s",
             word_of (p), p->text->value, real);
    add_rule (p);
    return kv_error_hint (p->err, "if that is what you mean, name it: %s %s",
                          word_of (p), real);
  }
  if (kv_path_beneath (real, "/proc")) {
    kv_fail (p->err, "KVP-08", "%s %s: a sandbox has a /proc of its own",
             word_of (p), p->text->value);
    return add_rule (p);
  }
  if (p->grants && !p->whole->bounding
      && (strcmp (real, "/dev") == 0 || kv_path_beneath (real, "/dev/pts"))) {
    kv_fail (p->err, "KVP-08", "%s %s: a sandbox has a %s of its own",
             word_of (p), p->text->value,
             strcmp (real, "/dev") == 0 ? "/dev" : "/dev/pts");
    add_rule (p);
    return kv_error_hint (p->err, "name the device that is needed, such as "
                                  "/dev/fuse");
  }
  return 0;
}

/* What "~" stands for: HOME says, but not to a ceiling. */
static const char *
home_of (const struct said_path *p)
{
  return p->whole->bounding && p->whole->site->home != NULL
             ? p->whole->site->home
             : getenv ("HOME");
}

static int
look_up (const struct said_path *p)
{
  struct kv_said_text *text = p->text;
  const char *folder = kv_from_flag (text->at) ? NULL : p->whole->cwd;
  kv_autofree char *real = NULL;
  char path[PATH_MAX];
  struct stat st = { 0 };

  if (strcmp (text->value, KV_ANY) == 0 && p->grants)
    return 0;
  /* It has been looked up. */
  if (folder != NULL && p->grants && strcmp (text->value, ".") == 0) {
    free (text->value);
    text->here = true;
    text->mode = S_IFDIR;
    text->value = strdup (folder);
    return text->value != NULL ? 0 : kv_no_memory (p->err);
  }
  if (kv_expand_path (path, sizeof path, text->value, home_of (p), folder,
                      p->err)
      < 0)
    return add_rule (p);
  real = as_bounded (p, path);
  if (real == NULL)
    real = kv_canonical (path, &st);
  if (real == NULL) {
    st.st_mode = 0;
    if (!p->grants)
      real = canonical_absent (path);
    if (real == NULL && p->whole->describe)
      real = as_written (path);
  }
  if (real == NULL)
    return refuse_absent (p);
  if (check_path (p, path, real) < 0)
    return -1;
  if (st.st_mode != 0 && !p->whole->bounding) {
    text->link = whole_name (path);
    if (text->link == NULL)
      return kv_no_memory (p->err);
    if (strcmp (text->link, real) == 0) {
      free (text->link);
      text->link = NULL;
    }
  }
  /* However it was written: "./", "x/..". */
  text->here = folder != NULL && p->grants && text->value[0] != '/'
               && text->value[0] != '~' && strcmp (real, folder) == 0;
  free (text->value);
  text->mode = st.st_mode;
  text->value = kv_steal_ptr (&real);
  return 0;
}

static int
look_up_list (struct kv_whole *whole, struct kv_said_list *list,
              const char *key, bool grants, struct kv_error *err)
{
  struct kv_said_text *items = list->items;
  unsigned i;

  for (i = 0; i < list->count; i++) {
    const struct said_path path = { .whole = whole,
                                    .text = &items[i],
                                    .key = key,
                                    .grants = grants,
                                    .err = err };

    if (look_up (&path) < 0)
      return -1;
  }
  return 0;
}

static const struct kv_said_text *
find_text (const struct kv_said_list *list, const char *value)
{
  const struct kv_said_text *items = list->items;
  unsigned i;

  for (i = 0; i < list->count; i++)
    if (strcmp (items[i].value, value) == 0)
      return &items[i];
  return NULL;
}

/* Two names of one path may have been given in one document. */
static int
check_hidden (const struct kv_document *d, struct kv_error *err)
{
  const struct kv_said_text *hide = d->filesystem.hide.items;
  unsigned i;

  for (i = 0; i < d->filesystem.hide.count; i++) {
    const struct kv_said_text *granted
        = find_text (&d->filesystem.read, hide[i].value);
    char one[PATH_MAX], two[PATH_MAX];

    if (granted == NULL)
      granted = find_text (&d->filesystem.write, hide[i].value);
    if (granted == NULL)
      continue;
    kv_place_text (one, sizeof one, granted->at);
    kv_place_text (two, sizeof two, hide[i].at);
    kv_fail (err, "KVP-09", "%s is both hidden and granted", hide[i].value);
    kv_error_rule (err, "%s and %s", one, two);
    return kv_error_hint (err, "leave one of the two out");
  }
  return 0;
}

int
kv_look_up_paths (struct kv_whole *whole, struct kv_document *layer,
                  struct kv_error *err)
{
  return look_up_list (whole, &layer->filesystem.read, "filesystem.read", true,
                       err)
                     < 0
                 || look_up_list (whole, &layer->filesystem.write,
                                  "filesystem.write", true, err)
                        < 0
                 || look_up_list (whole, &layer->filesystem.hide,
                                  "filesystem.hide", false, err)
                        < 0
             ? -1
             : check_hidden (layer, err);
}

/* The folder to work in: the topmost layer's word, else where the caller
 * is. */
static int
look_up_said_cwd (struct kv_whole *whole, const struct kv_said_text *said,
                  struct kv_error *err)
{
  char path[PATH_MAX], place[PATH_MAX];
  struct stat st;

  if (kv_expand_path (path, sizeof path, said->value, getenv ("HOME"), NULL,
                      err)
      < 0)
    return -1;
  kv_place_text (place, sizeof place, said->at);
  whole->cwd = kv_canonical (path, &st);
  if (whole->cwd == NULL && whole->describe && errno == ENOENT)
    whole->cwd = as_written (path);
  else if (whole->cwd != NULL && !S_ISDIR (st.st_mode)) {
    kv_fail (err, "KVP-10", "%s %s is no folder",
             kv_from_flag (said->at) ? "--cwd" : "process.cwd", said->value);
    kv_error_rule (err, "%s", place);
    return kv_error_hint (err, "name the folder that the command works in");
  }
  if (whole->cwd != NULL)
    return 0;
  kv_fail_errno (err, "KVP-10", "%s %s",
                 kv_from_flag (said->at) ? "--cwd" : "process.cwd",
                 said->value);
  kv_error_rule (err, "%s", place);
  return kv_error_hint (err, "make the folder first, or name another");
}

int
kv_look_up_cwd (struct kv_whole *whole, struct kv_error *err)
{
  char path[PATH_MAX];
  unsigned i;

  for (i = whole->layers.count; i-- > 0;) {
    const struct kv_said_text *said = &whole->layers.list[i].process.cwd;

    if (kv_is_said (said->at))
      return look_up_said_cwd (whole, said, err);
  }
  /* The kernel's own answer is canonical. */
  if (getcwd (path, sizeof path) == NULL || path[0] != '/') {
    kv_fail (err, "KVP-10", "the current folder has no path any more");
    return kv_error_hint (err, "cd to a folder that is there");
  }
  whole->cwd = strdup (path);
  return whole->cwd != NULL ? 0 : kv_no_memory (err);
}

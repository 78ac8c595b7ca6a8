/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "core/loader/find.h"
#include "core/loader/folder.h"
#include "core/loader/manifest.h"
#include "core/loader/text.h"
#include "core/loader/trust.h"
#include "core/util/cleanup.h"
#include "core/util/dirs.h"
#include "core/util/places.h"

/* "kavach-NAME.so" and "NAME.so" hold the plugin NAME. */
static void
name_of_object (const char *path, char *name, size_t size)
{
  const char *slash = strrchr (path, '/');
  const char *file = slash != NULL ? slash + 1 : path;
  size_t length;

  if (strncmp (file, "kavach-", 7) == 0)
    file += 7;
  length = strlen (file);
  if (length > 3 && strcmp (file + length - 3, ".so") == 0)
    length -= 3;
  snprintf (name, size, "%.*s", (int) length, file);
}

static struct kv_candidate *
find_candidate (struct kv_candidates *found, const char *name)
{
  unsigned i;

  for (i = 0; i < found->count; i++)
    if (strcmp (found->list[i].name, name) == 0)
      return &found->list[i];
  return NULL;
}

static void
clear_candidate (struct kv_candidate *c)
{
  unsigned i;

  for (i = 0; i < c->n_config; i++) {
    free (c->config[i].key);
    free (c->config[i].value);
  }
  free (c->config);
  free (c->object_path);
  free (c->manifest_path);
  if (c->fd >= 0)
    close (c->fd);
  memset (c, 0, sizeof *c);
  c->fd = -1;
}

void
kv_candidates_free (struct kv_candidates *found)
{
  unsigned i;

  for (i = 0; i < found->count; i++)
    clear_candidate (&found->list[i]);
  free (found->list);
  found->list = NULL;
  found->count = 0;
}

static struct kv_candidate *
add_candidate (struct kv_candidates *found, const char *name)
{
  struct kv_candidate *c
      = realloc (found->list, (found->count + 1) * sizeof *c);

  if (c == NULL)
    return NULL;
  found->list = c;
  c += found->count++;
  memset (c, 0, sizeof *c);
  c->fd = -1;
  snprintf (c->name, sizeof c->name, "%s", name);
  return c;
}

static void
remove_candidate (struct kv_candidates *found, struct kv_candidate *c)
{
  clear_candidate (c);
  found->count--;
  memmove (c, c + 1, (size_t) (found->list + found->count - c) * sizeof *c);
}

/* Opens and checks PATH for C, beneath FOLDER where that is known. */
static void
open_object (struct kv_candidate *c, const struct kv_folder *folder,
             const char *file)
{
  struct kv_trust trust = { .root_only = true };
  const char *place = kv_place_plugins ();
  size_t length = strlen (place);

  if (folder != NULL && folder->refusal.code[0] != '\0') {
    c->error = folder->refusal;
    return;
  }
  if (folder != NULL) {
    trust = folder->trust;
    trust.linked = false;
    c->fd
        = kv_trust_open_at (folder->fd, folder->path, file, &trust, &c->error);
  }
  else
    c->fd = kv_trust_open (c->object_path, false, &trust, &c->error);
  if (c->fd < 0 && c->error.code[0] == '\0') {
    kv_fail (&c->error, "KVL-53", "%s is not there", c->object_path);
    kv_error_hint (&c->error, "install the package it belongs to, or mask "
                              "the manifest");
  }
  c->packaged = trust.root_only && strncmp (c->object_path, place, length) == 0
                && c->object_path[length] == '/';
}

static int
add_object (struct kv_candidates *found, const struct kv_folder *folder,
            const char *file)
{
  char path[PATH_MAX], name[NAME_MAX + 1];
  struct kv_candidate *c;

  snprintf (path, sizeof path, "%s/%s", folder->path, file);
  name_of_object (path, name, sizeof name);
  name[KV_NAME_MAX] = '\0';
  c = find_candidate (found, name);
  if (c != NULL && strncmp (c->object_path, path, strlen (folder->path)) == 0
      && strchr (c->object_path + strlen (folder->path) + 1, '/') == NULL) {
    kv_fail (&c->error, "KVL-54", "%s and %s claim the same name",
             c->object_path, path);
    return kv_error_hint (&c->error, "remove one of them"), 0;
  }
  /* A folder that is named later wins. */
  if (c != NULL)
    remove_candidate (found, c);
  c = add_candidate (found, name);
  if (c == NULL || (c->object_path = kv_text (path)) == NULL)
    return kv_fail (NULL, "KVI-01", "no memory");
  if (!kv_name_ok (name)) {
    kv_fail (&c->error, "KVL-13", "%s: no plugin can be called \"%s\"", path,
             name);
    kv_error_hint (&c->error, "a name is [a-z][a-z0-9-]{0,31}");
    return 0;
  }
  memcpy (c->plugin_name, c->name, sizeof c->plugin_name);
  open_object (c, folder, file);
  return 0;
}

static int
add_folder (struct kv_candidates *found, const char *path, struct kv_error *err)
{
  struct kv_folder folder;
  unsigned i;
  int result = 0;

  if (kv_folder_read (&folder, path, ".so", err) < 0)
    return -1;
  for (i = 0; i < folder.count && result == 0; i++)
    result = add_object (found, &folder, folder.names[i]);
  kv_folder_free (&folder);
  return result == 0 ? 0 : kv_fail (err, "KVI-01", "no memory");
}

/* KAVACH_PLUGIN_PATH: an author's folders, after the package's. */
static int
add_search_path (struct kv_candidates *found, struct kv_error *err)
{
  const char *value = secure_getenv ("KAVACH_PLUGIN_PATH");
  kv_autofree char *copy = NULL;
  char *next, *path;

  if (getauxval (AT_SECURE) != 0 || value == NULL || value[0] == '\0')
    return 0;
  if (geteuid () == 0) {
    kv_fail (err, "KVL-44", "KAVACH_PLUGIN_PATH is not for root");
    return kv_error_hint (err, "unset it, or name one file with --plugin");
  }
  next = copy = kv_text (value);
  if (copy == NULL)
    return kv_fail (err, "KVI-01", "no memory");
  while ((path = strsep (&next, ":")) != NULL) {
    if (path[0] == '\0')
      continue;
    if (path[0] != '/')
      return kv_fail (err, "KVL-44",
                      "KAVACH_PLUGIN_PATH: \"%s\" is not absolute", path);
    if (add_folder (found, path, err) < 0)
      return -1;
  }
  return 0;
}

/* The manifest's object, when it names one or none of its name is there. */
static int
set_library (struct kv_candidate *c, const struct kv_manifest *m)
{
  char path[PATH_MAX], file[KV_NAME_MAX + 16], name[NAME_MAX + 1];
  const char *library = m->library;

  if (library == NULL) {
    snprintf (file, sizeof file, "kavach-%s.so", m->name);
    library = file;
  }
  if (library[0] == '/')
    snprintf (path, sizeof path, "%s", library);
  else
    snprintf (path, sizeof path, "%s/%s", kv_place_plugins (), library);
  if (c->object_path != NULL && strcmp (c->object_path, path) == 0)
    return 0;

  if (c->fd >= 0)
    close (c->fd);
  c->fd = -1;
  free (c->object_path);
  c->object_path = kv_text (path);
  if (c->object_path == NULL)
    return -1;
  memset (&c->error, 0, sizeof c->error);
  name_of_object (path, name, sizeof name);
  snprintf (c->plugin_name, sizeof c->plugin_name, "%.*s", KV_NAME_MAX, name);
  open_object (c, NULL, NULL);
  return 0;
}

static int
apply_manifest (struct kv_candidates *found, struct kv_manifest *m)
{
  struct kv_candidate *c = find_candidate (found, m->name);

  if (m->error.code[0] == '\0' && !m->enabled) {
    if (c != NULL)
      remove_candidate (found, c);
    return 0;
  }
  if (c == NULL) {
    c = add_candidate (found, m->name);
    if (c == NULL)
      return -1;
  }
  if (m->error.code[0] != '\0') {
    c->error = m->error;
    if (c->object_path == NULL)
      c->object_path = kv_text (m->path != NULL ? m->path : m->name);
    return c->object_path == NULL ? -1 : 0;
  }
  if ((m->library != NULL || c->object_path == NULL) && set_library (c, m) < 0)
    return -1;
  c->wanted_kind = m->kind;
  c->priority = m->priority;
  memcpy (c->summary, m->summary, sizeof c->summary);
  /* Taken over, not copied. */
  c->config = m->config;
  c->n_config = m->n_config;
  m->config = NULL;
  m->n_config = 0;
  c->manifest_path = m->path;
  m->path = NULL;
  return 0;
}

static int
read_manifests (struct kv_manifests *all, struct kv_error *err)
{
  const char *user = kv_dir_path (KV_DIR_CONFIG);
  char path[PATH_MAX];

  if (kv_manifests_read (all, kv_place_manifests (), err) < 0)
    return -1;
  snprintf (path, sizeof path, "%s/plugins.d", kv_place_sysconf ());
  if (kv_manifests_read (all, path, err) < 0)
    return -1;
  /* "sudo kavach" keeps HOME: not only AT_SECURE matters. */
  if (geteuid () == 0 || getauxval (AT_SECURE) != 0 || user == NULL)
    return 0;
  if (snprintf (path, sizeof path, "%s/plugins.d", user) >= (int) sizeof path)
    return 0;
  return kv_manifests_read (all, path, err);
}

static int
apply_manifests (struct kv_candidates *found, struct kv_error *err)
{
  struct kv_manifests all = { .list = NULL };
  int result = read_manifests (&all, err);
  unsigned i;

  for (i = 0; i < all.count && result == 0; i++)
    if (apply_manifest (found, &all.list[i]) < 0)
      result = kv_fail (err, "KVI-01", "no memory");
  kv_manifests_free (&all);
  return result;
}

/* --plugin FILE: takes the name its object says. */
static int
add_extra (struct kv_candidates *found, const char *file, struct kv_error *err)
{
  struct kv_candidate *c, *same;
  char name[NAME_MAX + 1];
  char *path = realpath (file, NULL);

  if (path == NULL)
    return kv_fail_errno (err, "KVL-39", "--plugin %s", file);
  name_of_object (path, name, sizeof name);
  name[KV_NAME_MAX] = '\0';
  same = find_candidate (found, name);
  if (same != NULL)
    remove_candidate (found, same);
  c = add_candidate (found, name);
  if (c == NULL) {
    free (path);
    return kv_fail (err, "KVI-01", "no memory");
  }
  c->object_path = path;
  c->author = true;
  open_object (c, NULL, NULL);
  return 0;
}

static int
by_name (const void *a, const void *b)
{
  const struct kv_candidate *x = a, *y = b;

  return strcmp (x->name, y->name);
}

int
kv_find (const char *extra, struct kv_candidates *found, struct kv_error *err)
{
  unsigned i;

  found->list = NULL;
  found->count = 0;
  if (add_folder (found, kv_place_plugins (), err) < 0
      || add_search_path (found, err) < 0 || apply_manifests (found, err) < 0
      || (extra != NULL && add_extra (found, extra, err) < 0)) {
    kv_candidates_free (found);
    return -1;
  }
  /* As a rule they are in order already, and the library would copy what is
   * large. */
  for (i = 1; i < found->count; i++)
    if (by_name (&found->list[i - 1], &found->list[i]) > 0)
      break;
  if (i < found->count)
    qsort (found->list, found->count, sizeof *found->list, by_name);
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of manifests. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/loader/folder.h"
#include "core/loader/manifest.h"
#include "core/loader/text.h"
#include "core/loader/trust.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"

struct kv_manifest *
kv_manifests_find (struct kv_manifests *all, const char *name)
{
  unsigned i;

  for (i = 0; i < all->count; i++)
    if (strcmp (all->list[i].name, name) == 0)
      return &all->list[i];
  return NULL;
}

static struct kv_manifest *
find_or_add (struct kv_manifests *all, const char *name)
{
  struct kv_manifest *m = kv_manifests_find (all, name);

  if (m != NULL)
    return m;
  m = realloc (all->list, (all->count + 1) * sizeof *m);
  if (m == NULL)
    return NULL;
  all->list = m;
  m += all->count++;
  memset (m, 0, sizeof *m);
  m->enabled = true;
  snprintf (m->name, sizeof m->name, "%s", name);
  return m;
}

/* A link to /dev/null masks, as elsewhere in such folders. */
static bool
is_mask (int dir, const char *file)
{
  char target[16];
  ssize_t n = readlinkat (dir, file, target, sizeof target);

  return n == 9 && memcmp (target, "/dev/null", 9) == 0;
}

static void
read_one (struct kv_manifest *m, const struct kv_folder *folder,
          const char *file)
{
  struct kv_trust trust = { .root_only = true };
  kv_autoclose int fd = -1;
  kv_autofree char *text = NULL;
  char path[4096];
  size_t size;

  snprintf (path, sizeof path, "%s/%s", folder->path, file);
  if (folder->refusal.code[0] != '\0') {
    if (m->error.code[0] == '\0')
      m->error = folder->refusal;
    return;
  }
  if (is_mask (folder->fd, file)) {
    m->enabled = false;
    free (m->path);
    m->path = kv_text (path);
    return;
  }
  fd = kv_trust_open_at (folder->fd, folder->path, file, &trust, &m->error);
  if (fd < 0) {
    if (m->error.code[0] == '\0')
      kv_fail_errno (&m->error, "KVL-39", "%s", path);
    return;
  }
  text = kv_read_all (fd, KV_MANIFEST_SIZE_MAX, &size);
  if (text == NULL)
    kv_fail_errno (&m->error, "KVL-40", "%s", path);
  else
    kv_manifest_merge (m, text, size, path, &m->error);
}

int
kv_manifests_read (struct kv_manifests *all, const char *path,
                   struct kv_error *err)
{
  struct kv_folder folder;
  unsigned i;
  int result = 0;

  if (kv_folder_read (&folder, path, ".json", err) < 0)
    return -1;
  for (i = 0; i < folder.count && result == 0; i++) {
    const char *file = folder.names[i];
    struct kv_manifest *m;
    char name[KV_NAME_MAX + 1];

    /* What cannot be a plugin's name configures nothing. */
    snprintf (name, sizeof name, "%.*s", (int) strlen (file) - 5, file);
    if (strlen (file) - 5 > KV_NAME_MAX || !kv_name_ok (name))
      continue;
    m = find_or_add (all, name);
    if (m == NULL)
      result = kv_fail (err, "KVI-01", "no memory");
    else
      read_one (m, &folder, file);
  }
  kv_folder_free (&folder);
  return result;
}

void
kv_manifests_free (struct kv_manifests *all)
{
  unsigned i, k;

  for (i = 0; i < all->count; i++) {
    struct kv_manifest *m = &all->list[i];

    for (k = 0; k < m->n_config; k++) {
      free (m->config[k].key);
      free (m->config[k].value);
    }
    free (m->config);
    free (m->library);
    free (m->path);
  }
  free (all->list);
  all->list = NULL;
  all->count = 0;
}

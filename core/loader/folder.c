/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/loader/folder.h"
#include "core/loader/text.h"
#include "core/util/cleanup.h"

static int
by_name (const void *a, const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static int
add_name (struct kv_folder *folder, const char *name)
{
  char **grown = realloc (folder->names, (folder->count + 1) * sizeof *grown);

  if (grown == NULL)
    return -1;
  folder->names = grown;
  grown[folder->count] = kv_text (name);
  return grown[folder->count] == NULL ? -1 : (int) folder->count++;
}

/* What fdopendir and readdir would do, without their buffer on the heap and
 * their questions about the descriptor. */
static int
list (struct kv_folder *folder, int fd, const char *ending,
      struct kv_error *err)
{
  _Alignas(struct dirent64) char room[2048];
  size_t tail = strlen (ending);
  ssize_t got;

  while ((got = getdents64 (fd, room, sizeof room)) > 0) {
    ssize_t at = 0;

    while (at < got) {
      const struct dirent64 *entry = (const void *) (room + at);
      size_t length = strlen (entry->d_name);

      at += entry->d_reclen;
      if (entry->d_name[0] == '.' || length <= tail
          || strcmp (entry->d_name + length - tail, ending) != 0)
        continue;
      if (add_name (folder, entry->d_name) < 0)
        return kv_fail (err, "KVI-01", "no memory");
    }
  }
  if (got < 0)
    return kv_fail_errno (err, "KVL-39", "%s", folder->path);
  if (folder->count > 1)
    qsort (folder->names, folder->count, sizeof *folder->names, by_name);
  return 0;
}

static void
forget_names (struct kv_folder *folder)
{
  unsigned i;

  for (i = 0; i < folder->count; i++)
    free (folder->names[i]);
  free (folder->names);
  folder->names = NULL;
  folder->count = 0;
}

/* Most folders hold nothing, and then it does not matter who may write there;
 * the others are nearly always beyond doubt.  True when that settles it. */
static bool
read_plainly (struct kv_folder *folder, const char *ending)
{
  struct kv_error ignored = { .code = "" };
  kv_autoclose int fd = open (folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return errno == ENOENT;
  if (list (folder, fd, ending, &ignored) == 0) {
    if (folder->count == 0)
      return true;
    if (kv_trust_opened (fd, folder->path, &folder->trust)) {
      folder->fd = kv_steal_fd (&fd);
      return true;
    }
  }
  forget_names (folder);
  return false;
}

/* Component by component, which can also tell what is wrong. */
static int
read_by_steps (struct kv_folder *folder, const char *ending,
               struct kv_error *err)
{
  kv_autoclose int untrusted = -1;

  folder->fd
      = kv_trust_open (folder->path, true, &folder->trust, &folder->refusal);
  if (folder->fd >= 0)
    return list (folder, folder->fd, ending, err);
  if (folder->refusal.code[0] == '\0')
    return 0;
  /* Names from a folder that is refused are best effort. */
  untrusted = open (folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (untrusted >= 0)
    (void) list (folder, untrusted, ending, NULL);
  return 0;
}

int
kv_folder_read (struct kv_folder *folder, const char *path, const char *ending,
                struct kv_error *err)
{
  memset (folder, 0, sizeof *folder);
  folder->path = kv_text (path);
  folder->fd = -1;
  if (folder->path == NULL)
    return kv_fail (err, "KVI-01", "no memory");
  if (read_plainly (folder, ending) || read_by_steps (folder, ending, err) == 0)
    return 0;
  kv_folder_free (folder);
  return -1;
}

void
kv_folder_free (struct kv_folder *folder)
{
  forget_names (folder);
  free (folder->path);
  if (folder->fd >= 0)
    close (folder->fd);
  memset (folder, 0, sizeof *folder);
  folder->fd = -1;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/util/cleanup.h"
#include "core/util/fd.h"
#include "tests/unit/corpus.h"

char *
kv_source_file (const char *path, size_t *size)
{
  kv_autofree char *whole = NULL;
  const char *top = getenv ("srcdir");
  kv_autoclose int fd = -1;

  cr_assert_geq (asprintf (&whole, "%s/%s", top != NULL ? top : ".", path), 0);
  fd = open (whole, O_RDONLY | O_CLOEXEC);
  return fd >= 0 ? kv_read_all (fd, 16 << 20, size) : NULL;
}

static void
judge_one (const char *folder, const char *kind, const char *file,
           void (*judge) (void *data, const struct kv_sample *sample),
           void *data)
{
  int stem = (int) (strlen (file) - strlen (".json"));
  kv_autofree char *text = NULL, *faults = NULL;
  char path[256], name[128];
  struct kv_sample sample = { .name = name };
  size_t size;

  snprintf (name, sizeof name, "%s/%.*s", kind, stem, file);
  snprintf (path, sizeof path, "%s/%s.json", folder, name);
  text = kv_source_file (path, &sample.size);
  cr_assert_not_null (text, "%s", path);
  sample.text = text;
  sample.valid = strcmp (kind, "valid") == 0;
  if (!sample.valid) {
    snprintf (path, sizeof path, "%s/%s.faults", folder, name);
    faults = kv_source_file (path, &size);
    cr_assert_not_null (faults, "%s", path);
    sample.faults = faults;
  }
  judge (data, &sample);
}

void
kv_each_sample_in (const char *folder,
                   void (*judge) (void *data, const struct kv_sample *sample),
                   void *data)
{
  static const char *const kinds[] = { "valid", "invalid" };
  const char *top = getenv ("srcdir");
  size_t i;

  for (i = 0; i < KV_COUNT (kinds); i++) {
    kv_autoclosedir DIR *dir = NULL;
    struct dirent *entry;
    char path[4096];

    snprintf (path, sizeof path, "%s/%s/%s", top != NULL ? top : ".", folder,
              kinds[i]);
    dir = opendir (path);
    cr_assert_not_null (dir, "%s", path);
    while ((entry = readdir (dir)) != NULL) {
      const char *dot = strrchr (entry->d_name, '.');

      if (dot != NULL && strcmp (dot, ".json") == 0)
        judge_one (folder, kinds[i], entry->d_name, judge, data);
    }
  }
}

void
kv_each_sample (void (*judge) (void *data, const struct kv_sample *sample),
                void *data)
{
  kv_each_sample_in ("tests/corpus/policy", judge, data);
}

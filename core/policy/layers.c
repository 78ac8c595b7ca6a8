/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/policy/document_key.h"
#include "core/policy/internal.h"
#include "core/policy/layers.h"
#include "core/policy/preset.h"
#include "core/util/cleanup.h"

/* A chain under way: which files are in it already. */
struct chain {
  struct kv_layers *layers;
  struct {
    dev_t dev;
    ino_t ino;
  } seen[KV_EXTENDS_MAX];
  unsigned count;
  /* Files belong to root or to OWNER. */
  bool owned;
  uid_t owner;
};

int
kv_faults_fail (const char *file, const struct kv_faults *faults,
                struct kv_error *err)
{
  unsigned i;

  for (i = 0; i < faults->count; i++) {
    const struct kv_fault *f = &faults->list[i];

    if (i == 0)
      kv_fail (err, f->code, "%s:%u:%u %s", file, f->line, f->column, f->text);
    else
      kv_error_detail (err, "  %s %u:%u %s", f->code, f->line, f->column,
                       f->text);
  }
  return kv_error_hint (err,
                        faults->more
                            ? "mend these first; kavach policy check %s shows "
                              "what is left"
                            : "kavach policy check %s shows all of it",
                        file);
}

static int
no_preset (const char *said, const char *origin, struct kv_error *err)
{
  const char *near = kv_preset_nearest (said);

  kv_fail (err, "KVP-21", "there is no preset \"%s\"", said);
  kv_error_rule (err, "%s", origin);
  if (near != NULL)
    return kv_error_hint (err, "did you mean %s?", near);
  return kv_error_hint (err, "minimal, basic, strict or agent; a file is "
                             "written with a slash or with .json at its end");
}

/* Names in a file are from that file's folder on. */
int
kv_layers_file (char *out, size_t size, const char *said, const char *from,
                struct kv_error *err)
{
  const char *slash = from != NULL ? strrchr (from, '/') : NULL;
  const char *home = getenv ("HOME");
  int n;

  if (strncmp (said, "~/", 2) == 0 && home != NULL && home[0] == '/')
    n = snprintf (out, size, "%s%s", home, said + 1);
  else if (said[0] == '/' || slash == NULL)
    n = snprintf (out, size, "%s", said);
  else
    n = snprintf (out, size, "%.*s/%s", (int) (slash - from), from,
                  strncmp (said, "./", 2) == 0 ? said + 2 : said);
  if (n < 0 || (size_t) n >= size)
    return kv_fail (err, "KVP-07", "%s: the path is too long", said);
  return 0;
}

static int
refuse_chain (const char *file, const char *why, const char *origin,
              struct kv_error *err)
{
  kv_fail (err, "KVP-22", "%s %s", file, why);
  kv_error_rule (err, "extends (%s)", origin);
  return kv_error_hint (err, "let one of the files extend a preset instead");
}

static int
check_owner (const struct chain *chain, const char *file, const struct stat *st,
             struct kv_error *err)
{
  bool others = (st->st_mode & (S_IWGRP | S_IWOTH)) != 0;

  if (!chain->owned)
    return 0;
  if (st->st_uid != 0 && st->st_uid != chain->owner) {
    kv_fail (err, "KVD-26", "%s belongs to somebody else (uid %u)", file,
             (unsigned) st->st_uid);
    return kv_error_hint (err, "chown root %s", file);
  }
  if (!others)
    return 0;
  kv_fail (err, "KVD-26", "%s can be written by others (mode %04o)", file,
           st->st_mode & 07777);
  return kv_error_hint (err, "chmod go-w %s", file);
}

static int
read_file (struct chain *chain, const char *file, const char *origin,
           struct kv_error *err)
{
  struct kv_document *document = &chain->layers->list[chain->layers->count];
  kv_autoclose int fd = kv_document_open (file, err);
  struct kv_faults faults = { .count = 0 };
  struct stat st;
  unsigned i;
  int result;

  if (fd < 0)
    return kv_error_rule (err, "%s", origin);
  if (fstat (fd, &st) < 0)
    return kv_fail_errno (err, "KVD-01", "%s", file);
  if (check_owner (chain, file, &st, err) < 0)
    return -1;
  for (i = 0; i < chain->count; i++)
    if (chain->seen[i].dev == st.st_dev && chain->seen[i].ino == st.st_ino)
      return refuse_chain (file, "extends itself, by way of others or not",
                           origin, err);
  if (chain->count == KV_EXTENDS_MAX)
    return refuse_chain (file, "is at the end of too long a chain", origin,
                         err);
  chain->seen[chain->count].dev = st.st_dev;
  chain->seen[chain->count++].ino = st.st_ino;
  result = kv_document_read_fd (fd, file, document, &faults, err);
  if (result > 0)
    return kv_faults_fail (file, &faults, err);
  if (result == 0)
    chain->layers->count++;
  return result;
}

static int
add_preset (struct chain *chain, const char *name, struct kv_error *err)
{
  struct kv_layers *layers = chain->layers;

  if (kv_preset_read (name, &layers->list[layers->count], err) < 0)
    return -1;
  layers->count++;
  return 0;
}

/* From the top down, as the names lead. */
static int
follow (struct chain *chain, const char *said, const char *origin,
        struct kv_error *err)
{
  const char *from = NULL;
  char place[PATH_MAX + 32], file[PATH_MAX];

  while (kv_form_file.fits (said)) {
    const struct kv_document *document;

    if (kv_layers_file (file, sizeof file, said, from, err) < 0
        || read_file (chain, file, origin, err) < 0)
      return -1;
    document = &chain->layers->list[chain->layers->count - 1];
    if (!kv_is_said (document->extends.at))
      return add_preset (chain, KV_PRESET_NOTHING, err);
    said = document->extends.value;
    from = document->file;
    kv_place_text (place, sizeof place, document->extends.at);
    origin = place;
  }
  if (strcmp (said, KV_PRESET_NOTHING) == 0 || kv_preset_text (said) == NULL)
    return no_preset (said, origin, err);
  return add_preset (chain, said, err);
}

static int
load (struct chain *chain, const char *said, const char *origin,
      struct kv_error *err)
{
  struct kv_layers *layers = chain->layers;
  unsigned i;

  layers->count = 0;
  if (follow (chain, said, origin, err) < 0)
    return -1;
  for (i = 0; i < layers->count / 2; i++) {
    struct kv_document *low = &layers->list[i];
    struct kv_document *high = &layers->list[layers->count - 1 - i];
    struct kv_document between = *low;

    *low = *high;
    *high = between;
  }
  return 0;
}

int
kv_layers_load (struct kv_layers *layers, const char *said, const char *origin,
                struct kv_error *err)
{
  struct chain chain = { .layers = layers };

  return load (&chain, said != NULL ? said : "basic", origin, err);
}

int
kv_layers_load_owned (struct kv_layers *layers, const char *file, uid_t owner,
                      struct kv_error *err)
{
  struct chain chain = { .layers = layers, .owned = true, .owner = owner };

  return load (&chain, file, "the site's ceiling", err);
}

void
kv_layers_free (struct kv_layers *layers)
{
  while (layers->count > 0)
    kv_document_free (&layers->list[--layers->count]);
}

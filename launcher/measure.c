/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/score/evidence.h"
#include "core/util/cleanup.h"
#include "launcher/measure.h"

/* The battery's caller works in a folder of its own: what was relative to
 * ours is named whole. */
struct moved {
  struct kv_options options;
  char *preset;
  struct kv_path_flag *paths;
  char **names;
};

static void
release (struct moved *m)
{
  unsigned i;

  for (i = 0; m->names != NULL && i < m->options.n_paths; i++)
    free (m->names[i]);
  free (m->names);
  free (m->paths);
  free (m->preset);
}

/* "." is the workspace, wherever that is, "~" the battery's home; "any" is no
 * file. */
static bool
stays (const char *path)
{
  return path[0] == '/' || strcmp (path, "~") == 0 || strcmp (path, ".") == 0
         || strcmp (path, "any") == 0;
}

/* "~/x" is in the real one. */
static char *
whole (const char *path)
{
  const char *home = getenv ("HOME");
  kv_autofree char *text = NULL;

  if (path[0] != '~' || path[1] != '/' || home == NULL)
    return realpath (path, NULL);
  if (asprintf (&text, "%s%s", home, path + 1) < 0) {
    text = NULL;
    return NULL;
  }
  return realpath (text, NULL);
}

static int
move_paths (struct moved *m, struct kv_error *err)
{
  unsigned n = m->options.n_paths, i;

  m->names = calloc (n + 1, sizeof *m->names);
  m->paths = calloc (n + 1, sizeof *m->paths);
  if (m->names == NULL || m->paths == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  for (i = 0; i < n; i++) {
    m->paths[i] = m->options.paths[i];
    if (stays (m->paths[i].path))
      continue;
    m->names[i] = whole (m->paths[i].path);
    if (m->names[i] == NULL)
      return kv_fail_errno (err, "KVP-07", "%s", m->paths[i].path);
    m->paths[i].path = m->names[i];
  }
  m->options.paths = m->paths;
  return 0;
}

static int
move (const struct kv_options *from, struct moved *m, struct kv_error *err)
{
  const char *said = from->preset;

  memset (m, 0, sizeof *m);
  m->options = *from;
  m->options.cwd = NULL;
  m->options.describe = m->options.no_effects = false;
  if (said != NULL
      && (strchr (said, '/') != NULL || strstr (said, ".json") != NULL)) {
    m->preset = realpath (said, NULL);
    if (m->preset == NULL)
      return kv_fail_errno (err, "KVD-01", "%s", said);
    m->options.preset = m->preset;
  }
  return move_paths (m, err);
}

/* On a terminal only, in a line that goes again. */
static void
print_progress (void *data, unsigned done, unsigned total)
{
  const char *const *backend = data;

  fprintf (stderr, "\r%s: %u of at most %u probes \033[K", *backend, done,
           total);
}

int
kv_measure_backend (const struct kv_parsed *parsed, const char *backend,
                    struct kv_verification *v, struct kv_error *err)
{
  const bool terminal = isatty (STDERR_FILENO) == 1;
  struct kv_verify_options options = { .data = &backend };
  struct moved moved;
  int result;

  memset (v, 0, sizeof *v);
  result = move (&parsed->policy, &moved, err);
  if (result == 0) {
    moved.options.backend = backend;
    options.policy = &moved.options;
    if (terminal)
      options.progress = print_progress;
    result = kv_verify (&options, v, err);
    if (terminal)
      fprintf (stderr, "\r\033[K");
  }
  release (&moved);
  /* A store that cannot be written slows the next run, and no more. */
  if (result == 0 && v->outcome.key[0] != '\0')
    (void) kv_evidence_write (v->outcome.key, v->answers,
                              v->outcome.required | v->outcome.wanted);
  return result;
}

int
kv_measure_for_gate (void *data, const char *backend, struct kv_error *err)
{
  struct kv_verification v;
  int result;

  kv_say ("measuring what %s holds under this policy, for the score that is "
          "asked for",
          backend);
  result = kv_measure_backend (data, backend, &v, err);
  kv_verification_free (&v);
  if (result > 0)
    return kv_fail (err, "KVV-05",
                    "%s cannot be measured: the battery was refused", backend);
  return result;
}

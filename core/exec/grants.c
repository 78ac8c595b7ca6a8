/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/exec/grants.h"
#include "core/util/cleanup.h"

/* Room for one more element; false and bad when there is no memory. */
static bool
reserve (struct kv_grants *g, void **array, unsigned count, unsigned *room,
         size_t each)
{
  unsigned more = *room == 0 ? 32 : *room * 2;
  void *grown;

  if (count < *room)
    return true;
  grown = reallocarray (*array, more, each);
  if (grown == NULL) {
    g->bad = true;
    return false;
  }
  *array = grown;
  *room = more;
  return true;
}

const char *
kv_grants_text (struct kv_grants *g, const char *fmt, ...)
{
  char *text = NULL;
  va_list args;
  int n;

  va_start (args, fmt);
  n = vasprintf (&text, fmt, args);
  va_end (args);
  if (n < 0
      || !reserve (g, (void **) &g->strings, g->n_strings, &g->room_strings,
                   sizeof *g->strings)) {
    if (n >= 0)
      free (text);
    g->bad = true;
    return "";
  }
  g->strings[g->n_strings++] = text;
  return text;
}

void
kv_grants_mount (struct kv_grants *g, uint32_t type, uint32_t flags,
                 const char *source, const char *target, const char *data,
                 uint64_t size)
{
  if (!reserve (g, (void **) &g->mounts, g->n_mounts, &g->room_mounts,
                sizeof *g->mounts))
    return;
  g->mounts[g->n_mounts++] = (struct kavach_mount){
    .struct_size = sizeof (struct kavach_mount),
    .type = type,
    .flags = flags,
    .source = source,
    .target = target,
    .data = data,
    .size = size,
  };
}

void
kv_grants_rule (struct kv_grants *g, const char *path, uint32_t access)
{
  if (!reserve (g, (void **) &g->landlock, g->n_landlock, &g->room_landlock,
                sizeof *g->landlock))
    return;
  g->landlock[g->n_landlock++]
      = (struct kv_plan_path){ .path = path, .access = access };
}

bool
kv_rule_is_beneath (const char *outer, const char *inner)
{
  size_t n = strlen (outer);

  if (strcmp (outer, "/") == 0)
    return strcmp (inner, "/") != 0;
  return strncmp (outer, inner, n) == 0 && inner[n] == '/';
}

void
kv_grants_free (struct kv_grants *g)
{
  unsigned i;

  for (i = 0; i < g->n_strings; i++)
    free (g->strings[i]);
  free (g->strings);
  free (g->mounts);
  free (g->mount_pointers);
  free (g->landlock);
  memset (g, 0, sizeof *g);
}

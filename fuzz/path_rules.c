/* SPDX-License-Identifier: Apache-2.0 */
/* Path rules: lines of a letter for what is granted and a path, and at the
 * end lookups against a search that is as simple as can be.  Seeds:
 * tests/corpus/paths. */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/internal.h"
#include "fuzz/fuzz.h"

#define MOST 64

struct line {
  char path[256];
  uint32_t access;
};

/* The next line of TEXT as a clean path; false at its end. */
static bool
next_line (char **text, struct line *line)
{
  char *word;

  while ((word = strsep (text, "\n")) != NULL) {
    if (strlen (word) < 2
        || kv_path_clean (line->path, sizeof line->path, word + 1) < 0)
      continue;
    line->access = word[0] == 'w' ? KV_RWX : word[0] == 'r' ? KV_RX : 0;
    return true;
  }
  return false;
}

/* The longest of LINES above or at PATH; of two alike the first. */
static uint32_t
search (const struct line *lines, unsigned n, const char *path)
{
  uint32_t access = 0;
  size_t longest = 0;
  unsigned i;

  for (i = 0; i < n; i++) {
    size_t length = strlen (lines[i].path);

    if (length > longest && kv_path_beneath (path, lines[i].path)) {
      longest = length;
      access = lines[i].access;
    }
  }
  return access;
}

static void
check_clean (const char *path)
{
  char again[256];

  if (path[0] != '/' || strstr (path, "//") != NULL
      || strstr (path, "/../") != NULL || strstr (path, "/./") != NULL
      || kv_path_clean (again, sizeof again, path) < 0
      || strcmp (again, path) != 0)
    abort ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static struct line lines[MOST];
  struct kv_policy policy = { .n_paths = 0 };
  struct kv_error err = { .code = "" };
  struct kv_resolve r = { .policy = &policy, .err = &err };
  char *text = malloc (size + 1), *rest = text;
  unsigned n = 0, i;

  if (text == NULL)
    abort ();
  memcpy (text, data, size);
  text[size] = '\0';
  while (n < MOST && next_line (&rest, &lines[n])) {
    check_clean (lines[n].path);
    if (kv_rule_add (&r, lines[n].path, lines[n].access, 0, "fuzz") < 0)
      abort ();
    n++;
  }
  kv_rules_finish (&policy);
  for (i = 0; i < n; i++)
    if (kv_policy_paths_access (&policy, lines[i].path)
        != search (lines, n, lines[i].path))
      abort ();
  kv_policy_free (&policy);
  free (text);
  return 0;
}

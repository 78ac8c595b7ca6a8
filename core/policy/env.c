/* SPDX-License-Identifier: Apache-2.0 */
/* The command's environment: of the caller's variables those that the policy
 * passes, and those that it sets. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/internal.h"
#include "core/util/cleanup.h"

#define PLAIN_PATH                                                             \
  "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"

static size_t
name_length (const char *entry)
{
  return strcspn (entry, "=");
}

static int
find (char *const *env, const char *name, size_t length)
{
  int i;

  for (i = 0; env[i] != NULL; i++)
    if (name_length (env[i]) == length && strncmp (env[i], name, length) == 0)
      return i;
  return -1;
}

/* Adds a copy of "NAME=VALUE"; a later one replaces an earlier. */
static int
put_entry (struct kv_resolve *r, unsigned *count, const char *text)
{
  char **env = r->policy->env;
  char *entry = NULL;
  int at = find (env, text, name_length (text));

  if (asprintf (&entry, "%s", text) < 0)
    return kv_no_memory (r->err);
  /* The array came zeroed, so that it stays ended by NULL. */
  if (at < 0)
    at = (int) (*count)++;
  free (env[at]);
  env[at] = entry;
  return 0;
}

static int
put_pair (struct kv_resolve *r, unsigned *count, const char *name,
          const char *value)
{
  kv_autofree char *entry = NULL;

  if (asprintf (&entry, "%s=%s", name, value) < 0) {
    entry = NULL;
    return kv_no_memory (r->err);
  }
  return put_entry (r, count, entry);
}

bool
kv_is_variable (const char *text, size_t length)
{
  size_t i;

  for (i = 0; i < length; i++) {
    char c = text[i];
    bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';

    if (!letter && (i == 0 || c < '0' || c > '9'))
      return false;
  }
  return length > 0;
}

/* Does PATTERN, a name or the beginning of names with a star behind it, mean
 * the variable of ENTRY? */
static bool
means (const char *pattern, const char *entry)
{
  size_t n = strlen (pattern);

  if (strcmp (pattern, KV_ANY) == 0)
    return true;
  if (n > 0 && pattern[n - 1] == '*')
    return strncmp (entry, pattern, n - 1) == 0;
  return name_length (entry) == n && strncmp (entry, pattern, n) == 0;
}

static int
pass (struct kv_resolve *r, unsigned *count)
{
  const struct kv_said_list *list = &r->said->process.pass;
  const struct kv_said_text *items = list->items;
  unsigned i;
  char **e;

  for (e = environ; e != NULL && *e != NULL; e++)
    for (i = 0; i < list->count; i++)
      if (means (items[i].value, *e)) {
        if (put_entry (r, count, *e) < 0)
          return -1;
        break;
      }
  return 0;
}

static int
set (struct kv_resolve *r, unsigned *count)
{
  const struct kv_said_list *list = &r->said->process.set;
  const struct kv_said_pair *items = list->items;
  unsigned i;

  for (i = 0; i < list->count; i++)
    if (put_pair (r, count, items[i].name, items[i].text.value) < 0)
      return -1;
  return 0;
}

/* HOME is passed as it is where somebody named it; kavach's own otherwise. */
static bool
home_is_named (const struct kv_resolve *r)
{
  return kv_said_has (&r->said->process.pass, "HOME");
}

int
kv_resolve_env (struct kv_resolve *r)
{
  size_t most = 3 + r->said->process.set.count;
  unsigned count = 0;
  char **e;

  for (e = environ; e != NULL && *e != NULL; e++)
    most++;
  r->policy->env = calloc (most, sizeof (char *));
  if (r->policy->env == NULL)
    return kv_no_memory (r->err);

  if (pass (r, &count) < 0
      || (kv_env_value (r->policy, "PATH") == NULL
          && put_pair (r, &count, "PATH", PLAIN_PATH) < 0))
    return -1;
  if ((r->confined || getenv ("HOME") != NULL) && !home_is_named (r)
      && put_pair (r, &count, "HOME", r->policy->home) < 0)
    return -1;
  return set (r, &count);
}

const char *
kv_env_value (const struct kv_policy *policy, const char *name)
{
  size_t length = strlen (name);
  int at = find (policy->env, name, length);

  return at >= 0 ? policy->env[at] + length + 1 : NULL;
}

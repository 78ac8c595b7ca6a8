/* SPDX-License-Identifier: Apache-2.0 */
/* The command's environment: a short list of what programs need to speak the
 * caller's language and find the caller's compiler, and what was named. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/internal.h"
#include "core/util/cleanup.h"

#define PLAIN_PATH                                                             \
  "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"

static const char *const passed[] = {
  "PATH", "LANG", "TZ",     "TERM",     "USER",      "CI",
  "CC",   "CXX",  "CFLAGS", "CXXFLAGS", "MAKEFLAGS", "VIRTUAL_ENV",
};

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

static int
pass_list (struct kv_resolve *r, unsigned *count)
{
  size_t i;
  char **e;

  for (i = 0; i < KV_COUNT (passed); i++) {
    const char *value = getenv (passed[i]);

    if (value != NULL && put_pair (r, count, passed[i], value) < 0)
      return -1;
  }
  for (e = environ; e != NULL && *e != NULL; e++)
    if (strncmp (*e, "LC_", 3) == 0 && put_entry (r, count, *e) < 0)
      return -1;
  return 0;
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

static int
pass_flag (struct kv_resolve *r, unsigned *count, const char *said)
{
  const char *value;

  if (!kv_is_variable (said, name_length (said))) {
    kv_fail (r->err, "KVP-13", "--env %.*s: not a variable's name",
             (int) name_length (said), said);
    kv_error_rule (r->err, "flag --env");
    return kv_error_hint (r->err, "letters, digits and _, no digit first: "
                                  "--env NAME or --env NAME=VALUE");
  }
  if (strchr (said, '=') != NULL)
    return put_entry (r, count, said);
  value = getenv (said);
  return value != NULL ? put_pair (r, count, said, value) : 0;
}

int
kv_resolve_env (struct kv_resolve *r)
{
  size_t most = KV_COUNT (passed) + 3 + r->options->n_env;
  unsigned count = 0, i;
  char **e;

  for (e = environ; e != NULL && *e != NULL; e++)
    most++;
  r->policy->env = calloc (most, sizeof (char *));
  if (r->policy->env == NULL)
    return kv_no_memory (r->err);

  if (pass_list (r, &count) < 0
      || (kv_env_value (r->policy, "PATH") == NULL
          && put_pair (r, &count, "PATH", PLAIN_PATH) < 0))
    return -1;
  if ((r->preset->confined || getenv ("HOME") != NULL)
      && put_pair (r, &count, "HOME", r->policy->home) < 0)
    return -1;
  for (i = 0; i < r->options->n_env; i++)
    if (pass_flag (r, &count, r->options->env[i]) < 0)
      return -1;
  return 0;
}

const char *
kv_env_value (const struct kv_policy *policy, const char *name)
{
  size_t length = strlen (name);
  int at = find (policy->env, name, length);

  return at >= 0 ? policy->env[at] + length + 1 : NULL;
}

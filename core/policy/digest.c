/* SPDX-License-Identifier: Apache-2.0 */
/* The policy as text: one fact a line, in one order, so that equal policies
 * are equal bytes. */
#include "config.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/policy/internal.h"
#include "core/util/cleanup.h"

struct text {
  char *bytes;
  size_t used, size;
  bool failed;
};

static void
put (struct text *t, const char *s, size_t n)
{
  if (t->failed)
    return;
  if (t->size - t->used <= n) {
    size_t size = 2 * t->size + n + 4096;
    char *bigger = realloc (t->bytes, size);

    if (bigger == NULL) {
      t->failed = true;
      return;
    }
    t->bytes = bigger;
    t->size = size;
  }
  memcpy (t->bytes + t->used, s, n);
  t->used += n;
  t->bytes[t->used] = '\0';
}

static void
put_words (struct text *t, const char *s)
{
  put (t, s, strlen (s));
}

/* A path or name as one word: what could end it or the line is escaped, so
 * that no file's name can pretend to be a rule. */
static void
put_name (struct text *t, const char *s)
{
  for (; *s != '\0'; s++) {
    char escaped[5];

    if (*s > ' ' && *s != '\\' && *s != 0x7f)
      put (t, s, 1);
    else {
      snprintf (escaped, sizeof escaped, "\\x%02x", (unsigned char) *s);
      put (t, escaped, 4);
    }
  }
}

static void
put_number (struct text *t, const char *key, uint64_t value)
{
  char line[96];
  int n = snprintf (line, sizeof line, "%s %" PRIu64 "\n", key, value);

  put (t, line, (size_t) n);
}

static void
put_set (struct text *t, const char *key, uint64_t set)
{
  int i;

  put_words (t, key);
  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    if ((set & KAVACH_BIT (i)) != 0) {
      put_words (t, " ");
      put_words (t, kv_control_name (i));
    }
  put_words (t, "\n");
}

static void
put_paths (struct text *t, const struct kv_policy *policy)
{
  unsigned i;

  for (i = 0; i < policy->n_paths; i++) {
    const struct kv_path_rule *rule = &policy->paths[i];
    char letters[8] = "";

    snprintf (letters, sizeof letters, "%s%s%s%s%s%s",
              rule->access & KV_ACCESS_READ ? "r" : "",
              rule->access & KV_ACCESS_WRITE ? "w" : "",
              rule->access & KV_ACCESS_EXEC ? "x" : "",
              rule->access & KV_ACCESS_DEVICE ? "d" : "", rule->own ? "o" : "",
              rule->pin ? "p" : "");
    put_words (t, "path ");
    put_words (t, letters[0] != '\0' ? letters : "-");
    put_words (t, " ");
    put_name (t, rule->path);
    put_words (t, "\n");
  }
  for (i = 0; i < policy->n_links; i++) {
    put_words (t, "link ");
    put_name (t, policy->links[i].path);
    put_words (t, " ");
    put_name (t, policy->links[i].target);
    put_words (t, "\n");
  }
}

static int
by_name (const void *a, const void *b)
{
  char *const *x = a, *const *y = b;

  return strcmp (*x, *y);
}

static void
put_env (struct text *t, const struct kv_policy *policy)
{
  size_t count = 0, i;
  kv_autofree char **sorted = NULL;

  while (policy->env != NULL && policy->env[count] != NULL)
    count++;
  sorted = calloc (count + 1, sizeof (char *));
  if (sorted == NULL) {
    t->failed = true;
    return;
  }
  for (i = 0; i < count; i++)
    sorted[i] = policy->env[i];
  qsort (sorted, count, sizeof (char *), by_name);
  put_words (t, "env");
  for (i = 0; i < count; i++) {
    put_words (t, " ");
    put (t, sorted[i], strcspn (sorted[i], "="));
  }
  put_words (t, "\n");
}

static void
put_names (struct text *t, const struct kv_policy *policy)
{
  const char *const names[][2] = {
    { "cwd ", policy->cwd },
    { "home ", policy->home },
    { "hostname ", policy->hostname },
    { "backend ", policy->backend != NULL ? policy->backend : "auto" },
  };
  size_t i;

  for (i = 0; i < KV_COUNT (names); i++) {
    put_words (t, names[i][0]);
    put_name (t, names[i][1]);
    put_words (t, "\n");
  }
}

char *
kv_policy_canonical (const struct kv_policy *policy)
{
  struct text t = { 0 };

  put_words (&t, "kavach 1\n");
  put_words (&t,
             policy->net == KV_NET_HOST ? "network host\n" : "network none\n");
  put_number (&t, "syscalls", policy->syscalls);
  put_number (&t, "memory", policy->memory.value);
  put_number (&t, "cpu", policy->cpu.value);
  put_number (&t, "pids", policy->pids.value);
  put_number (&t, "files", policy->files.value);
  put_number (&t, "file-size", policy->file_size.value);
  put_number (&t, "tmp", policy->tmp.value);
  put_number (&t, "output", policy->output.value);
  put_number (&t, "wall", policy->wall.value);
  put_number (&t, "scratch", policy->scratch);
  put_number (&t, "scratch-home", policy->scratch_home);
  put_number (&t, "scratch-exec", policy->scratch_exec);
  put_number (&t, "tty", (uint64_t) (policy->tty + 1));
  put_number (&t, "min-score", policy->min_score);
  put_number (&t, "accept-estimate", policy->accept_estimate);
  put_set (&t, "required", policy->required);
  put_set (&t, "wanted", policy->wanted);
  put_set (&t, "waived", policy->waived);
  put_names (&t, policy);
  put_env (&t, policy);
  put_paths (&t, policy);
  if (t.failed) {
    free (t.bytes);
    return NULL;
  }
  return t.bytes;
}

int
kv_resolve_digest (struct kv_resolve *r)
{
  kv_autofree char *text = kv_policy_canonical (r->policy);
  unsigned char hash[crypto_hash_sha256_BYTES];

  if (text == NULL)
    return kv_no_memory (r->err);
  if (crypto_hash_sha256 (hash, (const unsigned char *) text, strlen (text))
      != 0)
    return kv_fail (r->err, "KVI-07", "SHA-256 failed");
  sodium_bin2hex (r->policy->digest, sizeof r->policy->digest, hash,
                  sizeof hash);
  return 0;
}

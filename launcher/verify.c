/* SPDX-License-Identifier: Apache-2.0 */
/* kavach verify: the battery in an ordinary sandbox, and what came of it. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/util/cleanup.h"
#include "launcher/launcher.h"
#include "launcher/standing.h"
#include "launcher/verify_print.h"

#define STATUS_DOES_NOT_HOLD 1

/* On a terminal only, in a line that goes again. */
static void
print_progress (void *data, unsigned done, unsigned total)
{
  const char *backend = data;

  fprintf (stderr, "\r%s: probe %u of at most %u \033[K", backend, done, total);
}

static int
verify_one (const struct kv_parsed *parsed, const char *backend)
{
  struct kv_options policy = parsed->policy;
  struct kv_verify_options options = { .policy = &policy };
  const bool terminal = isatty (STDERR_FILENO) == 1;
  char name[64];
  struct kv_verification v;
  struct kv_error err = { 0 };
  int result;

  snprintf (name, sizeof name, "%s", backend);
  policy.backend = backend;
  policy.describe = false;
  if (terminal) {
    options.progress = print_progress;
    options.data = name;
  }
  result = kv_verify (&options, &v, &err);
  if (terminal)
    fprintf (stderr, "\r\033[K");
  if (result < 0) {
    kv_error_print (&err);
    result = KV_STATUS_REFUSED;
  }
  if (result == 0) {
    if (parsed->json ? kv_verification_json (&v) < 0
                     : kv_verification_print (&v, parsed->explain) < 0)
      result = KV_STATUS_REFUSED;
    else
      result = kv_verification_holds (&v) ? 0 : STATUS_DOES_NOT_HOLD;
  }
  kv_verification_free (&v);
  return result;
}

/* The caller whom we play works in another folder. */
static int
name_whole (struct kv_parsed *parsed, char **whole, struct kv_error *err)
{
  const char *said = parsed->policy.preset;

  if (said == NULL || strcmp (said, "-") == 0
      || (strchr (said, '/') == NULL && strstr (said, ".json") == NULL))
    return 0;
  *whole = realpath (said, NULL);
  if (*whole == NULL)
    return kv_fail_errno (err, "KVD-01", "%s", said);
  parsed->policy.preset = *whole;
  return 0;
}

static int
worse (int a, int b)
{
  return a > b ? a : b;
}

static int
verify_those (const struct kv_standings *s, bool all)
{
  int status = 0, found = 0;
  unsigned i;

  for (i = 0; i < s->count && (all || found == 0); i++) {
    const struct kv_candidate *c = s->list[i].candidate;

    if (all && !c->available)
      continue;
    if (found++ > 0 && !s->parsed.json)
      putchar ('\n');
    status = worse (status, verify_one (&s->parsed, c->name));
  }
  return found > 0 ? status : KV_STATUS_REFUSED;
}

int
kv_cmd_verify (int argc, char **argv)
{
  struct kv_error err = { .code = "" };
  struct kv_standings s;
  kv_autofree char *whole = NULL;
  int status = KV_STATUS_REFUSED;
  bool all = false;
  int i;

  /* Not a backend's name: all of them. */
  for (i = 1; i < argc; i++)
    if ((strcmp (argv[i], "-b") == 0 || strcmp (argv[i], "--backend") == 0)
        && argv[i + 1] != NULL && strcmp (argv[i + 1], "all") == 0) {
      all = true;
      memmove (&argv[i], &argv[i + 2],
               (size_t) (argc - i - 1) * sizeof argv[i]);
      argc -= 2;
      break;
    }
  if (kv_standings_read (KV_FOR_VERIFY, argc, argv, &s, &err) < 0)
    kv_error_print (&err);
  else if (s.parsed.help)
    status = kv_print_help (argv[0]);
  else if (name_whole (&s.parsed, &whole, &err) < 0)
    kv_error_print (&err);
  else
    status = verify_those (&s, all);
  kv_standings_free (&s);
  return status;
}

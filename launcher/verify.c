/* SPDX-License-Identifier: Apache-2.0 */
/* kavach verify: the battery in an ordinary sandbox, and what came of it. */
#include "config.h"

#include <stdio.h>

#include "launcher/launcher.h"
#include "launcher/measure.h"
#include "launcher/standing.h"
#include "launcher/verify_print.h"

#define STATUS_DOES_NOT_HOLD 1

static int
verify_one (const struct kv_parsed *parsed, const char *backend)
{
  struct kv_verification v;
  struct kv_error err = { 0 };
  int result = kv_measure_backend (parsed, backend, &v, &err);

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

static int
worse (int a, int b)
{
  return a > b ? a : b;
}

static int
verify_those (const struct kv_standings *s)
{
  int status = 0, found = 0;
  unsigned i;

  for (i = 0; i < s->count && (s->all || found == 0); i++) {
    const struct kv_candidate *c = s->list[i].candidate;

    if (s->all && !c->available)
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
  int status = KV_STATUS_REFUSED;

  if (kv_standings_read (KV_FOR_VERIFY, argc, argv, &s, &err) < 0)
    kv_error_print (&err);
  else if (s.parsed.help)
    status = kv_print_help (argv[0]);
  else
    status = verify_those (&s);
  kv_standings_free (&s);
  return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "core/score/evidence.h"
#include "launcher/measure.h"

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
  struct kv_options policy = parsed->policy;
  struct kv_verify_options options = { .policy = &policy, .data = &backend };
  int result;

  policy.backend = backend;
  policy.describe = policy.no_effects = false;
  if (terminal)
    options.progress = print_progress;
  result = kv_verify (&options, v, err);
  if (terminal)
    fprintf (stderr, "\r\033[K");
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

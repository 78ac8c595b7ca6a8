/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing: credentials.  A's has to be B's, and to go to no request where
 * B's does not. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "core/policy/compare_private.h"

static uint64_t
deliver_of (const struct kv_said_credential *credential)
{
  return kv_is_said (credential->deliver.at) ? credential->deliver.value
                                             : KV_DELIVER_PROXY;
}

static bool
same_text (const struct kv_said_text *a, const struct kv_said_text *b,
           int (*compare) (const char *, const char *))
{
  if (a->value == NULL || b->value == NULL)
    return a->value == b->value;
  return compare (a->value, b->value) == 0;
}

/* Is PATH of A's use, NULL for every one, joined by one of B's? */
static bool
is_joined (const struct kv_said_use *use, const char *path,
           const struct kv_said_credential *b)
{
  const struct kv_said_use *uses = b->uses.items;
  struct kv_host host, other;
  unsigned i;

  kv_host_read (&host, use->host.value);
  for (i = 0; i < b->uses.count; i++) {
    kv_host_read (&other, uses[i].host.value);
    if (same_text (&use->header, &uses[i].header, strcasecmp)
        && same_text (&use->format, &uses[i].format, strcmp)
        && kv_host_within (&host, &other)
        && (!kv_is_said (uses[i].paths.at)
            || kv_pattern_listed (path, &uses[i].paths)))
      return true;
  }
  return false;
}

static void
compare_use (struct kv_comparison *c, const struct kv_said_credential *a,
             const struct kv_said_credential *b, const struct kv_said_use *use)
{
  const struct kv_said_text *paths = use->paths.items;
  const struct kv_sides sides = { .a_at = use->at,
                                  .b_at = b->at,
                                  .a = "joined",
                                  .b = "not joined, or in another way" };
  unsigned i;

  if (!kv_is_said (use->paths.at) && !is_joined (use, "/*", b))
    kv_excess (c, "credentials", &sides, "%s for %s/*", a->name.value,
               use->host.value);
  for (i = 0; i < use->paths.count && !kv_compared (c); i++)
    if (!is_joined (use, paths[i].value, b))
      kv_excess (c, "credentials", &sides, "%s for %s%s", a->name.value,
                 use->host.value, paths[i].value);
}

/* Neither the source nor the format is told: somebody may have put the
 * secret itself there. */
static void
compare_two (struct kv_comparison *c, const struct kv_said_credential *a,
             const struct kv_said_credential *b)
{
  static const char *const words[]
      = { "by proxy", "in the environment", "as a file", "on standard input",
          "as a descriptor" };
  const struct kv_said_use *uses = a->uses.items;
  struct kv_sides sides = { .a_at = a->at, .b_at = b->at };
  unsigned i;

  if (strcmp (a->source.value, b->source.value) != 0) {
    sides.a_at = a->source.at;
    sides.b_at = b->source.at;
    sides.a = "from one source";
    sides.b = "from another";
    kv_excess (c, "credentials", &sides, "%s", a->name.value);
  }
  else if (deliver_of (a) != deliver_of (b)) {
    sides.a = words[deliver_of (a)];
    sides.b = words[deliver_of (b)];
    kv_excess (c, "credentials", &sides, "%s", a->name.value);
  }
  for (i = 0; i < a->uses.count && !kv_compared (c); i++)
    compare_use (c, a, b, &uses[i]);
}

void
kv_compare_credentials (struct kv_comparison *c)
{
  const struct kv_said_list *a = &c->a->credentials, *b = &c->b->credentials;
  const struct kv_said_credential *ours = a->items, *theirs = b->items;
  const struct kv_sides every
      = { .a_at = a->at, .b_at = b->at, .a = "any", .b = "those it names" };
  unsigned i, j;

  if (!kv_is_said (b->at))
    return;
  if (!kv_is_said (a->at))
    kv_excess (c, "credentials", &every, "every credential");
  for (i = 0; i < a->count && !kv_compared (c); i++) {
    const struct kv_sides sides
        = { .a_at = ours[i].at, .b_at = b->at, .a = "there", .b = "not there" };

    for (j = 0; j < b->count; j++)
      if (strcmp (ours[i].name.value, theirs[j].name.value) == 0)
        break;
    if (j < b->count)
      compare_two (c, &ours[i], &theirs[j]);
    else
      kv_excess (c, "credentials", &sides, "%s", ours[i].name.value);
  }
}

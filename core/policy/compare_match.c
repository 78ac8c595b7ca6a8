/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing: patterns of hosts, of paths in a host and of variables. */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "core/policy/compare_private.h"

void
kv_host_read (struct kv_host *host, const char *text)
{
  host->name = text;
  host->kind = KV_HOST_NAME;
  if (strcmp (text, KV_ANY) == 0)
    host->kind = KV_HOST_ANY;
  else if (strncmp (text, "*.", 2) == 0) {
    host->kind = KV_HOST_BENEATH;
    host->name = text + 2;
  }
  /* What begins with a letter from g on and has no colon is no address. */
  else if (text[strcspn (text, ":")] != '\0'
           || (text[0] >= '0' && text[0] <= '9')) {
    int family = strchr (text, ':') != NULL ? AF_INET6 : AF_INET;

    memset (host->address, 0, sizeof host->address);
    if (inet_pton (family, text, host->address) == 1) {
      host->kind = KV_HOST_ADDRESS;
      host->family = (uint8_t) family;
    }
  }
}

/* Is NAME some labels, a dot and TOP? */
static bool
is_beneath (const char *name, const char *top)
{
  size_t n = strlen (name), m = strlen (top);

  return n > m + 1 && name[n - m - 1] == '.'
         && strcasecmp (name + n - m, top) == 0;
}

bool
kv_host_within (const struct kv_host *host, const struct kv_host *other)
{
  if (other->kind == KV_HOST_ANY)
    return true;
  if (host->kind == KV_HOST_ADDRESS || other->kind == KV_HOST_ADDRESS)
    return host->kind == other->kind && host->family == other->family
           && memcmp (host->address, other->address, sizeof host->address) == 0;
  if (host->kind == KV_HOST_ANY)
    return false;
  if (other->kind == KV_HOST_BENEATH && is_beneath (host->name, other->name))
    return true;
  return host->kind == other->kind && strcasecmp (host->name, other->name) == 0;
}

bool
kv_pattern_within (const char *pattern, const char *other)
{
  size_t n = strlen (pattern), m = strlen (other);
  bool starred = n > 0 && pattern[n - 1] == '*';

  if (m > 0 && other[m - 1] == '*')
    return n - starred >= m - 1 && memcmp (pattern, other, m - 1) == 0;
  return n == m && memcmp (pattern, other, n) == 0;
}

bool
kv_pattern_listed (const char *pattern, const struct kv_said_list *list)
{
  const struct kv_said_text *items = list->items;
  unsigned i;

  for (i = 0; i < list->count; i++)
    if (kv_pattern_within (pattern, items[i].value))
      return true;
  return false;
}

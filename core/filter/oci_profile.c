/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/filter/oci_private.h"
#include "core/filter/seccomp_file.h"
#include "core/util/cleanup.h"

static void
free_texts (struct kv_oci_texts *list)
{
  unsigned i;

  for (i = 0; i < list->count; i++)
    free (list->items[i]);
  free (list->items);
}

void
kv_oci_profile_free (struct kv_oci_profile *profile)
{
  unsigned i;

  for (i = 0; i < profile->n_rules; i++) {
    struct kv_oci_rule *rule = &profile->rules[i];

    free_texts (&rule->names);
    free_texts (&rule->includes.caps);
    free_texts (&rule->includes.arches);
    free_texts (&rule->excludes.caps);
    free_texts (&rule->excludes.arches);
    free (rule->args);
  }
  free (profile->rules);
  memset (profile, 0, sizeof *profile);
}

int
kv_oci_profile_parse (const void *bytes, size_t size, size_t piece,
                      struct kv_oci_profile *profile, struct kv_faults *faults,
                      struct kv_error *err)
{
  const unsigned char *next = bytes;
  struct kv_oci_parser r;

  memset (profile, 0, sizeof *profile);
  memset (&r, 0, sizeof r);
  r.profile = profile;
  r.base.what = "a seccomp file";
  r.base.least = "{\"defaultAction\": \"SCMP_ACT_ERRNO\"}";
  if (kv_parser_begin (&r.base, &kv_oci_callbacks, faults) < 0)
    return kv_fail (err, "KVI-01", "out of memory");
  if (piece == 0)
    piece = size;
  while (size > 0) {
    size_t n = size < piece ? size : piece;

    if (!kv_parser_feed (&r.base, next, n))
      break;
    next += n;
    size -= n;
  }
  if (!r.base.stopped)
    (void) kv_parser_complete (&r.base);
  yajl_free (r.base.yajl);
  kv_faults_sort (faults);
  if (!r.base.no_memory && faults->count == 0)
    return 0;
  kv_oci_profile_free (profile);
  return r.base.no_memory ? kv_fail (err, "KVI-01", "out of memory") : 1;
}

int
kv_oci_profile_read (const char *file, struct kv_oci_profile *profile,
                     struct kv_faults *faults, struct kv_error *err)
{
  kv_autofree char *bytes = NULL;
  size_t size;

  memset (profile, 0, sizeof *profile);
  faults->count = 0;
  faults->more = false;
  if (kv_seccomp_file_read (file, &bytes, &size, err) < 0)
    return -1;
  return kv_oci_profile_parse (bytes, size, 0, profile, faults, err);
}

uint32_t
kv_oci_kernel (const char *release)
{
  char *end;
  unsigned long major = strtoul (release, &end, 10), minor = 0;

  if (end == release)
    return 0;
  if (*end == '.')
    minor = strtoul (end + 1, NULL, 10);
  return (uint32_t) (major << 16 | (minor & 0xffff));
}

static bool
has (const struct kv_oci_texts *list, const char *word)
{
  unsigned i;

  for (i = 0; i < list->count; i++)
    if (strcmp (list->items[i], word) == 0)
      return true;
  return false;
}

/* The sandbox has no capability, so a rule for those who have one is for
 * others, and one for those who lack it is for it. */
bool
kv_oci_rule_applies (const struct kv_oci_rule *rule, const char *arch,
                     uint32_t kernel)
{
  const struct kv_oci_when *with = &rule->includes, *without = &rule->excludes;

  if (with->caps.count > 0)
    return false;
  if (with->arches.count > 0 && !has (&with->arches, arch))
    return false;
  if (with->min_kernel != 0 && kernel < with->min_kernel)
    return false;
  if (has (&without->arches, arch))
    return false;
  return without->min_kernel == 0 || kernel < without->min_kernel;
}

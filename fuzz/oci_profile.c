/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of seccomp files.  Seeds: tests/corpus/seccomp.  How large the
 * pieces are that the file is fed in goes by its size, so that a seed is a
 * file as it is and every place where a piece can end is tried. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/filter/oci_profile.h"
#include "fuzz/fuzz.h"

/* What is wrong lies in the file and is named; what is right is whole. */
static void
check (int result, const struct kv_oci_profile *profile,
       const struct kv_faults *faults)
{
  unsigned i, j;

  if (result == 1 && (faults->count == 0 || profile->rules != NULL))
    abort ();
  for (i = 0; i < faults->count; i++)
    if (faults->list[i].line == 0 || faults->list[i].column == 0
        || faults->list[i].code[0] == '\0')
      abort ();
  for (i = 0; result == 0 && i < profile->n_rules; i++) {
    const struct kv_oci_rule *rule = &profile->rules[i];

    if (rule->names.count == 0 || rule->answer.number > 4095)
      abort ();
    for (j = 0; j < rule->n_args; j++)
      if (rule->args[j].index > 5)
        abort ();
    (void) kv_oci_rule_applies (rule, "amd64", 5 << 16 | 10);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct kv_oci_profile profile;
  struct kv_faults faults = { 0 };
  struct kv_error err = { 0 };
  int result;

  result = kv_oci_profile_parse (data, size, size % 9, &profile, &faults, &err);
  check (result, &profile, &faults);
  kv_oci_profile_free (&profile);
  return 0;
}

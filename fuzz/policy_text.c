/* SPDX-License-Identifier: Apache-2.0 */
/* What is printed of a policy and read again is the same policy.  Seeds:
 * tests/corpus/policy. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/policy/document.h"
#include "core/policy/merge.h"
#include "core/policy/preset.h"
#include "core/policy/whole.h"
#include "fuzz/fuzz.h"

/* DOCUMENT laid on what says nothing, as text; NULL where it is no
 * policy. */
static char *
print (struct kv_document *document)
{
  struct kv_whole whole = { .describe = true };
  struct kv_error err = { .code = "" };
  struct kv_document base;
  char *text = NULL;

  if (kv_preset_read (KV_PRESET_NOTHING, &base, &err) < 0
      || kv_merge (&whole.document, &base) < 0
      || kv_merge (&whole.document, document) < 0)
    abort ();
  memset (&whole.document.extends, 0, sizeof whole.document.extends);
  text = kv_whole_text (&whole);
  if (text == NULL)
    abort ();
  kv_merged_free (&whole.document);
  kv_document_free (&base);
  return text;
}

/* The reader refuses what contradicts itself within one file; laid over each
 * other, two documents can come to that. */
static bool
is_contradiction (const struct kv_faults *faults)
{
  unsigned i;

  for (i = 0; i < faults->count; i++)
    if (strcmp (faults->list[i].code, "KVD-22") != 0
        && strcmp (faults->list[i].code, "KVD-23") != 0)
      return false;
  return true;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct kv_document document, again;
  struct kv_faults faults;
  struct kv_error err = { .code = "" };
  char *first, *second;
  int result;

  if (kv_document_parse (data, size, 0, "p.json", &document, &faults, &err)
      != 0)
    return 0;
  first = print (&document);
  kv_document_free (&document);
  result = kv_document_parse (first, strlen (first), 0, "q.json", &again,
                              &faults, &err);
  if (result != 0) {
    if (result < 0 || !is_contradiction (&faults))
      abort ();
    free (first);
    return 0;
  }
  second = print (&again);
  if (strcmp (first, second) != 0)
    abort ();
  kv_document_free (&again);
  free (first);
  free (second);
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of policy documents.  Seeds: tests/corpus/policy.  The size of
 * the pieces goes by the size of the file, so that a seed is a file as it is
 * and every place where a piece can end is tried. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/policy/document.h"
#include "fuzz/fuzz.h"

static void
check_faults (const struct kv_faults *faults)
{
  unsigned i;

  if (faults->count == 0)
    abort ();
  for (i = 0; i < faults->count; i++) {
    const struct kv_fault *f = &faults->list[i];

    if (f->line == 0 || f->column == 0 || f->code[0] == '\0'
        || strpbrk (f->text, "\n\033") != NULL)
      abort ();
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct kv_document whole, pieces;
  struct kv_faults one, two;
  struct kv_error err = { .code = "" };
  unsigned i;
  int result = kv_document_parse (data, size, 0, "p.json", &whole, &one, &err);

  if (result > 0)
    check_faults (&one);
  /* However it comes, it is the same document. */
  if (kv_document_parse (data, size, 1 + size % 7, "p.json", &pieces, &two,
                         &err)
          != result
      || one.count != two.count)
    abort ();
  for (i = 0; i < one.count; i++)
    if (one.list[i].line != two.list[i].line
        || one.list[i].column != two.list[i].column
        || strcmp (one.list[i].code, two.list[i].code) != 0
        || strcmp (one.list[i].text, two.list[i].text) != 0)
      abort ();
  kv_document_free (&whole);
  kv_document_free (&pieces);
  return 0;
}

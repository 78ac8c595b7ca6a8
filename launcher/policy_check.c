/* SPDX-License-Identifier: Apache-2.0 */
/* kavach policy check: what is wrong with policy files, all of it. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/known.h"
#include "core/filter/oci_profile.h"
#include "core/policy/document.h"
#include "core/policy/document_key.h"
#include "core/policy/whole.h"
#include "core/util/cleanup.h"
#include "core/util/json_out.h"
#include "launcher/launcher.h"
#include "launcher/policy.h"

#define STATUS_FAULTS 1

struct check {
  const struct kv_policy_words *words;
  int status;
};

/* The worst of all files is the status: could not be read, has faults,
 * fine. */
static void
note (struct check *check, int result)
{
  if (result < 0)
    check->status = KV_STATUS_REFUSED;
  else if (result > 0 && check->status == 0)
    check->status = STATUS_FAULTS;
}

/* A path may be longer than a line of kv_say's. */
static void
say_file (const char *code, const char *file, const char *text)
{
  size_t size = 4 * strlen (file) + 1;
  kv_autofree char *escaped = malloc (size);

  if (escaped != NULL)
    kv_escape (escaped, size, file);
  fprintf (stderr, "kavach: %s%s%s\n", code,
           escaped != NULL ? escaped : "(no memory)", text);
}

static void
say_faults (const char *file, const struct kv_faults *faults)
{
  char code[16], text[sizeof faults->list[0].text + 32];
  unsigned i;

  for (i = 0; i < faults->count; i++) {
    const struct kv_fault *fault = &faults->list[i];

    snprintf (code, sizeof code, "%s ", fault->code);
    snprintf (text, sizeof text, ":%u:%u %s", fault->line, fault->column,
              fault->text);
    say_file (code, file, text);
  }
  if (faults->more)
    say_file ("KVD-09 ", file, " has more faults; mend these first");
}

static void
fault_json (struct kv_json *j, const char *code, unsigned line, unsigned column,
            const char *text)
{
  kv_json_open_map (j, NULL);
  kv_json_string (j, "code", code);
  kv_json_number (j, "line", line);
  kv_json_number (j, "column", column);
  kv_json_string (j, "text", text);
  kv_json_close (j);
}

static void
file_json (struct kv_json *j, const char *file, const struct kv_faults *faults,
           const struct kv_error *err)
{
  unsigned i;

  kv_json_open_map (j, NULL);
  kv_json_string (j, "file", file);
  kv_json_open_array (j, "errors");
  if (err->code[0] != '\0')
    fault_json (j, err->code, 0, 0, err->text);
  for (i = 0; i < faults->count; i++)
    fault_json (j, faults->list[i].code, faults->list[i].line,
                faults->list[i].column, faults->list[i].text);
  kv_json_close (j);
  kv_json_bool (j, "more", faults->more);
  kv_json_close (j);
}

/* The seccomp file, where there is one. */
static int
check_profile (const char *profile, struct kv_error *err)
{
  struct kv_faults faults = { .count = 0 };
  struct kv_oci_profile read;
  int result;

  if (!kv_form_file.fits (profile))
    return 0;
  result = kv_oci_profile_read (profile, &read, &faults, err);
  kv_oci_profile_free (&read);
  return result > 0 ? kv_faults_fail (profile, &faults, err) : result;
}

/* Groups may have what cannot be denied. */
static int
check_words (const struct kv_document *d, struct kv_error *err)
{
  const struct kv_said_list *lists[]
      = { &d->syscalls.allow, &d->syscalls.deny };
  kv_autofree const char **words
      = calloc (lists[0]->count + lists[1]->count + 2, sizeof *words);
  struct kv_calls allowed, denied;
  const char **next = words;
  size_t k;

  if (words == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  for (k = 0; k < KV_COUNT (lists); k++) {
    const struct kv_said_text *items = lists[k]->items;
    unsigned i;

    for (i = 0; i < lists[k]->count; i++)
      *next++ = items[i].value;
    next++;
  }
  return kv_calls_resolve (words, words + lists[0]->count + 1, &allowed,
                           &denied, err);
}

/* A file without a fault of its own may extend one that has, or that is not
 * there; and what it comes to with the others may contradict itself. */
static int
check_chain (const char *file, struct kv_error *err)
{
  /* As "extends" would have it. */
  kv_autofree char *named = NULL;
  struct kv_options options = { .tty = -1, .describe = true };
  struct kv_whole whole;
  int result;

  if (asprintf (&named, "%s%s", kv_form_file.fits (file) ? "" : "./", file) < 0)
    return kv_fail (err, "KVI-01", "out of memory");
  options.preset = named;
  result = kv_whole_load (&whole, &options, err);
  if (result == 0)
    result = check_profile (whole.document.syscalls.profile.value, err);
  if (result == 0)
    result = check_words (&whole.document, err);
  kv_whole_free (&whole);
  return result < 0 ? 1 : 0;
}

/* J is NULL for words. */
static void
check_file (struct check *check, const char *file, struct kv_json *j)
{
  struct kv_error err = { .code = "" };
  struct kv_document document;
  struct kv_faults faults = { .count = 0 };
  int result = kv_document_read (file, &document, &faults, &err);

  if (result == 0 && strcmp (file, "-") != 0)
    result = check_chain (file, &err);

  note (check, result);
  if (j != NULL)
    file_json (j, file, &faults, &err);
  else if (result > 0)
    say_faults (file, &faults);
  else if (result == 0 && check->words->verbose > 0)
    say_file ("", file, " has no fault");
  if (err.code[0] != '\0')
    kv_error_print (&err);
  kv_document_free (&document);
}

static int
check_files (struct check *check)
{
  const struct kv_policy_words *words = check->words;
  struct kv_json j;
  unsigned i;

  if (words->json) {
    kv_json_begin (&j);
    kv_json_string (&j, "type", "policy-check");
    kv_json_open_array (&j, "files");
  }
  for (i = 0; i < words->count; i++)
    check_file (check, words->list[i], words->json ? &j : NULL);
  if (words->json && kv_json_end (&j, stdout) < 0)
    check->status = KV_STATUS_REFUSED;
  return check->status;
}

int
kv_policy_check (const struct kv_policy_words *words)
{
  struct check check = { .words = words };

  if (words->count == 0)
    return kv_policy_refuse_words ("there is no file to check",
                                   "kavach policy check FILE...; - reads "
                                   "standard input");
  return check_files (&check);
}

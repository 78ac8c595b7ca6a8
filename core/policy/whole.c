/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/policy/control.h"
#include "core/policy/document_key.h"
#include "core/policy/flags.h"
#include "core/policy/internal.h"
#include "core/policy/merge.h"
#include "core/policy/site.h"
#include "core/policy/whole.h"
#include "core/util/analyzer.h"
#include "core/util/cleanup.h"

static int
add_flags (struct kv_whole *whole, const struct kv_options *options,
           struct kv_error *err)
{
  /* Counted first: what was made of it is freed with the others. */
  return kv_flags_document (options, &whole->layers.list[whole->layers.count++],
                            err);
}

/* -b chooses among what the policy allows, it does not add to it. */
static int
choose_backend (struct kv_whole *whole, const struct kv_document *flags,
                struct kv_error *err)
{
  struct kv_said_list *list = &whole->document.require.backends;
  const struct kv_said_text *items = list->items, *chosen;
  char place[PATH_MAX];
  unsigned i;

  if (flags->require.backends.count == 0 || !kv_is_said (list->at))
    return 0;
  chosen = flags->require.backends.items;
  kv_place_text (place, sizeof place, list->at);
  for (i = 0; i < list->count; i++)
    if (strcmp (items[i].value, chosen->value) == 0)
      break;
  if (i == list->count) {
    kv_fail (err, "KVP-23", "--backend %s: the policy does not permit it",
             chosen->value);
    kv_error_rule (err, "require.backends (%s)", place);
    return kv_error_hint (err, "leave it out, or add it to require.backends");
  }
  list->count = 0;
  list->at = (struct kv_place){ .file = NULL };
  return 0;
}

/* The names of SET, with the places where they were asked for. */
static int
list_controls (const struct kv_asked *asked, uint64_t set,
               struct kv_said_list *list, struct kv_error *err)
{
  int i;

  list->count = 0;
  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    struct kv_said_text *text;

    if ((set & KAVACH_BIT (i)) == 0)
      continue;
    text = kv_said_add (list, sizeof *text);
    if (text == NULL)
      return kv_no_memory (err);
    text->at = asked->at[i];
    text->value = (char *) (uintptr_t) kv_control_names[i];
  }
  return 0;
}

/* A seccomp file, by the path that it has: from the folder of the document
 * that names it. */
int
kv_look_up_profile (const struct kv_whole *whole, struct kv_document *layer,
                    struct kv_error *err)
{
  struct kv_said_text *profile = &layer->syscalls.profile;
  char file[PATH_MAX], place[PATH_MAX];
  struct stat st;
  char *real;

  if (!kv_is_said (profile->at) || !kv_form_file.fits (profile->value))
    return 0;
  if (kv_layers_file (file, sizeof file, profile->value, layer->file, err) < 0)
    return -1;
  real = kv_canonical (file, &st);
  /* For showing and comparing it need not be there. */
  if (real == NULL && whole->describe)
    real = strdup (file);
  if (real == NULL) {
    kv_fail_errno (err, "KVP-28", "syscalls.profile %s", profile->value);
    kv_place_text (place, sizeof place, profile->at);
    kv_error_rule (err, "%s", place);
    return kv_error_hint (err, "name a seccomp file that is there, or strict, "
                               "basic or none");
  }
  free (profile->value);
  profile->value = real;
  free (profile->link);
  profile->link = strdup (file);
  return profile->link != NULL ? 0 : kv_no_memory (err);
}

static int
merge_layers (struct kv_whole *whole, bool bounded, struct kv_error *err)
{
  struct kv_document *merged = &whole->document;
  unsigned i;

  for (i = 0; i < whole->layers.count; i++) {
    struct kv_document *layer = &whole->layers.list[i];

    if (kv_look_up_paths (whole, layer, err) < 0
        || kv_look_up_profile (whole, layer, err) < 0)
      return -1;
    if (i == whole->layers.count - 1 && choose_backend (whole, layer, err) < 0)
      return -1;
    if (kv_merge (merged, layer) < 0)
      return kv_no_memory (err);
    kv_asked_add (&whole->asked, layer);
  }
  if (bounded
      && (kv_site_load (whole, err) < 0 || kv_site_lower (whole, err) < 0))
    return -1;
  memset (&merged->extends, 0, sizeof merged->extends);
  if (kv_is_said (merged->process.cwd.at))
    merged->process.cwd.value = whole->cwd;
  kv_asked_waive (&whole->asked);
  if (bounded && kv_site_hold (whole, err) < 0)
    return -1;
  return list_controls (&whole->asked, whole->asked.required,
                        &merged->require.controls, err)
                     < 0
                 || list_controls (&whole->asked, whole->asked.wanted,
                                   &merged->require.want, err)
                        < 0
             ? -1
             : 0;
}

int
kv_whole_load (struct kv_whole *whole, const struct kv_options *options,
               struct kv_error *err)
{
  memset (whole, 0, sizeof *whole);
  whole->describe = options->describe;
  return kv_layers_load (&whole->layers, options->preset, "flag -p", err) < 0
                 || add_flags (whole, options, err) < 0
                 || kv_look_up_cwd (whole, err) < 0
                 || merge_layers (whole, !options->unbounded, err) < 0
                 || kv_site_check (whole, err) < 0
             ? -1
             : kv_whole_digest (whole, err);
}

void
kv_whole_free (struct kv_whole *whole)
{
  kv_merged_free (&whole->document);
  kv_layers_free (&whole->layers);
  kv_site_free (whole->site);
  free (whole->cwd);
  memset (whole, 0, sizeof *whole);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/policy/compare.h"
#include "core/policy/internal.h"
#include "core/policy/merge.h"
#include "core/policy/preset.h"
#include "core/policy/site.h"
#include "core/policy/whole.h"
#include "core/util/cleanup.h"
#include "core/util/places.h"

/* The folder's owner put kavach there: root, and whoever builds it at home. */
static int
folder_owner (uid_t *owner, struct kv_error *err)
{
  struct stat st;

  if (stat (kv_place_sysconf (), &st) < 0)
    return kv_fail_errno (err, "KVD-01", "%s", kv_place_sysconf ());
  *owner = st.st_uid;
  return 0;
}

/* One system call where there is none.  What cannot be read refuses, a link
 * that leads nowhere too: a ceiling that is away is no ceiling. */
static int
is_there (const char *file, struct kv_error *err)
{
  const int how = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  kv_autoclose int fd = open (file, how | O_NOFOLLOW);

  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    return 0;
  if (fd < 0 && errno == ELOOP)
    fd = open (file, how);
  if (fd >= 0)
    return 1;
  kv_fail_errno (err, "KVD-01", "%s", file);
  return kv_error_hint (err,
                        "nothing runs while the site's ceiling cannot be "
                        "read; whoever looks after this host can mend it: "
                        "chmod a+r %s",
                        file);
}

/* A file that extends nothing bounds what it says, and no more. */
static bool
is_preset_nothing (const struct kv_document *layer)
{
  return strcmp (layer->file, "preset " KV_PRESET_NOTHING) == 0;
}

static int
merge (struct kv_whole *whole, struct kv_error *err)
{
  struct kv_site *site = whole->site;
  bool describe = whole->describe;
  int result = 0;
  unsigned i;

  /* What it names need not be on every host. */
  whole->describe = whole->bounding = true;
  for (i = 0; i < site->layers.count && result == 0; i++) {
    struct kv_document *layer = &site->layers.list[i];

    if (is_preset_nothing (layer))
      continue;
    result = kv_look_up_paths (whole, layer, err);
    if (result == 0)
      result = kv_look_up_profile (whole, layer, err);
    if (result == 0 && kv_merge (&site->document, layer) < 0)
      result = kv_no_memory (err);
  }
  whole->describe = describe;
  whole->bounding = false;
  return result;
}

int
kv_site_load (struct kv_whole *whole, struct kv_error *err)
{
  char file[PATH_MAX];
  uid_t owner;
  int found;

  snprintf (file, sizeof file, "%s/" KV_SITE_FILE, kv_place_sysconf ());
  found = is_there (file, err);
  if (found <= 0)
    return found;
  whole->site = calloc (1, sizeof *whole->site);
  if (whole->site == NULL)
    return kv_no_memory (err);
  whole->site->home = kv_accounts_home ();
  return folder_owner (&owner, err) < 0
                 || kv_layers_load_owned (&whole->site->layers, file, owner,
                                          err)
                        < 0
             ? -1
             : merge (whole, err);
}

/* Nobody said it: it may be made stricter without breaking anybody's word. */
static bool
is_free (struct kv_place at)
{
  return !kv_is_said (at) || kv_from_preset (at);
}

/* What is no limit, and can only be asked for more strictly. */
static bool
lower_others (const struct kv_document *d, struct kv_site *site)
{
  const struct kv_said_number *tty = &site->document.process.tty;
  const struct kv_said_number *score = &site->document.require.score;
  bool any = false;

  if (kv_is_said (tty->at) && tty->value == 0 && is_free (d->process.tty.at)) {
    site->lowered.process.tty = *tty;
    any = true;
  }
  if (kv_is_said (score->at) && score->value > d->require.score.value
      && is_free (d->require.score.at)) {
    site->lowered.require.score = *score;
    any = true;
  }
  if (site->document.require.controls.count > 0) {
    site->lowered.require.controls = site->document.require.controls;
    any = true;
  }
  return any;
}

int
kv_site_lower (struct kv_whole *whole, struct kv_error *err)
{
  struct kv_site *site = whole->site;
  uint64_t waived = whole->asked.waived;
  bool any = false;
  unsigned i;

  if (site == NULL)
    return 0;
  for (i = 0; i < kv_keys_count; i++) {
    size_t at = kv_keys[i].offset;
    struct kv_said_number *said = (void *) ((char *) &whole->document + at);
    const struct kv_said_number *most
        = (const void *) ((const char *) &site->document + at);

    if (!kv_key_is_limit (&kv_keys[i]) || !kv_is_said (most->at)
        || most->value == 0 || (said->value != 0 && said->value <= most->value)
        || !is_free (said->at))
      continue;
    *(struct kv_said_number *) (void *) ((char *) &site->lowered + at) = *most;
    any = true;
  }
  any = lower_others (&whole->document, site) || any;
  if (!any)
    return 0;
  /* As a layer above the others: what it says is required. */
  if (kv_merge (&whole->document, &site->lowered) < 0)
    return kv_no_memory (err);
  kv_asked_add (&whole->asked, &site->lowered);
  /* Required by the site, it is still waived by somebody: that is refused. */
  whole->asked.waived = waived;
  return 0;
}

/* What the site bounds is enforced: neither wanted, nor waived but where the
 * site says that it may be. */
int
kv_site_hold (struct kv_whole *whole, struct kv_error *err)
{
  struct kv_asked bound = { .required = 0 }, *asked = &whole->asked;
  uint64_t held;
  char place[PATH_MAX];
  int i;

  if (whole->site == NULL)
    return 0;
  kv_asked_add (&bound, &whole->site->document);
  held = bound.required & ~bound.waived;
  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    uint64_t bit = KAVACH_BIT (i);

    if ((held & ~asked->required & bit) == 0)
      continue;
    kv_place_text (place, sizeof place, bound.at[i]);
    if ((asked->waived & bit) != 0) {
      kv_fail (err, "KVP-25",
               "require.waive: %s is beyond what this site permits",
               kv_control_names[i]);
      kv_error_detail (err, "  bounded by %s", place);
      kv_error_rule (err, "require.waive = %s", kv_control_names[i]);
      return kv_error_hint (err,
                            "have require.waive of %s/" KV_SITE_FILE
                            " name it, or do not waive it",
                            kv_place_sysconf ());
    }
    asked->required |= bit;
    asked->wanted &= ~bit;
    asked->at[i] = bound.at[i];
  }
  asked->exact |= bound.exact;
  asked->named |= bound.named;
  return 0;
}

static int
refuse (const struct kv_witness *w, struct kv_error *err)
{
  char place[PATH_MAX];
  bool same = strcmp (w->what, w->a) == 0;

  kv_fail (err, "KVP-25", "%s: %s%s%s%s is beyond what this site permits: %s",
           w->key, w->what, same || w->a[0] == '\0' ? "" : " (",
           same ? "" : w->a, same || w->a[0] == '\0' ? "" : ")",
           w->b[0] != '\0' ? w->b : "less");
  kv_place_text (place, sizeof place, w->b_at);
  if (kv_is_said (w->b_at))
    kv_error_detail (err, "  bounded by %s", place);
  kv_place_text (place, sizeof place, w->a_at);
  if (kv_is_said (w->a_at))
    kv_error_rule (err, "%s (%s)", w->key, place);
  else
    kv_error_rule (err, "%s, of which the policy says nothing", w->key);
  if (!kv_is_said (w->a_at))
    return kv_error_hint (err,
                          "say %s in the policy, within what the site "
                          "permits: %s",
                          w->key, w->b);
  return kv_error_hint (err,
                        "say less in %s, or have it changed by whoever looks "
                        "after %s/" KV_SITE_FILE,
                        w->key, kv_place_sysconf ());
}

int
kv_site_check (const struct kv_whole *whole, struct kv_error *err)
{
  kv_autofree char *home = NULL;
  struct kv_witness w;

  if (whole->site == NULL)
    return 0;
  if (whole->site->home == NULL)
    home = kv_callers_home ();
  if (kv_policy_le (&whole->document, &whole->site->document,
                    home != NULL ? home : whole->site->home, &w))
    return 0;
  return refuse (&w, err);
}

bool
kv_site_permits (const struct kv_whole *whole, const char *path)
{
  struct kv_said_text text
      = { .at = { .file = "PATH" }, .value = (char *) (uintptr_t) path };
  struct kv_document more = whole->document;
  kv_autofree char *home = NULL;

  if (whole->site == NULL)
    return true;
  /* All else is within already. */
  more.filesystem.read
      = (struct kv_said_list){ .at = text.at, .count = 1, .items = &text };
  if (whole->site->home == NULL)
    home = kv_callers_home ();
  return kv_policy_le (&more, &whole->site->document,
                       home != NULL ? home : whole->site->home, NULL);
}

void
kv_site_free (struct kv_site *site)
{
  if (site == NULL)
    return;
  kv_merged_free (&site->document);
  kv_layers_free (&site->layers);
  free (site->home);
  free (site);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/policy/control.h"
#include "core/policy/controls.h"
#include "core/policy/internal.h"
#include "core/util/cleanup.h"

#define BIT(name) KAVACH_BIT (KAVACH_CTL_##name)

/* What one layer says by its values. */
struct said {
  uint64_t opened, implied;
  struct kv_place at[KAVACH_CTL_COUNT];
};

static void
note (struct said *said, uint64_t *set, uint64_t controls, struct kv_place at)
{
  int i;

  *set |= controls;
  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    if ((controls & KAVACH_BIT (i)) != 0)
      said->at[i] = at;
}

/* Where an element of LIST was said; the list itself may go back to a layer
 * below. */
static struct kv_place
last_place (const struct kv_said_list *list)
{
  const struct kv_said_text *items = list->items;

  return list->count > 0 ? items[list->count - 1].at : list->at;
}

static void
files (struct said *said, const struct kv_document *d)
{
  const struct kv_said_list *read = &d->filesystem.read;
  const struct kv_said_list *write = &d->filesystem.write;
  const struct kv_said_list *hide = &d->filesystem.hide;

  if (hide->count > 0)
    note (said, &said->implied, BIT (FS_READ), last_place (hide));
  if (kv_is_said (read->at))
    note (said, &said->implied, BIT (FS_READ) | BIT (FS_WRITE),
          last_place (read));
  if (kv_is_said (write->at))
    note (said, &said->implied, BIT (FS_WRITE), last_place (write));
  if (kv_said_has (write, KV_ANY))
    note (said, &said->opened, BIT (FS_READ) | BIT (FS_WRITE) | BIT (FS_EXEC),
          last_place (write));
  else if (kv_said_has (read, KV_ANY))
    note (said, &said->opened, BIT (FS_READ) | BIT (FS_EXEC),
          last_place (read));
}

static void
network (struct said *said, const struct kv_document *d)
{
  const struct kv_said_number *mode = &d->network.mode;

  if (!kv_is_said (mode->at))
    return;
  if (mode->value == KV_MODE_HOST)
    note (said, &said->opened, BIT (NET_OUT) | BIT (NET_IN) | BIT (NET_PROXY),
          mode->at);
  else {
    note (said, &said->implied, BIT (NET_OUT) | BIT (NET_IN), mode->at);
    if (mode->value == KV_MODE_PROXY)
      note (said, &said->implied, BIT (NET_PROXY), mode->at);
    else
      note (said, &said->opened, BIT (NET_PROXY), mode->at);
  }
}

/* The profile may be a lower layer's. */
static void
syscalls (struct kv_asked *asked, struct said *said,
          const struct kv_document *d)
{
  const struct kv_said_text *profile = &d->syscalls.profile;

  if (kv_is_said (profile->at))
    asked->unfiltered = strcmp (profile->value, "none") == 0;
  if (d->syscalls.deny.count > 0 && !asked->unfiltered)
    note (said, &said->implied, BIT (SYSCALLS), last_place (&d->syscalls.deny));
  if (kv_is_said (profile->at))
    note (said, asked->unfiltered ? &said->opened : &said->implied,
          BIT (SYSCALLS), profile->at);
}

static void
limits (struct said *said, const struct kv_document *d)
{
  const struct {
    uint64_t control;
    const struct kv_said_number *limit;
  } rows[] = {
    { BIT (MEMORY), &d->limits.memory },
    { BIT (CPU), &d->limits.cpu },
    { BIT (PIDS), &d->limits.pids },
    { BIT (FILE_SIZE), &d->limits.file_size },
    { BIT (WALL_TIME), &d->limits.wall_time },
    { BIT (TMP_SIZE), &d->filesystem.tmp },
  };
  size_t i;

  for (i = 0; i < KV_COUNT (rows); i++)
    if (kv_is_said (rows[i].limit->at))
      note (said, rows[i].limit->value == 0 ? &said->opened : &said->implied,
            rows[i].control, rows[i].limit->at);
}

/* The controls that LIST names; their places go to AT. */
static uint64_t
named (const struct kv_said_list *list, struct kv_place *at)
{
  const struct kv_said_text *items = list->items;
  uint64_t set = 0;
  unsigned i;

  for (i = 0; i < list->count; i++) {
    int control = kv_control_by_name (items[i].value);

    if (control < 0)
      continue;
    set |= KAVACH_BIT (control);
    if (at != NULL)
      at[control] = items[i].at;
  }
  return set;
}

/* A preset's word is not somebody's. */
static uint64_t
to_be_exact (struct kv_asked *asked, const struct kv_document *layer)
{
  const struct kv_place hostname = layer->process.hostname.at;
  const struct kv_place tmp_exec = layer->filesystem.tmp_exec.at;
  uint64_t set = 0;

  if (kv_is_said (hostname) && !kv_from_preset (hostname)) {
    set |= BIT (ROOTFS);
    asked->at[KAVACH_CTL_ROOTFS] = hostname;
  }
  if (layer->filesystem.hide.count > 0
      && !kv_from_preset (layer->filesystem.hide.at)) {
    set |= BIT (FS_READ);
    asked->at[KAVACH_CTL_FS_READ] = last_place (&layer->filesystem.hide);
  }
  if (layer->filesystem.read.count > 0
      && !kv_from_preset (layer->filesystem.read.at)) {
    set |= BIT (FS_WRITE);
    asked->at[KAVACH_CTL_FS_WRITE] = last_place (&layer->filesystem.read);
  }
  if (kv_is_said (tmp_exec) && !kv_from_preset (tmp_exec)
      && layer->filesystem.tmp_exec.value == 0) {
    set |= BIT (FS_EXEC);
    asked->at[KAVACH_CTL_FS_EXEC] = tmp_exec;
  }
  return set;
}

void
kv_asked_add (struct kv_asked *asked, const struct kv_document *layer)
{
  struct said said = { .opened = 0 };
  struct kv_place controls_at[KAVACH_CTL_COUNT] = { { .file = NULL } };
  struct kv_place want_at[KAVACH_CTL_COUNT] = { { .file = NULL } };
  uint64_t controls = named (&layer->require.controls, controls_at);
  uint64_t want = named (&layer->require.want, want_at);
  uint64_t required;
  int i;

  files (&said, layer);
  network (&said, layer);
  syscalls (asked, &said, layer);
  limits (&said, layer);
  if (layer->process.pass.count > 0 || layer->process.set.count > 0)
    said.implied |= BIT (ENVIRONMENT);

  asked->required &= ~said.opened;
  asked->wanted &= ~said.opened;
  required = (said.implied & ~said.opened & ~want) | controls;
  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    uint64_t bit = KAVACH_BIT (i);

    if ((controls & bit) != 0)
      asked->at[i] = controls_at[i];
    else if (((required | said.opened) & bit) != 0 && kv_is_said (said.at[i]))
      asked->at[i] = said.at[i];
    else if ((want & ~asked->required & bit) != 0)
      asked->at[i] = want_at[i];
  }
  asked->exact |= to_be_exact (asked, layer) & ~want;
  if (controls != 0 && !kv_from_preset (layer->require.controls.at))
    asked->named |= controls;
  /* Who speaks last of the two decides. */
  if (kv_is_said (layer->require.waive.at) && layer->require.waive.count == 0)
    asked->waived = 0;
  asked->waived
      = (asked->waived & ~controls) | named (&layer->require.waive, NULL);
  asked->required |= required;
  asked->wanted = (asked->wanted | want) & ~asked->required;
}

void
kv_asked_waive (struct kv_asked *asked)
{
  asked->wanted |= asked->required & asked->waived;
  asked->required &= ~asked->waived;
  asked->exact &= ~asked->waived;
  asked->named &= ~asked->waived;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What is a single value: limits, network, system calls, controls, score. */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/control.h"
#include "core/policy/internal.h"
#include "core/policy/preset.h"
#include "core/policy/whole.h"
#include "core/util/analyzer.h"
#include "core/util/cleanup.h"

/* What is required by its name has to have a value. */
static int
check_limit (struct kv_resolve *r, int control, const char *key,
             const char *example, const struct kv_limit *limit)
{
  if (limit->value != 0 || (r->policy->named & KAVACH_BIT (control)) == 0)
    return 0;
  kv_fail (r->err, "KVP-29",
           "%s is required, and %s is none: there is nothing to enforce",
           kv_control_name (control), key);
  kv_error_rule (r->err, "require.controls (%s)",
                 r->policy->control_origin[control]);
  return kv_error_hint (r->err, "say how much: %s in %s, or by its flag",
                        example, key);
}

static int
check_limits (struct kv_resolve *r)
{
  const struct kv_policy *p = r->policy;
  const struct {
    int control;
    const char *key, *example;
    const struct kv_limit *limit;
  } rows[] = {
    { KAVACH_CTL_MEMORY, "limits.memory", "\"512M\"", &p->memory },
    { KAVACH_CTL_CPU, "limits.cpu", "1.0", &p->cpu },
    { KAVACH_CTL_PIDS, "limits.pids", "64", &p->pids },
    { KAVACH_CTL_FILE_SIZE, "limits.file-size", "\"64M\"", &p->file_size },
    { KAVACH_CTL_WALL_TIME, "limits.wall-time", "\"30s\"", &p->wall },
    { KAVACH_CTL_TMP_SIZE, "filesystem.tmp", "\"64M\"", &p->tmp },
  };
  size_t i;

  for (i = 0; i < KV_COUNT (rows); i++)
    if (check_limit (r, rows[i].control, rows[i].key, rows[i].example,
                     rows[i].limit)
        < 0)
      return -1;
  return 0;
}

static void
set_limits (struct kv_resolve *r)
{
  const struct kv_document *d = r->said;
  struct kv_policy *p = r->policy;
  const struct {
    const struct kv_said_number *said;
    struct kv_limit *limit;
  } rows[] = {
    { &d->limits.memory, &p->memory },       { &d->limits.cpu, &p->cpu },
    { &d->limits.pids, &p->pids },           { &d->limits.files, &p->files },
    { &d->limits.file_size, &p->file_size }, { &d->limits.wall_time, &p->wall },
    { &d->limits.output, &p->output },       { &d->filesystem.tmp, &p->tmp },
  };
  size_t i;

  for (i = 0; i < KV_COUNT (rows); i++) {
    rows[i].limit->value = rows[i].said->value;
    rows[i].limit->origin = kv_origin_of (r, rows[i].said->at);
  }
}

/* Known, and refused: its issue is still to come. */
static int
not_yet (struct kv_resolve *r, const char *key, const char *what,
         struct kv_place at, const char *way_out)
{
  char place[PATH_MAX];

  kv_place_text (place, sizeof place, at);
  kv_fail (r->err, "KVN-03", "%s is not in this version", what);
  kv_error_rule (r->err, "%s (%s)", key, place);
  return kv_error_hint (r->err, "%s", way_out);
}

static int
set_network (struct kv_resolve *r)
{
  const struct kv_said_number *mode = &r->said->network.mode;

  r->policy->net = mode->value == KV_MODE_HOST ? KV_NET_HOST : KV_NET_NONE;
  r->policy->net_origin = kv_origin_of (r, mode->at);
  if (mode->value != KV_MODE_PROXY || r->options->describe)
    return 0;
  return not_yet (r, "network.mode", "network by proxy", mode->at,
                  "\"mode\": \"none\" (--net none), or --net host for the "
                  "host's whole network");
}

static int
set_root (struct kv_resolve *r)
{
  const struct kv_said_text *root = &r->said->filesystem.root;

  r->root_origin = kv_origin_of (r, root->at);
  r->policy->root
      = strcmp (root->value, "empty") == 0 ? KV_ROOT_EMPTY : KV_ROOT_HOST;
  if (strcmp (root->value, "host") == 0 || strcmp (root->value, "empty") == 0
      || r->options->describe)
    return 0;
  return not_yet (
      r, "filesystem.root",
      root->value[0] == 'd' ? "a folder as root" : "an image as root", root->at,
      "\"root\": \"host\", or \"empty\" and what is "
      "needed in \"read\"");
}

/* What other parts of kavach are still to do. */
static int
refuse_later (struct kv_resolve *r)
{
  const struct kv_document *d = r->said;

  if (r->options->describe)
    return 0;
  if (d->credentials.count > 0)
    return not_yet (r, "credentials", "a credential", d->credentials.at,
                    "take \"credentials\" out");
  if (kv_is_said (d->audit.log.at))
    return not_yet (r, "audit.log", "an audit log", d->audit.log.at,
                    "take \"log\" out");
  if (d->audit.hooks.count > 0)
    return not_yet (r, "audit.hooks", "an audit hook", d->audit.hooks.at,
                    "take \"hooks\" out");
  return 0;
}

/* The words of LIST as they were written; NULL when there are none. */
static int
copy_words (struct kv_resolve *r, const struct kv_said_list *list, char ***out)
{
  const struct kv_said_text *items = list->items;
  unsigned i;

  if (list->count == 0)
    return 0;
  *out = calloc (list->count + 1, sizeof **out);
  for (i = 0; *out != NULL && i < list->count; i++) {
    (*out)[i] = strdup (items[i].value);
    if ((*out)[i] == NULL)
      return kv_no_memory (r->err);
  }
  return *out != NULL ? 0 : kv_no_memory (r->err);
}

static int
set_syscalls (struct kv_resolve *r)
{
  const struct kv_said_text *profile = &r->said->syscalls.profile;
  struct kv_policy *p = r->policy;

  p->syscalls_origin = kv_origin_of (r, profile->at);
  if (strcmp (profile->value, "none") == 0)
    p->syscalls = KV_SYSCALLS_NONE;
  else if (strcmp (profile->value, "basic") == 0)
    p->syscalls = KV_SYSCALLS_BASIC;
  else if (strcmp (profile->value, "strict") == 0)
    p->syscalls = KV_SYSCALLS_STRICT;
  else {
    p->syscalls = KV_SYSCALLS_FILE;
    memcpy (p->syscalls_hash, r->policy->whole->file_hash,
            sizeof p->syscalls_hash);
    p->syscalls_file = strdup (profile->value);
    if (p->syscalls_file == NULL)
      return kv_no_memory (r->err);
  }
  return copy_words (r, &r->said->syscalls.allow, &p->syscalls_allow) < 0
                 || copy_words (r, &r->said->syscalls.deny, &p->syscalls_deny)
                        < 0
             ? -1
             : 0;
}

static int
set_backends (struct kv_resolve *r)
{
  const struct kv_said_list *list = &r->said->require.backends;
  const struct kv_said_text *items = list->items;
  struct kv_policy *p = r->policy;
  unsigned i;

  if (list->count == 0)
    return 0;
  p->backends_origin = kv_origin_of (r, list->at);
  p->backends = calloc (list->count, sizeof *p->backends);
  if (p->backends == NULL)
    return kv_no_memory (r->err);
  for (i = 0; i < list->count; i++)
    p->backends[p->n_backends++] = items[i].value;
  return 0;
}

bool
kv_policy_permits (const struct kv_policy *policy, const char *name)
{
  unsigned i;

  for (i = 0; i < policy->n_backends; i++)
    if (strcmp (policy->backends[i], name) == 0)
      return true;
  return policy->n_backends == 0;
}

static void
set_controls (struct kv_resolve *r)
{
  const struct kv_asked *asked = &r->policy->whole->asked;
  struct kv_policy *p = r->policy;
  int i;

  p->required = asked->required;
  p->wanted = asked->wanted;
  p->waived = asked->waived;
  p->exact = asked->exact;
  p->named = asked->named;
  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    if (kv_is_said (asked->at[i]))
      p->control_origin[i] = kv_origin_of (r, asked->at[i]);
}

static void
name_file (struct kv_policy *p, const char *said)
{
  char shown[sizeof p->name - 8];

  kv_escape (shown, sizeof shown, said != NULL ? said : "");
  snprintf (p->name, sizeof p->name,
            said != NULL ? "file %s" : "preset basic%s", shown);
}

int
kv_resolve_values (struct kv_resolve *r)
{
  const struct kv_document *d = r->said;
  struct kv_policy *p = r->policy;
  const char *said = r->options->preset;

  if (said != NULL && strchr (said, '/') == NULL
      && kv_preset_text (said) != NULL)
    snprintf (p->name, sizeof p->name, "preset %s", said);
  else
    name_file (p, said);
  r->any_write = kv_said_has (&d->filesystem.write, KV_ANY);
  r->confined = !r->any_write && !kv_said_has (&d->filesystem.read, KV_ANY);
  p->scratch_exec = d->filesystem.tmp_exec.value != 0;
  p->tty = kv_is_said (d->process.tty.at) ? (int) d->process.tty.value : -1;
  p->hostname = kv_is_said (d->process.hostname.at) ? d->process.hostname.value
                                                    : "sandbox";
  p->min_score = (unsigned) d->require.score.value;
  p->score_origin = kv_origin_of (r, d->require.score.at);
  p->accept_estimate = kv_is_said (d->require.accept.at)
                       && d->require.accept.value == KV_ACCEPT_ESTIMATE;
  set_limits (r);
  set_controls (r);
  return check_limits (r) < 0 || set_network (r) < 0 || set_root (r) < 0
                 || set_syscalls (r) < 0 || refuse_later (r) < 0
             ? -1
             : set_backends (r);
}

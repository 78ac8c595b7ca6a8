/* SPDX-License-Identifier: Apache-2.0 */
/* The rule behind a control, in the words of a policy document. */
#include "config.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/internal.h"
#include "core/util/analyzer.h"
#include "core/util/cleanup.h"
#include "core/util/grow.h"

kv_origin
kv_origin_of (struct kv_resolve *r, struct kv_place at)
{
  struct kv_policy *p = r->policy;
  char text[PATH_MAX];
  char **grown, *copy;

  if (at.line == 0)
    return at.file;
  kv_place_text (text, sizeof text, at);
  if (p->n_origins > 0 && strcmp (p->origins[p->n_origins - 1], text) == 0)
    return p->origins[p->n_origins - 1];
  copy = strdup (text);
  grown = kv_grow (p->origins, p->n_origins, sizeof *grown);
  if (grown != NULL)
    p->origins = grown;
  /* The file alone is better than nothing. */
  if (grown == NULL || copy == NULL) {
    free (copy);
    return at.file;
  }
  p->origins[p->n_origins++] = copy;
  return copy;
}

void
kv_size_text (char *out, size_t size, uint64_t bytes)
{
  static const char units[] = "\0KMGT";
  unsigned unit = 0;

  while (unit < 4 && bytes != 0 && bytes % 1024 == 0) {
    bytes /= 1024;
    unit++;
  }
  snprintf (out, size, unit > 0 ? "%" PRIu64 "%c" : "%" PRIu64, bytes,
            units[unit]);
}

static void
limit_text (const struct kv_policy *policy, int control, char *out, size_t size)
{
  char value[32];

  switch (control) {
  case KAVACH_CTL_MEMORY:
    kv_size_text (value, sizeof value, policy->memory.value);
    snprintf (out, size, "limits.memory = %s", value);
    break;
  case KAVACH_CTL_CPU:
    snprintf (out, size, "limits.cpu = %" PRIu64 ".%03u",
              policy->cpu.value / 1000, (unsigned) (policy->cpu.value % 1000));
    break;
  case KAVACH_CTL_PIDS:
    snprintf (out, size, "limits.pids = %" PRIu64, policy->pids.value);
    break;
  case KAVACH_CTL_FILE_SIZE:
    kv_size_text (value, sizeof value, policy->file_size.value);
    snprintf (out, size, "limits.file-size = %s", value);
    break;
  case KAVACH_CTL_TMP_SIZE:
    kv_size_text (value, sizeof value, policy->tmp.value);
    snprintf (out, size, "filesystem.tmp = %s", value);
    break;
  case KAVACH_CTL_WALL_TIME:
    snprintf (out, size, "limits.wall-time = %" PRIu64 "%s",
              policy->wall.value % 1000 == 0 ? policy->wall.value / 1000
                                             : policy->wall.value,
              policy->wall.value % 1000 == 0 ? "s" : "ms");
    break;
  default:
    snprintf (out, size, "require %s", kv_control_name (control));
  }
}

/* A control that stands for a rule of somebody's. */
static void
exact_text (const struct kv_policy *policy, int control, char *out, size_t size)
{
  if ((policy->exact & KAVACH_BIT (control)) == 0)
    snprintf (out, size, "require %s", kv_control_name (control));
  else if (control == KAVACH_CTL_ROOTFS)
    snprintf (out, size, "process.hostname = %s", policy->hostname);
  else
    snprintf (out, size, "filesystem.tmp-exec = false");
}

void
kv_policy_rule (const struct kv_policy *policy, int control, char *out,
                size_t size)
{
  static const char *const profiles[] = { "none", "basic", "strict", "FILE" };
  const char *origin;
  char words[128];

  if (size == 0)
    return;
  out[0] = '\0';
  if (kv_control_name (control) == NULL)
    return;
  origin = policy->control_origin[control];

  switch (control) {
  case KAVACH_CTL_FS_READ:
    snprintf (words, sizeof words, "filesystem.read, filesystem.hide");
    break;
  case KAVACH_CTL_FS_WRITE:
    snprintf (words, sizeof words, "filesystem.write");
    break;
  case KAVACH_CTL_NET_OUT:
  case KAVACH_CTL_NET_IN:
    snprintf (words, sizeof words, "network.mode = %s",
              policy->net == KV_NET_HOST ? "host" : "none");
    break;
  case KAVACH_CTL_SYSCALLS:
    snprintf (words, sizeof words, "syscalls.profile = %s",
              policy->syscalls_file != NULL ? policy->syscalls_file
                                            : profiles[policy->syscalls]);
    break;
  case KAVACH_CTL_ROOTFS:
  case KAVACH_CTL_FS_EXEC:
    exact_text (policy, control, words, sizeof words);
    break;
  default:
    limit_text (policy, control, words, sizeof words);
  }
  if (origin != NULL)
    snprintf (out, size, "%s (%s)", words, origin);
  else
    snprintf (out, size, "%s", words);
}

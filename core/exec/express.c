/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/exec/assess.h"
#include "core/exec/express.h"
#include "core/policy/whole.h"
#include "core/util/cleanup.h"

struct express {
  const struct kv_policy *policy;
  const struct kv_controls *boundary, *layers;
  void (*say) (void *data, const struct kv_rule_answer *answer);
  void *data;
  /* Elements of filesystem.read, write and hide that were met. */
  unsigned met[3];
};

static const char needs_root[] = "needs a root of its own";

const char *
kv_answer_name (enum kv_answer answer)
{
  static const char *const names[] = { "exact", "stricter", "cannot" };

  return names[answer];
}

static void
decide (struct kv_rule_answer *a, enum kv_answer answer, const char *words)
{
  a->answer = answer;
  a->words = words;
}

/* A rule beneath a wider one takes away what Landlock cannot take. */
static void
answer_path (const struct express *e, struct kv_rule_answer *a,
             const struct kv_said_text *text)
{
  const struct kv_path_rule *rule;

  if (kv_boundary_has (e->boundary, KAVACH_CTL_ROOTFS)
      || strcmp (text->value, KV_ANY) == 0)
    return;
  rule = kv_policy_paths_rule (e->policy, text->value);
  if (rule != NULL && strcmp (rule->path, text->value) == 0
      && kv_rule_is_narrower (e->policy, rule,
                              KV_ACCESS_READ | KV_ACCESS_WRITE))
    decide (a, KV_CANNOT, "narrower than the rule above it");
}

static void
answer_paths (struct express *e, struct kv_rule_answer *a)
{
  const struct kv_document *d = &e->policy->whole->document;
  const struct kv_said_list *const lists[]
      = { &d->filesystem.read, &d->filesystem.write, &d->filesystem.hide };
  static const char *const keys[]
      = { "filesystem.read", "filesystem.write", "filesystem.hide" };
  size_t k;

  for (k = 0; k < KV_COUNT (keys); k++)
    if (strcmp (a->key, keys[k]) == 0 && e->met[k] < lists[k]->count) {
      const struct kv_said_text *items = lists[k]->items;

      a->control = k == 1 ? KAVACH_CTL_FS_WRITE : KAVACH_CTL_FS_READ;
      answer_path (e, a, &items[e->met[k]++]);
    }
}

static void
answer_network (const struct express *e, struct kv_rule_answer *a)
{
  if (e->policy->net == KV_NET_HOST
      || kv_boundary_has (e->boundary, KAVACH_CTL_NET_OUT))
    return;
  if (kv_boundary_has (e->layers, KAVACH_CTL_NET_OUT))
    decide (a, KV_STRICTER, "no loopback of its own either");
  else
    decide (a, KV_CANNOT, e->layers->c[KAVACH_CTL_NET_OUT].hint);
}

static void
answer_syscalls (const struct express *e, struct kv_rule_answer *a)
{
  if (e->policy->syscalls == KV_SYSCALLS_NONE && a->key[9] != 'd')
    return;
  if (!kv_host_facts ()->seccomp)
    decide (a, KV_CANNOT, "this kernel has no seccomp filters");
  else if (a->key[9] != 'p')
    return;
  else if (!kv_boundary_has (e->layers, KAVACH_CTL_SYSCALLS))
    decide (a, KV_CANNOT, e->layers->c[KAVACH_CTL_SYSCALLS].hint);
  else if (!kv_boundary_has (e->boundary, KAVACH_CTL_IPC)
           || (e->policy->net != KV_NET_HOST
               && !kv_boundary_has (e->boundary, KAVACH_CTL_NET_OUT)))
    decide (a, KV_STRICTER, "sockets and IPC of the host are refused, too");
}

/* Rules that are a control's, in full or not at all. */
static const struct {
  const char *key;
  int control;
} limits[] = {
  { "filesystem.tmp", KAVACH_CTL_TMP_SIZE },
  { "limits.memory", KAVACH_CTL_MEMORY },
  { "limits.cpu", KAVACH_CTL_CPU },
  { "limits.pids", KAVACH_CTL_PIDS },
  { "limits.file-size", KAVACH_CTL_FILE_SIZE },
  { "limits.wall-time", KAVACH_CTL_WALL_TIME },
  { "process.env.pass", KAVACH_CTL_ENVIRONMENT },
  { "process.env.set", KAVACH_CTL_ENVIRONMENT },
};

static void
answer_limit (const struct express *e, struct kv_rule_answer *a)
{
  size_t i;

  for (i = 0; i < KV_COUNT (limits); i++)
    if (strcmp (a->key, limits[i].key) == 0) {
      a->control = limits[i].control;
      if (!kv_boundary_has (e->layers, a->control)
          && strcmp (a->value, "\"none\"") != 0)
        decide (a, KV_CANNOT, e->layers->c[a->control].hint);
    }
}

static void
answer_root (const struct express *e, struct kv_rule_answer *a)
{
  bool own = kv_boundary_has (e->boundary, KAVACH_CTL_ROOTFS);

  if (strcmp (a->key, "process.hostname") == 0) {
    a->control = KAVACH_CTL_ROOTFS;
    if (!own)
      decide (a, KV_CANNOT, "the host's name is seen");
  }
  else if (strcmp (a->key, "filesystem.tmp-exec") == 0) {
    a->control = KAVACH_CTL_FS_EXEC;
    if (!own && !e->policy->scratch_exec)
      decide (a, KV_CANNOT, needs_root);
  }
}

static void
answer (void *data, const char *key, const char *value, struct kv_place at)
{
  struct express *e = data;
  struct kv_rule_answer a
      = { .key = key, .value = value, .at = at, .control = -1, .words = "" };

  /* What is said about the policy itself, and lists that are empty. */
  if (strcmp (key, "kavach") == 0 || strncmp (key, "require.", 8) == 0
      || strcmp (value, "[]") == 0 || strcmp (value, "{}") == 0)
    return;
  answer_paths (e, &a);
  answer_limit (e, &a);
  answer_root (e, &a);
  if (strcmp (key, "network.mode") == 0) {
    a.control = KAVACH_CTL_NET_OUT;
    answer_network (e, &a);
  }
  else if (strncmp (key, "syscalls.", 9) == 0) {
    a.control = KAVACH_CTL_SYSCALLS;
    answer_syscalls (e, &a);
  }
  e->say (e->data, &a);
}

void
kv_express (const struct kv_policy *policy, const struct kv_controls *boundary,
            const struct kv_controls *layers,
            void (*say) (void *data, const struct kv_rule_answer *answer),
            void *data)
{
  struct express e = { .policy = policy,
                       .boundary = boundary,
                       .layers = layers,
                       .say = say,
                       .data = data };

  kv_whole_each (policy->whole, answer, &e);
}

/* Does a rule of somebody's take ACCESS away beneath a wider one? */
static bool
takes_away (const struct kv_policy *policy, uint32_t access)
{
  unsigned i;

  for (i = 0; i < policy->n_paths; i++)
    if (policy->paths[i].named && !policy->paths[i].pin
        && kv_rule_is_narrower (policy, &policy->paths[i], access))
      return true;
  return false;
}

uint64_t
kv_not_expressed (const struct kv_policy *policy,
                  const struct kv_controls *boundary)
{
  uint64_t set = policy->exact;

  if (kv_boundary_has (boundary, KAVACH_CTL_ROOTFS))
    return 0;
  if (!takes_away (policy, KV_ACCESS_READ))
    set &= ~KAVACH_BIT (KAVACH_CTL_FS_READ);
  if (!takes_away (policy, KV_ACCESS_WRITE))
    set &= ~KAVACH_BIT (KAVACH_CTL_FS_WRITE);
  if (policy->scratch_exec)
    set &= ~KAVACH_BIT (KAVACH_CTL_FS_EXEC);
  return set;
}

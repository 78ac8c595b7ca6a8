/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that is a single value: limits, network, required controls.
 * What the user wrote is required and keeps the flag as its origin. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/policy/internal.h"
#include "core/util/cleanup.h"
#include "core/util/parse.h"

#define NO_CONTROL (-1)

struct limit_flag {
  const char *name;
  kv_origin origin;
  int control;
  int (*parse) (const char *text, uint64_t *value);
  /* What would have been right. */
  const char *form;
  const char *example;
  const char *code;
  uint64_t least;
  /* LEAST as the user would write it. */
  const char *least_text;
};

#define SIZE_FORM "a whole number with K, M, G or T"

static const struct limit_flag flags[] = {
  { "--memory", "flag --memory", KAVACH_CTL_MEMORY, kv_parse_size, SIZE_FORM,
    "512M", "KVP-02", KV_LEAST_MEMORY, "4M" },
  { "--cpu", "flag --cpu", KAVACH_CTL_CPU, kv_parse_cpu,
    "CPUs with at most three decimals", "1.5", "KVP-03", KV_LEAST_CPU, "0.01" },
  { "--pids", "flag --pids", KAVACH_CTL_PIDS, kv_parse_u64, "a whole number",
    "64", "KVP-04", 1, "1" },
  { "--files", "flag --files", NO_CONTROL, kv_parse_u64, "a whole number",
    "256", "KVP-04", KV_LEAST_FILES, "8" },
  { "--file-size", "flag --file-size", KAVACH_CTL_FILE_SIZE, kv_parse_size,
    SIZE_FORM, "64M", "KVP-02", 1, "1" },
  { "--tmp", "flag --tmp", KAVACH_CTL_TMP_SIZE, kv_parse_size, SIZE_FORM, "64M",
    "KVP-02", KV_LEAST_TMP, "64K" },
  { "--output", "flag --output", NO_CONTROL, kv_parse_size, SIZE_FORM, "1M",
    "KVP-02", 1, "1" },
  { "--timeout", "flag --timeout", KAVACH_CTL_WALL_TIME, kv_parse_duration,
    "a whole number with ms, s, m, h or d", "30s", "KVP-05", 1, "1ms" },
};

void
kv_require (struct kv_policy *policy, int control, kv_origin origin)
{
  uint64_t bit = KAVACH_BIT (control);

  policy->required |= bit;
  policy->wanted &= ~bit;
  policy->control_origin[control] = origin;
}

static int
set_limit (struct kv_resolve *r, const struct limit_flag *flag,
           const char *said, uint64_t preset, struct kv_limit *limit)
{
  limit->value = preset;
  limit->origin = r->preset->origin;
  if (said != NULL) {
    limit->origin = flag->origin;
    limit->value = 0;
    if (strcmp (said, "none") != 0) {
      if (flag->parse (said, &limit->value) < 0) {
        kv_fail (r->err, flag->code, "%s %s: not %s", flag->name, said,
                 flag->form);
        kv_error_rule (r->err, "%s", flag->origin);
        return kv_error_hint (r->err, "%s %s, or %s none for no limit",
                              flag->name, flag->example, flag->name);
      }
      if (limit->value < flag->least) {
        kv_fail (r->err, "KVP-06", "%s %s: the least is %s", flag->name, said,
                 flag->least_text);
        kv_error_rule (r->err, "%s", flag->origin);
        return kv_error_hint (r->err, "%s %s, or %s none for no limit",
                              flag->name, flag->example, flag->name);
      }
    }
  }

  if (flag->control == NO_CONTROL)
    return 0;
  if (limit->value == 0) {
    r->policy->required &= ~KAVACH_BIT (flag->control);
    r->policy->wanted &= ~KAVACH_BIT (flag->control);
    r->policy->control_origin[flag->control] = limit->origin;
  }
  else if (said != NULL)
    kv_require (r->policy, flag->control, flag->origin);
  return 0;
}

static int
set_limits (struct kv_resolve *r)
{
  const struct kv_options *o = r->options;
  const struct kv_preset *s = r->preset;
  struct kv_policy *p = r->policy;
  const struct {
    const char *said;
    uint64_t preset;
    struct kv_limit *limit;
  } values[] = {
    { o->memory, s->memory, &p->memory },
    { o->cpu, s->cpu, &p->cpu },
    { o->pids, s->pids, &p->pids },
    { o->files, s->files, &p->files },
    { o->file_size, s->file_size, &p->file_size },
    { o->tmp, s->tmp, &p->tmp },
    { o->output, s->output, &p->output },
    { o->timeout, s->wall, &p->wall },
  };
  size_t i;

  _Static_assert(KV_COUNT (values) == KV_COUNT (flags), "one flag a limit");
  for (i = 0; i < KV_COUNT (flags); i++)
    if (set_limit (r, &flags[i], values[i].said, values[i].preset,
                   values[i].limit)
        < 0)
      return -1;
  return 0;
}

static int
set_network (struct kv_resolve *r)
{
  const char *said = r->options->net;
  struct kv_policy *p = r->policy;

  p->net = r->preset->net;
  p->net_origin = said != NULL ? "flag --net" : r->preset->origin;
  if (said != NULL && strcmp (said, "none") == 0) {
    p->net = KV_NET_NONE;
    kv_require (p, KAVACH_CTL_NET_OUT, p->net_origin);
    kv_require (p, KAVACH_CTL_NET_IN, p->net_origin);
  }
  else if (said != NULL && strcmp (said, "host") == 0)
    p->net = KV_NET_HOST;
  else if (said != NULL && strcmp (said, "proxy") == 0) {
    kv_fail (r->err, "KVN-03", "--net proxy is not in this version");
    kv_error_rule (r->err, "flag --net");
    return kv_error_hint (r->err, "--net none (the default), or --net host "
                                  "for the host's whole network");
  }
  else if (said != NULL) {
    kv_fail (r->err, "KVP-14", "--net %s: there is no such network mode", said);
    kv_error_rule (r->err, "flag --net");
    return kv_error_hint (r->err, "--net none or --net host");
  }
  if (p->net == KV_NET_HOST) {
    p->required &= ~KV_BITS_NET;
    p->wanted &= ~KV_BITS_NET;
    p->control_origin[KAVACH_CTL_NET_OUT] = p->net_origin;
    p->control_origin[KAVACH_CTL_NET_IN] = p->net_origin;
  }
  return 0;
}

/* The control that LENGTH bytes of NAME spell in the list behind FLAG; -1
 * with an error. */
static int
control_in_list (struct kv_resolve *r, const char *flag, const char *name,
                 size_t length)
{
  const char *near = NULL;
  char word[32];
  int control;

  if (length < sizeof word) {
    memcpy (word, name, length);
    word[length] = '\0';
    control = kv_control_by_name (word);
    if (control >= 0)
      return control;
    near = kv_nearest (word, kv_control_names, KAVACH_CTL_COUNT);
  }

  kv_fail (r->err, "KVP-15", "--%s %.*s: there is no such control", flag,
           (int) length, name);
  kv_error_rule (r->err, "flag --%s", flag);
  if (near != NULL)
    return kv_error_hint (r->err, "did you mean %s?", near);
  return kv_error_hint (r->err, "kavach(7) lists them");
}

/* The set of controls in LIST, words between commas. */
static int
control_set (struct kv_resolve *r, const char *flag, const char *list,
             uint64_t *set)
{
  *set = 0;
  while (list != NULL && *list != '\0') {
    size_t n = strcspn (list, ",");
    int control = n > 0 ? control_in_list (r, flag, list, n) : -1;

    if (n > 0 && control < 0)
      return -1;
    if (n > 0)
      *set |= KAVACH_BIT (control);
    list += n + (list[n] == ',');
  }
  return 0;
}

int
kv_resolve_required (struct kv_resolve *r)
{
  struct kv_policy *p = r->policy;
  uint64_t set;
  int i;

  if (control_set (r, "require", r->options->require, &set) < 0)
    return -1;
  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    if ((set & KAVACH_BIT (i)) != 0 && (p->required & KAVACH_BIT (i)) == 0)
      kv_require (p, i, "flag --require");
  return 0;
}

int
kv_resolve_waived (struct kv_resolve *r)
{
  struct kv_policy *p = r->policy;
  uint64_t set;

  if (control_set (r, "waive", r->options->waive, &set) < 0)
    return -1;
  p->waived = set & p->required;
  p->required &= ~p->waived;
  p->wanted |= p->waived;
  return 0;
}

static int
set_score (struct kv_resolve *r)
{
  const char *said = r->options->min_score;
  uint64_t score = 0;

  if (said != NULL && (kv_parse_u64 (said, &score) < 0 || score > 100)) {
    kv_fail (r->err, "KVP-16", "--min-score %s: not a number from 0 to 100",
             said);
    return kv_error_rule (r->err, "flag --min-score");
  }
  r->policy->min_score = (unsigned) score;
  r->policy->accept_estimate = r->options->accept_estimate;
  return 0;
}

bool
kv_is_hostname (const char *text)
{
  size_t i;

  for (i = 0; text[i] != '\0'; i++) {
    char c = text[i];

    if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9')
        && (i == 0 || (c != '-' && c != '.')))
      return false;
  }
  return i > 0 && i <= KV_HOSTNAME_MAX;
}

static int
set_hostname (struct kv_resolve *r)
{
  const char *said = r->options->hostname;

  r->policy->hostname = said != NULL ? said : "sandbox";
  if (kv_is_hostname (r->policy->hostname))
    return 0;
  kv_fail (r->err, "KVP-17", "--hostname %s: not a host's name", said);
  kv_error_rule (r->err, "flag --hostname");
  return kv_error_hint (r->err, "letters, digits, - and ., at most 63");
}

int
kv_resolve_values (struct kv_resolve *r)
{
  const struct kv_preset *preset = r->preset;
  struct kv_policy *p = r->policy;
  int i;

  p->preset = preset->name;
  p->required = preset->required;
  p->wanted = preset->wanted;
  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    if (((p->required | p->wanted) & KAVACH_BIT (i)) != 0)
      p->control_origin[i] = preset->origin;
  p->syscalls = preset->syscalls;
  p->syscalls_origin = preset->origin;
  p->scratch_exec = preset->scratch_exec;
  p->tty = r->options->tty;
  p->backend = r->options->backend;
  if (p->backend != NULL && strcmp (p->backend, "auto") == 0)
    p->backend = NULL;

  if (set_limits (r) < 0 || set_network (r) < 0 || set_score (r) < 0)
    return -1;
  return set_hostname (r);
}

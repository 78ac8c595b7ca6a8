/* SPDX-License-Identifier: Apache-2.0 */
/* The command line as a document: what a flag says has "flag --memory" for
 * its place. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/flags.h"
#include "core/policy/internal.h"
#include "core/util/analyzer.h"
#include "core/util/cleanup.h"
#include "core/util/parse.h"

struct flags {
  const struct kv_options *options;
  struct kv_document *document;
  struct kv_error *err;
};

/* A limit's flag; its place is FLAG. */
struct limit_flag {
  const char *flag;
  size_t said, into;
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
#define SAID(member) offsetof (struct kv_options, member)
#define INTO(member) offsetof (struct kv_document, member)

static const struct limit_flag limits[] = {
  { "flag --memory", SAID (memory), INTO (limits.memory), kv_parse_size,
    SIZE_FORM, "512M", "KVP-02", KV_LEAST_MEMORY, "4M" },
  { "flag --cpu", SAID (cpu), INTO (limits.cpu), kv_parse_cpu,
    "CPUs with at most three decimals", "1.5", "KVP-03", KV_LEAST_CPU, "0.01" },
  { "flag --pids", SAID (pids), INTO (limits.pids), kv_parse_u64,
    "a whole number", "64", "KVP-04", 1, "1" },
  { "flag --files", SAID (files), INTO (limits.files), kv_parse_u64,
    "a whole number", "256", "KVP-04", KV_LEAST_FILES, "8" },
  { "flag --file-size", SAID (file_size), INTO (limits.file_size),
    kv_parse_size, SIZE_FORM, "64M", "KVP-02", 1, "1" },
  { "flag --tmp", SAID (tmp), INTO (filesystem.tmp), kv_parse_size, SIZE_FORM,
    "64M", "KVP-02", KV_LEAST_TMP, "64K" },
  { "flag --output", SAID (output), INTO (limits.output), kv_parse_size,
    SIZE_FORM, "1M", "KVP-02", 1, "1" },
  { "flag --timeout", SAID (timeout), INTO (limits.wall_time),
    kv_parse_duration, "a whole number with ms, s, m, h or d", "30s", "KVP-05",
    1, "1ms" },
};

/* "--memory" of "flag --memory". */
static const char *
name_of (const char *flag)
{
  return flag + strlen ("flag ");
}

static int
refuse_limit (struct flags *f, const struct limit_flag *row, const char *said,
              const char *code, const char *what, const char *right)
{
  const char *name = name_of (row->flag);

  kv_fail (f->err, code, "%s %s: %s%s", name, said, what, right);
  kv_error_rule (f->err, "%s", row->flag);
  return kv_error_hint (f->err, "%s %s, or %s none for no limit", name,
                        row->example, name);
}

static int
set_limit (struct flags *f, const struct limit_flag *row)
{
  const char *said
      = *(const char *const *) (const void *) ((const char *) f->options
                                               + row->said);
  struct kv_said_number *into = (void *) ((char *) f->document + row->into);
  uint64_t value = 0;

  if (said == NULL)
    return 0;
  if (strcmp (said, "none") != 0) {
    if (row->parse (said, &value) < 0)
      return refuse_limit (f, row, said, row->code, "not ", row->form);
    if (value < row->least)
      return refuse_limit (f, row, said, "KVP-06", "the least is ",
                           row->least_text);
  }
  into->at.file = row->flag;
  into->value = value;
  return 0;
}

static int
set_text (struct flags *f, struct kv_said_text *text, const char *value,
          const char *flag)
{
  if (value == NULL)
    return 0;
  text->at.file = flag;
  text->value = strdup (value);
  return text->value != NULL ? 0 : kv_no_memory (f->err);
}

static int
add_text (struct flags *f, struct kv_said_list *list, const char *value,
          size_t length, const char *flag)
{
  struct kv_said_text *text = kv_said_add (list, sizeof *text);

  if (text == NULL)
    return kv_no_memory (f->err);
  list->at.file = text->at.file = flag;
  text->value = strndup (value, length);
  return text->value != NULL ? 0 : kv_no_memory (f->err);
}

static int
set_paths (struct flags *f)
{
  unsigned i;

  for (i = 0; i < f->options->n_paths; i++) {
    const struct kv_path_flag *path = &f->options->paths[i];
    struct kv_said_list *list = &f->document->filesystem.read;
    const char *flag = "flag --read";

    if (path->access == 0) {
      list = &f->document->filesystem.hide;
      flag = "flag --hide";
    }
    else if ((path->access & KV_ACCESS_WRITE) != 0) {
      list = &f->document->filesystem.write;
      flag = "flag --write";
    }
    if (add_text (f, list, path->path, strlen (path->path), flag) < 0)
      return -1;
  }
  return 0;
}

static int
set_network (struct flags *f)
{
  static const char *const modes[] = { "none", "proxy", "host" };
  const char *said = f->options->net;
  size_t i;

  if (said == NULL)
    return 0;
  for (i = 0; i < KV_COUNT (modes); i++)
    if (strcmp (said, modes[i]) == 0) {
      f->document->network.mode.at.file = "flag --net";
      f->document->network.mode.value = i;
      return 0;
    }
  kv_fail (f->err, "KVP-14", "--net %s: there is no such network mode", said);
  kv_error_rule (f->err, "flag --net");
  return kv_error_hint (f->err, "--net none or --net host");
}

static int
no_control (struct flags *f, const char *flag, const char *name, size_t length)
{
  const char *near = NULL;
  char word[32];

  if (length < sizeof word) {
    memcpy (word, name, length);
    word[length] = '\0';
    near = kv_nearest (word, kv_control_names, KAVACH_CTL_COUNT);
  }
  kv_fail (f->err, "KVP-15", "%s %.*s: there is no such control",
           name_of (flag), (int) length, name);
  kv_error_rule (f->err, "%s", flag);
  if (near != NULL)
    return kv_error_hint (f->err, "did you mean %s?", near);
  return kv_error_hint (f->err, "kavach(7) lists them");
}

/* The controls in SAID, words between commas. */
static int
set_controls (struct flags *f, struct kv_said_list *list, const char *said,
              const char *flag)
{
  while (said != NULL && *said != '\0') {
    size_t n = strcspn (said, ",");
    int i;

    for (i = 0; n > 0 && i < KAVACH_CTL_COUNT; i++)
      if (strlen (kv_control_names[i]) == n
          && strncmp (kv_control_names[i], said, n) == 0)
        break;
    if (i == KAVACH_CTL_COUNT)
      return no_control (f, flag, said, n);
    if (n > 0 && add_text (f, list, said, n, flag) < 0)
      return -1;
    said += n + (said[n] == ',');
  }
  return 0;
}

static int
set_env (struct flags *f, const char *said)
{
  size_t n = strcspn (said, "=");
  struct kv_said_list *set = &f->document->process.set;
  struct kv_said_pair *pair;

  if (!kv_is_variable (said, n)) {
    kv_fail (f->err, "KVP-13", "--env %.*s: not a variable's name", (int) n,
             said);
    kv_error_rule (f->err, "flag --env");
    return kv_error_hint (f->err, "letters, digits and _, no digit first: "
                                  "--env NAME or --env NAME=VALUE");
  }
  if (said[n] == '\0')
    return add_text (f, &f->document->process.pass, said, n, "flag --env");
  pair = kv_said_add (set, sizeof *pair);
  if (pair == NULL)
    return kv_no_memory (f->err);
  set->at.file = pair->at.file = "flag --env";
  pair->name = strndup (said, n);
  return pair->name == NULL
             ? kv_no_memory (f->err)
             : set_text (f, &pair->text, said + n + 1, "flag --env");
}

static int
set_process (struct flags *f)
{
  const struct kv_options *o = f->options;
  struct kv_document *d = f->document;
  unsigned i;

  for (i = 0; i < o->n_env; i++)
    if (set_env (f, o->env[i]) < 0)
      return -1;
  if (o->tty >= 0) {
    d->process.tty.at.file = o->tty > 0 ? "flag --tty" : "flag --no-tty";
    d->process.tty.value = o->tty > 0;
  }
  if (o->hostname != NULL && !kv_is_hostname (o->hostname)) {
    kv_fail (f->err, "KVP-17", "--hostname %s: not a host's name", o->hostname);
    kv_error_rule (f->err, "flag --hostname");
    return kv_error_hint (f->err, "letters, digits, - and ., at most 63");
  }
  return set_text (f, &d->process.hostname, o->hostname, "flag --hostname") < 0
                 || set_text (f, &d->process.cwd, o->cwd, "flag --cwd") < 0
             ? -1
             : 0;
}

static int
set_require (struct flags *f)
{
  const struct kv_options *o = f->options;
  struct kv_document *d = f->document;
  uint64_t score = 0;

  if (o->min_score != NULL) {
    if (kv_parse_u64 (o->min_score, &score) < 0 || score > 100) {
      kv_fail (f->err, "KVP-16", "--min-score %s: not a number from 0 to 100",
               o->min_score);
      return kv_error_rule (f->err, "flag --min-score");
    }
    d->require.score.at.file = "flag --min-score";
    d->require.score.value = score;
  }
  if (o->accept_estimate) {
    d->require.accept.at.file = "flag --accept-estimate";
    d->require.accept.value = KV_ACCEPT_ESTIMATE;
  }
  /* Not a choice among others: this one. */
  if (o->backend != NULL && strcmp (o->backend, "auto") != 0
      && add_text (f, &d->require.backends, o->backend, strlen (o->backend),
                   "flag --backend")
             < 0)
    return -1;
  return set_controls (f, &d->require.controls, o->require, "flag --require")
                     < 0
                 || set_controls (f, &d->require.waive, o->waive,
                                  "flag --waive")
                        < 0
             ? -1
             : 0;
}

int
kv_flags_document (const struct kv_options *options,
                   struct kv_document *document, struct kv_error *err)
{
  struct flags f = { .options = options, .document = document, .err = err };
  size_t i;

  memset (document, 0, sizeof *document);
  for (i = 0; i < KV_COUNT (limits); i++)
    if (set_limit (&f, &limits[i]) < 0)
      return -1;
  return set_network (&f) < 0 || set_paths (&f) < 0 || set_process (&f) < 0
                 || set_require (&f) < 0
             ? -1
             : 0;
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

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/util/cleanup.h"
#include "core/util/fd.h"
#include "core/util/places.h"
#include "core/verify/verify.h"
#include "core/verify/witness.h"

struct work {
  const struct kv_verify_options *options;
  struct kv_verification *v;
  struct kv_ground ground;
  struct kv_witness witness;
  char battery[PATH_MAX];
  char *words;
  /* Of the battery that is running. */
  struct kv_probe_answer *answers;
  bool *arrived;
  unsigned rows, done, total;
};

/* What these do is seen outside, or it was not done. */
static const char *const witnessed[] = {
  "network.loopback-tcp", "network.loopback-udp", "network.host-address",
  "network.abstract",     "network.unix",         "processes.sysv-msg",
  "processes.posix-mq",   "processes.signal",     "processes.push-keys",
  "files.leaked-socket",  "files.create",         "files.append",
  "files.truncate",       "files.o-trunc",        "files.chmod",
  "files.utime",          "files.xattr",          "files.unlink",
  "files.rename",         "files.mkdir",          "files.hard-link",
  "files.symlink-out",
};

static void
set_answer (struct kv_probe_answer *answer, int verdict, const char *detail)
{
  answer->verdict = (uint8_t) verdict;
  snprintf (answer->detail, sizeof answer->detail, "%s", detail);
}

static void
take_answer (void *data, const char *id, int verdict, const char *detail)
{
  struct work *w = data;
  int row = kv_probe_find (id);

  if (row < 0 || verdict < 0 || verdict > KV_VERDICT_NOTHING)
    return;
  set_answer (&w->answers[row], verdict, detail);
  w->done++;
  if (w->options->progress != NULL)
    w->options->progress (w->options->data, w->done, w->total);
}

static void
take_arrival (void *data, char *id)
{
  struct work *w = data;
  int row = kv_probe_find (id);

  if (row >= 0)
    w->arrived[row] = true;
}

/* Nothing is in the way outside: what does not arrive from there either is
 * not seen by the witness, and its silence says nothing.  Keys and attributes
 * are what some hosts refuse to everybody. */
static void
doubt (struct work *w)
{
  size_t i;

  for (i = 0; i < KV_COUNT (witnessed); i++) {
    int at = kv_probe_find (witnessed[i]);

    if (at >= 0 && w->v->outside[at].verdict != KV_VERDICT_REACHED
        && w->v->outside[at].verdict != KV_VERDICT_NOTHING
        && w->v->answers[at].verdict == KV_VERDICT_HELD
        && strcmp (witnessed[i], "processes.push-keys") != 0
        && strcmp (witnessed[i], "files.xattr") != 0)
      set_answer (&w->v->answers[at], KV_VERDICT_UNANSWERED,
                  "it does not arrive from outside either");
  }
}

/* The witness has the last word. */
static int
judge (struct work *w, struct kv_error *err)
{
  size_t i;
  unsigned row;

  if (kv_witness_ask (&w->witness, take_arrival, w) < 0)
    return kv_fail (err, "KVV-02", "the witness is gone");
  kv_ground_look (&w->ground, take_arrival, w);
  for (row = 0; row < w->rows; row++)
    if (w->arrived[row])
      set_answer (&w->answers[row], KV_VERDICT_REACHED, "it arrived outside");
  for (i = 0; i < KV_COUNT (witnessed); i++) {
    int at = kv_probe_find (witnessed[i]);

    if (at >= 0 && w->answers[at].verdict == KV_VERDICT_REACHED
        && !w->arrived[at])
      set_answer (&w->answers[at], KV_VERDICT_HELD, "nothing arrived outside");
  }
  memset (w->arrived, 0, w->rows * sizeof *w->arrived);
  return 0;
}

static int
run_caller (struct work *w, const struct kv_options *policy, const char *more,
            bool quiet, struct kv_outcome *outcome, struct kv_error *err)
{
  struct kv_text text = { .failed = false };
  struct kv_caller caller = { .ground = &w->ground,
                              .policy = policy,
                              .battery = w->battery,
                              .quiet = quiet,
                              .answer = take_answer,
                              .data = w };
  const char *port = strstr (w->witness.words, "port=");
  int status = -1;

  if (kv_ground_plant (&w->ground, err) < 0)
    return -1;
  kv_text_print (&text, "%s%s", w->words, more);
  caller.words = text.bytes;
  caller.port = port != NULL ? (int) strtol (port + 5, NULL, 10) : 0;
  if (text.failed)
    kv_fail (err, "KVI-01", "out of memory");
  else
    status = kv_caller_run (&caller, err);
  free (text.bytes);
  if (outcome != NULL)
    *outcome = caller.outcome;
  return status;
}

/* A process with the mark's name outlived the run. */
static bool
straggles (const struct work *w)
{
  kv_autoclosedir DIR *dir = opendir ("/proc");
  const struct dirent *entry;
  char path[300], name[32];

  while (dir != NULL && (entry = readdir (dir)) != NULL) {
    ssize_t n;

    if (!isdigit ((unsigned char) entry->d_name[0]))
      continue;
    snprintf (path, sizeof path, "/proc/%s/comm", entry->d_name);
    n = kv_read_at (AT_FDCWD, path, name, sizeof name);
    if (n > 0 && strncmp (name, w->ground.mark, strlen (w->ground.mark)) == 0)
      return true;
  }
  return false;
}

/* The limits of a run that uses something up: small ones take less time and
 * less of the host, and the mechanism is the same.  What the policy does not
 * limit stays without. */
static void
make_small (const struct kv_outcome *o, const char *id, struct kv_options *p,
            struct kv_text *plants, const char **control)
{
  const struct {
    const char *id;
    uint64_t has;
    const char **flag;
    const char *value, *plant, *control;
  } rows[] = {
    { "resources.processes", o->pids, &p->pids, "48", "limit_pids=48\n",
      "pids" },
    { "resources.memory", o->memory, &p->memory, "64M", "limit_memory=64\n",
      "memory" },
    { "resources.disk", o->tmp, &p->tmp, "16M", "limit_tmp=16\n", "tmp-size" },
    { "resources.file-size", o->file_size, &p->file_size, "8M",
      "limit_file_size=8\n", "file-size" },
    { "resources.descriptors", o->files, &p->files, "64", "limit_files=64\n",
      NULL },
    { "resources.cpu", o->cpu, &p->cpu, "0.5", "limit_cpu=500\n", "cpu" },
    { "resources.wall-time", o->wall, &p->timeout, "300ms", "limit_wall=300\n",
      "wall-time" },
  };
  size_t i;

  for (i = 0; i < KV_COUNT (rows); i++)
    if (rows[i].has > 0 && strncmp (id, rows[i].id, strlen (rows[i].id)) == 0) {
      *rows[i].flag = rows[i].value;
      kv_text_word (plants, rows[i].plant);
      *control = rows[i].control;
    }
}

/* The limit that may end a probe's run, and be its answer. */
static unsigned
own_limit (const char *id)
{
  static const struct {
    const char *id;
    enum kv_reason reason;
  } rows[] = { { "resources.memory", KV_REASON_MEMORY },
               { "resources.processes", KV_REASON_PIDS },
               { "resources.file-size", KV_REASON_FILE_SIZE },
               { "resources.wall-time", KV_REASON_TIME } };
  size_t i;

  for (i = 0; i < KV_COUNT (rows); i++)
    if (strncmp (id, rows[i].id, strlen (rows[i].id)) == 0)
      return 1U << rows[i].reason;
  return 0;
}

/* No answer: its limit ended it, or it ended kavach-init. */
static void
conclude (struct kv_probe_answer *answer, const char *id,
          const struct kv_outcome *o, int status)
{
  if (answer->verdict != KV_VERDICT_UNANSWERED)
    return;
  if ((o->reasons & own_limit (id)) != 0)
    set_answer (answer, KV_VERDICT_HELD, "ended by the limit");
  else if ((o->reasons & 1U << KV_REASON_LOST) != 0)
    set_answer (answer, KV_VERDICT_REACHED, "kavach-init was ended");
  else if (status == 125)
    set_answer (answer, KV_VERDICT_UNANSWERED, "the run was refused");
  else if (answer->detail[0] == '\0')
    set_answer (answer, KV_VERDICT_UNANSWERED, "no word of it");
}

/* On a busy host nobody gets more than the limit, whatever holds: the group
 * has to have been throttled. */
static void
conclude_cpu (struct kv_probe_answer *answer, const struct kv_outcome *o)
{
  if (answer->verdict != KV_VERDICT_HELD)
    return;
  if (o->in_force.c[KAVACH_CTL_CPU].level == KAVACH_NONE)
    set_answer (answer, KV_VERDICT_REACHED, "no limit is in force");
  else if ((o->reasons & 1U << KV_REASON_CPU) == 0)
    set_answer (answer, KV_VERDICT_UNANSWERED, "the host is too busy to tell");
}

static int
run_alone (struct work *w, unsigned row, const char *id, struct kv_error *err)
{
  struct kv_text plants = { .failed = false }, waive = { .failed = false };
  struct kv_options policy = *w->options->policy;
  struct kv_probe_answer *answer = &w->answers[row];
  struct kv_outcome outcome;
  const char *control = NULL;
  int status = -1;

  kv_text_print (&plants, "run=%s\n", id);
  make_small (&w->v->outcome, id, &policy, &plants, &control);
  /* A flag of ours must not require what the policy only wants. */
  kv_text_print (&waive, "%s%s%s", policy.waive != NULL ? policy.waive : "",
                 policy.waive != NULL && control != NULL ? "," : "",
                 control != NULL ? control : "");
  if (waive.bytes != NULL && waive.bytes[0] != '\0')
    policy.waive = waive.bytes;
  if (plants.failed || waive.failed)
    kv_fail (err, "KVI-01", "out of memory");
  else
    status = run_caller (w, &policy, plants.bytes, true, &outcome, err);
  free (plants.bytes);
  free (waive.bytes);
  if (status < 0)
    return -1;
  conclude (answer, id, &outcome, status);
  if (strcmp (id, "resources.cpu") == 0)
    conclude_cpu (answer, &outcome);
  if (strcmp (id, "resources.straggler") == 0
      && answer->verdict == KV_VERDICT_HELD && straggles (w))
    set_answer (answer, KV_VERDICT_REACHED, "it outlived the run");
  return 0;
}

static int
run_all (struct work *w, struct kv_error *err)
{
  const struct kv_probe_row *rows = kv_probe_rows (&w->rows);
  unsigned i;
  int status;

  w->answers = w->v->outside;
  if (run_caller (w, NULL, "where=outside\n", true, NULL, err) < 0
      || judge (w, err) < 0)
    return -1;
  w->answers = w->v->answers;
  status = run_caller (w, w->options->policy, "", false, &w->v->outcome, err);
  if (status < 0 || judge (w, err) < 0)
    return -1;
  if (!w->v->outcome.ended)
    return 125;
  doubt (w);
  for (i = 0; i < w->rows; i++)
    if ((rows[i].flags & KV_PROBE_ALONE) != 0
        && run_alone (w, i, rows[i].id, err) < 0)
      return -1;
  kv_measure (w->v->answers, w->v->outside,
              w->v->outcome.required | w->v->outcome.wanted, &w->v->measured);
  return 0;
}

static int
prepare (struct work *w, struct kv_error *err)
{
  struct kv_witness_options witness = { .neighbour = w->battery };
  struct kv_text text = { .failed = false };
  unsigned i;

  (void) kv_probe_rows (&w->rows);
  w->v->answers = calloc (w->rows, sizeof *w->v->answers);
  w->v->outside = calloc (w->rows, sizeof *w->v->outside);
  w->arrived = calloc (w->rows, sizeof *w->arrived);
  if (w->v->answers == NULL || w->v->outside == NULL || w->arrived == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  for (i = 0; i < w->rows; i++)
    w->v->answers[i].verdict = w->v->outside[i].verdict = KV_VERDICT_UNANSWERED;
  w->total = 2 * w->rows;
  snprintf (w->battery, sizeof w->battery, "%s/kavach-battery",
            kv_place_libexec ());
  if (kv_ground_make (&w->ground, err) < 0)
    return -1;
  witness.folder = w->ground.folder;
  witness.files[0] = w->ground.tmp_file;
  witness.files[1] = w->ground.home_file;
  witness.mark = w->ground.mark;
  witness.secret = w->ground.secret;
  /* Before anything is planted: it takes everything away. */
  if (kv_witness_start (&w->witness, &witness, err) < 0
      || kv_ground_plant (&w->ground, err) < 0)
    return -1;
  kv_ground_words (&w->ground, &text);
  kv_text_word (&text, w->witness.words);
  w->words = text.bytes;
  return text.failed ? kv_fail (err, "KVI-01", "out of memory") : 0;
}

int
kv_verify (const struct kv_verify_options *options, struct kv_verification *v,
           struct kv_error *err)
{
  struct work w = { .options = options,
                    .v = v,
                    .witness = { .pid = -1, .socket = -1 },
                    .ground = { .master = -1, .slave = -1 } };
  int result;

  memset (v, 0, sizeof *v);
  result = prepare (&w, err) < 0 ? -1 : run_all (&w, err);
  kv_witness_end (&w.witness);
  kv_ground_free (&w.ground);
  free (w.words);
  free (w.arrived);
  return result;
}

void
kv_verification_free (struct kv_verification *v)
{
  free (v->answers);
  free (v->outside);
  v->answers = v->outside = NULL;
}

enum kv_standing_of
kv_conforms (const struct kv_verification *v, int control, int *probe)
{
  unsigned n, i;
  const struct kv_probe_row *rows = kv_probe_rows (&n);
  uint8_t level = v->outcome.in_force.c[control].level;
  bool held = false;

  *probe = -1;
  if (level == KAVACH_NONE)
    return KV_NOT_CLAIMED;
  for (i = 0; i < n; i++) {
    if (rows[i].control != control)
      continue;
    if (v->answers[i].verdict == KV_VERDICT_REACHED) {
      *probe = (int) i;
      return level == KAVACH_FULL ? KV_DOES_NOT_HOLD : KV_HOLDS_IN_PART;
    }
    held |= v->answers[i].verdict == KV_VERDICT_HELD;
  }
  return held ? KV_HOLDS : KV_NOT_ANSWERED;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Step 9: exit status, reasons, and the report for machines. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/exec/report.h"
#include "core/score/score.h"
#include "core/util/cleanup.h"
#include "core/util/json_out.h"

#define STATUS_TIME 124
#define STATUS_REFUSED 125
#define STATUS_NOT_EXECUTABLE 126
#define STATUS_NOT_FOUND 127

const char *
kv_reason_name (int reason)
{
  static const char *const names[] = { NULL,  "time",      "memory", "pids",
                                       "cpu", "file-size", "output", "lost" };

  return reason > 0 && (size_t) reason < KV_COUNT (names) ? names[reason]
                                                          : NULL;
}

static bool
hit (const struct kv_run *run, int reason)
{
  return (run->reasons & (1U << reason)) != 0;
}

int
kv_run_exit_status (const struct kv_run *run)
{
  if (hit (run, KV_REASON_TIME))
    return STATUS_TIME;
  if (run->exec_errno == ENOENT)
    return STATUS_NOT_FOUND;
  if (run->exec_errno != 0)
    return STATUS_NOT_EXECUTABLE;
  if (!run->ended)
    return hit (run, KV_REASON_MEMORY) ? 128 + SIGKILL : STATUS_REFUSED;
  if (WIFSIGNALED (run->status))
    return 128 + WTERMSIG (run->status);
  return WEXITSTATUS (run->status);
}

static void
print_appeared (void *data, const char *path)
{
  bool *before = data;
  char shown[PATH_MAX];

  if (!*before)
    kv_say ("KVR-95 the command made what decides what programs outside do "
            "next; look before you use this folder:");
  *before = true;
  kv_escape (shown, sizeof shown, path);
  fprintf (stderr, "  %s\n", shown);
}

static void
put_appeared (void *data, const char *path)
{
  kv_json_string (data, NULL, path);
}

/* What can be run outside is no typo. */
static const char *
hidden_hint (const struct kv_run *run)
{
  const char *command = run->options->argv[0];

  if (run->policy.root == KV_ROOT_EMPTY && run->exec_errno == ENOENT)
    return "  way out: it, or the loader and the libraries that it needs, is "
           "not among what \"read\" grants; \"root\": \"host\" has them all\n";
  return strchr (command, '/') != NULL && access (command, X_OK) == 0
             ? "  way out: it is there outside; --read with its folder lets "
               "the command see it\n"
             : "";
}

void
kv_print_reasons (const struct kv_run *run)
{
  const struct kv_policy *policy = &run->policy;
  bool said = false;
  char name[256];

  if (hit (run, KV_REASON_TIME)) {
    fprintf (stderr, "kavach: KVR-90 wall time over, %s\n",
             run->ended ? "the tree was ended"
                        : "kavach-init gave no word of the tree's end");
    if (policy->wall.origin != NULL)
      fprintf (stderr, "  rule:    limits.wall-time = %llu ms (%s)\n",
               (unsigned long long) policy->wall.value, policy->wall.origin);
    fprintf (stderr, "  way out: --timeout with more, or none\n");
  }
  if (hit (run, KV_REASON_MEMORY))
    fprintf (stderr,
             "kavach: KVR-91 memory limit hit, a process was killed (%s); "
             "--memory raises it\n",
             policy->memory.origin != NULL ? policy->memory.origin : "");
  if (hit (run, KV_REASON_OUTPUT))
    fprintf (stderr, "kavach: KVR-92 output truncated at %llu bytes (%s)\n",
             (unsigned long long) policy->output.value,
             policy->output.origin != NULL ? policy->output.origin : "");
  if (hit (run, KV_REASON_FILE_SIZE))
    fprintf (stderr,
             "kavach: KVR-93 file size limit hit (%s); --file-size raises "
             "it\n",
             policy->file_size.origin != NULL ? policy->file_size.origin : "");
  if (hit (run, KV_REASON_PIDS))
    fprintf (stderr,
             "kavach: KVR-94 process limit hit (%s); --pids raises it\n",
             policy->pids.origin != NULL ? policy->pids.origin : "");
  kv_policy_appeared (policy, print_appeared, &said);
  kv_escape (name, sizeof name, run->options->argv[0]);
  if (run->exec_errno != 0)
    fprintf (stderr, "kavach: KVX-18 cannot run %s: %s\n%s", name,
             strerror (run->exec_errno), hidden_hint (run));
  else if (hit (run, KV_REASON_LOST) && !hit (run, KV_REASON_TIME)
           && !hit (run, KV_REASON_MEMORY))
    fprintf (stderr, "kavach: KVX-19 the sandbox ended without a word from "
                     "kavach-init\n");
}

void
kv_print_choice (const struct kv_run *run)
{
  char partial[256];
  uint64_t wanted_not = run->wanted & ~kv_controls_full (&run->layers);
  unsigned not_kept = 0, i;

  if (run->measured > 0)
    fprintf (stderr, "kavach: %s, %u %s (measured), %s, policy %.12s\n",
             run->chosen->name, run->measured, kv_score_label (run->measured),
             run->policy.name, run->policy.digest);
  else
    fprintf (stderr, "kavach: %s, ~%u %s (estimate), %s, policy %.12s\n",
             run->chosen->name, run->estimate, kv_score_label (run->estimate),
             run->policy.name, run->policy.digest);
  if (wanted_not != 0) {
    kv_controls_list (partial, sizeof partial, wanted_not);
    fprintf (stderr, "kavach: wanted, not in full: %s\n", partial);
  }
  for (i = 0; i < run->policy.n_paths; i++)
    not_kept += kv_rule_is_not_kept (run, &run->policy.paths[i]);
  if (not_kept > 0)
    fprintf (stderr,
             "kavach: protected places that %s does not keep: %u; --plan "
             "lists them\n",
             run->chosen->name, not_kept);
}

static int64_t
ms_between (const struct timespec *a, const struct timespec *b)
{
  if (a->tv_sec == 0 || b->tv_sec == 0)
    return 0;
  return (int64_t) (b->tv_sec - a->tv_sec) * 1000
         + (b->tv_nsec - a->tv_nsec) / 1000000;
}

static void
put_controls (const struct kv_run *run, struct kv_json *j)
{
  int i;

  kv_json_open_map (j, "controls");
  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    const struct kv_control_state *c = &run->in_force.c[i];
    uint64_t bit = KAVACH_BIT (i);

    kv_json_open_map (j, kv_control_name (i));
    kv_json_string (j, "need",
                    (run->required & bit) != 0        ? "required"
                    : (run->policy.waived & bit) != 0 ? "waived"
                    : (run->wanted & bit) != 0        ? "wanted"
                                                      : "none");
    kv_json_string (j, "level", kv_level_name (c->level));
    if (c->level != KAVACH_NONE) {
      kv_json_string (j, "mechanism", c->mechanism);
      kv_json_string (j, "known", kv_known_name (c->known));
    }
    kv_json_close (j);
  }
  kv_json_close (j);
}

static void
put_outcome (const struct kv_run *run, struct kv_json *j)
{
  int i;

  kv_json_number (j, "exit", kv_run_exit_status (run));
  kv_json_bool (j, "executed", run->exec_errno == 0);
  if (run->ended && WIFSIGNALED (run->status))
    kv_json_number (j, "signal", WTERMSIG (run->status));
  kv_json_open_array (j, "reasons");
  for (i = 1; kv_reason_name (i) != NULL; i++)
    if (hit (run, i))
      kv_json_string (j, NULL, kv_reason_name (i));
  kv_json_close (j);
  kv_json_open_array (j, "appeared");
  kv_policy_appeared (&run->policy, put_appeared, j);
  kv_json_close (j);
  kv_json_bool (j, "truncated", run->stdio.truncated);
  kv_json_open_map (j, "usage");
  kv_json_number (j, "setup_ms", ms_between (&run->begin, &run->go));
  kv_json_number (j, "wall_ms", ms_between (&run->go, &run->end));
  kv_json_number (j, "cpu_us", (int64_t) run->exit_report.cpu_us);
  kv_json_number (j, "peak_rss", (int64_t) run->exit_report.peak_rss);
  kv_json_number (j, "stragglers", run->exit_report.stragglers);
  kv_json_close (j);
}

static void
put_report (const struct kv_run *run, struct kv_json *j)
{
  const unsigned value = run->measured > 0 ? run->measured : run->estimate;

  kv_json_string (j, "type", "report");
  kv_json_string (j, "sandbox", run->id);
  kv_json_string (j, "policy", run->policy.name);
  kv_json_string (j, "policy_sha256", run->policy.digest);
  kv_json_string (j, "backend", run->chosen->name);
  kv_json_string (j, "backend_version", run->chosen->version);
  kv_json_string (j, "object_sha256", run->chosen->sha256);
  kv_json_open_map (j, "score");
  kv_json_number (j, "value", value);
  kv_json_string (j, "kind", run->measured > 0 ? "measured" : "estimate");
  kv_json_string (j, "label", kv_score_label (value));
  if (run->measured > 0)
    kv_json_number (j, "measured_at", run->measured_at);
  kv_json_close (j);
  kv_json_number (j, "uid", run->uid);
  put_controls (run, j);
  put_outcome (run, j);
}

/* Parent folder and last component of PATH; NAME is NULL for a folder. */
static int
open_parent (const char *path, const char **name)
{
  const char *slash = strrchr (path, '/');
  char folder[PATH_MAX];

  *name = slash != NULL ? slash + 1 : path;
  if (slash == NULL)
    return open (".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (snprintf (folder, sizeof folder, "%.*s", (int) (slash - path + 1), path)
      >= (int) sizeof folder) {
    errno = ENAMETOOLONG;
    return -1;
  }
  return open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* A file that nobody else knows the name of, for writing; -1 with errno. */
static int
make_file (int folder, char *name, size_t size)
{
  uint64_t random;

  if (getrandom (&random, sizeof random, 0) != (ssize_t) sizeof random)
    return -1;
  snprintf (name, size, ".kavach-report-%016" PRIx64, random);
  return openat (folder, name,
                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

/* Can a report be made here at all?  An older one goes. */
static int
try_folder (int folder, const char *name)
{
  char trial[64];
  kv_autoclose int fd = make_file (folder, trial, sizeof trial);

  if (fd < 0 || unlinkat (folder, trial, 0) < 0)
    return -1;
  return unlinkat (folder, name, 0) < 0 && errno != ENOENT ? -1 : 0;
}

/* Before anything runs the folder is held and tried; the file itself is made
 * when the command is gone, who may have the run of that folder.  A device or
 * a pipe is opened now and written as it is. */
int
kv_report_open (struct kv_run *run, struct kv_error *err)
{
  const char *path = run->options->report, *name;
  struct stat st;

  if (path == NULL)
    return 0;
  if (strcmp (path, "-") == 0) {
    run->report_ready = true;
    return 0;
  }
  run->report_folder = open_parent (path, &name);
  if (name[0] == '\0') {
    kv_fail (err, "KVX-40", "--report \"%s\" names no file", path);
    kv_error_rule (err, "flag --report");
    return kv_error_hint (err, "--report FILE, or - for standard output");
  }
  if (run->report_folder >= 0
      && fstatat (run->report_folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0
      && !S_ISREG (st.st_mode)) {
    run->report_fd
        = openat (run->report_folder, name,
                  O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    run->report_ready = run->report_fd >= 0;
  }
  else if (run->report_folder >= 0)
    run->report_ready = try_folder (run->report_folder, name) == 0;
  if (run->report_ready)
    return 0;
  if (errno == ELOOP) {
    kv_fail (err, "KVX-40", "cannot write the report to %s: it is a link",
             path);
    kv_error_rule (err, "flag --report %s", path);
    return kv_error_hint (err, "name the file itself, or - for standard "
                               "output");
  }
  kv_fail_errno (err, "KVX-40", "cannot write the report to %s", path);
  return kv_error_rule (err, "flag --report %s", path);
}

static int
write_report (struct kv_run *run,
              void (*put) (const struct kv_run *, const struct kv_error *,
                           struct kv_json *),
              const struct kv_error *refusal)
{
  const char *path = run->options->report, *name = strrchr (path, '/');
  bool makes_file = run->report_folder >= 0 && run->report_fd < 0;
  kv_autofclose FILE *file = NULL;
  struct kv_json j;
  char fresh[64];
  int ended;

  name = name != NULL ? name + 1 : path;
  if (makes_file)
    run->report_fd = make_file (run->report_folder, fresh, sizeof fresh);
  if (run->report_folder >= 0) {
    file = run->report_fd >= 0 ? fdopen (run->report_fd, "w") : NULL;
    if (file == NULL)
      return -1;
    run->report_fd = -1;
  }
  kv_json_begin (&j);
  put (run, refusal, &j);
  ended = kv_json_end (&j, file != NULL ? file : stdout);
  if (ended == 0 && makes_file)
    ended = renameat (run->report_folder, fresh, run->report_folder, name);
  if (ended < 0 && makes_file)
    (void) unlinkat (run->report_folder, fresh, 0);
  return ended;
}

static void
put_whole (const struct kv_run *run, const struct kv_error *refusal,
           struct kv_json *j)
{
  (void) refusal;
  put_report (run, j);
}

static void
put_refusal (const struct kv_run *run, const struct kv_error *refusal,
             struct kv_json *j)
{
  kv_json_string (j, "type", "report");
  kv_json_string (j, "sandbox", run->id);
  kv_json_open_map (j, "refused");
  kv_json_string (j, "code", refusal->code);
  kv_json_string (j, "text", refusal->text);
  kv_json_string (j, "rule", refusal->rule);
  kv_json_string (j, "hint", refusal->hint);
  kv_json_close (j);
  kv_json_number (j, "exit", STATUS_REFUSED);
}

void
kv_report_refusal (struct kv_run *run, const struct kv_error *refusal)
{
  if (run->report_ready && write_report (run, put_refusal, refusal) < 0)
    kv_say ("KVX-40 cannot write the report to %s", run->options->report);
}

void
kv_report_close (struct kv_run *run)
{
  if (run->report_fd >= 0)
    close (run->report_fd);
  if (run->report_folder >= 0)
    close (run->report_folder);
  run->report_fd = run->report_folder = -1;
}

int
kv_step_report (struct kv_run *run, struct kv_error *err)
{
  if (run->options->probing != NULL)
    run->options->probing->ended (run->options->probing->data, run);
  else
    kv_print_reasons (run);
  if (run->options->report == NULL)
    return 0;
  if (write_report (run, put_whole, NULL) < 0)
    return kv_fail_errno (err, "KVX-40", "cannot write the report to %s",
                          run->options->report);
  return 0;
}

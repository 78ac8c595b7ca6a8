/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/init/probes/battery.h"
#include "core/init/probes/probe.h"
#include "core/init/probes/twins.h"

/* A probe that takes longer hangs, and has not been answered. */
enum { PROBE_SECONDS = 10 };

struct row {
  const char *id;
  enum kv_verdict (*attempt) (void);
  const char *needs;
  unsigned flags;
  enum kv_twin twin;
};

static const struct row rows[] = {
#define KV_PROBE(dimension, name, function, weight, ceiling, control, needs,   \
                 flags, twin)                                                  \
  { name, kv_probe_##function, needs, flags, twin },
#include "core/init/probes/rows.def"
#undef KV_PROBE
};

enum { ROWS = sizeof rows / sizeof rows[0] };

/* What the child has to say: a verdict, and its detail behind. */
static bool
ask_child (int (*ask) (const void *data), const void *data,
           unsigned char *verdict, char *text, size_t size, int *status)
{
  struct pollfd set;
  int pipes[2];
  ssize_t n, more = 0;
  pid_t pid;

  if (pipe2 (pipes, O_CLOEXEC) != 0 || (pid = fork ()) < 0) {
    snprintf (text, size, "cannot fork: %s", strerror (errno));
    return false;
  }
  if (pid == 0) {
    close (pipes[0]);
    /* What it starts ends with it. */
    (void) setpgid (0, 0);
    signal (SIGALRM, SIG_DFL);
    alarm (PROBE_SECONDS);
    *verdict = (unsigned char) ask (data);
    if (write (pipes[1], verdict, 1) == 1)
      (void) !write (pipes[1], kv_detail (), strlen (kv_detail ()));
    _exit (0);
  }
  close (pipes[1]);
  /* A child of its own may hold the pipe when it is gone. */
  set = (struct pollfd){ .fd = pipes[0], .events = POLLIN };
  n = poll (&set, 1, (PROBE_SECONDS + 1) * 1000) == 1
          ? read (pipes[0], verdict, 1)
          : -1;
  if (n == 1 && poll (&set, 1, 1000) == 1)
    more = read (pipes[0], text, size - 1);
  text[more > 0 ? more : 0] = '\0';
  close (pipes[0]);
  if (n != 1)
    (void) kill (pid, SIGALRM);
  while (waitpid (pid, status, 0) < 0 && errno == EINTR)
    ;
  (void) kill (-pid, SIGKILL);
  return n == 1;
}

static int
ask_twin (const void *data)
{
  const enum kv_twin *twin = data;

  return kv_twin_works (*twin) ? KV_VERDICT_HELD : KV_VERDICT_UNANSWERED;
}

/* Once for all probes that have it. */
static bool
twin_works (enum kv_twin twin)
{
  static signed char known[KV_TWIN_COUNT];
  unsigned char verdict = KV_VERDICT_UNANSWERED;
  char text[256];
  int status = 0;

  if (known[twin] == 0)
    known[twin]
        = ask_child (ask_twin, &twin, &verdict, text, sizeof text, &status)
                  && verdict == KV_VERDICT_HELD
              ? 1
              : -1;
  return known[twin] > 0;
}

static bool
is_met (const char *need)
{
  if (strcmp (need, "x86-64") == 0)
#ifdef __x86_64__
    return true;
#else
    return false;
#endif
  if (strcmp (need, "user") == 0)
    return geteuid () != 0;
  return kv_plant (need)[0] != '\0' && strcmp (kv_plant (need), "-1") != 0;
}

static int
ask_probe (const void *data)
{
  const struct row *row = data;

  return (int) row->attempt ();
}

/* In a process of its own: some attempts end in SIGSYS, some change the
 * process for good. */
static enum kv_verdict
run_probe (const struct row *row, char *text, size_t size)
{
  const char *need = row->needs + (row->needs[0] == '?');
  unsigned char verdict = KV_VERDICT_UNANSWERED;
  int status = 0;

  if (need[0] != '\0' && !is_met (need)) {
    snprintf (text, size, "no %s here", need);
    return row->needs[0] == '?' ? KV_VERDICT_NOTHING : KV_VERDICT_UNANSWERED;
  }
  if (!twin_works (row->twin)) {
    snprintf (text, size, "what is permitted does not work either");
    return KV_VERDICT_UNANSWERED;
  }
  if (ask_child (ask_probe, row, &verdict, text, size, &status))
    return verdict <= KV_VERDICT_NOTHING ? verdict : KV_VERDICT_UNANSWERED;
  if (!WIFSIGNALED (status))
    return KV_VERDICT_UNANSWERED;
  snprintf (text, size, "ended by signal %d", WTERMSIG (status));
  /* A filter's answer; anything else is an accident, and no answer. */
  return WTERMSIG (status) == SIGSYS ? KV_VERDICT_HELD : KV_VERDICT_UNANSWERED;
}

static bool
is_to_be_run (const struct row *row)
{
  const char *only = kv_plant ("run");

  if (strcmp (kv_plant ("where"), "outside") == 0
      && (row->flags & KV_PROBE_INSIDE) != 0)
    return false;
  return only[0] != '\0' ? strcmp (only, row->id) == 0
                         : (row->flags & KV_PROBE_ALONE) == 0;
}

void
kv_battery_run (const struct kv_battery *battery)
{
  char text[256];
  size_t i;

  kv_plants_use (battery->plants);
  signal (SIGPIPE, SIG_IGN);
  for (i = 0; i < ROWS; i++)
    if (is_to_be_run (&rows[i])) {
      text[0] = '\0';
      battery->answer (battery->data, rows[i].id,
                       run_probe (&rows[i], text, sizeof text), text);
    }
}

void
kv_battery_list (void (*say) (const char *id, unsigned flags))
{
  size_t i;

  for (i = 0; i < ROWS; i++)
    say (rows[i].id, rows[i].flags);
}

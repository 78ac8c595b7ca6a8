/* SPDX-License-Identifier: Apache-2.0 */
/* The battery as a program: outside of every sandbox, where what is not
 * reached proves nothing inside, and inside those of others.
 *
 *   kavach-battery [PLANTS-FILE [ID...]]   prints "ID VERDICT DETAIL" lines
 *   kavach-battery --list                  prints "ID FLAGS"
 *   kavach-battery --wait                  waits, to be looked for
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/init/probes/battery.h"
#include "core/init/probes/probe.h"

enum { MAX_PLANTS = 96 };

extern char **environ;

static void
print_row (const char *id, unsigned flags)
{
  printf ("%s%s%s\n", id, (flags & KV_PROBE_ALONE) != 0 ? " alone" : "",
          (flags & KV_PROBE_INSIDE) != 0 ? " inside" : "");
}

static void
print_answer (void *data, const char *id, enum kv_verdict verdict,
              const char *detail)
{
  static const char *const words[]
      = { "held", "reached", "unanswered", "nothing" };

  (void) data;
  printf ("%s %s %s\n", id, words[verdict], detail);
  fflush (stdout);
}

/* Lines of the file, and a free place at the end. */
static int
read_plants (const char *path, char **plants)
{
  static char text[16384];
  char *line, *rest = NULL;
  int n = 0;

  if (kv_slurp (path, text, sizeof text) < 0) {
    fprintf (stderr, "kavach-battery: %s: %s\n", path, strerror (errno));
    return -1;
  }
  for (line = strtok_r (text, "\n", &rest); line != NULL && n < MAX_PLANTS - 2;
       line = strtok_r (NULL, "\n", &rest))
    plants[n++] = line;
  return n;
}

static void
tell_signal (int number)
{
  static const char word[] = "processes.signal\n";

  (void) number;
  (void) !write (1, word, sizeof word - 1);
}

/* The neighbour: where its secret is can be told, it is in its environment. */
static int
wait_for_the_end (void)
{
  const char *secret = getenv ("KAVACH_NEIGHBOUR");

  signal (SIGUSR1, tell_signal);

  printf ("%d %lx\n", (int) getpid (), (unsigned long) secret);
  fflush (stdout);
  /* Whoever started it closes the pipe, or is gone. */
  while (getchar () != EOF)
    ;
  return 0;
}

int
main (int argc, char *argv[])
{
  char *plants[MAX_PLANTS] = { NULL };
  struct kv_battery battery = { .plants = plants, .answer = print_answer };
  char only[80];
  int n = 0, i;

  if (argc > 1 && strcmp (argv[1], "--list") == 0) {
    kv_battery_list (print_row);
    return 0;
  }
  if (argc > 1 && strcmp (argv[1], "--wait") == 0)
    return wait_for_the_end ();
  /* What the probe of set-id programs executes. */
  if (argc > 1 && strcmp (argv[1], "--euid") == 0) {
    printf ("%u\n", (unsigned) geteuid ());
    return 0;
  }
  if (argc > 1 && (n = read_plants (argv[1], plants)) < 0)
    return 2;
  if (argc <= 2)
    kv_battery_run (&battery);
  for (i = 2; i < argc; i++) {
    snprintf (only, sizeof only, "run=%s", argv[i]);
    plants[n] = only;
    kv_battery_run (&battery);
  }
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* interleave: times whole commands in turn, so that what else the machine
 * does hits all of them alike.  The ratios within a round are what to quote.
 *
 *   interleave [-n ROUNDS] [-g GAP_MS] [-r NAME] [-t SECONDS] FILE
 *
 * FILE has a command a line, "name: word word ...", no shell and no quotes;
 * "9<PATH" before the command opens PATH as its descriptor 9, "+MIB" has
 * the caller touch that much memory beforehand, and "%n" in a word is a number
 * that no other run has.  What a command prints is thrown away.  The first
 * command is the floor.
 * With -g each round has a second pass with that long a sleep before each
 * command.  -r names a command for a second column of ratios.  -t counts, at
 * the end, how many runs a second one and two at a time come to.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { COMMANDS_MAX = 32, WORDS_MAX = 128, WORKERS_MAX = 2 };

struct series {
  double *wall;
  double *cpu;
};

struct command {
  char *name;
  char *words[WORDS_MAX];
  size_t n_words;
  /* What is opened for it, or NULL, and as what. */
  char *input;
  int input_fd;
  /* What the caller holds meanwhile. */
  size_t ballast_mib;
  struct series hot;
  struct series idle;
  long peak_kib;
};

struct bench {
  struct command commands[COMMANDS_MAX];
  size_t n_commands;
  size_t rounds;
  long gap_ms;
  long seconds;
  const char *reference;
  unsigned serial;
};

static void
die (const char *what)
{
  fprintf (stderr, "interleave: %s: %s\n", what, strerror (errno));
  exit (2);
}

static double
now (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double) t.tv_sec * 1e3 + (double) t.tv_nsec / 1e6;
}

static void *
room (size_t n, size_t size)
{
  void *p = calloc (n, size);

  if (p == NULL)
    die ("memory");
  return p;
}

static char *
numbered (const char *word, unsigned serial)
{
  const char *mark = strstr (word, "%n");
  char *out;

  if (mark == NULL)
    out = strdup (word);
  else if (asprintf (&out, "%.*s%d-%u%s", (int) (mark - word), word,
                     (int) getpid (), serial, mark + 2)
           < 0)
    out = NULL;
  if (out == NULL)
    die ("memory");
  return out;
}

static pid_t
start (struct bench *bench, const struct command *command)
{
  char *argv[WORDS_MAX + 1] = { NULL };
  posix_spawn_file_actions_t actions;
  unsigned serial = bench->serial++;
  pid_t pid;
  size_t i;
  int rc;

  for (i = 0; i < command->n_words; i++)
    argv[i] = numbered (command->words[i], serial);
  rc = posix_spawn_file_actions_init (&actions);
  if (rc == 0 && command->input != NULL)
    rc = posix_spawn_file_actions_addopen (&actions, command->input_fd,
                                           command->input, O_RDONLY, 0);
  if (rc == 0)
    rc = posix_spawn_file_actions_addopen (&actions, STDOUT_FILENO, "/dev/null",
                                           O_WRONLY, 0);
  if (rc == 0)
    rc = posix_spawnp (&pid, argv[0], &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy (&actions);
  for (i = 0; i < command->n_words; i++)
    free (argv[i]);
  errno = rc;
  return rc == 0 ? pid : -1;
}

static double
cpu_ms (const struct rusage *usage)
{
  return (double) (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1e3
         + (double) (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e3;
}

static void *
take_ballast (size_t size)
{
  void *p = mmap (NULL, size, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (p == MAP_FAILED)
    die ("memory");
  /* Pages of the ordinary size, as a heap has them. */
  madvise (p, size, MADV_NOHUGEPAGE);
  memset (p, 1, size);
  return p;
}

/* One run to its end; false when it failed. */
static bool
run (struct bench *bench, struct command *command, double *wall, double *cpu)
{
  size_t ballast = command->ballast_mib << 20;
  void *held = ballast > 0 ? take_ballast (ballast) : NULL;
  double begin = now ();
  pid_t pid = start (bench, command);
  struct rusage usage;
  int status;

  if (pid < 0)
    return false;
  while (wait4 (pid, &status, 0, &usage) < 0)
    if (errno != EINTR)
      die ("wait4");
  *wall = now () - begin;
  if (held != NULL)
    munmap (held, ballast);
  *cpu = cpu_ms (&usage);
  if (usage.ru_maxrss > command->peak_kib)
    command->peak_kib = usage.ru_maxrss;
  return status == 0;
}

static void
pause_ms (long ms)
{
  struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

  while (nanosleep (&t, &t) < 0 && errno == EINTR)
    ;
}

/* Each round begins with another command, so that nobody always follows the
 * same one. */
static void
pass (struct bench *bench, size_t round, bool idle)
{
  size_t i;

  for (i = 0; i < bench->n_commands; i++) {
    struct command *c = &bench->commands[(i + round) % bench->n_commands];
    struct series *series = idle ? &c->idle : &c->hot;

    if (idle)
      pause_ms (bench->gap_ms);
    if (!run (bench, c, &series->wall[round], &series->cpu[round])) {
      fprintf (stderr, "interleave: %s failed in round %zu\n", c->name, round);
      exit (1);
    }
  }
}

static int
by_value (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
quantile (const double *values, size_t n, double q)
{
  double *sorted = room (n, sizeof *sorted);
  double value;

  memcpy (sorted, values, n * sizeof *sorted);
  qsort (sorted, n, sizeof *sorted, by_value);
  value = sorted[(size_t) (q * (double) (n - 1))];
  free (sorted);
  return value;
}

static double
ratio (const double *values, const double *to, size_t n)
{
  double *ratios = room (n, sizeof *ratios);
  double value;
  size_t i;

  for (i = 0; i < n; i++)
    ratios[i] = values[i] / to[i];
  value = quantile (ratios, n, 0.5);
  free (ratios);
  return value;
}

static const struct command *
find (const struct bench *bench, const char *name)
{
  size_t i;

  for (i = 0; name != NULL && i < bench->n_commands; i++)
    if (strcmp (bench->commands[i].name, name) == 0)
      return &bench->commands[i];
  return NULL;
}

static void
print_table (const struct bench *bench, bool idle)
{
  const struct command *floor = &bench->commands[0];
  const struct command *other = find (bench, bench->reference);
  size_t n = bench->rounds;
  size_t i;

  printf ("\n%s, %zu rounds\n", idle ? "after an idle gap" : "hot", n);
  printf ("%-31s %8s %8s %8s %8s %8s %7s\n", "", "median", "p95", "x floor",
          other != NULL ? "x ref" : "", "cpu ms", "MiB");
  for (i = 0; i < bench->n_commands; i++) {
    const struct command *c = &bench->commands[i];
    const struct series *s = idle ? &c->idle : &c->hot;
    const struct series *f = idle ? &floor->idle : &floor->hot;

    printf ("%-31s %8.2f %8.2f %8.2f ", c->name, quantile (s->wall, n, 0.5),
            quantile (s->wall, n, 0.95), ratio (s->wall, f->wall, n));
    if (other != NULL)
      printf ("%8.2f ",
              ratio (s->wall, idle ? other->idle.wall : other->hot.wall, n));
    else
      printf ("%8s ", "");
    printf ("%8.2f %7.1f\n", quantile (s->cpu, n, 0.5),
            (double) c->peak_kib / 1024);
  }
}

/* Runs a second of one command, WORKERS at a time. */
static double
throughput (struct bench *bench, const struct command *command, size_t workers)
{
  double begin = now ();
  double end = begin + (double) bench->seconds * 1e3;
  size_t running = 0, done = 0;

  for (;;) {
    while (running < workers && now () < end) {
      if (start (bench, command) < 0)
        die (command->name);
      running++;
    }
    if (running == 0)
      break;
    if (wait (NULL) < 0 && errno != EINTR)
      die ("wait");
    running--;
    done++;
  }
  return (double) done * 1e3 / (now () - begin);
}

static void
print_throughput (struct bench *bench)
{
  size_t i;

  printf ("\nruns a second, %ld s each\n", bench->seconds);
  printf ("%-31s %8s %8s %8s\n", "", "1", "2", "gain");
  for (i = 0; i < bench->n_commands; i++) {
    double one = throughput (bench, &bench->commands[i], 1);
    double two = throughput (bench, &bench->commands[i], WORKERS_MAX);

    printf ("%-31s %8.0f %8.0f %8.2f\n", bench->commands[i].name, one, two,
            two / one);
  }
}

static void
read_line (struct bench *bench, char *line)
{
  struct command *c = &bench->commands[bench->n_commands];
  char *rest = strchr (line, ':');
  char *word, *less, *state = NULL;

  if (rest == NULL || bench->n_commands == COMMANDS_MAX) {
    fprintf (stderr, "interleave: cannot take \"%s\"\n", line);
    exit (2);
  }
  *rest++ = '\0';
  c->name = line;
  for (word = strtok_r (rest, " \n", &state); word != NULL;
       word = strtok_r (NULL, " \n", &state)) {
    less = strchr (word, '<');
    if (c->n_words == 0 && word[0] == '+')
      c->ballast_mib = strtoul (word + 1, NULL, 10);
    else if (c->n_words == 0 && less != NULL && less != word) {
      *less = '\0';
      c->input_fd = atoi (word);
      c->input = less + 1;
    }
    else if (c->n_words < WORDS_MAX)
      c->words[c->n_words++] = word;
  }
  if (c->n_words > 0)
    bench->n_commands++;
}

static void
read_commands (struct bench *bench, const char *path)
{
  FILE *f = strcmp (path, "-") == 0 ? stdin : fopen (path, "re");
  char *line = NULL;
  size_t size = 0;

  if (f == NULL)
    die (path);
  while (getline (&line, &size, f) > 0) {
    if (line[0] != '#' && line[0] != '\n') {
      read_line (bench, line);
      line = NULL;
      size = 0;
    }
  }
  free (line);
}

/* What does not work is said once and left out; the first runs also warm
 * every cache there is, and are reported apart. */
static void
first_runs (struct bench *bench)
{
  size_t i, kept = 0;

  printf ("first runs, ms\n");
  for (i = 0; i < bench->n_commands; i++) {
    struct command *c = &bench->commands[i];
    double wall, cpu;

    if (!run (bench, c, &wall, &cpu)) {
      printf ("%-31s left out: it fails here\n", c->name);
      continue;
    }
    printf ("%-31s %8.2f\n", c->name, wall);
    c->hot.wall = room (bench->rounds, sizeof (double));
    c->hot.cpu = room (bench->rounds, sizeof (double));
    c->idle.wall = room (bench->rounds, sizeof (double));
    c->idle.cpu = room (bench->rounds, sizeof (double));
    bench->commands[kept++] = *c;
  }
  bench->n_commands = kept;
  fflush (stdout);
}

int
main (int argc, char **argv)
{
  static struct bench bench = { .rounds = 40 };
  size_t round;
  int option;

  while ((option = getopt (argc, argv, "n:g:r:t:")) != -1)
    switch (option) {
    case 'n':
      bench.rounds = strtoul (optarg, NULL, 10);
      break;
    case 'g':
      bench.gap_ms = strtol (optarg, NULL, 10);
      break;
    case 'r':
      bench.reference = optarg;
      break;
    case 't':
      bench.seconds = strtol (optarg, NULL, 10);
      break;
    default:
      optind = argc;
    }
  if (optind != argc - 1 || bench.rounds == 0) {
    fputs ("Usage: interleave [-n ROUNDS] [-g GAP_MS] [-r NAME] "
           "[-t SECONDS] FILE\n",
           stderr);
    return 2;
  }
  read_commands (&bench, argv[optind]);
  first_runs (&bench);
  if (bench.n_commands == 0)
    return 1;
  for (round = 0; round < bench.rounds; round++) {
    pass (&bench, round, false);
    if (bench.gap_ms > 0)
      pass (&bench, round, true);
  }
  print_table (&bench, false);
  if (bench.gap_ms > 0)
    print_table (&bench, true);
  if (bench.seconds > 0)
    print_throughput (&bench);
  return 0;
}

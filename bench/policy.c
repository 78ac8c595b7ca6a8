/* SPDX-License-Identifier: Apache-2.0 */
/* policy: microseconds to read and merge a policy, and to compare two that
 * somebody could have written for an agent.
 *
 *   policy [ROUNDS]
 *
 * Median and 95th percentile of single calls after a first one, which is told
 * apart: a launcher makes only that.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/policy/compare.h"
#include "core/policy/whole.h"

enum { PATHS = 20, HOSTS = 10 };

static double
now (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double) t.tv_sec * 1e6 + (double) t.tv_nsec / 1e3;
}

static void
die (const struct kv_error *err)
{
  fprintf (stderr, "policy: %s %s\n", err->code, err->text);
  exit (2);
}

static int
by_value (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
print (const char *name, double *values, size_t n)
{
  double first = values[0];

  qsort (values, n, sizeof *values, by_value);
  printf ("%-31s %8.1f %8.1f %8.1f\n", name, first, values[n / 2],
          values[n * 95 / 100]);
}

/* The agent's preset, and what one project adds to it. */
static void
write_policy (FILE *f)
{
  int i;

  fputs ("{\"kavach\": 1, \"extends\": \"agent\", \"filesystem\": {\"read\": [",
         f);
  for (i = 0; i < PATHS; i++)
    fprintf (f, "%s\"/srv/project/part-%d/src\"", i > 0 ? ", " : "", i);
  fputs ("]}, \"network\": {\"allow\": [", f);
  for (i = 0; i < HOSTS; i++)
    fprintf (f,
             "%s{\"host\": \"%s%d.example.org\", \"ports\": [443, 8443], "
             "\"paths\": [\"/v%d/*\", \"/login\"]}",
             i > 0 ? ", " : "", i % 2 == 0 ? "api" : "*.mirror", i, i);
  fputs ("]}}\n", f);
}

static void
load (struct kv_whole *whole, const char *policy)
{
  const struct kv_options options
      = { .tty = -1, .describe = true, .unbounded = true, .preset = policy };
  struct kv_error err = { .code = "" };

  if (kv_whole_load (whole, &options, &err) < 0)
    die (&err);
}

static void
time_load (const char *policy, const char *name, double *values, size_t rounds)
{
  size_t i;

  for (i = 0; i < rounds; i++) {
    struct kv_whole whole;
    double begin = now ();

    load (&whole, policy);
    values[i] = now () - begin;
    kv_whole_free (&whole);
  }
  print (name, values, rounds);
}

static void
time_compare (const char *file, double *values, size_t rounds)
{
  struct kv_whole a, b;
  size_t i;

  load (&a, file);
  load (&b, file);
  for (i = 0; i < rounds; i++) {
    double begin = now ();

    if (!kv_policy_le (&a.document, &b.document, "/home/somebody", NULL))
      abort ();
    values[i] = now () - begin;
  }
  print ("compare two, 20 paths, 10 hosts", values, rounds);
  kv_whole_free (&a);
  kv_whole_free (&b);
}

int
main (int argc, char **argv)
{
  size_t rounds = argc > 1 ? strtoul (argv[1], NULL, 10) : 2000;
  double *values = calloc (rounds + 1, sizeof *values);
  char file[] = "/tmp/kavach-bench-XXXXXX.json";
  int fd = mkstemps (file, 5);
  FILE *f = fd < 0 ? NULL : fdopen (fd, "w");

  if (rounds == 0 || values == NULL || f == NULL) {
    fputs ("Usage: policy [ROUNDS]\n", stderr);
    return 2;
  }
  write_policy (f);
  fclose (f);
  printf ("\n%-31s %8s %8s %8s\n", "microseconds", "first", "median", "p95");
  time_compare (file, values, rounds);
  time_load ("agent", "load agent", values, rounds);
  time_load (file, "load a file over agent", values, rounds);
  unlink (file);
  free (values);
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* discover [--fresh] [--repeat N] [FILE]: runs kv_discover and prints each
 * candidate as "NAME STATE SOURCE CODE"; with --repeat also the median time
 * of N discoveries in microseconds.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/loader/loader.h"

static double
now_us (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double) t.tv_sec * 1e6 + (double) t.tv_nsec / 1e3;
}

static int
by_value (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static int
discover (const char *extra, bool fresh, bool print)
{
  struct kv_error err = { .code = "" };
  struct kv_candidates found;
  unsigned i;

  if (kv_discover (extra, !fresh, &found, &err) < 0) {
    kv_error_print (&err);
    return 1;
  }
  for (i = 0; i < found.count && print; i++) {
    const struct kv_candidate *c = &found.list[i];

    printf ("%s %s %s %s %s\n", c->name, c->available ? "yes" : "no",
            c->from_cache ? "cached" : "fresh",
            c->packaged ? "packaged" : "other",
            c->error.code[0] != '\0' ? c->error.code : "-");
  }
  kv_candidates_free (&found);
  return 0;
}

int
main (int argc, char **argv)
{
  const char *extra = NULL;
  bool fresh = false;
  int repeat = 0, i, result;

  for (i = 1; i < argc; i++)
    if (strcmp (argv[i], "--fresh") == 0)
      fresh = true;
    else if (strcmp (argv[i], "--repeat") == 0 && i + 1 < argc)
      repeat = atoi (argv[++i]);
    else
      extra = argv[i];

  result = discover (extra, fresh, true);
  if (repeat > 0 && result == 0) {
    double *times = calloc ((size_t) repeat, sizeof *times);

    if (times == NULL)
      return 1;
    for (i = 0; i < repeat; i++) {
      double begin = now_us ();

      result |= discover (extra, fresh, false);
      times[i] = now_us () - begin;
    }
    qsort (times, (size_t) repeat, sizeof *times, by_value);
    printf ("median %.0f us\n", times[repeat / 2]);
    free (times);
  }
  return result;
}

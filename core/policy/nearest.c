/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/policy/nearest.h"

#define LONGEST 31

/* Letters to insert, remove or replace; neighbours swapped count as one. */
static unsigned
distance (const char *a, const char *b)
{
  unsigned rows[3][LONGEST + 1];
  size_t n = strlen (a), m = strlen (b), i, j;

  if (n > LONGEST || m > LONGEST)
    return LONGEST;
  for (j = 0; j <= m; j++)
    rows[0][j] = (unsigned) j;
  for (i = 1; i <= n; i++) {
    unsigned *row = rows[i % 3];
    const unsigned *above = rows[(i + 2) % 3];
    const unsigned *above2 = rows[(i + 1) % 3];

    row[0] = (unsigned) i;
    for (j = 1; j <= m; j++) {
      unsigned best = above[j - 1] + (a[i - 1] != b[j - 1]);

      if (above[j] + 1 < best)
        best = above[j] + 1;
      if (row[j - 1] + 1 < best)
        best = row[j - 1] + 1;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]
          && above2[j - 2] + 1 < best)
        best = above2[j - 2] + 1;
      row[j] = best;
    }
  }
  return rows[n % 3][m];
}

const char *
kv_nearest (const char *word, const char *const *names, unsigned count)
{
  const char *found = NULL;
  unsigned best = LONGEST, i;

  for (i = 0; i < count; i++) {
    /* What was only begun is nearer than what differs by a letter. */
    unsigned d
        = strlen (word) > 2 && strncmp (word, names[i], strlen (word)) == 0
              ? 0
              : distance (word, names[i]);

    if (d < best && d <= 1 + strlen (names[i]) / 3) {
      best = d;
      found = names[i];
    }
  }
  return found;
}

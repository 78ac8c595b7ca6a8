/* SPDX-License-Identifier: Apache-2.0 */
/* A target's seeds, one by one, without a fuzzer: every file beneath the
 * folders named in KV_CORPUS, as it is and cut short. */
#include "config.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz/fuzz.h"

static unsigned tried;

static int
replay (const char *path, const struct stat *st, int type, struct FTW *ftw)
{
  size_t size = (size_t) st->st_size, n, step;
  uint8_t *bytes;
  FILE *file;

  (void) ftw;
  if (type != FTW_F)
    return 0;
  bytes = malloc (size + 1);
  file = fopen (path, "re");
  if (bytes == NULL || file == NULL || fread (bytes, 1, size, file) != size) {
    fprintf (stderr, "%s cannot be read\n", path);
    return 1;
  }
  fclose (file);
  /* A crash says where. */
  fprintf (stderr, "# %s\n", path);
  LLVMFuzzerTestOneInput (bytes, size);
  step = size / 61 + 1;
  for (n = 0; n < size; n += step)
    LLVMFuzzerTestOneInput (bytes, n);
  tried++;
  free (bytes);
  return 0;
}

int
main (int argc, char **argv)
{
  int i, bad = 0;

  for (i = 1; i < argc; i++)
    bad |= nftw (argv[i], replay, 16, FTW_PHYS);
  printf ("%u\n", tried);
  return bad != 0 || tried == 0;
}

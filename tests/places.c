/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for core/util/places.c in the tests' launcher: everything is
 * looked for in the tree that $KAVACH_STAGE names.  Without it the program
 * ends at once, so that it can never use what happens to be installed.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/util/places.h"

enum { N_PLACES = 4, PLACE_SIZE = 4096 };

static const char *
place (int which, const char *below)
{
  static char places[N_PLACES][PLACE_SIZE];
  const char *stage = secure_getenv ("KAVACH_STAGE");
  int n;

  if (stage == NULL || stage[0] != '/') {
    fputs ("kavach: KVI-99 this is the tests' launcher: KAVACH_STAGE must "
           "name a staged tree\n",
           stderr);
    exit (125);
  }
  n = snprintf (places[which], PLACE_SIZE, "%s%s", stage, below);
  if (n < 0 || n >= PLACE_SIZE) {
    fputs ("kavach: KVI-99 KAVACH_STAGE is too long\n", stderr);
    exit (125);
  }
  return places[which];
}

const char *
kv_place_libexec (void)
{
  return place (0, "/libexec/kavach");
}

const char *
kv_place_plugins (void)
{
  return place (1, "/lib/kavach/plugins");
}

const char *
kv_place_manifests (void)
{
  return place (2, "/share/kavach/plugins.d");
}

const char *
kv_place_sysconf (void)
{
  return place (3, "/etc/kavach");
}

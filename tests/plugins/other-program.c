/* SPDX-License-Identifier: Apache-2.0 */
/* Starts something else than kavach-init. */
#define FIXTURE_NAME "other-program"
#define FIXTURE_SPAWN other_program
#include "fixture.h"

static int
other_program (void *box, const struct kavach_request *request,
               struct kavach_child *child)
{
  static char shell[] = "/bin/sh", option[] = "-c", text[] = "sleep 30";
  char *const argv[] = { shell, option, text, NULL };

  (void) box;
  return fixture_start (argv, request->envp, child);
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMESPACE_TESTS_BOX_H
#define NAMESPACE_TESTS_BOX_H

#include <stdbool.h>

#include <kavach/backend.h>

#define BOX_MOUNTS 256

struct box {
  struct kavach_request request;
  struct kavach_mount mounts[BOX_MOUNTS];
  const struct kavach_mount *pointers[BOX_MOUNTS];
  int keep[8];
  char *envp[1];
  unsigned count, gap_us;
  bool assess;
  /* Refusals are fine, as long as no run ends with a status. */
  bool race;
  /* Run with the child's pid while it lives. */
  const char *outside;
  /* System calls that answer ENOSYS. */
  const char *denied[8];
  unsigned n_denied;
};

void box_parse (struct box *, int argc, char **argv);
void box_deny (const struct box *);

#endif

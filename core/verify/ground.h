/* SPDX-License-Identifier: Apache-2.0 */
/* The ground that a battery works on: a workspace, files outside of it, of
 * which it is known how they were, and a secret in the caller's home.
 */
#ifndef KV_GROUND_H
#define KV_GROUND_H

#include <limits.h>
#include <stdbool.h>

#include "core/util/error.h"
#include "core/util/text.h"

struct kv_ground {
  /* Everything is beneath it. */
  char folder[64];
  char work[80], outside[112], hidden[32];
  /* The caller's, NULL without one; and the file in it, if it is there. */
  char *home, *home_file;
  bool in_home;
  /* A file in the host's /tmp. */
  char tmp_file[64];
  /* A word that nothing else on this host has. */
  char mark[16];
  char secret[40], env_secret[40];
  /* The caller's terminal. */
  int master, slave;
};

/* Makes the folder and the terminal; nothing is planted yet. */
int kv_ground_make (struct kv_ground *g, struct kv_error *err);
/* Everything, as it is to be before a battery. */
int kv_ground_plant (struct kv_ground *g, struct kv_error *err);
/* Calls SAY with the id of each probe whose mark is there. */
void kv_ground_look (const struct kv_ground *g,
                     void (*say) (void *data, char *id), void *data);
/* "KEY=VALUE" lines of what is planted here. */
void kv_ground_words (const struct kv_ground *g, struct kv_text *text);
/* Takes FOLDER away, whatever is in it. */
void kv_ground_remove (const char *folder);
void kv_ground_free (struct kv_ground *g);

#endif

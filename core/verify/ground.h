/* SPDX-License-Identifier: Apache-2.0 */
/* The ground that a battery works on: a workspace, a home with a secret in it,
 * and files outside of both, of which it is known how they were.
 */
#ifndef KV_GROUND_H
#define KV_GROUND_H

#include <limits.h>

#include "core/util/error.h"
#include "core/util/text.h"

struct kv_ground {
  /* Everything is beneath it. */
  char folder[64];
  char work[80], home[80], outside[112], hidden[32];
  /* A file in the host's /tmp. */
  char tmp_file[64];
  /* A word that nothing else on this host has. */
  char mark[16];
  char secret[40], env_secret[40];
  /* The caller's terminal. */
  int master, slave;
};

/* Makes the folders and the terminal, and plants. */
int kv_ground_make (struct kv_ground *g, struct kv_error *err);
/* Everything as it was, for the next battery. */
int kv_ground_plant (const struct kv_ground *g, struct kv_error *err);
/* Calls SAY with the id of each probe whose mark is there. */
void kv_ground_look (const struct kv_ground *g,
                     void (*say) (void *data, char *id), void *data);
/* "KEY=VALUE" lines of what is planted here. */
void kv_ground_words (const struct kv_ground *g, struct kv_text *text);
/* Takes FOLDER away, whatever is in it. */
void kv_ground_remove (const char *folder);
void kv_ground_free (struct kv_ground *g);

#endif

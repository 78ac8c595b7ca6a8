/* SPDX-License-Identifier: Apache-2.0 */
/* Policies for tests/unit/compare_model.c: small numbers that choose from
 * pools, of which both a document and a slow answer can be made. */
#ifndef KV_TEST_COMPARE_SPEC_H
#define KV_TEST_COMPARE_SPEC_H

#include "core/policy/document.h"

enum {
  N_PATHS = 20,
  N_HOSTS = 13,
  N_PORTS = 4,
  N_METHODS = 7,
  N_URLS = 9,
  N_WORDS = 14,
  N_VARIABLES = 10,
  N_NAMES = 3,
  N_NUMBERS = 10,
  N_BOXES = 3,
  N_USES = 2,
  N_CONTROLS = 4
};

/* -1 and a mask of 0 where a member is not said, but for lists that have a
 * flag of their own. */
struct spec {
  int root;
  enum rule { NO_RULE, READ, WRITE, HIDE } rules[N_PATHS];
  bool read_said, write_said, hide_said, any_read, any_write;

  int mode;
  bool allow_said;
  unsigned n_boxes;
  struct box_spec {
    int host;
    unsigned ports, methods, urls;
  } boxes[N_BOXES];

  int profile;
  bool calls_said;
  unsigned call_allow, call_deny;

  /* tmp, memory, cpu, pids, files, file-size, wall-time, output; tmp-exec,
   * tty. */
  int numbers[N_NUMBERS];

  bool pass_said;
  unsigned pass;

  bool credentials_said;
  struct credential_spec {
    bool there;
    int source, deliver;
    unsigned n_uses;
    struct use_spec {
      int host;
      unsigned urls;
      int header, format;
    } uses[N_USES];
  } credentials[N_NAMES];

  int log, score, accept;
  bool hooks_said, controls_said, waive_said, backends_said;
  unsigned hooks, controls, waive, backends;
};

extern const char *const pool_roots[],
    *const pool_paths[N_PATHS],
        *const pool_hosts[N_HOSTS],
            *const pool_methods[N_METHODS],
                *const pool_urls[N_URLS],
                    *const pool_profiles[],
                        *const pool_words[N_WORDS],
                            *const pool_variables[N_VARIABLES],
                                *const pool_names[N_NAMES],
                                    *const pool_sources[],
                                        *const pool_headers[],
                                            *const pool_formats[],
                                                *const
                                                    pool_controls[N_CONTROLS];
extern const unsigned pool_ports[N_PORTS];

unsigned spec_random (unsigned below);
void spec_seed (uint64_t seed);
/* Everything anew, or one of its parts. */
void spec_make (struct spec *s);
void spec_change (struct spec *s);
/* Places have "a:filesystem.read" as their file, with SIDE for the a; OUT is
 * valid until spec_reset. */
void spec_document (const struct spec *s, char side, struct kv_document *out);
void spec_reset (void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The slow answer of tests/unit/compare_model.c: every side is asked about
 * every point of a small universe.  It shares nothing with what it checks but
 * the tables of system folders and of calls. */
#ifndef KV_TEST_COMPARE_SLOW_H
#define KV_TEST_COMPARE_SLOW_H

#include "tests/unit/compare_spec.h"

#define HOME "/home/u"

/* What one side does not have of the other's, as bits. */
enum part {
  ROOT,
  PATHS,
  MODE,
  ALLOW,
  CALLS,
  PASS,
  CREDENTIALS,
  LOG,
  HOOKS,
  SCORE,
  ACCEPT,
  CONTROLS,
  WAIVE,
  BACKENDS,
  NUMBERS
};

/* Paths: those of the pool and of the host's root, and one below each. */
enum { POINTS_MAX = 2 * (N_PATHS + 80) };
struct point {
  char path[64];
  unsigned n_steps;
  /* The path itself and then those above it. */
  struct step {
    int pool;
    /* 0 none, 1 system, 2 secret. */
    int system;
    bool home;
  } steps[8];
};
extern struct point points[POINTS_MAX];
extern unsigned n_points, n_calls;

enum {
  N_POINTS_HOST = 15,
  N_POINTS_URL = 11,
  N_POINTS_VARIABLE = 16,
  N_LITERALS = 6
};
extern const char *const point_hosts[N_POINTS_HOST],
    *const point_urls[N_POINTS_URL], *const point_variables[N_POINTS_VARIABLE],
                                         *const point_literals[N_LITERALS];

void make_universe (void);
/* The parts in which A allows more; HOME is hidden by a root of the host's. */
uint64_t model (const struct spec *a, const struct spec *b, bool home);

bool path_exceeds (const struct spec *a, const struct spec *b,
                   const struct point *p, bool home);
/* What S lets through of a request, as a set of methods. */
unsigned through (const struct spec *s, unsigned host, unsigned port,
                  unsigned url);
/* 1 opened by a word, -1 closed, 0 as the profile has it. */
int word_on (const struct spec *s, unsigned call);
bool call_exceeds (const struct spec *a, const struct spec *b, unsigned call);
bool passes (const struct spec *s, unsigned point);

#endif

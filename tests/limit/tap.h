/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of this test. */
#ifndef TESTS_LIMIT_TAP_H
#define TESTS_LIMIT_TAP_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/limit/limit.h"

void tap_ok (bool good, const char *name);
void tap_skip (const char *name, const char *reason);
void tap_note (const struct kv_error *err);

double seconds (void);
/* Requires what it wants; says why when it cannot be had. */
bool make (struct kv_limits *limits, const char *id,
           const struct kv_limits_wanted *wanted);
pid_t start_inside (const struct kv_limits *limits, void (*work) (void));
void work_wait (void);
bool is_left (const struct kv_limits *made);

void test_tree (void);
void test_read_back (void);
void test_two (void);
void test_sweep (void);
void test_trap (void);

#endif

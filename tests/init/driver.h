/* SPDX-License-Identifier: Apache-2.0 */
/* Plays the launcher and a backend for kavach-init, and says what it saw. */
#ifndef KV_TEST_DRIVER_H
#define KV_TEST_DRIVER_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "core/wire/gate.h"
#include "core/wire/plan.h"

struct driver {
  struct kv_plan plan;
  const char *init;
  /* Namespaces that init is born in. */
  int namespaces;
  /* A descriptor of "/" that init inherits, or -1. */
  int leak_fd;
  /* What init's own environment holds. */
  char *init_env[2];
  /* Shell commands with INIT_PID set; or NULL. */
  const char *at_gate, *after_go;
  /* Lines "pause", "resume", "stop", "hangup". */
  int orders;
  /* Which part of the plan's message is wrong; "" for none. */
  const char *bad;
  const char *join;
  /* System calls (numbers, by commas) that a filter around init answers with
   * DENY_ERRNO, as a container's would. */
  const char *deny;
  int deny_errno;
  bool no_go;
  /* Of the terminal that init made, or -1. */
  int master;
  FILE *facts;
  /* Shared: when init was about to be executed. */
  struct timespec *started;
};

/* Fills the plan from options; the index of the first word that is none. */
int driver_options (struct driver *, int argc, char **argv);
/* A small deny-list, for tests that need a filter and no more. */
void driver_filter (struct kv_plan *plan);
/* Loads the filter around init; 0 or -1. */
int driver_deny (const struct driver *);
/* Sends the plan, rightly or as D->bad says. */
int driver_send_plan (const struct driver *, int gate, const int stdio[3]);
/* Until the gate closes; prints each message. */
void driver_talk (struct driver *, int gate, int pid);
/* A control's name to its bit, and a set to names. */
uint64_t driver_control_set (const char *names);
void driver_print_set (FILE *, const char *label, uint64_t set);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/score/score.h"
#include "core/util/cleanup.h"

static const struct {
  const char *name;
  unsigned weight;
} dimensions[KV_DIM_COUNT] = {
  [KV_DIM_KERNEL] = { "kernel attack surface", 20 },
  [KV_DIM_FILES] = { "file system", 18 },
  [KV_DIM_PRIVILEGE] = { "privilege", 14 },
  [KV_DIM_NETWORK] = { "network", 12 },
  [KV_DIM_BOUNDARY] = { "kernel boundary", 12 },
  [KV_DIM_PROCESSES] = { "processes, IPC, terminal", 8 },
  [KV_DIM_SECRETS] = { "secrets", 8 },
  [KV_DIM_RESOURCES] = { "resources and clean-up", 8 },
};

#define SHARE(dimension, control, full, partial, reason)                       \
  {                                                                            \
    KV_DIM_##dimension, KAVACH_CTL_##control, full, partial, reason            \
  }

/* The shares of a dimension add up to its weight; the boundary's has no
 * control, it is what the backend is.  PARTIAL gives half, and less where
 * what is missing is the worse half. */
static const struct kv_share shares[] = {
  SHARE (KERNEL, SYSCALLS, 150, 75, "calls the command may make at all"),
  SHARE (KERNEL, CAPABILITIES, 25, 5, "bpf, perf, modules need rights"),
  SHARE (KERNEL, USER, 15, 5, "what a user namespace would open"),
  SHARE (KERNEL, KEYRING, 10, 5, "keyctl"),

  SHARE (FILES, FS_READ, 55, 20, "reads of the host's files"),
  SHARE (FILES, FS_WRITE, 55, 20, "writes to the host's files"),
  SHARE (FILES, ROOTFS, 25, 10, "own root: metadata, masked kernel files"),
  SHARE (FILES, DEVICES, 20, 10, "device nodes"),
  SHARE (FILES, DESCRIPTORS, 15, 5, "files the launcher had open"),
  SHARE (FILES, FS_EXEC, 10, 5, "programs brought along"),

  SHARE (PRIVILEGE, CAPABILITIES, 55, 15, "rights over the host"),
  SHARE (PRIVILEGE, NO_NEW_PRIVS, 40, 0, "rights from set-id programs"),
  SHARE (PRIVILEGE, USER, 45, 20, "who the command is on the host"),

  SHARE (NETWORK, NET_OUT, 70, 30, "connections out, host loopback"),
  SHARE (NETWORK, NET_IN, 25, 10, "connections in"),
  SHARE (NETWORK, IPC, 25, 10, "unix and abstract sockets of the host"),

  SHARE (PROCESSES, PROCESSES, 35, 18, "seeing, signalling, tracing others"),
  SHARE (PROCESSES, TERMINAL, 20, 5, "keystrokes into the caller's terminal"),
  SHARE (PROCESSES, IPC, 15, 5, "shared memory and queues"),
  SHARE (PROCESSES, KEYRING, 10, 5, "keys of the caller's session"),

  SHARE (SECRETS, FS_READ, 30, 10, "home and its credentials"),
  SHARE (SECRETS, ENVIRONMENT, 25, 5, "variables of the caller"),
  SHARE (SECRETS, PROCESSES, 15, 8, "environ and memory of others"),
  SHARE (SECRETS, KEYRING, 10, 5, "keys of the caller's session"),

  SHARE (RESOURCES, PIDS, 20, 8, "fork bombs"),
  SHARE (RESOURCES, MEMORY, 20, 8, "memory of the host"),
  SHARE (RESOURCES, KILL_TREE, 16, 8, "processes that stay behind"),
  SHARE (RESOURCES, CPU, 8, 4, "time of the host"),
  SHARE (RESOURCES, TMP_SIZE, 6, 3, "room on the host's disks"),
  SHARE (RESOURCES, FILE_SIZE, 5, 2, "single big files"),
  SHARE (RESOURCES, WALL_TIME, 5, 2, "runs without an end"),
};

/* A control below NEED bounds the whole: what else holds does not help
 * against what it lets through. */
struct ceiling {
  int control;
  uint8_t need;
  unsigned points;
  /* Only where the command talks to the host's own kernel. */
  bool shared_kernel;
  /* Only where the policy asks for the control. */
  bool when_asked;
  const char *reason;
};

#define NEEDS(control, need, points, reason)                                   \
  {                                                                            \
    KAVACH_CTL_##control, KAVACH_##need, points, false, false, reason          \
  }

static const struct ceiling ceilings[] = {
  NEEDS (FS_READ, PARTIAL, 29, "files of the host can be read"),
  NEEDS (FS_WRITE, PARTIAL, 29, "files of the host can be written"),
  NEEDS (FS_READ, FULL, 49, "some files of the host can be read"),
  NEEDS (FS_WRITE, FULL, 49, "some files of the host can be changed"),
  NEEDS (NO_NEW_PRIVS, FULL, 49, "set-id programs give rights"),
  NEEDS (DESCRIPTORS, FULL, 49, "descriptors of the launcher leak"),
  NEEDS (TERMINAL, FULL, 49, "the caller's terminal can be typed into"),
  NEEDS (PROCESSES, PARTIAL, 49, "host processes can be signalled"),
  NEEDS (KILL_TREE, PARTIAL, 49, "a process can outlive the run"),
  { KAVACH_CTL_NET_OUT, KAVACH_PARTIAL, 49, false, true,
    "the network is open against the policy" },
  { KAVACH_CTL_SYSCALLS, KAVACH_PARTIAL, 59, true, false,
    "no system call filter on a shared kernel" },
  NEEDS (CAPABILITIES, FULL, 59, "capabilities are held"),
  NEEDS (ENVIRONMENT, FULL, 59, "the caller's environment is inside"),
  NEEDS (KEYRING, PARTIAL, 59, "the caller's keyring is reachable"),
  NEEDS (USER, PARTIAL, 69, "the command is a privileged user of the host"),
  NEEDS (PROCESSES, FULL, 69, "host processes are in view"),
  NEEDS (PIDS, FULL, 69, "no limit on processes"),
  NEEDS (MEMORY, FULL, 69, "no limit on memory"),
  NEEDS (KILL_TREE, FULL, 69, "a process may escape the end of the run"),
};

const char *
kv_dimension_name (int dimension)
{
  return dimension >= 0 && dimension < KV_DIM_COUNT ? dimensions[dimension].name
                                                    : NULL;
}

unsigned
kv_dimension_weight (int dimension)
{
  return dimension >= 0 && dimension < KV_DIM_COUNT
             ? dimensions[dimension].weight
             : 0;
}

const struct kv_share *
kv_score_shares (unsigned *count)
{
  *count = KV_COUNT (shares);
  return shares;
}

static unsigned
share_at (const struct kv_share *share, uint8_t level)
{
  if (level >= KAVACH_FULL)
    return share->full;
  return level == KAVACH_PARTIAL ? share->partial : 0;
}

static void
lower_ceiling (struct kv_score *score, unsigned points, uint64_t control,
               const char *reason)
{
  if (points < score->ceiling) {
    score->ceiling = points;
    score->ceiling_reason = reason;
    score->ceiling_controls = 0;
  }
  if (points == score->ceiling)
    score->ceiling_controls |= control;
}

static void
find_ceiling (const struct kv_score_input *in, struct kv_score *score)
{
  bool shared = in->boundary < KAVACH_BOUNDARY_USER_KERNEL;
  size_t i;

  score->ceiling = 100;
  score->ceiling_reason = "";
  if (in->boundary < KAVACH_BOUNDARY_VM)
    lower_ceiling (score, 94, 0, "the kernel is a program of the host");
  if (shared)
    lower_ceiling (score, 84, 0, "the kernel is shared with the host");

  for (i = 0; i < KV_COUNT (ceilings); i++) {
    const struct ceiling *c = &ceilings[i];
    uint64_t bit = KAVACH_BIT (c->control);

    if (in->controls->c[c->control].level < c->need
        && (shared || !c->shared_kernel)
        && (!c->when_asked || in->asked == 0 || (in->asked & bit) != 0))
      lower_ceiling (score, c->points, bit, c->reason);
  }
  /* Not by a control: a user namespace would take this away. */
  if (in->host_root)
    lower_ceiling (score, 69, KAVACH_BIT (KAVACH_CTL_USER),
                   "the command is root on the host");
}

void
kv_score_estimate (const struct kv_score_input *in, struct kv_score *score)
{
  unsigned held;
  size_t i;

  memset (score, 0, sizeof *score);
  for (i = 0; i < KV_COUNT (shares); i++)
    score->share[shares[i].dimension]
        += share_at (&shares[i], in->controls->c[shares[i].control].level);
  if (in->boundary >= KAVACH_BOUNDARY_VM)
    score->share[KV_DIM_BOUNDARY] = 120;
  else if (in->boundary >= KAVACH_BOUNDARY_USER_KERNEL)
    score->share[KV_DIM_BOUNDARY] = 80;

  for (i = 0; i < KV_DIM_COUNT; i++)
    score->sum += score->share[i];
  find_ceiling (in, score);

  held = score->sum < 10 * score->ceiling ? score->sum : 10 * score->ceiling;
  score->unclamped = held / 10;
  /* What is predicted counts less than what was tried, and never as
   * hardened. */
  score->estimate = 85 * held / 1000;
  if (score->estimate > 69)
    score->estimate = 69;
}

const char *
kv_score_label (unsigned points)
{
  if (points < 30)
    return "minimal";
  if (points < 50)
    return "basic";
  if (points < 70)
    return "standard";
  return points < 85 ? "hardened" : "fortress";
}

static int
best_first (const void *a, const void *b)
{
  const struct kv_raise *x = a, *y = b;

  if (x->ceiling != y->ceiling)
    return x->ceiling ? -1 : 1;
  if (x->gain != y->gain)
    return x->gain > y->gain ? -1 : 1;
  return x->control - y->control;
}

unsigned
kv_score_raises (const struct kv_score_input *in,
                 struct kv_raise raises[KAVACH_CTL_COUNT])
{
  struct kv_score now, then;
  unsigned n = 0;
  int i;

  kv_score_estimate (in, &now);
  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    struct kv_controls better = *in->controls;
    struct kv_score_input with = *in;
    struct kv_raise raise = { .control = i };

    if (better.c[i].level >= KAVACH_FULL)
      continue;
    better.c[i].level = KAVACH_FULL;
    with.controls = &better;
    if (i == KAVACH_CTL_USER)
      with.host_root = 0;
    kv_score_estimate (&with, &then);
    raise.gain = then.sum - now.sum;
    raise.estimate = then.estimate;
    raise.ceiling = (now.ceiling_controls & KAVACH_BIT (i)) != 0;
    if (raise.gain > 0 || raise.ceiling)
      raises[n++] = raise;
  }
  qsort (raises, n, sizeof *raises, best_first);
  return n;
}

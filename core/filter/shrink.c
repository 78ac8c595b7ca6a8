/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "core/filter/shrink.h"
#include "core/util/cleanup.h"

enum {
  LOAD = BPF_LD | BPF_W | BPF_ABS,
  MASK = BPF_ALU | BPF_AND | BPF_K,
  RETURN = BPF_RET | BPF_K,
  JUMP = BPF_JMP | BPF_JA,
  IF_EQUAL = BPF_JMP | BPF_JEQ | BPF_K,
  IF_GREATER = BPF_JMP | BPF_JGT | BPF_K,
  IF_NOT_LESS = BPF_JMP | BPF_JGE | BPF_K,
  AT_NUMBER = offsetof (struct seccomp_data, nr),
  AT_ARCH = offsetof (struct seccomp_data, arch),
  /* A conditional jump has eight bits for the distance. */
  REACH = 255
};

static bool
is_condition (const struct sock_filter *insn)
{
  return insn->code == IF_EQUAL || insn->code == IF_GREATER
         || insn->code == IF_NOT_LESS;
}

static bool
holds (const struct sock_filter *insn, uint32_t a)
{
  switch (insn->code) {
  case IF_EQUAL:
    return a == insn->k;
  case IF_GREATER:
    return a > insn->k;
  default:
    return a >= insn->k;
  }
}

/* Runs PART with nothing but architecture and number known, as far as that
 * goes: to a return or to the first load of anything else.  The index of
 * that instruction, or SIZE_MAX. */
static size_t
walk (const struct kv_part *part, uint32_t arch, uint32_t number)
{
  uint32_t a = 0;
  size_t i = 0;

  while (i < part->length) {
    const struct sock_filter *insn = &part->code[i];

    if (insn->code == LOAD && insn->k == AT_NUMBER)
      a = number;
    else if (insn->code == LOAD && insn->k == AT_ARCH)
      a = arch;
    else if (insn->code == LOAD || insn->code == RETURN)
      return i;
    else if (insn->code == JUMP)
      i += insn->k;
    else if (is_condition (insn))
      i += holds (insn, a) ? insn->jt : insn->jf;
    else
      return SIZE_MAX;
    i++;
  }
  return SIZE_MAX;
}

/* Numbers from START on, up to the next run's, are answered with VALUE. */
struct run {
  uint32_t start;
  uint32_t value;
};

struct tree {
  struct run *runs;
  size_t n_runs;
  /* The distinct answers, one return each behind the tree. */
  uint32_t values[KV_PARTS_MAX + 8];
  size_t n_values;
  struct sock_filter *code;
  size_t used;
  /* Where the first return stands. */
  size_t returns;
  bool too_far;
};

static int
by_start (const void *a, const void *b)
{
  uint32_t x = ((const struct run *) a)->start;
  uint32_t y = ((const struct run *) b)->start;

  return (x > y) - (x < y);
}

/* Between two constants of the comparisons the answer cannot change, so
 * asking at each constant and after it finds every run. */
static bool
find_runs (const struct kv_part *part, uint32_t arch, struct tree *tree)
{
  size_t i, n = 0, kept = 0;

  tree->runs = calloc (2 * part->length + 1, sizeof *tree->runs);
  if (tree->runs == NULL)
    return false;
  tree->runs[n++].start = 0;
  for (i = 0; i < part->length; i++) {
    uint32_t k = part->code[i].k;

    if (!is_condition (&part->code[i]))
      continue;
    tree->runs[n++].start = k;
    if (k != UINT32_MAX)
      tree->runs[n++].start = k + 1;
  }
  qsort (tree->runs, n, sizeof *tree->runs, by_start);
  for (i = 0; i < n; i++) {
    size_t at = walk (part, arch, tree->runs[i].start);

    if (at == SIZE_MAX || part->code[at].code != RETURN)
      return false;
    if (kept > 0 && tree->runs[kept - 1].value == part->code[at].k)
      continue;
    tree->runs[kept].start = tree->runs[i].start;
    tree->runs[kept++].value = part->code[at].k;
  }
  tree->n_runs = kept;
  return true;
}

static bool
find_values (struct tree *tree, uint32_t bad_arch)
{
  size_t i, j;

  tree->values[0] = bad_arch;
  tree->n_values = 1;
  for (i = 0; i < tree->n_runs; i++) {
    for (j = 0; j < tree->n_values; j++)
      if (tree->values[j] == tree->runs[i].value)
        break;
    if (j < tree->n_values)
      continue;
    if (j == KV_COUNT (tree->values))
      return false;
    tree->values[tree->n_values++] = tree->runs[i].value;
  }
  return true;
}

static uint8_t
distance (struct tree *tree, size_t from, size_t to)
{
  size_t length = to - from - 1;

  if (length > REACH)
    tree->too_far = true;
  return (uint8_t) length;
}

static size_t
return_of (const struct tree *tree, uint32_t value)
{
  size_t i = 0;

  while (tree->values[i] != value)
    i++;
  return tree->returns + i;
}

/* Writes the search over the runs FIRST to LAST - 1, two at least, and
 * gives its first instruction: recursion as deep as log2 of the runs. */
static size_t
write_search (struct tree *tree, size_t first, size_t last)
{
  size_t middle = first + (last - first) / 2;
  size_t here = tree->used++;
  size_t below = middle - first == 1 ? return_of (tree, tree->runs[first].value)
                                     : write_search (tree, first, middle);
  size_t above = last - middle == 1 ? return_of (tree, tree->runs[middle].value)
                                    : write_search (tree, middle, last);

  tree->code[here] = (struct sock_filter) BPF_JUMP (
      IF_NOT_LESS, tree->runs[middle].start, distance (tree, here, above),
      distance (tree, here, below));
  return here;
}

static void
release_tree (struct tree *tree)
{
  free (tree->runs);
  free (tree->code);
}

/* True when the only architecture that the program compares with is ARCH, so
 * that one walk speaks for all the others. */
static bool
one_arch (const struct kv_part *part, uint32_t arch)
{
  return part->length > 2 && part->code[0].code == LOAD
         && part->code[0].k == AT_ARCH && part->code[1].code == IF_EQUAL
         && part->code[1].k == arch
         && part->code[2 + part->code[1].jf].code == RETURN;
}

int
kv_shrink_tree (struct kv_part *part, uint32_t arch)
{
  __attribute__ ((cleanup (release_tree))) struct tree tree = { 0 };
  uint32_t bad_arch;
  size_t i;

  if (!one_arch (part, arch))
    return -1;
  bad_arch = part->code[2 + part->code[1].jf].k;
  if (!find_runs (part, arch, &tree) || !find_values (&tree, bad_arch)
      || tree.n_runs < 2)
    return -1;

  /* Three before the tree; a tree over N runs has N - 1 comparisons. */
  tree.returns = 3 + tree.n_runs - 1;
  tree.code = calloc (tree.returns + tree.n_values, sizeof *tree.code);
  if (tree.code == NULL)
    return -1;
  tree.code[0] = (struct sock_filter) BPF_STMT (LOAD, AT_ARCH);
  tree.code[1] = (struct sock_filter) BPF_JUMP (
      IF_EQUAL, arch, 0, distance (&tree, 1, return_of (&tree, bad_arch)));
  tree.code[2] = (struct sock_filter) BPF_STMT (LOAD, AT_NUMBER);
  tree.used = 3;
  write_search (&tree, 0, tree.n_runs);
  for (i = 0; i < tree.n_values; i++)
    tree.code[tree.returns + i]
        = (struct sock_filter) BPF_STMT (RETURN, tree.values[i]);
  if (tree.too_far)
    return -1;

  free (part->code);
  part->code = kv_steal_ptr (&tree.code);
  part->length = tree.returns + tree.n_values;
  return 0;
}

/* Goes past what decides nothing: jumps, and a comparison of the upper half
 * of an argument that its mask has made 0.  What comes after must not need
 * that 0; if it does, the end of the program is given, which is no place. */
static size_t
skip_idle (const struct kv_part *part, size_t i)
{
  const struct sock_filter *code = part->code;

  for (;;) {
    if (i < part->length && code[i].code == JUMP)
      i += 1 + code[i].k;
    else if (i + 2 < part->length && code[i].code == LOAD
             && code[i + 1].code == MASK && code[i + 1].k == 0
             && is_condition (&code[i + 2])) {
      i += 3 + (holds (&code[i + 2], 0) ? code[i + 2].jt : code[i + 2].jf);
      if (i < part->length && (is_condition (&code[i]) || code[i].code == MASK))
        return part->length;
    }
    else
      return i;
  }
}

/* Marks what can be reached from ENTRY; all jumps lead forward. */
static bool
find_live (const struct kv_part *part, size_t entry, bool *live)
{
  size_t i;

  if (entry >= part->length)
    return false;
  live[entry] = true;
  for (i = entry; i < part->length; i++) {
    const struct sock_filter *insn = &part->code[i];
    size_t next[2] = { i + 1, i + 1 };
    size_t j;

    if (!live[i] || insn->code == RETURN)
      continue;
    if (is_condition (insn)) {
      next[0] = skip_idle (part, i + 1 + insn->jt);
      next[1] = skip_idle (part, i + 1 + insn->jf);
    }
    else if ((insn->code != LOAD && insn->code != MASK)
             || skip_idle (part, i + 1) != i + 1)
      return false;
    for (j = 0; j < KV_COUNT (next); j++) {
      if (next[j] >= part->length)
        return false;
      live[next[j]] = true;
    }
  }
  return true;
}

int
kv_shrink_call (struct kv_part *part, uint32_t arch, uint32_t number)
{
  kv_autofree bool *live = calloc (part->length, sizeof *live);
  kv_autofree size_t *place = calloc (part->length, sizeof *place);
  kv_autofree struct sock_filter *code = calloc (part->length, sizeof *code);
  size_t entry = walk (part, arch, number);
  size_t i, used = 0;

  if (live == NULL || place == NULL || code == NULL || entry == SIZE_MAX
      || !find_live (part, skip_idle (part, entry), live))
    return -1;
  for (i = 0; i < part->length; i++) {
    place[i] = used;
    used += live[i];
  }
  for (i = 0; i < part->length; i++) {
    struct sock_filter insn = part->code[i];

    if (!live[i])
      continue;
    /* Shorter than it was, so the eight bits are enough. */
    if (is_condition (&insn)) {
      insn.jt
          = (uint8_t) (place[skip_idle (part, i + 1 + insn.jt)] - place[i] - 1);
      insn.jf
          = (uint8_t) (place[skip_idle (part, i + 1 + insn.jf)] - place[i] - 1);
    }
    code[place[i]] = insn;
  }
  free (part->code);
  part->code = kv_steal_ptr (&code);
  part->length = used;
  return 0;
}

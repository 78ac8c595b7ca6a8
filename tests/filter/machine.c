/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <linux/filter.h>
#include <string.h>

#include "tests/filter/machine.h"

static uint32_t
load (const struct seccomp_data *data, uint32_t offset)
{
  uint32_t value;

  memcpy (&value, (const char *) data + offset, sizeof value);
  return value;
}

static int
compares (const struct sock_filter *i, uint32_t a)
{
  switch (BPF_OP (i->code)) {
  case BPF_JEQ:
    return a == i->k;
  case BPF_JGT:
    return a > i->k;
  case BPF_JGE:
    return a >= i->k;
  default:
    return (a & i->k) != 0;
  }
}

uint32_t
machine_run (const struct kv_filter *filter, const struct seccomp_data *data)
{
  const struct sock_filter *code = filter->program;
  size_t n = filter->size / sizeof *code;
  uint32_t a = 0;
  size_t pc;

  for (pc = 0; pc < n; pc++) {
    const struct sock_filter *i = &code[pc];

    switch (i->code) {
    case BPF_LD | BPF_W | BPF_ABS:
      if (i->k % 4 != 0 || i->k > sizeof *data - 4)
        return UINT32_MAX;
      a = load (data, i->k);
      break;
    case BPF_ALU | BPF_AND | BPF_K:
      a &= i->k;
      break;
    case BPF_JMP | BPF_JA:
      pc += i->k;
      break;
    case BPF_JMP | BPF_JEQ | BPF_K:
    case BPF_JMP | BPF_JGT | BPF_K:
    case BPF_JMP | BPF_JGE | BPF_K:
    case BPF_JMP | BPF_JSET | BPF_K:
      pc += compares (i, a) ? i->jt : i->jf;
      break;
    case BPF_RET | BPF_K:
      return i->k;
    default:
      return UINT32_MAX;
    }
  }
  return UINT32_MAX;
}

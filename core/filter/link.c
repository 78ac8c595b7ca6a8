/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/fault.h"
#include "core/filter/link.h"

static int
is_return (const struct sock_filter *insn)
{
  return insn->code == (BPF_RET | BPF_K);
}

static int
is_mark (const struct sock_filter *insn)
{
  return is_return (insn)
         && (insn->k & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_TRACE;
}

/* The instruction at AT in place of mark N. */
static void
resolve (struct sock_filter *at, uint32_t distance, uint32_t n)
{
  if (n == KV_MARK_NOSYS) {
    at->k = SECCOMP_RET_ERRNO | ENOSYS;
    return;
  }
  if (KV_FAULT (KV_FAULT_LINK)) {
    at->k = SECCOMP_RET_ALLOW;
    return;
  }
  *at = (struct sock_filter) BPF_STMT (BPF_JMP | BPF_JA, distance);
}

int
kv_link (const struct kv_part *parts, size_t n_parts, struct kv_part *out,
         struct kv_error *err)
{
  size_t start[KV_PARTS_MAX];
  struct sock_filter *code;
  size_t length = 0;
  size_t i;

  if (n_parts == 0 || n_parts > KV_PARTS_MAX)
    return kv_fail (err, "KVI-40", "%zu parts in one seccomp program", n_parts);
  for (i = 0; i < n_parts; i++) {
    start[i] = length;
    length += parts[i].length;
    if (parts[i].length == 0
        || !is_return (&parts[i].code[parts[i].length - 1]))
      return kv_fail (err, "KVI-40",
                      "part %zu of a seccomp program does "
                      "not end in a return",
                      i);
  }
  if (length > BPF_MAXINSNS)
    return kv_fail (err, "KVI-41",
                    "the seccomp program has %zu "
                    "instructions, the kernel takes %d",
                    length, BPF_MAXINSNS);

  code = calloc (length, sizeof *code);
  if (code == NULL)
    return kv_fail_errno (err, "KVI-01", "out of memory");
  for (i = 0; i < n_parts; i++)
    memcpy (code + start[i], parts[i].code, parts[i].length * sizeof *code);

  for (i = 0; i < length; i++) {
    uint32_t n;

    if (!is_mark (&code[i]))
      continue;
    n = code[i].k & SECCOMP_RET_DATA;
    /* Only the main program has marks, and a jump goes forward. */
    if (i >= parts[0].length || n >= n_parts) {
      free (code);
      return kv_fail (err, "KVI-40",
                      "mark %u at instruction %zu of a "
                      "seccomp program leads nowhere",
                      n, i);
    }
    resolve (&code[i], n == 0 ? 0 : (uint32_t) (start[n] - i - 1), n);
  }
  out->code = code;
  out->length = length;
  return 0;
}

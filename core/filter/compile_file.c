/* SPDX-License-Identifier: Apache-2.0 */
/* From the rules of a seccomp file to libseccomp's, as the runtimes do it:
 * names that this architecture lacks are passed over, a rule with the default
 * action says nothing, and of two answers without conditions the first
 * counts. */
#include "config.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/filter/compile_private.h"
#include "core/filter/fault.h"
#include "core/filter/known.h"
#include "core/filter/oci_profile.h"
#include "core/util/cleanup.h"

/* One name of one rule. */
struct use {
  unsigned call, rule;
};

struct uses {
  struct use *list;
  size_t count;
};

static uint32_t
action_of (const struct kv_oci_answer *answer)
{
  switch (answer->action) {
  case KV_OCI_KILL_THREAD:
    return SCMP_ACT_KILL_THREAD;
  case KV_OCI_KILL_PROCESS:
    return SCMP_ACT_KILL_PROCESS;
  case KV_OCI_TRAP:
    return SCMP_ACT_TRAP;
  case KV_OCI_ALLOW:
    return SCMP_ACT_ALLOW;
  case KV_OCI_LOG:
    return SCMP_ACT_LOG;
  case KV_OCI_TRACE:
    /* The kernel's answer where no tracer is; and traces are our marks. */
    return SCMP_ACT_ERRNO (ENOSYS);
  default:
    return SCMP_ACT_ERRNO (answer->number);
  }
}

uint32_t
kv_file_otherwise (const struct kv_oci_profile *profile)
{
  return action_of (&profile->otherwise);
}

/* As Go and the engines' files call it. */
static const char *
arch_name (uint32_t arch)
{
  switch (arch) {
  case SCMP_ARCH_X86_64:
    return "amd64";
  case SCMP_ARCH_X86:
    return "x86";
  case SCMP_ARCH_AARCH64:
    return "arm64";
  case SCMP_ARCH_ARM:
    return "arm";
  case SCMP_ARCH_RISCV64:
    return "riscv64";
  case SCMP_ARCH_PPC64LE:
    return "ppc64le";
  case SCMP_ARCH_S390X:
    return "s390x";
  default:
    return "";
  }
}

static bool
applies (const struct kv_compiler *compiler, unsigned number)
{
  const struct kv_oci_rule *rule = &compiler->profile->rules[number];
  struct kv_oci_rule seen = *rule;
  struct utsname system;
  uint32_t kernel = uname (&system) == 0 ? kv_oci_kernel (system.release) : 0;

  if (KV_FAULT (KV_FAULT_FILE_CAPS))
    seen.includes.caps.count = 0;
  if (KV_FAULT (KV_FAULT_FILE_RULE) && number == compiler->profile->n_rules - 1)
    return false;
  return kv_oci_rule_applies (&seen, arch_name (compiler->arch), kernel);
}

static int
by_call_then_rule (const void *a, const void *b)
{
  const struct use *x = a, *y = b;

  if (x->call != y->call)
    return x->call < y->call ? -1 : 1;
  return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static int
find_uses (const struct kv_compiler *compiler, struct uses *uses,
           struct kv_error *err)
{
  const struct kv_oci_profile *profile = compiler->profile;
  size_t size = 1;
  unsigned i, j;

  for (i = 0; i < profile->n_rules; i++)
    size += profile->rules[i].names.count;
  uses->list = calloc (size, sizeof *uses->list);
  if (uses->list == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  for (i = 0; i < profile->n_rules; i++)
    for (j = 0; j < profile->rules[i].names.count && applies (compiler, i);
         j++) {
      int call = kv_call_find (profile->rules[i].names.items[j]);

      if (call >= 0)
        uses->list[uses->count++] = (struct use){ (unsigned) call, i };
    }
  qsort (uses->list, uses->count, sizeof *uses->list, by_call_then_rule);
  return 0;
}

static struct scmp_arg_cmp
condition (const struct kv_oci_arg *arg)
{
  static const enum scmp_compare ops[] = {
    [KV_OCI_NE] = SCMP_CMP_NE,
    [KV_OCI_LT] = SCMP_CMP_LT,
    [KV_OCI_LE] = SCMP_CMP_LE,
    [KV_OCI_EQ] = SCMP_CMP_EQ,
    [KV_OCI_GE] = SCMP_CMP_GE,
    [KV_OCI_GT] = SCMP_CMP_GT,
    [KV_OCI_MASKED_EQ] = SCMP_CMP_MASKED_EQ,
  };

  return SCMP_CMP64 (arg->index, ops[arg->op], arg->value, arg->value_two);
}

/* Conditions on different arguments must all hold.  With two on one argument,
 * which libseccomp does not take, the runtimes read each as a rule. */
static int
add_conditions (scmp_filter_ctx ctx, const struct kv_oci_rule *rule, int number)
{
  uint32_t action = action_of (&rule->answer);
  struct scmp_arg_cmp all[6];
  unsigned seen = 0, i;
  bool apart = false;
  int rc = 0;

  if (rule->n_args == 0 || KV_FAULT (KV_FAULT_FILE_ARGS))
    return seccomp_rule_add_array (ctx, action, number, 0, NULL);
  for (i = 0; i < rule->n_args; i++) {
    apart = apart || (seen & 1U << rule->args[i].index) != 0;
    seen |= 1U << rule->args[i].index;
  }
  for (i = 0; i < rule->n_args && rc >= 0; i++) {
    struct scmp_arg_cmp one = condition (&rule->args[i]);

    if (apart)
      rc = seccomp_rule_add_array (ctx, action, number, 1, &one);
    else
      all[i] = one;
  }
  return apart
             ? rc
             : seccomp_rule_add_array (ctx, action, number, rule->n_args, all);
}

static int
add_rules (struct kv_compiler *compiler, const struct kv_row *row,
           const struct use *uses, size_t count, struct kv_error *err)
{
  kv_autocontext scmp_filter_ctx ctx
      = kv_new_context (compiler, compiler->otherwise, err);
  size_t i;

  if (ctx == NULL)
    return -1;
  for (i = 0; i < count; i++) {
    const struct kv_oci_rule *rule = &compiler->profile->rules[uses[i].rule];
    int rc = 0;

    if (action_of (&rule->answer) != compiler->otherwise)
      rc = add_conditions (ctx, rule, kv_call_number (row));
    if (rc == -EEXIST)
      return kv_fail (err, "KVC-05",
                      "%u:%u this rule and an earlier one answer the same "
                      "call of %s differently",
                      rule->line, rule->column, row->name);
    if (rc < 0)
      return kv_fail_seccomp (err, rc, "a rule of the file for", row->name);
  }
  return kv_add_part (compiler, row, ctx, err);
}

/* Takes the USES of one call. */
static int
add_call (struct kv_compiler *compiler, const struct kv_row *row,
          const struct use *uses, size_t count, struct kv_error *err)
{
  size_t i, first = count;

  for (i = 0; i < count; i++) {
    const struct kv_oci_rule *rule = &compiler->profile->rules[uses[i].rule];
    bool says = action_of (&rule->answer) != compiler->otherwise;

    if (says && rule->n_args > 0)
      return add_rules (compiler, row, uses, count, err);
    if (says && first == count)
      first = i;
  }
  if (first == count)
    return 0;
  return kv_add_answer (
      compiler, row,
      action_of (&compiler->profile->rules[uses[first].rule].answer), err);
}

static void
release_uses (struct uses *uses)
{
  free (uses->list);
}

/* A call's number on the architecture, or -1. */
static int
number_there (const struct kv_compiler *compiler, const struct kv_row *row)
{
  int number = seccomp_syscall_resolve_name_arch (compiler->arch, row->name);

  if (number < 0 && number != __NR_SCMP_ERROR)
    return -1;
  if (number < 0)
    number = compiler->foreign ? 0 : row->number;
  /* Above lie numbers of arm's own. */
  return number > 0 && number < 0xf0000 ? number : -1;
}

/* The highest number that the file names. */
static int
highest_of_file (const struct kv_compiler *compiler)
{
  const struct kv_oci_profile *profile = compiler->profile;
  int most = 0;
  unsigned i, j;

  for (i = 0; i < profile->n_rules; i++)
    for (j = 0; j < profile->rules[i].names.count; j++) {
      const struct kv_row *row
          = kv_table_find (profile->rules[i].names.items[j]);
      int number = row != NULL ? number_there (compiler, row) : -1;

      if (number > most)
        most = number;
    }
  return most;
}

/* The highest that the file or a word of the policy's names. */
static uint32_t
highest (const struct kv_compiler *compiler)
{
  int most = highest_of_file (compiler);
  const struct kv_row *row;
  unsigned call;

  for (call = 0; (row = kv_call_row (call)) != NULL; call++)
    if ((kv_calls_has (&compiler->spec->allow, call)
         || kv_calls_has (&compiler->spec->deny, call))
        && number_there (compiler, row) > most)
      most = number_there (compiler, row);
  return (uint32_t) most;
}

static bool
refuses_unnamed (const struct kv_compiler *compiler)
{
  return compiler->otherwise != SCMP_ACT_ALLOW
         && compiler->otherwise != SCMP_ACT_LOG
         && compiler->otherwise != SCMP_ACT_ERRNO (ENOSYS);
}

int
kv_compile_file (struct kv_compiler *compiler, struct kv_error *err)
{
  __attribute__ ((cleanup (release_uses))) struct uses uses = { 0 };
  int most = highest_of_file (compiler);
  const struct kv_row *row;
  size_t at = 0;
  unsigned call;
  int rc = 0;

  if (find_uses (compiler, &uses, err) < 0)
    return -1;
  for (call = 0; (row = kv_call_row (call)) != NULL && rc == 0; call++) {
    size_t first = at;

    while (at < uses.count && uses.list[at].call == call)
      at++;
    if (!kv_filter_has_call (compiler->arch, row))
      continue;
    if (kv_calls_has (&compiler->spec->deny, call))
      rc = kv_add_answer (compiler, row, SCMP_ACT_ERRNO (EPERM), err);
    else if (kv_calls_has (&compiler->spec->allow, call)
             && !KV_FAULT (KV_FAULT_FILE_ALLOW))
      rc = kv_add_answer (compiler, row, SCMP_ACT_ALLOW, err);
    else if (number_there (compiler, row) > most && refuses_unnamed (compiler))
      rc = kv_add_answer (compiler, row, SCMP_ACT_ERRNO (ENOSYS), err);
    else
      rc = add_call (compiler, row, uses.list + first, at - first, err);
  }
  return rc;
}

/* A file that refuses what it does not name means calls that it knew.  What
 * came later is a call that the kernel has not, as under the runtimes: C
 * libraries go on from ENOSYS and not from EPERM. */
int
kv_compile_newer (struct kv_compiler *compiler, struct kv_error *err)
{
  struct kv_part *main_part = &compiler->parts[0];
  const struct sock_filter before[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS,
              (uint32_t) offsetof (struct seccomp_data, arch)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, compiler->arch, 0, 4),
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS,
              (uint32_t) offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, 0xf0000, 2, 0),
    BPF_JUMP (BPF_JMP | BPF_JGT | BPF_K, highest (compiler), 0, 1),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
  };
  struct sock_filter *code;

  if (!refuses_unnamed (compiler))
    return 0;
  code = calloc (KV_COUNT (before) + main_part->length, sizeof *code);
  if (code == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  memcpy (code, before, sizeof before);
  memcpy (code + KV_COUNT (before), main_part->code,
          main_part->length * sizeof *code);
  free (main_part->code);
  main_part->code = code;
  main_part->length += KV_COUNT (before);
  return 0;
}

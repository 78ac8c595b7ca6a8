/* SPDX-License-Identifier: Apache-2.0 */
/* syscalls.allow and syscalls.deny in the compiled programs. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include <kavach/abi.h>

#include "core/filter/compile.h"
#include "core/filter/fault.h"
#include "core/filter/known.h"
#include "core/util/cleanup.h"
#include "tests/filter/machine.h"

/* The tests' build of the compiler asks this. */
int kv_filter_fault;

static const char *const opened[]
    = { "mount", "keyctl", "ptrace", "clone", "socket", "clone3", NULL };
static const char *const closed[] = { "read", "connect", "@swap", NULL };

static void
compile (const struct kv_filter_spec *spec, const char *arch,
         struct kv_filter *filter)
{
  struct kv_error err = { 0 };

  cr_assert_eq (kv_filter_compile (spec, arch, 0, filter, &err), 0, "%s",
                err.text);
}

/* A call's answer with words, given that without: 0 for the same. */
static uint32_t
wanted (const struct kv_filter_spec *spec, int number, uint32_t arch)
{
  kv_autofree char *name = seccomp_syscall_resolve_num_arch (arch, number);
  int call = name != NULL ? kv_call_find (name) : -1;

  if (call >= 0 && kv_calls_has (&spec->deny, (unsigned) call))
    return SECCOMP_RET_ERRNO | EPERM;
  if (call >= 0 && kv_calls_has (&spec->allow, (unsigned) call))
    return SECCOMP_RET_ALLOW;
  return 0;
}

/* How often the program with words says something else than the words, or
 * than the one without them where they say nothing. */
static unsigned
mismatches (uint32_t profile, const char *arch)
{
  struct kv_filter_spec plain = { .profile = profile }, spec = plain;
  uint32_t token = seccomp_arch_resolve_name (arch);
  struct kv_filter before, after;
  unsigned wrong = 0, i;
  int number;

  cr_assert_eq (
      kv_calls_resolve (opened, closed, &spec.allow, &spec.deny, NULL), 0);
  compile (&spec, arch, &after);
  kv_filter_fault = kv_filter_fault >= KV_FAULT_OF_WORDS ? -kv_filter_fault
                                                         : kv_filter_fault;
  compile (&plain, arch, &before);
  kv_filter_fault = kv_filter_fault < 0 ? -kv_filter_fault : kv_filter_fault;
  for (number = -1; number < 1024; number++)
    for (i = 0; i < 4; i++) {
      struct seccomp_data data
          = { .nr = number, .arch = i == 3 ? ~token : token };
      uint32_t want;

      memset (data.args, i == 1 ? 0xff : (int) i, sizeof data.args);
      want = i == 3 ? 0 : wanted (&spec, number, token);
      if (want == 0)
        want = machine_run (&before, &data);
      wrong += machine_run (&after, &data) != want;
    }
  free (before.program);
  free (after.program);
  return wrong;
}

Test (filter_words, are_all_that_changes)
{
  static const char *const arches[] = { "x86_64", "aarch64", "riscv64" };
  uint32_t profile;
  size_t i;

  for (i = 0; i < KV_COUNT (arches); i++)
    for (profile = KV_FILTER_BASIC; profile <= KV_FILTER_NONE; profile++)
      cr_expect_eq (mismatches (profile, arches[i]), 0, "%s, profile %u",
                    arches[i], profile);
}

Test (filter_words, every_planted_fault_is_seen)
{
  for (kv_filter_fault = KV_FAULT_OF_WORDS; kv_filter_fault < KV_FAULT_OF_FILES;
       kv_filter_fault++)
    cr_expect_gt (mismatches (KV_FILTER_BASIC, "x86_64"), 0,
                  "fault %d goes unnoticed", kv_filter_fault);
  kv_filter_fault = KV_FAULT_NONE;
}

/* The profile none is a list of what is refused, and no door beside it. */
Test (filter_words, none_refuses_what_is_denied_and_foreign_entries)
{
  struct kv_filter_spec spec = { .profile = KV_FILTER_NONE };
  const char *const deny[] = { "socket", NULL };
  struct seccomp_data data = { .arch = SCMP_ARCH_X86_64 };
  struct kv_filter filter;

  cr_assert_eq (kv_calls_resolve (NULL, deny, &spec.allow, &spec.deny, NULL),
                0);
  compile (&spec, "x86_64", &filter);
  data.nr = 41;
  cr_expect_eq (machine_run (&filter, &data), SECCOMP_RET_ERRNO | EPERM);
  data.nr = 4242;
  cr_expect_eq (machine_run (&filter, &data), SECCOMP_RET_ALLOW);
  data.nr = 0x40000000 | 41;
  cr_expect_eq (machine_run (&filter, &data), SECCOMP_RET_KILL_PROCESS);
  data.arch = SCMP_ARCH_X86;
  data.nr = 359;
  cr_expect_eq (machine_run (&filter, &data), SECCOMP_RET_KILL_PROCESS);
  free (filter.program);
}

/* i386's socketcall carries socket as its first function. */
Test (filter_words, none_refuses_by_the_old_collective_call_too)
{
  struct kv_filter_spec spec = { .profile = KV_FILTER_NONE };
  const char *const deny[] = { "socket", "shmget", NULL };
  struct seccomp_data data = { .arch = SCMP_ARCH_X86, .nr = 102 };
  struct kv_filter filter;

  cr_assert_eq (kv_calls_resolve (NULL, deny, &spec.allow, &spec.deny, NULL),
                0);
  compile (&spec, "x86", &filter);
  data.args[0] = 1;
  cr_expect_eq (machine_run (&filter, &data), SECCOMP_RET_ERRNO | EPERM);
  data.args[0] = 3;
  cr_expect_eq (machine_run (&filter, &data), SECCOMP_RET_ALLOW);
  data.nr = 117;
  data.args[0] = 23;
  cr_expect_eq (machine_run (&filter, &data), SECCOMP_RET_ERRNO | EPERM);
  free (filter.program);
}

static uint64_t
costs (uint32_t profile, uint32_t flags, const char *word)
{
  struct kv_filter_spec spec = { .profile = profile, .flags = flags };
  const char *const allow[] = { word, NULL };

  cr_assert_eq (kv_calls_resolve (allow, NULL, &spec.allow, &spec.deny, NULL),
                0, "%s", word);
  return kv_filter_costs (&spec);
}

Test (filter_words, opening_costs_what_rested_on_it)
{
  const uint32_t strict = KV_FILTER_STRICT, basic = KV_FILTER_BASIC;
  const uint64_t net
      = KAVACH_BIT (KAVACH_CTL_NET_OUT) | KAVACH_BIT (KAVACH_CTL_NET_IN);
  const uint64_t ipc = KAVACH_BIT (KAVACH_CTL_IPC),
                 calls = KAVACH_BIT (KAVACH_CTL_SYSCALLS),
                 keys = KAVACH_BIT (KAVACH_CTL_KEYRING),
                 others = KAVACH_BIT (KAVACH_CTL_PROCESSES);

  cr_expect_eq (costs (basic, 0, "read"), 0);
  cr_expect_eq (costs (basic, 0, "memfd_create"), 0);
  cr_expect_eq (costs (strict, 0, "memfd_create"),
                KAVACH_BIT (KAVACH_CTL_FS_EXEC));
  cr_expect_eq (costs (strict, 0, "@keyring"), keys | calls);
  cr_expect_eq (costs (basic, 0, "socket"), net | ipc | calls);
  cr_expect_eq (costs (basic, 0, "shmget"), ipc);
  cr_expect_eq (costs (basic, KV_FILTER_IPC, "shmget"), 0);
  cr_expect_eq (costs (basic, 0, "ptrace"), others);
  cr_expect_eq (costs (basic, KV_FILTER_PTRACE, "ptrace"), 0);
  cr_expect_eq (costs (strict, KV_FILTER_OTHERS, "ptrace"), 0);
  cr_expect_eq (costs (basic, 0, "sched_setaffinity"), others);
  cr_expect_eq (costs (basic, KV_FILTER_OTHERS, "sched_setaffinity"), 0);
  cr_expect_eq (costs (basic, 0, "prlimit64"),
                others | KAVACH_BIT (KAVACH_CTL_KILL_TREE));
  cr_expect_eq (costs (basic, 0, "mknod"),
                KAVACH_BIT (KAVACH_CTL_DEVICES) | KAVACH_BIT (KAVACH_CTL_USER));
  cr_expect_eq (costs (KV_FILTER_NONE, 0, "keyctl"), 0);
}

/* Each call that both profiles refuse outright is there for a reason, and
 * none can be opened for nothing. */
Test (filter_words, nothing_that_both_refuse_is_free)
{
  struct kv_filter_spec spec = { .profile = KV_FILTER_BASIC };
  struct seccomp_data data = { .arch = SCMP_ARCH_X86_64 };
  struct kv_filter filter;
  unsigned call;

  compile (&spec, "x86_64", &filter);
  for (call = 0; call < kv_calls_count (); call++) {
    data.nr = seccomp_syscall_resolve_name_arch (SCMP_ARCH_X86_64,
                                                 kv_call_name (call));
    if (data.nr < 0
        || machine_run (&filter, &data) != (SECCOMP_RET_ERRNO | EPERM)
        || kv_call_openness (call, KV_FILTER_BASIC) != KV_CLOSED)
      continue;
    cr_expect_neq (kv_call_cost (&spec, call), 0, "%s", kv_call_name (call));
  }
  free (filter.program);
}

Test (filter_words, specs_that_differ_are_not_the_same)
{
  struct kv_filter_spec a = { .profile = KV_FILTER_BASIC, .flags = 3 }, b = a;
  char one[] = "/one", two[] = "/one";

  cr_expect (kv_filter_spec_same (&a, &b));
  kv_calls_add (&b.allow, 7);
  cr_expect (!kv_filter_spec_same (&a, &b));
  kv_calls_remove (&b.allow, 7);
  kv_calls_add (&b.deny, 500);
  cr_expect (!kv_filter_spec_same (&a, &b));
  a = (struct kv_filter_spec){ .file = one };
  b = (struct kv_filter_spec){ .file = two };
  cr_expect (kv_filter_spec_same (&a, &b));
  two[1] = 'O';
  cr_expect (!kv_filter_spec_same (&a, &b));
  b.file = NULL;
  cr_expect (!kv_filter_spec_same (&a, &b));
}

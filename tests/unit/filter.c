/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/compile.h"
#include "core/filter/guard.h"
#include "core/filter/known.h"
#include "core/filter/link.h"
#include "core/filter/shrink.h"
#include "core/filter/spec.h"
#include "core/util/cleanup.h"
#include "tests/filter/machine.h"

/* The tests' build of the compiler asks this. */
int kv_filter_fault;

enum {
  ALL_FLAGS = KV_FILTER_UNIX | KV_FILTER_INET | KV_FILTER_NETLINK_ROUTE
              | KV_FILTER_IPC | KV_FILTER_PTRACE | KV_FILTER_OTHERS
};

static unsigned
all_specs (const char *arch, unsigned how, int loud)
{
  static const uint32_t flags[] = { 0,
                                    KV_FILTER_UNIX,
                                    KV_FILTER_INET,
                                    KV_FILTER_UNIX | KV_FILTER_INET,
                                    KV_FILTER_NETLINK_ROUTE,
                                    KV_FILTER_IPC,
                                    KV_FILTER_PTRACE,
                                    KV_FILTER_OTHERS,
                                    ALL_FLAGS };
  struct kv_filter_spec spec = { .flags = 0 };
  unsigned mismatches = 0;
  size_t i;

  for (i = 0; i < KV_COUNT (flags); i++)
    for (spec.profile = KV_FILTER_BASIC; spec.profile <= KV_FILTER_STRICT;
         spec.profile++) {
      spec.flags = flags[i];
      mismatches += expected_mismatches (&spec, arch, how, loud);
    }
  return mismatches;
}

Test (filter, x86_64_says_what_is_written_down)
{
  cr_expect_eq (all_specs ("x86_64", 0, 1), 0);
}

Test (filter, aarch64_says_what_is_written_down)
{
  cr_expect_eq (all_specs ("aarch64", 0, 1), 0);
}

Test (filter, arm_says_what_is_written_down)
{
  cr_expect_eq (all_specs ("arm", 0, 1), 0);
}

Test (filter, x86_says_what_is_written_down)
{
  cr_expect_eq (all_specs ("x86", 0, 1), 0);
}

Test (filter, unshrunk_programs_say_the_same)
{
  cr_expect_eq (all_specs ("x86_64", KV_COMPILE_PLAIN, 1), 0);
  cr_expect_eq (all_specs ("arm", KV_COMPILE_PLAIN, 1), 0);
}

/* A test that cannot fail says nothing. */
Test (filter, every_planted_fault_is_seen)
{
  struct kv_filter_spec specs[]
      = { { .profile = KV_FILTER_STRICT, .flags = 0 },
          { .profile = KV_FILTER_STRICT,
            .flags = KV_FILTER_UNIX | KV_FILTER_INET },
          { .profile = KV_FILTER_BASIC, .flags = ALL_FLAGS } };
  size_t i;

  for (kv_filter_fault = KV_FAULT_NONE + 1; kv_filter_fault < KV_FAULT_OF_WORDS;
       kv_filter_fault++) {
    unsigned mismatches = 0;

    for (i = 0; i < KV_COUNT (specs); i++) {
      mismatches += expected_mismatches (&specs[i], "x86_64", 0, 0);
      mismatches += expected_mismatches (&specs[i], "x86", 0, 0);
    }
    cr_expect_gt (mismatches, 0, "fault %d goes unnoticed", kv_filter_fault);
  }
  kv_filter_fault = KV_FAULT_NONE;
}

Test (filter, every_call_that_libseccomp_knows_has_a_row)
{
  static const uint32_t arches[]
      = { SCMP_ARCH_X86_64, SCMP_ARCH_X86,     SCMP_ARCH_AARCH64, SCMP_ARCH_ARM,
          SCMP_ARCH_S390X,  SCMP_ARCH_PPC64LE, SCMP_ARCH_RISCV64 };
  size_t i;
  int number;

  for (i = 0; i < KV_COUNT (arches); i++)
    for (number = 0; number < 0xf0010; number++) {
      kv_autofree char *name
          = seccomp_syscall_resolve_num_arch (arches[i], number);

      cr_expect (name == NULL || kv_table_find (name) != NULL, "%s has no row",
                 name != NULL ? name : "");
      if (number == 1024)
        number = 0xeffff;
    }
}

Test (filter, no_call_has_two_rows)
{
  size_t i, j;

  for (i = 0; kv_tables[i] != NULL; i++)
    for (j = 0; j < kv_tables[i]->n_rows; j++)
      cr_expect_eq (kv_table_find (kv_tables[i]->rows[j].name),
                    &kv_tables[i]->rows[j], "%s", kv_tables[i]->rows[j].name);
}

/* Numbers that some guard compares with, and some that none does. */
static const uint64_t values[]
    = { 0,          1,          2,          3,          5,           6,
        9,          16,         17,         31,         33,          0100,
        04000,      02000,      0100644,    0104644,    0020000,     0060000,
        020000000,  0x5412,     0x541c,     0x5423,     0x40000,     0x20000000,
        0x10000000, 0x40000000, 0xffffffff, 0x80000801, 0xffffffffff };

static uint32_t
answer_to (const struct kv_filter *filter, int number, unsigned draw)
{
  struct seccomp_data data = { .nr = number, .arch = SCMP_ARCH_X86_64 };
  /* Every other time the first few, of which sockets are made. */
  size_t range = draw % 2 == 0 ? 6 : KV_COUNT (values), i;

  for (i = 0; i < 4; i++) {
    draw = (draw ^ draw >> 15) * 0x2c1b3c6d + 0x297a2d39;
    data.args[i] = values[(draw ^ draw >> 13) % range];
  }
  return machine_run (filter, &data);
}

/* How often CALL was let through, of all draws; and never by the first
 * program where the second refuses. */
static unsigned
count_passed (const struct kv_filter *narrow, const struct kv_filter *wide,
              unsigned call)
{
  const char *name = kv_call_name (call);
  int number = seccomp_syscall_resolve_name_arch (SCMP_ARCH_X86_64, name);
  unsigned draw, passed = 0;

  for (draw = 0; draw < 2000 && number >= 0; draw++) {
    bool one = answer_to (narrow, number, draw) == SECCOMP_RET_ALLOW;

    passed += one;
    if (wide != NULL)
      cr_expect (!one || answer_to (wide, number, draw) == SECCOMP_RET_ALLOW,
                 "strict lets %s through and basic does not", name);
  }
  return number >= 0 ? passed : UINT_MAX;
}

static void
check_openness (unsigned call, uint32_t profile, unsigned closed_doors,
                unsigned open_doors)
{
  const char *name = kv_call_name (call);

  switch (kv_call_openness (call, profile)) {
  case KV_CLOSED:
    cr_expect_eq (open_doors, 0, "%s is closed and passes", name);
    break;
  case KV_OPEN:
    cr_expect_eq (closed_doors, 2000, "%s is open and is refused", name);
    break;
  default:
    cr_expect_gt (open_doors, 0, "%s is guarded and never passes", name);
    cr_expect_lt (closed_doors, 2000, "%s is guarded and always passes", name);
  }
}

/* Openness is an order: whatever strict lets through, basic does. */
Test (filter, openness_is_what_the_programs_say)
{
  static const uint32_t doors[] = { 0, ALL_FLAGS };
  struct kv_filter basic[2], strict[2];
  struct kv_error err = { 0 };
  unsigned call, i;

  for (i = 0; i < 2; i++) {
    struct kv_filter_spec spec
        = { .profile = KV_FILTER_BASIC, .flags = doors[i] };

    cr_assert_eq (kv_filter_compile (&spec, "x86_64", 0, &basic[i], &err), 0);
    spec.profile = KV_FILTER_STRICT;
    /* As the launcher does. */
    spec.flags &= ~(uint32_t) KV_FILTER_PTRACE;
    cr_assert_eq (kv_filter_compile (&spec, "x86_64", 0, &strict[i], &err), 0);
  }
  for (call = 0; call < kv_calls_count (); call++) {
    unsigned by_strict[2], by_basic[2];

    for (i = 0; i < 2; i++) {
      by_strict[i] = count_passed (&strict[i], &basic[i], call);
      by_basic[i] = count_passed (&basic[i], NULL, call);
    }
    cr_expect_leq (kv_call_openness (call, KV_FILTER_STRICT),
                   kv_call_openness (call, KV_FILTER_BASIC));
    if (by_basic[0] == UINT_MAX)
      continue;
    check_openness (call, KV_FILTER_STRICT, by_strict[0], by_strict[1]);
    check_openness (call, KV_FILTER_BASIC, by_basic[0], by_basic[1]);
  }
  for (i = 0; i < 2; i++) {
    free (basic[i].program);
    free (strict[i].program);
  }
}

/* What loading costs grows with the size. */
Test (filter, programs_stay_small)
{
  static const char *const arches[]
      = { "x86_64", "aarch64", "arm", "x86", "riscv64", "ppc64le" };
  struct kv_filter_spec spec
      = { .profile = KV_FILTER_STRICT, .flags = ALL_FLAGS };
  size_t i;

  for (i = 0; i < KV_COUNT (arches); i++) {
    struct kv_error err = { 0 };
    struct kv_filter filter;

    cr_assert_eq (kv_filter_compile (&spec, arches[i], 0, &filter, &err), 0,
                  "%s", err.text);
    cr_expect_lt (filter.size / sizeof (struct sock_filter), i == 0 ? 350 : 600,
                  "%s: %zu bytes", arches[i], filter.size);
    free (filter.program);
  }
}

Test (filter, unknown_architectures_are_refused)
{
  static const char *const arches[] = { "", "vax", "mips", "s390x", "x32" };
  struct kv_filter_spec spec = { .profile = KV_FILTER_STRICT, .flags = 0 };
  size_t i;

  for (i = 0; i < KV_COUNT (arches); i++) {
    struct kv_error err = { 0 };
    struct kv_filter filter;

    cr_expect_lt (kv_filter_compile (&spec, arches[i], 0, &filter, &err), 0);
    cr_expect_str_eq (err.code, "KVI-44", "%s", arches[i]);
  }
}

/* The tests' build differs from the installed program by the faults only. */
Test (filter, the_program_makes_the_same)
{
  struct kv_filter_spec spec
      = { .profile = KV_FILTER_STRICT, .flags = KV_FILTER_UNIX };
  const char *builddir = getenv ("builddir");
  unsigned char got[40000];
  struct kv_filter filter;
  struct kv_error err = { 0 };
  char command[4096];
  size_t n;
  FILE *f;

  if (builddir == NULL)
    cr_skip ("builddir is not set");
  snprintf (command, sizeof command,
            "'%s/core/filter/kavach-filter' strict-unix", builddir);
  f = popen (command, "r");
  cr_assert_not_null (f);
  n = fread (got, 1, sizeof got, f);
  cr_assert_eq (pclose (f), 0);
  cr_assert_eq (kv_filter_compile (&spec, NULL, 0, &filter, &err), 0);
  cr_expect_eq (n, filter.size);
  cr_expect_arr_eq (got, filter.program, filter.size);
  free (filter.program);
}

Test (filter, names_of_specs_come_back)
{
  struct kv_filter_spec spec, again;
  char name[KV_FILTER_NAME_SIZE];

  for (spec.profile = KV_FILTER_BASIC; spec.profile <= KV_FILTER_STRICT;
       spec.profile++)
    for (spec.flags = 0; spec.flags <= ALL_FLAGS; spec.flags++) {
      kv_filter_spec_name (&spec, name, sizeof name);
      cr_assert_eq (kv_filter_spec_parse (name, &again), 0, "%s", name);
      cr_expect_eq (again.profile, spec.profile);
      cr_expect_eq (again.flags, spec.flags);
    }
  spec = (struct kv_filter_spec){ .profile = KV_FILTER_STRICT,
                                  .flags = KV_FILTER_UNIX | KV_FILTER_INET };
  kv_filter_spec_name (&spec, name, sizeof name);
  cr_expect_str_eq (name, "strict-unix-inet");
}

Test (filter, other_names_are_refused)
{
  static const char *const names[]
      = { "",           "nothing",     "strict-",          "strict-inet-unix",
          "basic-mail", "strict unix", "strict-unix-unix", "strictunix",
          "../basic" };
  struct kv_filter_spec spec = { .flags = 0 };
  size_t i;

  for (i = 0; i < KV_COUNT (names); i++)
    cr_expect_lt (kv_filter_spec_parse (names[i], &spec), 0, "%s", names[i]);
}

#define RETURN(k)                                                              \
  {                                                                            \
    BPF_RET | BPF_K, 0, 0, (k)                                                 \
  }

Test (filter, the_linker_jumps_over_the_parts_between)
{
  struct sock_filter tree[] = { { BPF_LD | BPF_W | BPF_ABS, 0, 0, 0 },
                                { BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 7 },
                                RETURN (SECCOMP_RET_TRACE | 2),
                                { BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 8 },
                                RETURN (SECCOMP_RET_TRACE | 1),
                                RETURN (SECCOMP_RET_TRACE | 0) };
  struct sock_filter first[] = { RETURN (1) };
  struct sock_filter second[] = { RETURN (2) };
  struct kv_part parts[] = { { tree, 6 }, { first, 1 }, { second, 1 } };
  struct seccomp_data data = { .nr = 7 };
  struct kv_error err = { 0 };
  struct kv_filter filter;
  struct kv_part out;

  cr_assert_eq (kv_link (parts, 3, &out, &err), 0, "%s", err.text);
  filter.program = out.code;
  filter.size = out.length * sizeof *out.code;
  cr_expect_eq (machine_run (&filter, &data), 2);
  data.nr = 8;
  cr_expect_eq (machine_run (&filter, &data), 1);
  data.nr = 9;
  cr_expect_eq (machine_run (&filter, &data), SECCOMP_RET_ERRNO | 38);
  free (out.code);
}

Test (filter, the_linker_refuses_what_leads_nowhere)
{
  struct sock_filter unknown[] = { RETURN (SECCOMP_RET_TRACE | 5) };
  struct sock_filter endless[] = { { BPF_LD | BPF_W | BPF_ABS, 0, 0, 0 } };
  struct sock_filter fine[] = { RETURN (1) };
  struct kv_part parts[] = { { unknown, 1 }, { fine, 1 } };
  struct kv_part backwards[] = { { fine, 1 }, { unknown, 1 } };
  struct kv_part open[] = { { endless, 1 } };
  struct kv_error err = { 0 };
  struct kv_part out;

  cr_expect_lt (kv_link (parts, 2, &out, &err), 0);
  cr_expect_lt (kv_link (backwards, 2, &out, NULL), 0);
  cr_expect_lt (kv_link (open, 1, &out, NULL), 0);
  cr_expect_lt (kv_link (parts, 0, &out, NULL), 0);
  cr_expect_str_eq (err.code, "KVI-40");
}

/* What the shrinker does not understand stays as it is. */
Test (filter, strange_programs_are_not_shrunk)
{
  struct sock_filter strange[] = { { BPF_LD | BPF_W | BPF_ABS, 0, 0, 4 },
                                   { BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 9 },
                                   RETURN (0),
                                   { BPF_LD | BPF_W | BPF_ABS, 0, 0, 0 },
                                   { BPF_ALU | BPF_ADD | BPF_K, 0, 0, 1 },
                                   RETURN (1) };
  struct kv_part part = { strange, 6 };

  cr_expect_lt (kv_shrink_tree (&part, 9), 0);
  cr_expect_lt (kv_shrink_tree (&part, 8), 0);
  cr_expect_lt (kv_shrink_call (&part, 9, 1), 0);
  cr_expect_eq (part.code, strange);
}

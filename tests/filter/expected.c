/* SPDX-License-Identifier: Apache-2.0 */
/* What the profiles ought to say, written down a second time and in another
 * shape than core/filter/table_*.c: by number, from the kernel's list for
 * x86-64.  Whoever changes one has to change the other, and means it. */
#include "config.h"

#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/compile.h"
#include "core/util/cleanup.h"
#include "tests/filter/machine.h"

/*  a allowed              b EPERM under strict   n ENOSYS under strict
 *  p EPERM                s ENOSYS               . no call: ENOSYS
 *  I with the flag ipc    T with the flag ptrace, else EPERM
 *  g by arguments         h by arguments under strict, else allowed
 *                         k by arguments under basic, else EPERM */
static const char by_number[] = "aagaaaaaaa"
                                "aaaaaagaaa"
                                "aaaaaaaaaI"
                                "IIaaaaaaaa"
                                "agaaaaaaaa"
                                "aaaghagaaa"
                                "aaaaIIIIII"
                                "IIaaaaaaaa"
                                "aaaaagaaaa"
                                "ggaaaaaaaa"
                                /* 100 */
                                "aTapaaaaaa"
                                "aaaaaaaaaa"
                                "aaaaaaaaaa"
                                "aaagpgpaap"
                                "aggagaaaaa"
                                "abapbpshap"
                                "apappppppp"
                                "pppppppppp"
                                "psssssaaaa"
                                "aaaaaaaaaa"
                                /* 200 */
                                "aaagaannnn"
                                "napassbaaa"
                                "Iaaaaaapaa"
                                "aaaaaasaaa"
                                "IIIIIIpapp"
                                "pgaaaabgag"
                                "aaaaaaaaga"
                                "aapaaaaabb"
                                "aaaaaaaaaa"
                                "aaaaaaaapa"
                                /* 300 */
                                "ppgbppaapa"
                                "TTTpkaaaab"
                                "ppnpaaaaaa"
                                "aaana....."
                                ".........."
                                ".........."
                                ".........."
                                ".........."
                                ".........."
                                ".........."
                                /* 400 */
                                ".........."
                                ".........."
                                "....appppp"
                                "ppppasasTa"
                                "TappaaabTa"
                                "bagaaaappp"
                                "ppaaaaapab";

/* Calls that x86-64 has not; what is not here is allowed. */
static const char *const elsewhere[] = {
  "p umount",
  "p stime",
  "p clock_settime64",
  "p clock_adjtime64",
  "p vm86",
  "p vm86old",
  "p bdflush",
  "p pciconfig_iobase",
  "p pciconfig_read",
  "p pciconfig_write",
  "I ipc",
  "I mq_timedsend_time64",
  "I mq_timedreceive_time64",
  "I semtimedop_time64",
  "n io_pgetevents_time64",
  "s socketcall",
  "s break",
  "s ftime",
  "s gtty",
  "s stty",
  "s idle",
  "s lock",
  "s mpx",
  "s prof",
  "s profil",
  "s ulimit",
};

enum {
  U = KV_FILTER_UNIX,
  N = KV_FILTER_INET,
  R = KV_FILTER_NETLINK_ROUTE,
  O = KV_FILTER_OTHERS
};

/* One call with arguments that matter. */
struct probe {
  const char *call;
  uint64_t args[4];
  /* What either profile answers: an errno, or 0. */
  int basic;
  int strict;
  /* Without these flags the answer is EAFNOSUPPORT, or EPERM for what is
   * no socket. */
  uint32_t flags;
};

static const struct probe probes[] = {
  { "clone", { 0x11 }, 0, 0, 0 },
  { "clone", { 0x3d0f00 }, 0, 0, 0 },
  { "clone", { 0x00020011 }, EPERM, EPERM, 0 },
  { "clone", { 0x02000011 }, EPERM, EPERM, 0 },
  { "clone", { 0x04000011 }, EPERM, EPERM, 0 },
  { "clone", { 0x08000011 }, EPERM, EPERM, 0 },
  { "clone", { 0x10000011 }, EPERM, EPERM, 0 },
  { "clone", { 0x20000011 }, EPERM, EPERM, 0 },
  { "clone", { 0x40000011 }, EPERM, EPERM, 0 },
  { "clone", { 0x7e020000 }, EPERM, EPERM, 0 },
  /* socket and bind by way of socketcall. */
  { "socketcall", { 1, 0x1000 }, ENOSYS, ENOSYS, 0 },
  { "socketcall", { 2, 0x1000 }, ENOSYS, ENOSYS, 0 },
  { "ioctl", { 1, 0x5401 }, 0, 0, 0 },
  { "ioctl", { 1, 0x5412 }, EPERM, EPERM, 0 },
  { "ioctl", { 1, 0x541c }, EPERM, EPERM, 0 },
  { "ioctl", { 1, 0x5423 }, EPERM, EPERM, 0 },
  { "ioctl", { 1, 0x80045430 }, 0, 0, 0 },
  { "personality", { 0 }, 0, 0, 0 },
  { "personality", { 0xffffffff }, 0, 0, 0 },
  { "personality", { 0x0040000 }, 0, EPERM, 0 },
  { "personality", { 0x0440000 }, EPERM, EPERM, 0 },
  { "personality", { 0x0400000 }, EPERM, EPERM, 0 },
  { "personality", { 8 }, EPERM, EPERM, 0 },
  { "prctl", { 15 }, 0, 0, 0 },
  { "prctl", { 22 }, 0, 0, 0 },
  { "prctl", { 0x59616d61 }, 0, 0, 0 },
  { "prctl", { 35 }, 0, EPERM, 0 },
  { "prctl", { 62 }, 0, EPERM, 0 },
  { "prlimit64", { 0, 7, 0x1000 }, 0, 0, 0 },
  { "prlimit64", { 1, 7, 0x1000 }, EPERM, EPERM, 0 },
  { "sched_setparam", { 0, 1 }, 0, 0, 0 },
  { "sched_setparam", { 5, 1 }, 0, 0, O },
  { "sched_setaffinity", { 0, 8 }, 0, 0, 0 },
  { "sched_setaffinity", { 5, 8 }, 0, 0, O },
  { "sched_setattr", { 0, 8 }, 0, EPERM, 0 },
  { "sched_setattr", { 5, 8 }, 0, EPERM, O },
  { "setpriority", { 0, 0, 5 }, 0, 0, 0 },
  { "setpriority", { 1, 0, 5 }, 0, 0, 0 },
  { "setpriority", { 2, 0, 5 }, 0, 0, O },
  { "setpriority", { 0, 9, 5 }, 0, 0, O },
  { "ioprio_set", { 1, 0, 5 }, 0, 0, 0 },
  { "ioprio_set", { 2, 0, 5 }, 0, 0, 0 },
  { "ioprio_set", { 3, 0, 5 }, 0, 0, O },
  { "ioprio_set", { 1, 9, 5 }, 0, 0, O },
  { "sched_setscheduler", { 5, 0 }, 0, 0, O },
  { "sched_setscheduler", { 0, 0 }, 0, 0, 0 },
  { "sched_setscheduler", { 0, 3 }, 0, 0, 0 },
  { "sched_setscheduler", { 0, 0x40000005 }, 0, 0, 0 },
  { "sched_setscheduler", { 0, 1 }, 0, EPERM, 0 },
  { "sched_setscheduler", { 0, 0x40000002 }, 0, EPERM, 0 },
  { "mknod", { 1, 0100644 }, 0, 0, 0 },
  { "mknod", { 1, 0644 }, 0, 0, 0 },
  { "mknod", { 1, 0010600 }, 0, 0, 0 },
  { "mknod", { 1, 0020600 }, EPERM, EPERM, 0 },
  { "mknod", { 1, 0060600 }, EPERM, EPERM, 0 },
  { "mknod", { 1, 0140600 }, EPERM, EPERM, 0 },
  { "mknod", { 1, 0104755 }, EPERM, EPERM, 0 },
  { "mknodat", { 1, 1, 0010600 }, 0, 0, 0 },
  { "mknodat", { 1, 1, 0020600 }, EPERM, EPERM, 0 },
  { "mknodat", { 1, 1, 0102755 }, EPERM, EPERM, 0 },
  { "chmod", { 1, 0755 }, 0, 0, 0 },
  { "chmod", { 1, 01777 }, 0, 0, 0 },
  { "chmod", { 1, 04755 }, EPERM, EPERM, 0 },
  { "fchmod", { 1, 02755 }, EPERM, EPERM, 0 },
  { "fchmodat", { 1, 1, 0644 }, 0, 0, 0 },
  { "fchmodat", { 1, 1, 04755 }, EPERM, EPERM, 0 },
  { "fchmodat2", { 1, 1, 06755 }, EPERM, EPERM, 0 },
  { "fchmodat2", { 1, 1, 0600 }, 0, 0, 0 },
  { "creat", { 1, 0644 }, 0, 0, 0 },
  { "creat", { 1, 04755 }, EPERM, EPERM, 0 },
  { "open", { 1, 0, 0xffffffff }, 0, 0, 0 },
  { "open", { 1, 0101, 0644 }, 0, 0, 0 },
  { "open", { 1, 0101, 04755 }, EPERM, EPERM, 0 },
  { "openat", { 1, 1, 02000000, 0xffffffff }, 0, 0, 0 },
  { "openat", { 1, 1, 0102, 0600 }, 0, 0, 0 },
  { "openat", { 1, 1, 0102, 02755 }, EPERM, EPERM, 0 },
  { "openat", { 1, 1, 020200002, 04700 }, EPERM, EPERM, 0 },
  { "openat", { 1, 1, 020200002, 0700 }, 0, 0, 0 },
  { "setsockopt", { 3, 6, 1 }, 0, 0, 0 },
  { "setsockopt", { 3, 1, 31 }, 0, 0, 0 },
  { "setsockopt", { 3, 6, 31 }, 0, ENOPROTOOPT, 0 },
  { "socket", { 1, 1, 0 }, 0, 0, U },
  { "socket", { 1, 02004002, 0 }, 0, 0, U },
  { "socket", { 1, 5, 0 }, 0, 0, U },
  { "socket", { 2, 1, 0 }, 0, 0, N },
  { "socket", { 2, 02004001, 6 }, 0, 0, N },
  { "socket", { 2, 2, 17 }, 0, 0, N },
  { "socket", { 10, 1, 6 }, 0, 0, N },
  { "socket", { 10, 02000002, 0 }, 0, 0, N },
  { "socket", { 16, 3, 0 }, 0, 0, R },
  { "socket", { 16, 02000002, 0 }, 0, 0, R },
  /* Never: raw, ICMP, SCTP, MPTCP, other netlinks, other families. */
  { "socket", { 2, 3, 1 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
  { "socket", { 2, 2, 1 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
  { "socket", { 10, 2, 58 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
  { "socket", { 2, 1, 132 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
  { "socket", { 2, 1, 262 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
  { "socket", { 2, 2, 136 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
  { "socket", { 2, 5, 0 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
  { "socket", { 1, 3, 0 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
  { "socket", { 16, 3, 9 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
  { "socket", { 16, 3, 15 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
  { "socket", { 17, 3, 0x300 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
  { "socket", { 38, 5, 0 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
  { "socket", { 40, 1, 0 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
  { "socketpair", { 1, 02000001, 0 }, 0, 0, 0 },
  { "socketpair", { 1, 5, 0 }, 0, 0, 0 },
  { "socketpair", { 1, 3, 0 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
  { "socketpair", { 2, 1, 0 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
  { "socketpair", { 30, 1, 0 }, EAFNOSUPPORT, EAFNOSUPPORT, 0 },
};

struct check {
  const struct kv_filter_spec *spec;
  struct kv_filter filter;
  uint32_t arch;
  unsigned mismatches;
  int loud;
};

static void
expect (struct check *check, const struct seccomp_data *data, uint32_t want,
        const char *name)
{
  uint32_t got = machine_run (&check->filter, data);
  char spec[64];

  if (got == want)
    return;
  if (check->loud && check->mismatches++ < 10) {
    kv_filter_spec_name (check->spec, spec, sizeof spec);
    fprintf (stderr,
             "%s, arch %x, call %x %s (%llx, %llx, %llx): %x, want %x\n", spec,
             data->arch, data->nr, name, (unsigned long long) data->args[0],
             (unsigned long long) data->args[1],
             (unsigned long long) data->args[2], got, want);
  }
  else if (!check->loud)
    check->mismatches++;
}

static uint32_t
refuse (int number)
{
  return number == 0 ? SECCOMP_RET_ALLOW
                     : SECCOMP_RET_ERRNO | (uint32_t) number;
}

static char
letter_of (const char *name)
{
  int number = seccomp_syscall_resolve_name_arch (SCMP_ARCH_X86_64, name);
  size_t i;

  if (number >= 0)
    return (size_t) number < sizeof by_number - 1 ? by_number[number] : '.';
  for (i = 0; i < KV_COUNT (elsewhere); i++)
    if (strcmp (elsewhere[i] + 2, name) == 0)
      return elsewhere[i][0];
  return 'a';
}

/* -1: its arguments decide. */
static int
errno_of (char letter, const struct kv_filter_spec *spec)
{
  int strict = spec->profile == KV_FILTER_STRICT;

  switch (letter) {
  case 'a':
    return 0;
  case 'b':
    return strict ? EPERM : 0;
  case 'n':
    return strict ? ENOSYS : 0;
  case 'p':
    return EPERM;
  case 'I':
    return (spec->flags & KV_FILTER_IPC) != 0 ? 0 : EPERM;
  case 'T':
    return (spec->flags & KV_FILTER_PTRACE) != 0 ? 0 : EPERM;
  case 'g':
    return -1;
  case 'h':
    return strict ? -1 : 0;
  case 'k':
    return strict ? EPERM : -1;
  default:
    return ENOSYS;
  }
}

static void
check_number (struct check *check, int number)
{
  kv_autofree char *name
      = seccomp_syscall_resolve_num_arch (check->arch, number);
  struct seccomp_data data = { .nr = number, .arch = check->arch };
  /* Newer than libseccomp: the number alone is known, on this machine. */
  char letter = name != NULL ? letter_of (name)
                : check->arch == seccomp_arch_native ()
                        && check->arch == SCMP_ARCH_X86_64
                        && (size_t) number < sizeof by_number - 1
                    ? by_number[number]
                    : '.';
  int want = errno_of (letter, check->spec);

  if (want < 0)
    return;
  expect (check, &data, refuse (want), name != NULL ? name : "");
  memset (data.args, 0xff, sizeof data.args);
  expect (check, &data, refuse (want), name != NULL ? name : "");
}

/* libseccomp gives socketcall's own numbering for some of these. */
static int
number_of (uint32_t arch, const char *call)
{
  int number;

  for (number = 0; number < 1024; number++) {
    kv_autofree char *name = seccomp_syscall_resolve_num_arch (arch, number);

    if (name != NULL && strcmp (name, call) == 0)
      return number;
  }
  return -1;
}

static void
check_probe (struct check *check, const struct probe *probe)
{
  struct seccomp_data data
      = { .nr = number_of (check->arch, probe->call), .arch = check->arch };
  int want
      = check->spec->profile == KV_FILTER_STRICT ? probe->strict : probe->basic;
  size_t i;

  if (data.nr < 0)
    return;
  if ((probe->flags & ~check->spec->flags) != 0)
    want = strcmp (probe->call, "socket") == 0 ? EAFNOSUPPORT : EPERM;
  memcpy (data.args, probe->args, sizeof probe->args);
  expect (check, &data, refuse (want), probe->call);
  /* The kernel looks at 32 bits of each of them, and so must the filter. */
  for (i = 0; i < 4; i++)
    data.args[i] |= UINT64_C (0xdead0001) << 32;
  expect (check, &data, refuse (want), probe->call);
  for (i = 0; i < 4; i++)
    data.args[i] |= UINT64_C (0xffffffff) << 32;
  expect (check, &data, refuse (want), probe->call);
}

/* Whoever passes no new limit only asks. */
static void
check_asking (struct check *check)
{
  struct seccomp_data data = { .nr = number_of (check->arch, "prlimit64"),
                               .arch = check->arch,
                               .args = { 5, 7, 0 } };

  if (data.nr < 0)
    return;
  expect (check, &data, SECCOMP_RET_ALLOW, "prlimit64");
  data.args[2] = 0x1000;
  expect (check, &data, refuse (EPERM), "prlimit64");
}

static void
check_other_entries (struct check *check)
{
  static const uint32_t arches[] = {
    AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM, 0,
    UINT32_MAX
  };
  static const int numbers[] = { 1024, 0xf0000, 0x3fffffff, -1 };
  struct seccomp_data data = { .arch = check->arch };
  size_t i;
  int number;

  for (i = 0; i < KV_COUNT (arches); i++)
    for (number = -1; number < 512 && arches[i] != check->arch; number++) {
      struct seccomp_data other = { .nr = number, .arch = arches[i] };

      expect (check, &other, SECCOMP_RET_KILL_PROCESS, "other arch");
    }
  for (i = 0; i < KV_COUNT (numbers); i++) {
    data.nr = numbers[i];
    expect (check, &data, refuse (ENOSYS), "unknown");
  }
  if (check->arch != SCMP_ARCH_X86_64)
    return;
  for (number = 0; number < 1024; number++) {
    data.nr = 0x40000000 | number;
    expect (check, &data, SECCOMP_RET_KILL_PROCESS, "x32");
  }
}

unsigned
expected_mismatches (const struct kv_filter_spec *spec, const char *arch,
                     unsigned how, int loud)
{
  struct check check = { .spec = spec, .loud = loud };
  struct kv_error err = { 0 };
  size_t i;
  int number;

  check.arch = seccomp_arch_resolve_name (arch);
  if (kv_filter_compile (spec, arch, how, &check.filter, &err) < 0) {
    kv_error_print (&err);
    return 1;
  }
  for (number = 0; number < 1024; number++)
    check_number (&check, number);
  for (i = 0; i < KV_COUNT (probes); i++)
    check_probe (&check, &probes[i]);
  check_asking (&check);
  check_other_entries (&check);
  free (check.filter.program);
  return check.mismatches;
}

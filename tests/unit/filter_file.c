/* SPDX-License-Identifier: Apache-2.0 */
/* What the programs made of seccomp files answer. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/compile.h"
#include "core/filter/fault.h"
#include "core/filter/known.h"
#include "core/filter/oci_profile.h"
#include "core/util/cleanup.h"
#include "tests/filter/machine.h"
#include "tests/unit/corpus.h"

/* The tests' build of the compiler asks this. */
int kv_filter_fault;

#define PERM (SECCOMP_RET_ERRNO | EPERM)
#define INVAL (SECCOMP_RET_ERRNO | EINVAL)
#define NOSYS (SECCOMP_RET_ERRNO | ENOSYS)
#define ALLOW SECCOMP_RET_ALLOW
#define HIGH (UINT64_C (1) << 32)

/* One call of a file, and the answer; the sample's answers end with NULL. */
struct probe {
  const char *call;
  uint64_t args[3];
  uint32_t want;
};

static const struct probe conditions[] = {
  { "read", { 5 }, ALLOW },
  { "write", { 5 }, ALLOW },
  { "getpid", { 0 }, INVAL },
  { "kill", { 99, 0 }, ALLOW },
  { "kill", { 99, 9 }, INVAL },
  { "kill", { 99, HIGH }, INVAL },
  { "dup", { 2 }, ALLOW },
  { "dup", { 3 }, INVAL },
  { "close", { 7 }, INVAL },
  { "close", { 8 }, ALLOW },
  { "close", { HIGH }, ALLOW },
  { "fchdir", { 6 }, INVAL },
  { "fchdir", { 7 }, ALLOW },
  { "fsync", { 6 }, ALLOW },
  { "fsync", { 7 }, INVAL },
  { "fdatasync", { 7 }, INVAL },
  { "fdatasync", { 8 }, ALLOW },
  { "mprotect", { 0, 0, 3 }, ALLOW },
  { "mprotect", { 0, 0, 5 }, INVAL },
  { "lseek", { 3, 9, 1 }, ALLOW },
  { "lseek", { 3, 9, 0 }, INVAL },
  { "lseek", { 4, 9, 1 }, INVAL },
  /* Two conditions on one argument: either. */
  { "umask", { 18 }, ALLOW },
  { "umask", { 63 }, ALLOW },
  { "umask", { 0 }, INVAL },
  { "alarm", { UINT64_MAX }, ALLOW },
  { "alarm", { UINT32_MAX }, INVAL },
  { NULL, { 0 }, 0 },
};

static const struct probe refuse_some[] = {
  { "mkdir", { 0 }, PERM },
  { "mkdirat", { 0 }, PERM },
  { "symlink", { 0 }, SECCOMP_RET_ERRNO | EROFS },
  { "link", { 0 }, SECCOMP_RET_ERRNO | EMLINK },
  { "getitimer", { 0 }, SECCOMP_RET_KILL_PROCESS },
  { "setitimer", { 0 }, SECCOMP_RET_TRAP },
  { "vmsplice", { 0 }, NOSYS },
  { "sysinfo", { 0 }, SECCOMP_RET_LOG },
  { "getpriority", { 0 }, SECCOMP_RET_KILL_THREAD },
  { "times", { 0 }, SECCOMP_RET_KILL_THREAD },
  { "read", { 0 }, ALLOW },
  { NULL, { 0 }, 0 },
};

static const struct probe engine[] = {
  { "read", { 0 }, ALLOW },
  { "write", { 0 }, NOSYS },
  { "getpid", { 0 }, SECCOMP_RET_ERRNO | ESRCH },
  { "getppid", { 0 }, ALLOW },
  { "getuid", { 0 }, ALLOW },
  { "getgid", { 0 }, NOSYS },
  { "geteuid", { 0 }, NOSYS },
  { "getegid", { 0 }, ALLOW },
  { "getsid", { 0 }, ALLOW },
  { "getpgid", { 0 }, NOSYS },
  { "gettid", { 0 }, ALLOW },
  { "getcpu", { 0 }, NOSYS },
  { "umount2", { 0 }, PERM },
  { NULL, { 0 }, 0 },
};

static const struct probe runtime[] = {
  /* The first rule without conditions counts, as in libseccomp. */
  { "read", { 0 }, ALLOW },
  { "write", { 0 }, ALLOW },
  { "exit_group", { 0 }, ALLOW },
  { "execve", { 0 }, PERM },
  { NULL, { 0 }, 0 },
};

static const struct probe least[] = {
  { "read", { 0 }, ALLOW },
  { "mount", { 0 }, ALLOW },
  { NULL, { 0 }, 0 },
};

static const struct {
  const char *name;
  const struct probe *probes;
} samples[] = {
  { "conditions", conditions }, { "refuse-some", refuse_some },
  { "engine", engine },         { "runtime", runtime },
  { "least", least },
};

static void
load (const char *sample, struct kv_oci_profile *profile)
{
  kv_autofree char *text = NULL;
  struct kv_faults faults;
  struct kv_error err = { 0 };
  char path[128];
  size_t size;

  snprintf (path, sizeof path, "tests/corpus/seccomp/valid/%s.json", sample);
  text = kv_source_file (path, &size);
  cr_assert_not_null (text, "%s", path);
  cr_assert_eq (kv_oci_profile_parse (text, size, 0, profile, &faults, &err),
                0);
}

static void
compile (const char *sample, const char *const *allow, const char *const *deny,
         unsigned how, struct kv_filter *filter)
{
  struct kv_filter_spec spec = { .profile = KV_FILTER_NONE };
  struct kv_oci_profile profile;
  struct kv_error err = { 0 };

  load (sample, &profile);
  cr_assert_eq (kv_calls_resolve (allow, deny, &spec.allow, &spec.deny, &err),
                0);
  cr_assert_eq (
      kv_filter_compile_file (&spec, &profile, "x86_64", how, filter, &err), 0,
      "%s: %s", sample, err.text);
  kv_oci_profile_free (&profile);
}

static uint32_t
answer (const struct kv_filter *filter, const struct probe *probe)
{
  struct seccomp_data data = { .arch = SCMP_ARCH_X86_64 };

  data.nr = seccomp_syscall_resolve_name_arch (SCMP_ARCH_X86_64, probe->call);
  memcpy (data.args, probe->args, sizeof probe->args);
  return machine_run (filter, &data);
}

/* How many answers of the sample are wrong. */
static unsigned
mismatches (size_t sample, unsigned how, bool loud)
{
  const struct probe *probe = samples[sample].probes;
  struct kv_filter filter;
  unsigned wrong = 0;

  compile (samples[sample].name, NULL, NULL, how, &filter);
  for (; probe->call != NULL; probe++) {
    uint32_t got = answer (&filter, probe);

    if (loud)
      cr_expect_eq (got, probe->want, "%s: %s: %x, want %x",
                    samples[sample].name, probe->call, got, probe->want);
    wrong += got != probe->want;
  }
  free (filter.program);
  return wrong;
}

Test (filter_file, samples_say_what_is_written_down)
{
  size_t i;

  for (i = 0; i < KV_COUNT (samples); i++) {
    mismatches (i, 0, true);
    mismatches (i, KV_COMPILE_PLAIN, true);
  }
}

static const char *const opened[] = { "getpid", "lseek", "membarrier", NULL };
static const char *const closed[] = { "read", "@keyring", NULL };
static const struct probe worded[] = {
  { "getpid", { 0 }, ALLOW }, { "lseek", { 9 }, ALLOW },
  { "read", { 0 }, PERM },    { "keyctl", { 0 }, PERM },
  { "write", { 0 }, ALLOW },  { "membarrier", { 0 }, ALLOW },
  { "gettid", { 0 }, NOSYS }, { "getuid", { 0 }, NOSYS },
  { "getcwd", { 0 }, INVAL }, { NULL, { 0 }, 0 },
};

static unsigned
word_mismatches (void)
{
  const struct probe *probe;
  struct kv_filter filter;
  unsigned wrong = 0;

  compile ("conditions", opened, closed, 0, &filter);
  for (probe = worded; probe->call != NULL; probe++)
    wrong += answer (&filter, probe) != probe->want;
  free (filter.program);
  return wrong;
}

Test (filter_file, words_of_the_policy_outdo_the_file)
{
  cr_expect_eq (word_mismatches (), 0);
}

Test (filter_file, every_planted_fault_is_seen)
{
  for (kv_filter_fault = KV_FAULT_OF_FILES; kv_filter_fault < KV_FAULT_END;
       kv_filter_fault++) {
    unsigned wrong = word_mismatches ();
    size_t i;

    for (i = 0; i < KV_COUNT (samples); i++)
      wrong += mismatches (i, 0, false);
    cr_expect_gt (wrong, 0, "fault %d goes unnoticed", kv_filter_fault);
  }
  kv_filter_fault = KV_FAULT_NONE;
}

/* A call that came after the file is one that the kernel has not. */
Test (filter_file, newer_calls_are_unknown_and_not_refused)
{
  struct seccomp_data data = { .arch = SCMP_ARCH_X86_64, .nr = 400 };
  struct kv_filter filter;

  compile ("conditions", NULL, NULL, 0, &filter);
  cr_expect_eq (machine_run (&filter, &data), NOSYS);
  data.nr = 0xefff;
  cr_expect_eq (machine_run (&filter, &data), NOSYS);
  /* Older than the highest that the file names, 95. */
  data.nr = 94;
  cr_expect_eq (machine_run (&filter, &data), INVAL);
  data.nr = 0x40000000 | 400;
  cr_expect_eq (machine_run (&filter, &data), SECCOMP_RET_KILL_PROCESS);
  data.arch = SCMP_ARCH_X86;
  data.nr = 400;
  cr_expect_eq (machine_run (&filter, &data), SECCOMP_RET_KILL_PROCESS);
  free (filter.program);
  data = (struct seccomp_data){ .arch = SCMP_ARCH_X86_64, .nr = 400 };
  compile ("refuse-some", NULL, NULL, 0, &filter);
  cr_expect_eq (machine_run (&filter, &data), ALLOW);
  free (filter.program);
}

Test (filter_file, rules_that_contradict_each_other_are_refused)
{
  static const char text[]
      = "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [\n"
        "{\"names\": [\"dup\"], \"action\": \"SCMP_ACT_ERRNO\", \"args\":\n"
        " [{\"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_EQ\"}]},\n"
        "{\"names\": [\"dup\"], \"action\": \"SCMP_ACT_TRAP\", \"args\":\n"
        " [{\"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_EQ\"}]}]}\n";
  struct kv_filter_spec spec = { .profile = KV_FILTER_NONE };
  struct kv_oci_profile profile;
  struct kv_faults faults;
  struct kv_error err = { 0 };
  struct kv_filter filter;

  cr_assert_eq (
      kv_oci_profile_parse (text, sizeof text - 1, 0, &profile, &faults, &err),
      0);
  cr_expect_lt (
      kv_filter_compile_file (&spec, &profile, NULL, 0, &filter, &err), 0);
  cr_expect_str_eq (err.code, "KVC-05");
  cr_expect (strncmp (err.text, "4:1 ", 4) == 0, "%s", err.text);
  kv_oci_profile_free (&profile);
}

/* As many conditions as anybody may write are still one program, or a
 * refusal: never one that is cut. */
Test (filter_file, more_than_the_kernel_takes_is_refused)
{
  struct kv_filter_spec spec = { .profile = KV_FILTER_NONE };
  static char text[600000];
  struct kv_oci_profile profile;
  struct kv_faults faults;
  struct kv_error err = { 0 };
  struct kv_filter filter;
  size_t used;
  unsigned i;

  used = (size_t) sprintf (text, "{\"defaultAction\": \"SCMP_ACT_ALLOW\", "
                                 "\"syscalls\": [");
  for (i = 0; i < 2500; i++)
    used += (size_t) sprintf (
        text + used,
        "%s{\"names\": [\"%s\"], \"action\": \"SCMP_ACT_ERRNO\", \"args\": "
        "[{\"index\": 0, \"value\": %u, \"op\": \"SCMP_CMP_EQ\"}, "
        "{\"index\": 1, \"value\": %u, \"op\": \"SCMP_CMP_EQ\"}]}",
        i == 0 ? "" : ",", i % 2 == 0 ? "dup" : "close", i, i);
  used += (size_t) sprintf (text + used, "]}");
  cr_assert_eq (kv_oci_profile_parse (text, used, 0, &profile, &faults, &err),
                0);
  cr_expect_lt (
      kv_filter_compile_file (&spec, &profile, NULL, 0, &filter, &err), 0);
  cr_expect_str_eq (err.code, "KVI-41", "%s %s", err.code, err.text);
  kv_oci_profile_free (&profile);
}

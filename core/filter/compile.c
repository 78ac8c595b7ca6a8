/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/filter/compile_private.h"
#include "core/filter/guard.h"
#include "core/filter/link.h"
#include "core/filter/shrink.h"
#include "core/filter/table.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"

void
kv_release_context (scmp_filter_ctx *ctx)
{
  if (*ctx != NULL)
    seccomp_release (*ctx);
}

static void
release_compiler (struct kv_compiler *compiler)
{
  size_t i;

  for (i = 0; i < compiler->n_parts; i++)
    free (compiler->parts[i].code);
  kv_release_context (&compiler->main);
}

int
kv_fail_seccomp (struct kv_error *err, int rc, const char *what,
                 const char *which)
{
  errno = -rc;
  return kv_fail_errno (err, "KVI-42", "libseccomp: %s %s", what, which);
}

/* The rules here were written for these; on others some numbers differ
 * (open's flags, the terminal's ioctls). */
static bool
is_served (uint32_t arch)
{
  switch (arch) {
  case SCMP_ARCH_X86_64:
  case SCMP_ARCH_X86:
  case SCMP_ARCH_AARCH64:
  case SCMP_ARCH_ARM:
  case SCMP_ARCH_RISCV64:
  case SCMP_ARCH_PPC64LE:
  case SCMP_ARCH_S390X:
    return true;
  default:
    return false;
  }
}

scmp_filter_ctx
kv_new_context (const struct kv_compiler *compiler, uint32_t otherwise,
                struct kv_error *err)
{
  scmp_filter_ctx ctx = seccomp_init (otherwise);
  uint32_t bad_arch
      = KV_FAULT (KV_FAULT_BAD_ARCH) ? SCMP_ACT_ALLOW : SCMP_ACT_KILL_PROCESS;
  int rc = 0;

  if (ctx == NULL) {
    kv_fail (err, "KVI-42", "libseccomp cannot make a filter");
    return NULL;
  }
  if (compiler->foreign) {
    rc = seccomp_arch_remove (ctx, SCMP_ARCH_NATIVE);
    if (rc == 0)
      rc = seccomp_arch_add (ctx, compiler->arch);
  }
  if (rc == 0)
    rc = seccomp_attr_set (ctx, SCMP_FLTATR_ACT_BADARCH, bad_arch);
  if (rc == 0)
    rc = seccomp_attr_set (ctx, SCMP_FLTATR_CTL_NNP, 0);
  /* A binary tree: what the kernel walks for each number when it loads the
   * program would otherwise grow with the square of the rules. */
  if (rc == 0)
    rc = seccomp_attr_set (ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
  if (rc < 0) {
    kv_fail_seccomp (err, rc, "cannot set up", "a filter");
    seccomp_release (ctx);
    return NULL;
  }
  return ctx;
}

/* libseccomp writes to a descriptor only. */
static int
export_part (scmp_filter_ctx ctx, struct kv_part *part, struct kv_error *err)
{
  kv_autofclose FILE *file = NULL;
  kv_autoclose int memory = memfd_create ("kavach-filter", MFD_CLOEXEC);
  int fd = memory;
  size_t size;
  int rc;

  /* Inside a sandbox of kavach's own there is no memfd. */
  if (fd < 0) {
    file = tmpfile ();
    if (file == NULL)
      return kv_fail_errno (err, "KVI-43",
                            "no temporary file for the seccomp program");
    fd = fileno (file);
  }
  rc = seccomp_export_bpf (ctx, fd);
  if (rc < 0)
    return kv_fail_seccomp (err, rc, "cannot export", "the program");
  if (lseek (fd, 0, SEEK_SET) < 0)
    return kv_fail_errno (err, "KVI-43", "cannot rewind the program");
  part->code = (struct sock_filter *) (void *) kv_read_all (
      fd, BPF_MAXINSNS * sizeof *part->code, &size);
  if (part->code == NULL && errno == EFBIG)
    return kv_fail (err, "KVI-41",
                    "one call's part of the seccomp program has more "
                    "instructions than the %d that the kernel takes",
                    BPF_MAXINSNS);
  if (part->code == NULL)
    return kv_fail_errno (err, "KVI-43", "cannot read the program back");
  part->length = size / sizeof *part->code;
  /* An architecture of the other byte order comes out swapped. */
  if (part->length == 0 || part->code[0].code != (BPF_LD | BPF_W | BPF_ABS)) {
    free (part->code);
    part->code = NULL;
    return kv_fail (err, "KVI-44",
                    "programs for an architecture of the "
                    "other byte order are not made here");
  }
  return 0;
}

bool
kv_filter_has_call (uint32_t arch, const struct kv_row *row)
{
  int number = seccomp_syscall_resolve_name_arch (arch, row->name);

  if (number == __NR_SCMP_ERROR)
    return row->number != 0 && arch == seccomp_arch_native ();
  /* -100 to -299: a call that socketcall or ipc also carries.  Below: known
   * by name, and not on this architecture. */
  return number >= 0 || (number <= -100 && number > -300);
}

int
kv_call_number (const struct kv_row *row)
{
  int number = seccomp_syscall_resolve_name (row->name);

  return number == __NR_SCMP_ERROR ? row->number : number;
}

/* The part with the same code as the newest, which may be itself: chmod and
 * fchmod ask the same question. */
static size_t
same_part (const struct kv_compiler *compiler)
{
  const struct kv_part *newest = &compiler->parts[compiler->n_parts];
  size_t i;

  for (i = 1; i < compiler->n_parts; i++)
    if (compiler->parts[i].length == newest->length
        && memcmp (compiler->parts[i].code, newest->code,
                   newest->length * sizeof *newest->code)
               == 0)
      break;
  return i;
}

int
kv_add_part (struct kv_compiler *compiler, const struct kv_row *row,
             scmp_filter_ctx ctx, struct kv_error *err)
{
  struct kv_part *part = &compiler->parts[compiler->n_parts];
  int there = seccomp_syscall_resolve_name_arch (compiler->arch, row->name);
  size_t mark;

  if (compiler->n_parts == KV_PARTS_MAX)
    return kv_fail (err, "KVI-40", "too many guarded calls");
  if (export_part (ctx, part, err) < 0)
    return -1;
  if (there >= 0 && compiler->shrink)
    kv_shrink_call (part, compiler->arch, (uint32_t) there);
  mark = same_part (compiler);
  if (mark == compiler->n_parts)
    compiler->n_parts++;
  else
    free (part->code);
  return kv_add_answer (compiler, row, SCMP_ACT_TRACE (mark), err);
}

int
kv_add_answer (struct kv_compiler *compiler, const struct kv_row *row,
               uint32_t action, struct kv_error *err)
{
  int rc;

  if (action == compiler->otherwise)
    return 0;
  rc = seccomp_rule_add (compiler->main, action, kv_call_number (row), 0);
  return rc < 0 ? kv_fail_seccomp (err, rc, "the rule of", row->name) : 0;
}

static int
add_guard (struct kv_compiler *compiler, const struct kv_row *row,
           struct kv_error *err)
{
  const struct kv_guard *guard = kv_guards[row->guard];
  kv_autocontext scmp_filter_ctx ctx
      = kv_new_context (compiler, guard->otherwise, err);
  struct kv_guard_call call
      = { ctx, kv_call_number (row), compiler->arch, compiler->spec };
  int rc;

  if (ctx == NULL)
    return -1;
  rc = guard->add (&call);
  if (rc < 0)
    return kv_fail_seccomp (err, rc, "a condition of", row->name);
  return kv_add_part (compiler, row, ctx, err);
}

static int
add_call (struct kv_compiler *compiler, unsigned call, struct kv_error *err)
{
  const struct kv_row *row = kv_call_row (call);
  uint32_t action;

  if (!kv_filter_has_call (compiler->arch, row))
    return 0;
  switch (kv_call_verdict (call, compiler->spec)) {
  case KV_YES:
    action = SCMP_ACT_ALLOW;
    break;
  case KV_NO:
    action = SCMP_ACT_ERRNO (EPERM);
    break;
  case KV_GUARDED:
    return add_guard (compiler, row, err);
  case KV_NOSYS:
  default:
    /* What the default gives anyway needs no rule, but for socketcall:
     * libseccomp adds one by itself with each call that it carries, and
     * only a rule without conditions overrides those. */
    if (strcmp (row->name, "socketcall") != 0 || KV_FAULT (KV_FAULT_SOCKETCALL))
      return 0;
    action = SCMP_ACT_TRACE (KV_MARK_NOSYS);
  }
  return kv_add_answer (compiler, row, action, err);
}

static uint32_t
default_action (const struct kv_compiler *compiler)
{
  if (compiler->profile != NULL)
    return kv_file_otherwise (compiler->profile);
  if (compiler->spec->profile == KV_FILTER_NONE)
    return SCMP_ACT_ALLOW;
  return SCMP_ACT_ERRNO (KV_FAULT (KV_FAULT_DEFAULT_ALLOW) ? 0 : ENOSYS);
}

static int
compile (struct kv_compiler *compiler, struct kv_error *err)
{
  unsigned call;

  compiler->otherwise = default_action (compiler);
  compiler->main = kv_new_context (compiler, compiler->otherwise, err);
  if (compiler->main == NULL)
    return -1;
  compiler->n_parts = 1;
  if (compiler->profile != NULL && kv_compile_file (compiler, err) < 0)
    return -1;
  for (call = 0; compiler->profile == NULL && kv_call_row (call) != NULL;
       call++)
    if (add_call (compiler, call, err) < 0)
      return -1;
  if (export_part (compiler->main, &compiler->parts[0], err) < 0)
    return -1;
  if (compiler->shrink)
    kv_shrink_tree (&compiler->parts[0], compiler->arch);
  return compiler->profile != NULL ? kv_compile_newer (compiler, err) : 0;
}

int
kv_filter_compile (const struct kv_filter_spec *spec, const char *arch,
                   unsigned how, struct kv_filter *filter, struct kv_error *err)
{
  return kv_filter_compile_file (spec, NULL, arch, how, filter, err);
}

int
kv_filter_compile_file (const struct kv_filter_spec *spec,
                        const struct kv_oci_profile *profile, const char *arch,
                        unsigned how, struct kv_filter *filter,
                        struct kv_error *err)
{
  __attribute__ ((cleanup (release_compiler))) struct kv_compiler compiler
      = { .spec = spec,
          .profile = profile,
          .arch = seccomp_arch_native (),
          .shrink = (how & KV_COMPILE_PLAIN) == 0 };
  struct kv_part whole;

  if (arch != NULL) {
    compiler.arch = seccomp_arch_resolve_name (arch);
    if (compiler.arch == 0)
      return kv_fail (err, "KVI-44", "libseccomp knows no architecture \"%s\"",
                      arch);
    compiler.foreign = compiler.arch != seccomp_arch_native ();
  }
  if (!is_served (compiler.arch))
    return kv_fail (err, "KVI-44",
                    "no seccomp profiles for the architecture %#x",
                    compiler.arch);
  /* Else libseccomp would ask this kernel which actions it knows, and a
   * filter here that refuses the question would change the program. */
  seccomp_api_set (3);
  if (compile (&compiler, err) < 0)
    return -1;
  if (kv_link (compiler.parts, compiler.n_parts, &whole, err) < 0)
    return -1;
  filter->program = whole.code;
  filter->size = whole.length * sizeof *whole.code;
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <seccomp.h>
#include <stdio.h>

#include "core/filter/compile.h"
#include "core/filter/guard.h"
#include "core/filter/table.h"

static void
print_guard (const struct kv_row *row)
{
  const struct kv_guard *guard = kv_guards[row->guard];

  if (guard->otherwise == SCMP_ACT_ALLOW)
    printf ("%-24s allow   %s\n", row->name, guard->note);
  else
    printf ("%-24s only    %s; else %s\n", row->name, guard->note,
            (guard->otherwise & 0xffff) == EPERM ? "EPERM" : "EAFNOSUPPORT");
}

static void
print_call (unsigned call, const struct kv_filter_spec *spec)
{
  const struct kv_row *row = kv_call_row (call);

  switch (kv_call_verdict (call, spec)) {
  case KV_YES:
    printf ("%-24s allow\n", row->name);
    break;
  case KV_NO:
    printf ("%-24s EPERM\n", row->name);
    break;
  case KV_GUARDED:
    print_guard (row);
    break;
  case KV_NOSYS:
  default:
    printf ("%-24s ENOSYS\n", row->name);
  }
}

int
kv_filter_print (const struct kv_filter_spec *spec, const char *arch,
                 struct kv_error *err)
{
  uint32_t token = arch != NULL ? seccomp_arch_resolve_name (arch)
                                : seccomp_arch_native ();
  const struct kv_row *row;
  unsigned call;

  if (token == 0)
    return kv_fail (err, "KVI-44", "libseccomp knows no architecture \"%s\"",
                    arch);
  for (call = 0; (row = kv_call_row (call)) != NULL; call++)
    if (kv_filter_has_call (token, row))
      print_call (call, spec);
  printf ("%-24s %s\n", "any other number",
          spec->profile == KV_FILTER_NONE ? "allow" : "ENOSYS");
  printf ("%-24s kills the process\n", "another architecture");
  return fflush (stdout) == 0
             ? 0
             : kv_fail_errno (err, "KVI-43", "cannot write the list");
}

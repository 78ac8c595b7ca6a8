/* SPDX-License-Identifier: Apache-2.0 */
/* Which controls rest on the filter's answer to a call: whoever opens the
 * call gives them up. */
#include "config.h"

#include <string.h>

#include <kavach/abi.h>

#include "core/filter/filter.h"
#include "core/filter/known.h"
#include "core/filter/table.h"
#include "core/util/cleanup.h"

#define BIT(control) KAVACH_BIT (KAVACH_CTL_##control)

/* Beside what the rows' flags and guards say. */
static const struct {
  const char *name;
  uint64_t costs;
} costs[] = {
  { "keyctl", BIT (KEYRING) },
  { "add_key", BIT (KEYRING) },
  { "request_key", BIT (KEYRING) },
  /* Of every family: vsock is in no network namespace, and a socket file is
   * connected to by path. */
  { "socket", BIT (NET_OUT) | BIT (NET_IN) | BIT (IPC) | BIT (SYSCALLS) },
  { "socketcall", BIT (NET_OUT) | BIT (NET_IN) | BIT (IPC) | BIT (SYSCALLS) },
  /* A ring makes sockets and opens files, and no filter sees it. */
  { "io_uring_setup", BIT (NET_OUT) | BIT (NET_IN) | BIT (IPC) | BIT (USER) },
  { "io_uring_enter", BIT (NET_OUT) | BIT (NET_IN) | BIT (IPC) | BIT (USER) },
  { "io_uring_register",
    BIT (NET_OUT) | BIT (NET_IN) | BIT (IPC) | BIT (USER) },
  { "ioctl", BIT (TERMINAL) | BIT (SYSCALLS) },
  /* A user namespace of the command's own gives all capabilities in it. */
  { "clone", BIT (CAPABILITIES) | BIT (USER) | BIT (SYSCALLS) },
  { "clone3", BIT (CAPABILITIES) | BIT (USER) | BIT (SYSCALLS) },
  { "unshare", BIT (CAPABILITIES) | BIT (USER) },
  { "setns", BIT (CAPABILITIES) | BIT (USER) },
  /* Set-id files serve whoever executes them on the host, as the command's
   * user. */
  { "open", BIT (USER) },
  { "openat", BIT (USER) },
  { "openat2", BIT (USER) },
  { "creat", BIT (USER) },
  { "chmod", BIT (USER) },
  { "fchmod", BIT (USER) },
  { "fchmodat", BIT (USER) },
  { "fchmodat2", BIT (USER) },
  { "mknod", BIT (DEVICES) | BIT (USER) },
  { "mknodat", BIT (DEVICES) | BIT (USER) },
  /* Files without a path that a rule could name. */
  { "open_by_handle_at", BIT (FS_READ) | BIT (FS_WRITE) },
  { "memfd_create", BIT (FS_EXEC) },
  { "memfd_secret", BIT (FS_EXEC) },
  { "execveat", BIT (FS_EXEC) },
};

/* Into other processes, where none keeps them out of the host's: neither a
 * pid namespace nor, for ptrace, Landlock. */
static uint64_t
cost_of_others (const struct kv_row *row, uint32_t flags)
{
  if ((flags & KV_FILTER_OTHERS) != 0)
    return 0;
  if (strcmp (row->name, "perf_event_open") == 0
      || row->flag == KV_FILTER_PTRACE)
    return (flags & KV_FILTER_PTRACE) != 0 ? 0 : BIT (PROCESSES);
  switch (row->guard) {
  case KV_BY_SCHEDULE:
  case KV_BY_SCHEDULER:
  case KV_BY_PRIORITY:
  case KV_BY_IOPRIO:
    return BIT (PROCESSES);
  case KV_BY_PRLIMIT:
    /* A limit of 0 kills kavach-init, and nobody ends the tree. */
    return BIT (PROCESSES) | BIT (KILL_TREE);
  default:
    return 0;
  }
}

static bool
is_open (const struct kv_row *row, const struct kv_filter_spec *spec)
{
  if (row->flag != 0 && (spec->flags & row->flag) == 0)
    return false;
  return (spec->profile == KV_FILTER_STRICT ? row->strict : row->basic)
         == KV_YES;
}

uint64_t
kv_call_cost (const struct kv_filter_spec *spec, unsigned call)
{
  const struct kv_row *row = kv_call_row (call);
  uint64_t set;
  size_t i;

  if (row == NULL || spec->profile == KV_FILTER_NONE || is_open (row, spec))
    return 0;
  set = cost_of_others (row, spec->flags);
  /* What both profiles keep from every program. */
  if (row->basic == KV_NO)
    set |= BIT (SYSCALLS);
  if (row->flag == KV_FILTER_IPC)
    set |= BIT (IPC);
  for (i = 0; i < KV_COUNT (costs); i++)
    if (strcmp (costs[i].name, row->name) == 0)
      set |= costs[i].costs;
  return set;
}

uint64_t
kv_filter_costs (const struct kv_filter_spec *spec)
{
  uint64_t set = 0;
  unsigned call;

  if (kv_calls_empty (&spec->allow))
    return 0;
  for (call = 0; call < kv_calls_count (); call++)
    if (kv_calls_has (&spec->allow, call))
      set |= kv_call_cost (spec, call);
  return set;
}

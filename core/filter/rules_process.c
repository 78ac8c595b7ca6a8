/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <linux/ioprio.h>
#include <linux/sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "core/filter/guard.h"
#include "core/util/cleanup.h"

/* Newer than some headers. */
#ifndef PR_SET_IO_FLUSHER
#define PR_SET_IO_FLUSHER 57
#endif
#ifndef PR_SCHED_CORE
#define PR_SCHED_CORE 62
#endif
#ifndef SCHED_RESET_ON_FORK
#define SCHED_RESET_ON_FORK 0x40000000
#endif

static int
allow (const struct kv_guard_call *call, struct scmp_arg_cmp condition)
{
  return seccomp_rule_add_array (call->ctx, SCMP_ACT_ALLOW, call->number, 1,
                                 &condition);
}

/* Bit 7, CLONE_NEWTIME, is part of the exit signal in this call; only
 * clone3 and unshare know it. */
static int
add_clone (const struct kv_guard_call *call)
{
  uint32_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS
                        | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID
                        | CLONE_NEWNET;
  /* There the stack comes first. */
  unsigned flags
      = call->arch == SCMP_ARCH_S390 || call->arch == SCMP_ARCH_S390X;

  if (KV_FAULT (KV_FAULT_CLONE_MASK))
    namespaces &= ~(uint32_t) CLONE_NEWUSER;
  return allow (call, kv_masked (flags, namespaces, 0));
}

const struct kv_guard kv_guard_clone = {
  .otherwise = SCMP_ACT_ERRNO (EPERM),
  .add = add_clone,
  .note = "without CLONE_NEW*",
};

static int
add_personality (const struct kv_guard_call *call)
{
  uint32_t mask = KV_FAULT (KV_FAULT_PERSONALITY) ? 0xffff : 0xffffffff;
  int rc;

  rc = allow (call, kv_masked (0, mask, PER_LINUX));
  if (rc < 0)
    return rc;
  /* Asks, changes nothing. */
  rc = allow (call, kv_masked (0, 0xffffffff, 0xffffffff));
  if (rc < 0 || call->spec->profile != KV_FILTER_BASIC)
    return rc;
  /* Debuggers and sanitizers. */
  return allow (call, kv_masked (0, 0xffffffff, ADDR_NO_RANDOMIZE));
}

const struct kv_guard kv_guard_personality = {
  .otherwise = SCMP_ACT_ERRNO (EPERM),
  .add = add_personality,
  .note = "0 and 0xffffffff; ADDR_NO_RANDOMIZE under basic",
};

static int
add_prctl (const struct kv_guard_call *call)
{
  static const uint32_t refused[] = {
    /* Where text, stack and arguments lie, which others believe. */
    PR_SET_MM,
    /* Sharing a core's secrets; memory reserves of the block layer. */
    PR_SCHED_CORE,
    PR_SET_IO_FLUSHER,
    PR_TASK_PERF_EVENTS_DISABLE,
    PR_TASK_PERF_EVENTS_ENABLE,
  };
  size_t i;

  for (i = KV_FAULT (KV_FAULT_PRCTL); i < KV_COUNT (refused); i++) {
    struct scmp_arg_cmp option = kv_masked (0, 0xffffffff, refused[i]);
    int rc = seccomp_rule_add_array (call->ctx, SCMP_ACT_ERRNO (EPERM),
                                     call->number, 1, &option);

    if (rc < 0)
      return rc;
  }
  return 0;
}

const struct kv_guard kv_guard_prctl = {
  .otherwise = SCMP_ACT_ALLOW,
  .add = add_prctl,
  .note = "not PR_SET_MM, PR_SCHED_CORE, PR_SET_IO_FLUSHER, "
          "PR_TASK_PERF_EVENTS_*",
};

/* May the call be about another process than the caller? */
static bool
reaches_others (const struct kv_guard_call *call)
{
  return (call->spec->flags & KV_FILTER_OTHERS) != 0
         || KV_FAULT (KV_FAULT_OTHERS);
}

static int
allow_all (const struct kv_guard_call *call)
{
  return seccomp_rule_add_array (call->ctx, SCMP_ACT_ALLOW, call->number, 0,
                                 NULL);
}

static int
allow_both (const struct kv_guard_call *call, struct scmp_arg_cmp first,
            struct scmp_arg_cmp second)
{
  const struct scmp_arg_cmp conditions[] = { first, second };

  return seccomp_rule_add_array (call->ctx, SCMP_ACT_ALLOW, call->number, 2,
                                 conditions);
}

/* Real-time policies can take the machine from everybody else. */
static int
add_scheduler (const struct kv_guard_call *call)
{
  /* SCHED_OTHER, SCHED_BATCH, SCHED_IDLE. */
  static const uint32_t allowed[] = { 0, 3, 5, 1 };
  size_t n = KV_COUNT (allowed) - !KV_FAULT (KV_FAULT_SCHEDULER);
  struct scmp_arg_cmp itself = kv_masked (0, 0xffffffff, 0);
  size_t i;

  if (call->spec->profile == KV_FILTER_BASIC)
    return reaches_others (call) ? allow_all (call) : allow (call, itself);
  for (i = 0; i < n; i++) {
    struct scmp_arg_cmp policy
        = kv_masked (1, ~(uint32_t) SCHED_RESET_ON_FORK, allowed[i]);
    int rc = reaches_others (call) ? allow (call, policy)
                                   : allow_both (call, itself, policy);

    if (rc < 0)
      return rc;
  }
  return 0;
}

const struct kv_guard kv_guard_scheduler = {
  .otherwise = SCMP_ACT_ERRNO (EPERM),
  .add = add_scheduler,
  .note = "of the caller itself, or with others; under strict SCHED_OTHER, "
          "SCHED_BATCH, SCHED_IDLE",
};

static int
add_schedule (const struct kv_guard_call *call)
{
  return reaches_others (call) ? allow_all (call)
                               : allow (call, kv_masked (0, 0xffffffff, 0));
}

const struct kv_guard kv_guard_schedule = {
  .otherwise = SCMP_ACT_ERRNO (EPERM),
  .add = add_schedule,
  .note = "of the caller itself, or with others",
};

/* KIND is that of a process, the next one that of a group: number 0 is the
 * caller's own. A user's, number 0 too, would be all of the caller's uid. */
static int
add_kind (const struct kv_guard_call *call, uint32_t kind)
{
  struct scmp_arg_cmp own = kv_masked (1, 0xffffffff, 0);
  int rc;

  if (reaches_others (call))
    return allow_all (call);
  rc = allow_both (call, kv_masked (0, 0xffffffff, kind), own);
  return rc < 0 ? rc
                : allow_both (call, kv_masked (0, 0xffffffff, kind + 1), own);
}

static int
add_priority (const struct kv_guard_call *call)
{
  return add_kind (call, PRIO_PROCESS);
}

const struct kv_guard kv_guard_priority = {
  .otherwise = SCMP_ACT_ERRNO (EPERM),
  .add = add_priority,
  .note = "of the caller or its group, or with others",
};

static int
add_ioprio (const struct kv_guard_call *call)
{
  return add_kind (call, IOPRIO_WHO_PROCESS);
}

const struct kv_guard kv_guard_ioprio = {
  .otherwise = SCMP_ACT_ERRNO (EPERM),
  .add = add_ioprio,
  .note = "of the caller or its group, or with others",
};

/* A limit of 0 on a processor's time kills whoever it is set on, kavach-init
 * as well: it is the same uid's, and no domain is asked. */
static int
add_prlimit (const struct kv_guard_call *call)
{
  int rc;

  if (KV_FAULT (KV_FAULT_PRLIMIT))
    return allow_all (call);
  rc = allow (call, kv_masked (0, 0xffffffff, 0));
  return rc < 0 ? rc : allow (call, SCMP_CMP64 (2, SCMP_CMP_EQ, 0, 0));
}

const struct kv_guard kv_guard_prlimit = {
  .otherwise = SCMP_ACT_ERRNO (EPERM),
  .add = add_prlimit,
  .note = "of the caller itself; of others only asking",
};

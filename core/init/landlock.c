/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/init/init.h"
#include "core/init/landlock_abi.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"

#define ANY                                                                    \
  (KV_PLAN_LANDLOCK_FS | KV_PLAN_LANDLOCK_TCP | KV_PLAN_LANDLOCK_SCOPE)

static int
create_ruleset (const struct kv_ll_ruleset *ruleset)
{
  return (int) syscall (SYS_landlock_create_ruleset, ruleset, sizeof *ruleset,
                        0u);
}

static int
add_path (int ruleset, int fd, uint64_t rights)
{
  struct kv_ll_path rule = { .access = rights, .fd = fd };

  return (int) syscall (SYS_landlock_add_rule, ruleset, KV_LL_RULE_PATH, &rule,
                        0u);
}

static int
restrict_self (int ruleset, uint32_t abi)
{
  return (int) syscall (SYS_landlock_restrict_self, ruleset,
                        abi >= 7 ? KV_LL_LOG_SAME_EXEC_OFF : 0u);
}

/* 0 where there is no Landlock; *NUMBER says why. */
static uint32_t
find_abi (const struct kv_plan *plan, int *number)
{
  long abi
      = syscall (SYS_landlock_create_ruleset, NULL, 0, KV_LL_CREATE_VERSION);

  *number = errno;
  if (abi <= 0)
    return 0;
  if (abi > KV_LL_ABI_NEWEST)
    abi = KV_LL_ABI_NEWEST;
  if (plan->landlock_abi_max != 0 && abi > (long) plan->landlock_abi_max)
    abi = (long) plan->landlock_abi_max;
  return (uint32_t) abi;
}

/* Moving a file from one folder to another is refused by every domain, also
 * by one that says nothing of files, unless it grants that by name. */
static int
grant_moving (int ruleset)
{
  kv_autoclose int root = open ("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

  return root < 0 ? -1 : add_path (ruleset, root, KV_LL_REFER);
}

static int
grant_path (int ruleset, uint32_t abi, const struct kv_plan_path *rule)
{
  /* The launcher resolved the path: a link met now was put there since. */
  kv_autoclose int fd = kv_open_nolinks (rule->path, O_PATH);
  bool file = (rule->access & KV_ACCESS_FILE) != 0;
  struct stat st;
  uint64_t rights;

  if (fd < 0)
    return errno == ENOENT && (rule->access & KV_ACCESS_OPTIONAL) != 0 ? 0 : -1;
  if (!file && fstat (fd, &st) < 0)
    return -1;
  rights = kv_ll_grant (abi, rule->access, !file && S_ISDIR (st.st_mode));
  return rights == 0 ? 0 : add_path (ruleset, fd, rights);
}

static int
add_rules (struct kv_init *init, int ruleset, uint32_t abi)
{
  const struct kv_plan *plan = &init->plan;
  uint32_t i;

  if ((plan->flags & KV_PLAN_LANDLOCK_FS) == 0)
    return abi >= 2 ? grant_moving (ruleset) : 0;
  for (i = 0; i < plan->n_paths; i++) {
    init->subject = plan->paths[i].path;
    if (grant_path (ruleset, abi, &plan->paths[i]) < 0)
      return -1;
  }
  return 0;
}

int
kv_enter_landlock (struct kv_init *init)
{
  uint32_t flags = init->plan.flags, abi;
  struct kv_ll_ruleset wanted = { 0 };
  kv_autoclose int ruleset = -1;
  int number;

  if ((flags & ANY) == 0)
    return 0;
  abi = find_abi (&init->plan, &number);
  if (abi == 0) {
    errno = number;
    return -1;
  }
  /* Less than was asked for is a refusal, not a note. */
  init->subject = (flags & KV_PLAN_LANDLOCK_SCOPE) != 0 ? "scope" : "tcp";
  if (((flags & KV_PLAN_LANDLOCK_TCP) != 0 && abi < 4)
      || ((flags & KV_PLAN_LANDLOCK_SCOPE) != 0 && abi < 6)) {
    errno = EOPNOTSUPP;
    return -1;
  }

  init->subject = "";
  if ((flags & KV_PLAN_LANDLOCK_FS) != 0)
    wanted.fs = kv_ll_fs_rights (abi);
  else if (abi >= 2)
    wanted.fs = KV_LL_REFER;
  if ((flags & KV_PLAN_LANDLOCK_TCP) != 0)
    wanted.net = KV_LL_BIND_TCP | KV_LL_CONNECT_TCP;
  if ((flags & KV_PLAN_LANDLOCK_SCOPE) != 0)
    wanted.scoped = KV_LL_SCOPE_ABSTRACT | KV_LL_SCOPE_SIGNAL;

  ruleset = create_ruleset (&wanted);
  if (ruleset < 0 || add_rules (init, ruleset, abi) < 0)
    return -1;
  init->subject = "";
  if (restrict_self (ruleset, abi) < 0)
    return -1;
  init->landlock_abi = abi;
  init->scoped = wanted.scoped != 0;
  return 0;
}

int
kv_enter_command_scope (const struct kv_init *init)
{
  const struct kv_ll_ruleset wanted
      = { .fs = KV_LL_REFER, .scoped = KV_LL_SCOPE_SIGNAL };
  kv_autoclose int ruleset = -1;

  if (!init->scoped)
    return 0;
  ruleset = create_ruleset (&wanted);
  if (ruleset < 0 || grant_moving (ruleset) < 0
      || restrict_self (ruleset, init->landlock_abi) < 0)
    return -1;
  return 0;
}

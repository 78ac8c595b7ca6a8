/* SPDX-License-Identifier: Apache-2.0 */
/* Receives the plan.  It comes from the launcher, who is trusted, through
 * programs that are not: so it must be sealed before it is read, and read
 * where nobody else can write. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/init/init.h"
#include "core/util/cleanup.h"

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define FLAGS                                                                  \
  (KV_PLAN_PID_NAMESPACE | KV_PLAN_CGROUP_NAMESPACE | KV_PLAN_TTY              \
   | KV_PLAN_LANDLOCK_FS | KV_PLAN_LANDLOCK_TCP | KV_PLAN_LANDLOCK_SCOPE       \
   | KV_PLAN_LOOPBACK | KV_PLAN_SEARCH_PATH | KV_PLAN_PROBES)
#define ACCESS                                                                 \
  (KV_ACCESS_READ | KV_ACCESS_WRITE | KV_ACCESS_EXEC | KV_ACCESS_DEVICE        \
   | KV_ACCESS_OPTIONAL | KV_ACCESS_FILE)

static int
refuse (struct kv_init *init, const char *subject, int number)
{
  init->subject = subject;
  errno = number;
  return -1;
}

/* Out of the way of 0, 1 and 2, which get new owners later. */
static int
lift (int fd)
{
  int lifted;

  if (fd < 0 || fd > 2)
    return fd;
  lifted = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  close (fd);
  return lifted;
}

static int
map_plan (struct kv_init *init, int fd, uint32_t size)
{
  size_t table_size = kv_plan_table_size (size);
  struct stat st;
  void *data, *table;
  int seals = fcntl (fd, F_GET_SEALS);

  if (seals < 0 || (seals & SEALS) != SEALS)
    return refuse (init, "seals", seals < 0 ? errno : EPERM);
  if (fstat (fd, &st) < 0)
    return -1;
  if (size == 0 || size > KV_PLAN_MAX_SIZE || st.st_size != (off_t) size)
    return refuse (init, "length", EPROTO);

  /* The strings are used in place until the command's exec. */
  data = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED)
    return -1;
  table = mmap (NULL, table_size, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (table == MAP_FAILED)
    return -1;
  if (kv_plan_read (data, size, &init->plan, table, table_size) < 0)
    return refuse (init, "format", EPROTO);
  return 0;
}

/* A flag or an access that this program does not know would be a protection
 * that it does not give. */
static int
check_plan (struct kv_init *init)
{
  const struct kv_plan *plan = &init->plan;
  uint32_t i;

  if ((plan->flags & ~(uint32_t) FLAGS) != 0)
    return refuse (init, "flags", EPROTO);
  if (plan->umask > 0777)
    return refuse (init, "umask", EPROTO);
  if (plan->cwd[0] != '/')
    return refuse (init, "working folder", EPROTO);
  if (plan->argv[0][0] == '\0')
    return refuse (init, "argv", EPROTO);
  for (i = 0; plan->envp[i] != NULL; i++)
    if (strchr (plan->envp[i], '=') == NULL)
      return refuse (init, "environment", EPROTO);
  for (i = 0; i < plan->n_paths; i++)
    if (plan->paths[i].path[0] != '/'
        || (plan->paths[i].access & ~(uint32_t) ACCESS) != 0)
      return refuse (init, "paths", EPROTO);
  for (i = 0; i < plan->n_rlimits; i++)
    if (plan->rlimits[i].resource >= RLIM_NLIMITS
        || plan->rlimits[i].soft > plan->rlimits[i].hard)
      return refuse (init, "rlimits", EPROTO);
  if ((plan->flags & KV_PLAN_PID_NAMESPACE) != 0 && !init->first)
    return refuse (init, "pid namespace", ESRCH);
  return 0;
}

int
kv_receive_plan (struct kv_init *init)
{
  struct kv_message *m = &init->message;
  kv_autoclose int fd = -1;
  uint32_t size;
  unsigned i;
  int got;

  init->gate = lift (init->gate);
  got = kv_message_receive (init->gate, m, false);
  if (got <= 0)
    return refuse (init, "message", got < 0 ? errno : EPIPE);
  if (m->type != KV_MSG_PLAN || m->length != sizeof size
      || m->n_fds < KV_GATE_FD_JOIN) {
    kv_message_close_fds (m);
    return refuse (init, "message", EPROTO);
  }
  memcpy (&size, m->payload, sizeof size);

  for (i = 0; i < m->n_fds; i++) {
    m->fds[i] = lift (m->fds[i]);
    if (m->fds[i] < 0)
      return -1;
  }
  fd = kv_message_take_fd (m, KV_GATE_FD_PLAN);
  for (i = 0; i < 3; i++)
    init->stdio[i] = kv_message_take_fd (m, KV_GATE_FD_STDIO + i);
  for (i = KV_GATE_FD_JOIN; i < m->n_fds; i++)
    init->joins[init->n_joins++] = kv_message_take_fd (m, i);

  if (map_plan (init, fd, size) < 0)
    return -1;
  return check_plan (init);
}

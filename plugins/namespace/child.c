/* SPDX-License-Identifier: Apache-2.0 */
/* From clone to the exec of kavach-init. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/futex.h>
#include <net/if.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "fault.h"
#include "ns.h"
#include "raw.h"

/* How long a child waits for its maps when its parent is gone unseen. */
#define MAPS_SECONDS 10

_Noreturn void
namespace_die (struct namespace_spawn *s, const char *what, const char *subject,
               const char *target, long error)
{
  s->fault
      = (struct namespace_fault_note){ what, subject, target, (int) -error };
  s->progress = NAMESPACE_FAILED;
  for (;;)
    RAW (exit_group, 1);
}

static void
namespace_write (struct namespace_spawn *s, const char *name, const char *text)
{
  long fd = RAW (openat, s->proc_fd, name, O_WRONLY | O_CLOEXEC, 0);
  long n = fd < 0 ? fd : RAW (write, fd, text, strlen (text));

  if (n < 0)
    namespace_die (s, "write", name, NULL, n);
  RAW (close, fd);
}

/* An ordinary user may map only himself, from inside, without supplementary
 * groups to play with. */
static void
namespace_map_self (struct namespace_spawn *s)
{
  namespace_write (s, "self/setgroups", "deny");
  namespace_write (s, "self/uid_map", s->uid_map);
  namespace_write (s, "self/gid_map", s->gid_map);
}

/* The kernel's word of the parent's death comes only to who has asked before:
 * a parent that was faster shows by its end of the socket. */
static void
namespace_end_with_parent (struct namespace_spawn *s)
{
  struct pollfd watch = { .fd = s->receiver };
  struct timespec none = { 0, 0 };

  RAW (prctl, PR_SET_PDEATHSIG, SIGKILL);
  if (RAW (ppoll, &watch, 1, &none, NULL, 0) > 0
      && (watch.revents & POLLHUP) != 0)
    for (;;)
      RAW (exit_group, 1);
}

static void
namespace_wait_for_maps (struct namespace_spawn *s)
{
  struct timespec limit = { .tv_sec = 1 };
  unsigned seconds = 0;

  while (s->go == 0) {
    if (RAW (futex, &s->go, FUTEX_WAIT_PRIVATE, 0, &limit) != -ETIMEDOUT)
      continue;
    namespace_end_with_parent (s);
    if (!s->spare && ++seconds >= MAPS_SECONDS)
      namespace_die (s, "get", "the id maps", NULL, -ETIMEDOUT);
  }
  /* What the parent could not do it knows itself. */
  if (s->go != 1)
    for (;;)
      RAW (exit_group, 1);
}

static void
namespace_become_user (struct namespace_spawn *s)
{
  const struct kavach_request *q = s->request;
  long result = RAW_SETGROUPS_NONE ();

  if (result == 0)
    result = RAW_SETRESGID (FAULT (USER) ? q->gid : q->gid_inside);
  if (result == 0)
    result = RAW_SETRESUID (FAULT (USER) ? q->uid : q->uid_inside);
  if (result < 0)
    namespace_die (s, "become the user of the box", NULL, NULL, result);
}

static void
namespace_name_host (struct namespace_spawn *s)
{
  const char *name = s->request->hostname;
  long result = 0;

  if (FAULT (UTS))
    return;
  if (name != NULL)
    result = RAW (sethostname, name, strlen (name));
  if (result == 0)
    result = RAW (setdomainname, "(none)", 6);
  if (result < 0)
    namespace_die (s, "set the host name to", name, NULL, result);
}

/* Half a millisecond in the kernel, as much as all mounts together: done
 * while another thread builds the root. */
static void
namespace_make_network (struct namespace_spawn *s)
{
  struct ifreq request = { .ifr_name = "lo" };
  long fd, result = RAW (unshare, CLONE_NEWNET);

  if (result < 0)
    namespace_die (s, "make namespaces (unshare, network)", NULL, NULL, result);
  if (!s->spare && (s->request->flags & KAVACH_REQUEST_LOOPBACK) == 0)
    return;
  /* A socket of any family takes interface requests. */
  fd = RAW (socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  result = fd;
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (fd >= 0)
    result = RAW (ioctl, fd, SIOCSIFFLAGS, &request);
  if (result < 0)
    namespace_die (s, "bring up", "the loopback interface", NULL, result);
  RAW (close, fd);
}

/* A user other than 0 loses everything at exec but what is ambient.
 * kavach-init needs these three inside the box, to empty the bounding set,
 * to enter a cgroup namespace and to see to the loopback; it drops them. */
static void
namespace_keep_capabilities (struct namespace_spawn *s)
{
  static const int kept[] = { CAP_SETPCAP, CAP_NET_ADMIN, CAP_SYS_ADMIN };
  struct __user_cap_header_struct header
      = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[2];
  unsigned i;
  long result = RAW (capget, &header, data);

  for (i = 0; i < 3; i++)
    data[0].inheritable |= 1U << kept[i];
  if (result == 0)
    result = RAW (capset, &header, data);
  for (i = 0; i < 3 && result == 0; i++)
    result = RAW (prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, kept[i]);
  if (result < 0)
    namespace_die (s, "keep the capabilities kavach-init needs", NULL, NULL,
                   result);
}

/* What has one of the numbers of Q's descriptors moves out of the way. */
static long
namespace_make_way (const struct kavach_request *q, int *fd)
{
  int highest = 0;
  bool taken = false;
  uint32_t i;
  long result;

  for (i = 0; i < q->n_keep_fds; i++) {
    taken = taken || q->keep_fds[i] == *fd;
    highest = q->keep_fds[i] > highest ? q->keep_fds[i] : highest;
  }
  if (!taken)
    return 0;
  result = RAW (fcntl, *fd, F_DUPFD_CLOEXEC, highest + 1);
  if (result >= 0)
    *fd = (int) result;
  return result;
}

/* FDS: what to execute, then what to keep, in the order of the request. */
static void
namespace_keep_descriptors (struct namespace_spawn *s,
                            const struct kavach_request *q, int *fds)
{
  uint32_t i;
  long result = 0;

  /* On a kernel without the flag kavach-init's own closing stands alone. */
  RAW (close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC);
  for (i = 0; i <= q->n_keep_fds && result >= 0; i++)
    result = namespace_make_way (q, &fds[i]);
  for (i = 0; i < q->n_keep_fds && result >= 0; i++)
    result = RAW (dup3, fds[i + 1], q->keep_fds[i], 0);
  if (result < 0)
    namespace_die (s, "keep a descriptor", NULL, NULL, result);
}

/* Waits for the word to go on, and does. */
static _Noreturn void
namespace_exec (struct namespace_spawn *s)
{
  int *fds = s->received + s->request->n_mounts;
  const struct kavach_request *q;
  long result = namespace_receive (s->receiver, fds, s->room);

  q = s->to_execute;
  if (result < 0 || q == NULL || (uint32_t) result != q->n_keep_fds + 1)
    namespace_die (s, "get", "the descriptors", NULL,
                   result < 0 ? result : -EPROTO);
  namespace_keep_descriptors (s, q, fds);
  s->progress = NAMESPACE_AT_EXEC;
  RAW (rt_sigprocmask, SIG_SETMASK, &s->mask, NULL, _NSIG / 8);
  result = RAW (execveat, fds[0], "", q->argv, q->envp, AT_EMPTY_PATH);
  namespace_die (s, "execute", q->argv[0], NULL, result);
}

/* The thread shares descriptors, working folder and root with us and ends
 * before the exec.  An early child has the time while its trees are made, and
 * a second thread would only compete with that. */
static void
namespace_make_root_and_network (struct namespace_spawn *s)
{
  const uint64_t thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND
                          | CLONE_THREAD | CLONE_CHILD_SETTID
                          | CLONE_CHILD_CLEARTID;
  bool network = (s->request->namespaces & KAVACH_NS_NET) != 0 && !FAULT (NET)
                 && !s->spare;
  int tid = 0;

  s->thread = -1;
  if (network && !s->early)
    tid = namespace_clone_raw (s->stack, thread, namespace_build_root, s,
                               &s->thread);
  if (network)
    namespace_make_network (s);
  if (tid <= 0) {
    namespace_build_root (s);
    return;
  }
  while ((tid = s->thread) != 0)
    RAW (futex, &s->thread, FUTEX_WAIT, tid, NULL);
}

int
namespace_child (void *spawn)
{
  struct namespace_spawn *s = spawn;

  /* Or nobody would ever read that the parent has closed it. */
  RAW (close, s->sender);
  namespace_end_with_parent (s);
  if (s->spare && !FAULT (NET))
    namespace_make_network (s);
  if (s->handshake || s->spare)
    namespace_wait_for_maps (s);
  if (!s->handshake)
    namespace_map_self (s);
  if (s->handshake && !FAULT (USER)) {
    namespace_become_user (s);
    /* A change of ids forgets it. */
    namespace_end_with_parent (s);
  }
  namespace_name_host (s);
  namespace_make_root_and_network (s);
  if (s->probe) {
    s->progress = NAMESPACE_PROBED;
    return 0;
  }
  if (FAULT (USER))
    namespace_become_user (s);
  else
    namespace_keep_capabilities (s);
  namespace_exec (s);
}

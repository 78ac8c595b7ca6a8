/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's surface: rare socket families, other entry points, system
 * calls that no sandboxed program needs. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <sys/io.h>
#endif

#include "tests/isolation/probe.h"

/* Reached the kernel proper when the answer is not a filter's. */
static enum verdict
by_errno (long result)
{
  if (result >= 0)
    return opened ("it worked");
  if (errno == EPERM || errno == ENOSYS || errno == EACCES)
    return held ("%s", strerror (errno));
  return opened ("the kernel answered: %s", strerror (errno));
}

static enum verdict
af_vsock (void)
{
  return by_result (socket (AF_VSOCK, SOCK_STREAM, 0));
}

static enum verdict
af_alg (void)
{
  return by_result (socket (AF_ALG, SOCK_SEQPACKET, 0));
}

static enum verdict
af_packet (void)
{
  return by_result (socket (AF_PACKET, SOCK_RAW, 0));
}

static enum verdict
af_netlink (void)
{
  static const int protocols[]
      = { NETLINK_SOCK_DIAG, NETLINK_XFRM,           NETLINK_AUDIT,
          NETLINK_NETFILTER, NETLINK_KOBJECT_UEVENT, NETLINK_GENERIC,
          NETLINK_CRYPTO };
  size_t i;

  for (i = 0; i < sizeof protocols / sizeof protocols[0]; i++)
    if (socket (AF_NETLINK, SOCK_RAW, protocols[i]) >= 0)
      return opened ("protocol %d", protocols[i]);
  return held ("%s", strerror (errno));
}

static enum verdict
af_rare (void)
{
  static const int families[]
      = { AF_AX25, AF_IPX,       AF_X25, AF_KEY, AF_RDS,     AF_PPPOX, AF_CAN,
          AF_TIPC, AF_BLUETOOTH, AF_NFC, AF_KCM, AF_QIPCRTR, AF_SMC,   AF_XDP };
  size_t i;

  for (i = 0; i < sizeof families / sizeof families[0]; i++)
    if (socket (families[i], SOCK_DGRAM, 0) >= 0
        || socket (families[i], SOCK_RAW, 0) >= 0
        || socket (families[i], SOCK_STREAM, 0) >= 0)
      return opened ("family %d", families[i]);
  return held ("%s", strerror (errno));
}

static enum verdict
raw_socket (void)
{
  return by_result (socket (AF_INET, SOCK_RAW, 1));
}

/* The 32-bit entry: a filter that looks at numbers only reads 20 as writev
 * and lets it pass. */
static enum verdict
entry_int80 (void)
{
#if defined(__x86_64__)
  long result;

  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(20L)
                   : "memory", "r8", "r9", "r10", "r11");
  if (result == getpid ())
    return opened ("getpid by int $0x80 gave %ld", result);
  return held ("answered %ld", result);
#else
  return held ("no second entry on this architecture");
#endif
}

static enum verdict
entry_x32 (void)
{
#if defined(__x86_64__)
  long result = syscall (0x40000000 | SYS_getpid);

  if (result == getpid ())
    return opened ("getpid by x32 gave %ld", result);
  return held ("%s", strerror (errno));
#else
  return held ("no second entry on this architecture");
#endif
}

/* Its flags are behind a pointer, where no filter sees them. */
static enum verdict
clone3_call (void)
{
  long result = syscall (SYS_clone3, NULL, 0);

  if (result < 0 && errno == ENOSYS)
    return held ("%s", strerror (errno));
  return opened ("the kernel answered: %s", strerror (errno));
}

static enum verdict
io_uring (void)
{
  char params[256] = { 0 };

  return by_result (syscall (SYS_io_uring_setup, 1, params));
}

static enum verdict
bpf_map (void)
{
  union bpf_attr attr;

  memset (&attr, 0, sizeof attr);
  attr.map_type = BPF_MAP_TYPE_ARRAY;
  attr.key_size = attr.value_size = 4;
  attr.max_entries = 1;
  return by_result (syscall (SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr));
}

static enum verdict
perf_event (void)
{
  struct perf_event_attr attr;

  memset (&attr, 0, sizeof attr);
  attr.size = sizeof attr;
  attr.type = PERF_TYPE_SOFTWARE;
  attr.config = PERF_COUNT_SW_TASK_CLOCK;
  attr.exclude_kernel = 1;
  return by_result (syscall (SYS_perf_event_open, &attr, 0, -1, -1, 0));
}

static enum verdict
userfaultfd_call (void)
{
  /* 1: UFFD_USER_MODE_ONLY, which needs no right. */
  return by_result (syscall (SYS_userfaultfd, O_CLOEXEC | 1));
}

static enum verdict
fanotify_call (void)
{
  return by_result (syscall (SYS_fanotify_init, 0, O_RDONLY));
}

static enum verdict
load_module (void)
{
  return by_errno (syscall (SYS_init_module, NULL, 0, ""));
}

static enum verdict
remove_module (void)
{
  return by_errno (syscall (SYS_delete_module, "no_such_module_here", 0));
}

static enum verdict
kernel_log (void)
{
  /* 10: size of the buffer. */
  return by_result (klogctl (10, NULL, 0));
}

static enum verdict
raw_io (void)
{
#if defined(__x86_64__) || defined(__i386__)
  return by_result (ioperm (0x80, 1, 1));
#else
  return held ("no port I/O on this architecture");
#endif
}

/* On something that is no terminal: the kernel says ENOTTY, a filter EPERM.
 */
static enum verdict
filtered_ioctl (unsigned long request)
{
  int fd = open ("/dev/null", O_RDWR);

  if (fd < 0)
    return no_answer ("/dev/null: %s", strerror (errno));
  if (syscall (SYS_ioctl, fd, request, "x") < 0 && errno == ENOTTY)
    return opened ("the kernel answered: %s", strerror (errno));
  return held ("%s", strerror (errno));
}

static enum verdict
tiocsti (void)
{
  return filtered_ioctl (TIOCSTI);
}

/* The kernel takes 32 bits of the number; a filter that compares 64 lets
 * this pass. */
static enum verdict
tiocsti_wide (void)
{
#if __SIZEOF_LONG__ == 8
  return filtered_ioctl (TIOCSTI | 1UL << 32);
#else
  return held ("a word has 32 bits here");
#endif
}

static enum verdict
tioclinux (void)
{
  return filtered_ioctl (0x541C);
}

/* With the real terminal as standard input, when the script gave one. */
static enum verdict
push_keys (void)
{
  const char *keys = "echo pushed\n";

  if (!isatty (0))
    return no_answer ("standard input is no terminal");
  for (; *keys != '\0'; keys++)
    if (ioctl (0, TIOCSTI, keys) < 0)
      return held ("%s", strerror (errno));
  return opened ("keys were pushed into the terminal");
}

static enum verdict
user_namespace (void)
{
  return by_result (unshare (CLONE_NEWUSER));
}

static enum verdict
user_namespace_clone (void)
{
  long pid = syscall (SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);

  if (pid == 0)
    _exit (0);
  if (pid > 0)
    waitpid ((pid_t) pid, NULL, 0);
  return by_result (pid);
}

static enum verdict
other_namespaces (void)
{
  static const int flags[]
      = { CLONE_NEWNS,  CLONE_NEWPID,    CLONE_NEWNET, CLONE_NEWIPC,
          CLONE_NEWUTS, CLONE_NEWCGROUP, 0x80 };
  size_t i;

  for (i = 0; i < sizeof flags / sizeof flags[0]; i++)
    if (unshare (flags[i]) == 0)
      return opened ("unshare (0x%x)", (unsigned) flags[i]);
  return held ("%s", strerror (errno));
}

static enum verdict
join_namespace (void)
{
  static const char *const kinds[] = { "mnt", "net", "pid", "user", "uts" };
  long pids[] = { plant_number ("victim"), 1 };
  size_t i, k;

  for (k = 0; k < 2; k++)
    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
      char path[64];
      int fd;

      snprintf (path, sizeof path, "/proc/%ld/ns/%s", pids[k], kinds[i]);
      fd = open (path, O_RDONLY);
      if (fd >= 0 && setns (fd, 0) == 0)
        return opened ("%s", path);
    }
  return held ("%s", strerror (errno));
}

static enum verdict
realtime (void)
{
  struct sched_param param = { .sched_priority = 1 };

  return by_result (sched_setscheduler (0, SCHED_FIFO, &param));
}

const struct probe kern_probes[] = {
  { "kern.af-vsock", af_vsock, false },
  { "kern.af-alg", af_alg, false },
  { "kern.af-packet", af_packet, false },
  { "kern.af-netlink", af_netlink, false },
  { "kern.af-rare", af_rare, false },
  { "kern.raw-socket", raw_socket, false },
  { "kern.entry-int80", entry_int80, false },
  { "kern.entry-x32", entry_x32, false },
  { "kern.clone3", clone3_call, false },
  { "kern.io-uring", io_uring, false },
  { "kern.bpf", bpf_map, false },
  { "kern.perf", perf_event, false },
  { "kern.userfaultfd", userfaultfd_call, false },
  { "kern.fanotify", fanotify_call, false },
  { "kern.load-module", load_module, false },
  { "kern.remove-module", remove_module, false },
  { "kern.log", kernel_log, false },
  { "kern.raw-io", raw_io, false },
  { "kern.tiocsti", tiocsti, false },
  { "kern.tiocsti-wide", tiocsti_wide, false },
  { "kern.tioclinux", tioclinux, false },
  { "kern.push-keys", push_keys, true },
  { "kern.userns-unshare", user_namespace, false },
  { "kern.userns-clone", user_namespace_clone, false },
  { "kern.other-namespaces", other_namespaces, false },
  { "kern.setns", join_namespace, false },
  { "kern.realtime", realtime, false },
  { NULL, NULL, false },
};

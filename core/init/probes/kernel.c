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
#include <stdio.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#if defined(__x86_64__) || defined(__i386__)
#include <sys/io.h>
#endif

#include "core/init/probes/probe.h"

enum kv_verdict
kv_probe_af_vsock (void)
{
  return kv_by_result (socket (AF_VSOCK, SOCK_STREAM, 0));
}

enum kv_verdict
kv_probe_af_alg (void)
{
  return kv_by_result (socket (AF_ALG, SOCK_SEQPACKET, 0));
}

enum kv_verdict
kv_probe_af_netlink (void)
{
  static const int protocols[]
      = { NETLINK_SOCK_DIAG, NETLINK_XFRM,           NETLINK_AUDIT,
          NETLINK_NETFILTER, NETLINK_KOBJECT_UEVENT, NETLINK_GENERIC,
          NETLINK_CRYPTO };
  size_t i;

  for (i = 0; i < sizeof protocols / sizeof protocols[0]; i++)
    if (socket (AF_NETLINK, SOCK_RAW, protocols[i]) >= 0)
      return kv_reached ("protocol %d", protocols[i]);
  return kv_held ("%s", strerror (errno));
}

enum kv_verdict
kv_probe_af_rare (void)
{
  static const int families[]
      = { AF_AX25, AF_IPX,       AF_X25, AF_KEY, AF_RDS,     AF_PPPOX, AF_CAN,
          AF_TIPC, AF_BLUETOOTH, AF_NFC, AF_KCM, AF_QIPCRTR, AF_SMC,   AF_XDP };
  size_t i;

  for (i = 0; i < sizeof families / sizeof families[0]; i++)
    if (socket (families[i], SOCK_DGRAM, 0) >= 0
        || socket (families[i], SOCK_RAW, 0) >= 0
        || socket (families[i], SOCK_STREAM, 0) >= 0)
      return kv_reached ("family %d", families[i]);
  return kv_held ("%s", strerror (errno));
}

/* The 32-bit entry: a filter that looks at numbers only reads 20 as writev
 * and lets it pass. */
enum kv_verdict
kv_probe_entry_int80 (void)
{
#if defined(__x86_64__)
  long result;

  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(20L)
                   : "memory", "r8", "r9", "r10", "r11");
  if (result == getpid ())
    return kv_reached ("getpid by int $0x80 gave %ld", result);
  return kv_held ("answered %ld", result);
#else
  return kv_held ("no second entry on this architecture");
#endif
}

enum kv_verdict
kv_probe_entry_x32 (void)
{
#if defined(__x86_64__)
  long result = syscall (0x40000000 | SYS_getpid);

  if (result == getpid ())
    return kv_reached ("getpid by x32 gave %ld", result);
  return kv_held ("%s", strerror (errno));
#else
  return kv_held ("no second entry on this architecture");
#endif
}

/* Its flags are behind a pointer, where no filter sees them. */
enum kv_verdict
kv_probe_clone3_call (void)
{
  long result = syscall (SYS_clone3, NULL, 0);

  if (result < 0 && errno == ENOSYS)
    return kv_held ("%s", strerror (errno));
  return kv_reached ("the kernel answered: %s", strerror (errno));
}

enum kv_verdict
kv_probe_io_uring (void)
{
  char params[256] = { 0 };

  return kv_by_result (syscall (SYS_io_uring_setup, 1, params));
}

enum kv_verdict
kv_probe_bpf_map (void)
{
  union bpf_attr attr;

  memset (&attr, 0, sizeof attr);
  attr.map_type = BPF_MAP_TYPE_ARRAY;
  attr.key_size = attr.value_size = 4;
  attr.max_entries = 1;
  return kv_by_result (syscall (SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr));
}

enum kv_verdict
kv_probe_perf_event (void)
{
  struct perf_event_attr attr;

  memset (&attr, 0, sizeof attr);
  attr.size = sizeof attr;
  attr.type = PERF_TYPE_SOFTWARE;
  attr.config = PERF_COUNT_SW_TASK_CLOCK;
  attr.exclude_kernel = 1;
  return kv_by_result (syscall (SYS_perf_event_open, &attr, 0, -1, -1, 0));
}

enum kv_verdict
kv_probe_userfaultfd_call (void)
{
  /* 1: UFFD_USER_MODE_ONLY, which needs no right. */
  return kv_by_result (syscall (SYS_userfaultfd, O_CLOEXEC | 1));
}

enum kv_verdict
kv_probe_fanotify_call (void)
{
  return kv_by_result (syscall (SYS_fanotify_init, 0, O_RDONLY));
}

enum kv_verdict
kv_probe_load_module (void)
{
  return kv_by_errno (syscall (SYS_init_module, NULL, 0, ""));
}

enum kv_verdict
kv_probe_remove_module (void)
{
  return kv_by_errno (syscall (SYS_delete_module, "no_such_module_here", 0));
}

enum kv_verdict
kv_probe_kernel_log (void)
{
  /* 10: size of the buffer. */
  return kv_by_result (klogctl (10, NULL, 0));
}

enum kv_verdict
kv_probe_raw_io (void)
{
#if defined(__x86_64__) || defined(__i386__)
  return kv_by_result (ioperm (0x80, 1, 1));
#else
  return kv_held ("no port I/O on this architecture");
#endif
}

enum kv_verdict
kv_probe_user_namespace (void)
{
  return kv_by_result (unshare (CLONE_NEWUSER));
}

enum kv_verdict
kv_probe_user_namespace_clone (void)
{
  long pid = syscall (SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);

  if (pid == 0)
    _exit (0);
  if (pid > 0)
    waitpid ((pid_t) pid, NULL, 0);
  return kv_by_result (pid);
}

enum kv_verdict
kv_probe_other_namespaces (void)
{
  static const int flags[]
      = { CLONE_NEWNS,  CLONE_NEWPID,    CLONE_NEWNET, CLONE_NEWIPC,
          CLONE_NEWUTS, CLONE_NEWCGROUP, 0x80 };
  size_t i;

  for (i = 0; i < sizeof flags / sizeof flags[0]; i++)
    if (unshare (flags[i]) == 0)
      return kv_reached ("unshare (0x%x)", (unsigned) flags[i]);
  return kv_held ("%s", strerror (errno));
}

enum kv_verdict
kv_probe_join_namespace (void)
{
  static const char *const kinds[] = { "mnt", "net", "pid", "user", "uts" };
  long pids[] = { kv_plant_number ("victim"), 1 };
  size_t i, k;

  for (k = 0; k < 2; k++)
    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
      char path[64];
      int fd;

      snprintf (path, sizeof path, "/proc/%ld/ns/%s", pids[k], kinds[i]);
      fd = open (path, O_RDONLY);
      if (fd >= 0 && setns (fd, 0) == 0)
        return kv_reached ("%s", path);
    }
  return kv_held ("%s", strerror (errno));
}

enum kv_verdict
kv_probe_no_filter (void)
{
  const char *value = kv_status_field ("Seccomp:");

  if (value == NULL)
    return kv_unanswered ("cannot read /proc/self/status");
  return value[0] == '2' ? kv_held ("a filter is on")
                         : kv_reached ("no filter");
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/util/cleanup.h"
#include "tests/init/driver.h"

#define LOAD(member)                                                           \
  BPF_STMT (BPF_LD | BPF_W | BPF_ABS,                                          \
            (uint32_t) offsetof (struct seccomp_data, member))
#define EQUAL(value, then, otherwise)                                          \
  BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (uint32_t) (value), then, otherwise)
#define BITS(value, then, otherwise)                                           \
  BPF_JUMP (BPF_JMP | BPF_JSET | BPF_K, (uint32_t) (value), then, otherwise)
#define RETURN(value) BPF_STMT (BPF_RET | BPF_K, (value))
#define REFUSE(number) EQUAL (number, 0, 1), RETURN (SECCOMP_RET_ERRNO | EPERM)

/* The half of an argument that a program compares lies last, or first. */
#define LOAD_LOW(n)                                                            \
  BPF_STMT (BPF_LD | BPF_W | BPF_ABS,                                          \
            (uint32_t) offsetof (struct seccomp_data, args[n])                 \
                + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0))

void
driver_filter (struct kv_plan *plan)
{
  static const struct sock_filter program[] = {
    LOAD (nr),
    REFUSE (SYS_mount),
    REFUSE (SYS_keyctl),
    REFUSE (SYS_add_key),
    REFUSE (SYS_request_key),
    REFUSE (425),
#ifdef SYS_shmget
    REFUSE (SYS_shmget),
    REFUSE (SYS_semget),
    REFUSE (SYS_msgctl),
#endif
    REFUSE (SYS_mq_unlink),
    EQUAL (435, 0, 1),
    RETURN (SECCOMP_RET_ERRNO | ENOSYS),
    EQUAL (SYS_unshare, 0, 4),
    LOAD_LOW (0),
    BITS (CLONE_NEWUSER, 0, 1),
    RETURN (SECCOMP_RET_ERRNO | EPERM),
    RETURN (SECCOMP_RET_ALLOW),
    EQUAL (SYS_ioctl, 0, 4),
    LOAD_LOW (1),
    EQUAL (TIOCSTI, 0, 1),
    RETURN (SECCOMP_RET_ERRNO | EPERM),
    RETURN (SECCOMP_RET_ALLOW),
#ifdef SYS_socket
    EQUAL (SYS_socket, 0, 8),
    LOAD_LOW (0),
    EQUAL (AF_INET, 4, 0),
    EQUAL (AF_INET6, 3, 0),
    EQUAL (AF_NETLINK, 2, 0),
    EQUAL (AF_VSOCK, 1, 0),
    EQUAL (AF_UNIX, 0, 1),
    RETURN (SECCOMP_RET_ERRNO | EPERM),
    RETURN (SECCOMP_RET_ALLOW),
#endif
    RETURN (SECCOMP_RET_ALLOW),
  };

  plan->filter = program;
  plan->filter_size = sizeof program;
}

int
driver_deny (const struct driver *d)
{
  struct sock_filter program[64] = { LOAD (nr) };
  struct sock_fprog whole = { .filter = program, .len = 1 };
  const char *next = d->deny;

  while (*next != '\0' && whole.len + 3 < (int) KV_COUNT (program)) {
    char *end;
    struct sock_filter two[] = {
      EQUAL (strtoul (next, &end, 10), 0, 1),
      RETURN (SECCOMP_RET_ERRNO | (uint32_t) d->deny_errno),
    };

    if (end == next)
      return -1;
    memcpy (program + whole.len, two, sizeof two);
    whole.len = (unsigned short) (whole.len + 2);
    next = *end == ',' ? end + 1 : end;
  }
  program[whole.len++] = (struct sock_filter) RETURN (SECCOMP_RET_ALLOW);
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    return -1;
  return (int) syscall (SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &whole);
}

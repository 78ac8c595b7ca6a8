/* SPDX-License-Identifier: Apache-2.0 */
/* System calls that touch nothing but registers.  The child shares the
 * memory of the shim until its exec, errno included, and libc's wrappers for
 * ids would try to reach threads; so neither is used there.  The result is
 * the value or a negative errno. */
#ifndef NAMESPACE_RAW_H
#define NAMESPACE_RAW_H

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined __x86_64__ && defined __LP64__

static inline long
namespace_syscall (long n, long a, long b, long c, long d, long e, long f)
{
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long result;

  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

#elif defined __aarch64__

static inline long
namespace_syscall (long n, long a, long b, long c, long d, long e, long f)
{
  register long x8 __asm__("x8") = n;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;

  __asm__ volatile("svc 0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory");
  return x0;
}

#else

/* Parent and child take turns here but for a few instructions around the
 * exec, in which the parent does not look at errno. */
#define NAMESPACE_SHARES_ERRNO 1

static inline long
namespace_syscall (long n, long a, long b, long c, long d, long e, long f)
{
  long result = syscall (n, a, b, c, d, e, f);

  return result < 0 ? -errno : result;
}

#endif

#ifndef NAMESPACE_SHARES_ERRNO
#define NAMESPACE_SHARES_ERRNO 0
#endif

#define RAW_CALL(n, a, b, c, d, e, f, ...)                                     \
  namespace_syscall ((n), (long) (a), (long) (b), (long) (c), (long) (d),      \
                     (long) (e), (long) (f))
#define RAW(n, ...) RAW_CALL (SYS_##n, __VA_ARGS__, 0, 0, 0, 0, 0, 0)

/* The plain names of the 32-bit ports are calls with 16-bit ids. */
#ifdef SYS_setresuid32
#define RAW_SETRESUID(id) RAW (setresuid32, id, id, id)
#define RAW_SETRESGID(id) RAW (setresgid32, id, id, id)
#define RAW_SETGROUPS_NONE() RAW (setgroups32, 0, NULL)
#else
#define RAW_SETRESUID(id) RAW (setresuid, id, id, id)
#define RAW_SETRESGID(id) RAW (setresgid, id, id, id)
#define RAW_SETGROUPS_NONE() RAW (setgroups, 0, NULL)
#endif

#endif

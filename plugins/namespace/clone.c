/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ns.h"
#include "raw.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_UNPOISON_MEMORY_REGION(address, size) (void) 0
#endif

#define STACK_SIZE (128 * 1024)
#define GUARD_SIZE (64 * 1024)

int
namespace_stack_make (struct namespace_stack *stack)
{
  char *base = mmap (NULL, GUARD_SIZE + STACK_SIZE, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

  if (base == MAP_FAILED)
    return -errno;
  if (mprotect (base + GUARD_SIZE, STACK_SIZE, PROT_READ | PROT_WRITE) < 0) {
    int saved = errno;

    munmap (base, GUARD_SIZE + STACK_SIZE);
    return -saved;
  }
  stack->base = base;
  return 0;
}

void
namespace_stack_free (struct namespace_stack *stack)
{
  if (stack->base != NULL)
    munmap (stack->base, GUARD_SIZE + STACK_SIZE);
  stack->base = NULL;
}

#if defined __x86_64__ && defined __LP64__

/* In the child every register but the result and the stack is the parent's;
 * it never comes back to this frame. */
static long
namespace_clone3 (struct clone_args *args, int (*function) (void *),
                  void *argument)
{
  register int (*fn) (void *) __asm__("r8") = function;
  register void *arg __asm__("r9") = argument;
  long result;

  __asm__ volatile("syscall\n\t"
                   "test %%rax, %%rax\n\t"
                   "jnz 1f\n\t"
                   "xor %%ebp, %%ebp\n\t"
                   "mov %%r9, %%rdi\n\t"
                   "call *%%r8\n\t"
                   "mov %%eax, %%edi\n\t"
                   "mov %[exit], %%eax\n\t"
                   "syscall\n\t"
                   "hlt\n"
                   "1:"
                   : "=a"(result)
                   : "a"((long) SYS_clone3), "D"(args), "S"(sizeof *args),
                     "r"(fn), "r"(arg), [exit] "i"(SYS_exit)
                   : "rcx", "r11", "memory");
  return result;
}

#elif defined __aarch64__

static long
namespace_clone3 (struct clone_args *args, int (*function) (void *),
                  void *argument)
{
  register long x8 __asm__("x8") = SYS_clone3;
  register long x0 __asm__("x0") = (long) args;
  register long x1 __asm__("x1") = sizeof *args;
  register int (*fn) (void *) __asm__("x10") = function;
  register void *arg __asm__("x11") = argument;

  __asm__ volatile("svc 0\n\t"
                   "cbnz x0, 1f\n\t"
                   "mov x29, xzr\n\t"
                   "mov x0, x11\n\t"
                   "blr x10\n\t"
                   "mov x8, %[exit]\n\t"
                   "svc 0\n\t"
                   "brk 1\n"
                   "1:"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(fn), "r"(arg), [exit] "i"(SYS_exit)
                   : "memory");
  return x0;
}

#else

static long
namespace_clone3 (struct clone_args *args, int (*function) (void *),
                  void *argument)
{
  (void) args;
  (void) function;
  (void) argument;
  return -ENOSYS;
}

#endif

/* For a kernel or a filter without clone3: what CLONE_CLEAR_SIGHAND does. */
struct namespace_older {
  int (*function) (void *);
  void *argument;
};

static int
namespace_older_child (void *older)
{
  const struct namespace_older *o = older;
  struct sigaction action;
  int number;

  for (number = 1; number < NSIG; number++)
    if (sigaction (number, NULL, &action) == 0 && action.sa_handler != SIG_DFL
        && action.sa_handler != SIG_IGN) {
      action.sa_handler = SIG_DFL;
      action.sa_flags = 0;
      sigaction (number, &action, NULL);
    }
  return o->function (o->argument);
}

static int
namespace_clone_with (const struct namespace_stack *stack,
                      struct clone_args *args, int (*function) (void *),
                      void *argument)
{
  char *base = stack->base;
  /* At the far end of the child's stack, so that it outlives this call:
   * without CLONE_VFORK both run at once. */
  struct namespace_older *older
      = (struct namespace_older *) (void *) (base + GUARD_SIZE);
  uint64_t known
      = args->flags & ~(uint64_t) (CLONE_CLEAR_SIGHAND | CLONE_INTO_CGROUP);
  long pid;

  /* A child that ended deep in its calls has left marks for the next. */
  ASAN_UNPOISON_MEMORY_REGION (base + GUARD_SIZE, STACK_SIZE);
  args->stack = (uint64_t) (uintptr_t) (base + GUARD_SIZE);
  args->stack_size = STACK_SIZE;
  pid = namespace_clone3 (args, function, argument);
  /* A container's filter may refuse clone3 because it cannot look into its
   * arguments.  Without the cgroup the older call does the same. */
  if ((pid != -ENOSYS && pid != -EPERM)
      || (args->flags & CLONE_INTO_CGROUP) != 0)
    return (int) pid;
  *older = (struct namespace_older){ function, argument };
  pid = clone ((args->flags & CLONE_CLEAR_SIGHAND) != 0 ? namespace_older_child
                                                        : function,
               base + GUARD_SIZE + STACK_SIZE,
               (int) (known | args->exit_signal),
               (args->flags & CLONE_CLEAR_SIGHAND) != 0 ? older : argument,
               (void *) (uintptr_t) args->pidfd, NULL,
               (void *) (uintptr_t) args->child_tid);
  return pid < 0 ? -errno : (int) pid;
}

int
namespace_clone (const struct namespace_stack *stack, uint64_t flags,
                 int cgroup_fd, int (*function) (void *), void *argument,
                 int *pidfd, volatile int *tid)
{
  struct clone_args args = {
    .flags = flags | CLONE_VM | CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
    .pidfd = (uint64_t) (uintptr_t) pidfd,
    .child_tid = (uint64_t) (uintptr_t) tid,
    .exit_signal = SIGCHLD,
  };

  if (cgroup_fd >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = (uint64_t) cgroup_fd;
  }
  return namespace_clone_with (stack, &args, function, argument);
}

int
namespace_clone_raw (const struct namespace_stack *stack, uint64_t flags,
                     int (*function) (void *), void *argument,
                     volatile int *tid)
{
  struct clone_args args = {
    .flags = flags,
    .child_tid = (uint64_t) (uintptr_t) tid,
  };

  return namespace_clone_with (stack, &args, function, argument);
}

dnl SPDX-License-Identifier: Apache-2.0
dnl KV_WARNINGS: warning flags the compiler knows, in KV_CFLAGS.
AC_DEFUN([KV_WARNINGS], [
AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror],
  [treat warnings as errors (for developers and CI)])], [], [enable_werror=no])
AX_APPEND_COMPILE_FLAGS([-Wall -Wextra -Wshadow -Wstrict-prototypes dnl
-Wmissing-prototypes -Wold-style-definition -Wformat=2 -Wvla -Wundef dnl
-Wwrite-strings -Wcast-qual -Wpointer-arith -Wnull-dereference dnl
-Wimplicit-fallthrough -Wlogical-op -Wduplicated-cond], [KV_CFLAGS], [-Werror])
AS_IF([test "$enable_werror" = yes],
  [AX_APPEND_COMPILE_FLAGS([-Werror], [KV_CFLAGS])])
AX_APPEND_COMPILE_FLAGS([-fvisibility=hidden], [KV_CFLAGS])
AC_SUBST([KV_CFLAGS])
])

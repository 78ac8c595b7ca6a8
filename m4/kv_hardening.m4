dnl SPDX-License-Identifier: Apache-2.0
dnl KV_HARDENING: --disable-hardening drops what is on by default.
AC_DEFUN([KV_HARDENING], [
AC_ARG_ENABLE([hardening], [AS_HELP_STRING([--disable-hardening],
  [build without compiler and linker hardening])], [],
  [enable_hardening=yes])
kv_hardening=$enable_hardening
AS_IF([test "$enable_hardening" = yes], [
  AX_APPEND_COMPILE_FLAGS([-fstack-protector-strong -fstack-clash-protection dnl
-fcf-protection -ftrivial-auto-var-init=zero dnl
-fno-delete-null-pointer-checks -fno-strict-overflow -fPIE], [KV_CFLAGS],
    [-Werror])
  AX_APPEND_LINK_FLAGS([-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack dnl
-Wl,-z,separate-code -Wl,--as-needed], [KV_LDFLAGS])
  AC_MSG_CHECKING([whether _FORTIFY_SOURCE works with these flags])
  AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
#ifndef __OPTIMIZE__
#error not optimising
#endif
]])], [kv_fortify="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"; AC_MSG_RESULT([yes])],
    [kv_fortify=; AC_MSG_RESULT([no])])
  KV_CPPFLAGS="$KV_CPPFLAGS $kv_fortify"
])
AC_SUBST([KV_CPPFLAGS])
AC_SUBST([KV_LDFLAGS])
])

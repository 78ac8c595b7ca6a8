dnl SPDX-License-Identifier: Apache-2.0
dnl KV_SANITIZERS: --enable-sanitizers=LIST, for host and plugins alike.
dnl kavach-init is static and takes only what works without a runtime.
AC_DEFUN([KV_SANITIZERS], [
AC_ARG_ENABLE([sanitizers], [AS_HELP_STRING([--enable-sanitizers=LIST],
  [build with the compiler's sanitizers, such as address,undefined])], [],
  [enable_sanitizers=no])
kv_sanitizers=$enable_sanitizers
AS_IF([test "$enable_sanitizers" != no], [
  KV_SANITIZE_FLAGS="-fsanitize=$enable_sanitizers -fno-omit-frame-pointer"
  KV_CPPFLAGS="-U_FORTIFY_SOURCE"
])
AC_SUBST([KV_SANITIZE_FLAGS])
])

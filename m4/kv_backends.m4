dnl SPDX-License-Identifier: Apache-2.0
dnl KV_BACKENDS: --enable-backends=LIST chooses what is built.
AC_DEFUN([KV_BACKENDS], [
AC_ARG_ENABLE([backends], [AS_HELP_STRING([--enable-backends=LIST],
  [backends to build, separated by commas @<:@process,namespace@:>@])], [],
  [enable_backends=process,namespace])
AS_IF([test "$enable_backends" = yes],
  [enable_backends=process,namespace])
kv_backends=
kv_process=no
kv_namespace=no
for kv_backend in `AS_ECHO(["$enable_backends"]) | tr ',' ' '`; do
  AS_CASE([$kv_backend],
    [process], [kv_process=yes],
    [namespace], [kv_namespace=yes],
    [no], [],
    [AC_MSG_ERROR([--enable-backends: no backend "$kv_backend"; there are process and namespace])])
  kv_backends="$kv_backends $kv_backend"
done
AM_CONDITIONAL([BACKEND_PROCESS], [test "$kv_process" = yes])
AM_CONDITIONAL([BACKEND_NAMESPACE], [test "$kv_namespace" = yes])
])

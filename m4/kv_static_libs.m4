dnl SPDX-License-Identifier: Apache-2.0
dnl KV_STATIC_LIBS: yajl and libsodium into the launcher as archives, and the C
dnl library too where it can be; libltdl into the shim.  Mapping and binding the
dnl shared objects costs more than half of the launcher's start and a tenth of
dnl the shim's; distributions that want them say --disable-static-libs.
AC_DEFUN([KV_STATIC_LIBS], [
AC_ARG_ENABLE([static-libs], [AS_HELP_STRING([--disable-static-libs],
  [link the C library, yajl, libsodium and libltdl as shared objects @<:@default: archives, where they are there@:>@])],
  [], [enable_static_libs=auto])
kv_static_libs=no
AS_IF([test "$enable_static_libs" != no], [
  PKG_CHECK_VAR([kv_yajl_dir], [yajl], [libdir])
  PKG_CHECK_VAR([kv_sodium_dir], [libsodium], [libdir])
  AS_IF([test -r "$kv_yajl_dir/libyajl_s.a" && test -r "$kv_sodium_dir/libsodium.a"], [
    kv_static_libs=yes
    YAJL_LIBS="$kv_yajl_dir/libyajl_s.a"
    SODIUM_LIBS="$kv_sodium_dir/libsodium.a"
  ], [test "$enable_static_libs" = yes], [
    AC_MSG_ERROR([--enable-static-libs: libyajl_s.a or libsodium.a is missing])
  ])
  AC_MSG_CHECKING([whether the launcher can be a static PIE])
  kv_save_LDFLAGS=$LDFLAGS
  LDFLAGS="$LDFLAGS -static-pie"
  AS_IF([test $kv_static_libs = yes && test "$kv_sanitizers" = no],
    [dnl The checked functions are the ones that i386's archive cannot relocate.
     AC_LINK_IFELSE([AC_LANG_SOURCE([[
#include <stdio.h>
extern void *__memset_chk (void *, int, size_t, size_t);
int
main (int argc, char **argv)
{
  char room[64];

  __memset_chk (room, argc, (size_t) argc, sizeof room);
  return puts (room) + puts (argv[0]);
}
]])], [KV_LAUNCHER_LDFLAGS=-static-pie])])
  LDFLAGS=$kv_save_LDFLAGS
  AC_MSG_RESULT([${KV_LAUNCHER_LDFLAGS:-no}])
  AC_MSG_CHECKING([for an archive of libltdl])
  kv_save_LIBS=$LIBS
  LIBS="-l:libltdl.a $LIBS"
  AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <ltdl.h>]], [[return lt_dlinit ();]])],
    [kv_ltdl_archive=yes], [kv_ltdl_archive=no])
  LIBS=$kv_save_LIBS
  AC_MSG_RESULT([$kv_ltdl_archive])
  AS_IF([test $kv_ltdl_archive = yes], [LTDL_LIBS=-l:libltdl.a],
    [test "$enable_static_libs" = yes],
    [AC_MSG_ERROR([--enable-static-libs: libltdl.a is missing])])
])
AC_SUBST([KV_LAUNCHER_LDFLAGS])
])

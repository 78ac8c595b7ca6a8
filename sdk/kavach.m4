dnl SPDX-License-Identifier: 0BSD
dnl KAVACH_PLUGIN([MIN-ABI-MINOR])
dnl
dnl For the configure.ac of a kavach plugin.  Finds the headers, refuses
dnl headers of another ABI than 1.MIN-ABI-MINOR or newer, and sets
dnl
dnl   KAVACH_CFLAGS       what to compile a plugin with
dnl   kavachplugindir     where the object goes
dnl   kavachmanifestdir   where a manifest goes, when there is one
dnl
dnl The two folders can be chosen with --with-kavach-plugindir and
dnl --with-kavach-manifestdir.  An automake project's distcheck is told to
dnl keep both inside its own prefix.
AC_DEFUN([KAVACH_PLUGIN], [
AC_REQUIRE([PKG_PROG_PKG_CONFIG])
PKG_CHECK_MODULES([KAVACH], [kavach-plugin])
PKG_CHECK_VAR([kavach_abi_major], [kavach-plugin], [abi_major])
PKG_CHECK_VAR([kavach_abi_minor], [kavach-plugin], [abi_minor])
AC_MSG_CHECKING([whether the kavach headers are of ABI 1.m4_default([$1], [0]) or newer])
AS_IF([test "$kavach_abi_major" = 1 &&
       test "$kavach_abi_minor" -ge m4_default([$1], [0])],
  [AC_MSG_RESULT([yes, $kavach_abi_major.$kavach_abi_minor])],
  [AC_MSG_RESULT([no])
   AC_MSG_ERROR([the kavach headers found are of ABI $kavach_abi_major.$kavach_abi_minor])])

AC_ARG_WITH([kavach-plugindir], [AS_HELP_STRING([--with-kavach-plugindir=DIR],
  [where kavach looks for plugins @<:@asked of pkg-config@:>@])], [],
  [PKG_CHECK_VAR([with_kavach_plugindir], [kavach-plugin], [plugindir])])
AC_ARG_WITH([kavach-manifestdir], [AS_HELP_STRING(
  [--with-kavach-manifestdir=DIR],
  [where kavach looks for manifests @<:@asked of pkg-config@:>@])], [],
  [PKG_CHECK_VAR([with_kavach_manifestdir], [kavach-plugin], [manifestdir])])
AC_SUBST([kavachplugindir], [$with_kavach_plugindir])
AC_SUBST([kavachmanifestdir], [$with_kavach_manifestdir])
AC_SUBST([AM_DISTCHECK_CONFIGURE_FLAGS], ["$AM_DISTCHECK_CONFIGURE_FLAGS dnl
--with-kavach-plugindir='\$\${prefix}/lib/kavach/plugins' dnl
--with-kavach-manifestdir='\$\${prefix}/share/kavach/plugins.d'"])
])

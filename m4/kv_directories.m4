dnl SPDX-License-Identifier: Apache-2.0
dnl KV_DIRECTORIES: folders that belong to other packages, all overridable.
AC_DEFUN([KV_DIRECTORIES], [
AC_ARG_WITH([bash-completion-dir], [AS_HELP_STRING(
  [--with-bash-completion-dir=DIR],
  [where bash looks for completions, or no])], [],
  [with_bash_completion_dir='${datadir}/bash-completion/completions'])
AM_CONDITIONAL([BASH_COMPLETION], [test "$with_bash_completion_dir" != no])
AC_SUBST([bashcompdir], [$with_bash_completion_dir])
])

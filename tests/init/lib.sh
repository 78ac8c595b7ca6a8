# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# For the tests of kavach-init.  "go OPTION... CMD..." plays the launcher;
# $facts is what came over the gate, $init the program under test.
. "$srcdir/tests/lib.sh"

init=$builddir/core/init/kavach-init
driver=$builddir/tests/init/driver
probe=$builddir/tests/init/probe
facts=
[ -x "$init" ] && [ -x "$driver" ] && [ -x "$probe" ] \
  || skip_all "kavach-init or its driver was not built"

# The same program, built without step $1.
without ()
{
  init=$builddir/tests/init/kavach-init-fault-$1
  [ -x "$init" ] || bail "$init was not built"
}

whole ()
{
  init=$builddir/core/init/kavach-init
}

# go [OPTION...] -- CMD...
go ()
{
  local options=()

  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  shift
  rm -f "$tmp/facts"
  run "$driver" --facts "$tmp/facts" --env PATH=/usr/bin:/bin --flags search \
    "${options[@]}" "$init" "$@"
  facts=$(cat "$tmp/facts")
}

show ()
{
  diag "facts: $facts"
  show_run
}

held ()
{
  like "$facts" "held=([^ ]*,)?$1(,| )" "$2" || show
}

open ()
{
  like "$facts" "open=([^ ]*,)?$1(,| )" "$2" || show
}

# Names a failed step, its errno and its subject (a regex).
failed ()
{
  like "$facts" "failed step=$1 errno=$2 subject=$3" "$4" || show
}

landlock_abi ()
{
  "$driver" --flags fs --no-go "$init" true 2>&1 \
    | sed -n 's/.* abi=\([0-9]*\) .*/\1/p'
}

requires_landlock ()
{
  abi=$(landlock_abi)
  [ "${abi:-0}" -ge "$1" ] || skip_all "no Landlock of ABI $1"
}

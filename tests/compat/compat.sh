# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Real programs in one sandbox: . compat.sh BACKEND PRESET
# The programs are in tools.sh; what may be refused is in "refusals".
. "$srcdir/tests/lib.sh"
. "$srcdir/tests/compat/tools.sh"

backend=$1
preset=$2
requires_kavach
requires jq
requires_backend "$backend"

refusals=$srcdir/tests/compat/refusals
debian_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
caller_path=$PATH
waive=()

compat_kavach ()
{
  (cd "$work" && PATH=${tool_path:-$debian_path} exec timeout -k 5 120 \
    "$KAVACH" run -b "$backend" -p "$preset" "${waive[@]}" -- "$@") </dev/null
}

# Does the list permit what case $1 has printed?  Sets $reason.
permitted_refusal ()
{
  local b p t listed r

  while IFS='|' read -r b p t listed r; do
    # shellcheck disable=SC2053
    if [[ $backend == $b && $preset == $p && $1 == $t ]] \
       && [[ $out$err =~ $listed ]]; then
      reason=$r
      return 0
    fi
  done < <(grep -v '^#' "$refusals" | grep .)
  return 1
}

# needs PROGRAM...: by absolute path of Debian's, or anywhere for a case of
# the caller's toolchain.
needs ()
{
  local p

  for p; do
    PATH=${tool_path:-$debian_path} command -v "$p" >/dev/null || {
      missing=$p
      return 1
    }
  done
}

# The workspace of one case.
fresh ()
{
  rm -rf "$work"
  mkdir "$work"
}

# Runs the script $1 inside: its standard output must match $expect and its
# status be $expect_status.
try ()
{
  run compat_kavach "${shell_inside:-/bin/sh}" -c "$1"
}

one_case ()
{
  local name=$1 title="$1, $backend, $preset"

  tool_path='' shell_inside='' expect='' expect_status=0 missing=''
  fresh
  if ! "tool_$name" && [ -n "$missing" ]; then
    skip "$title" "$missing is not installed"
    return
  fi
  if [ "$status" = "$expect_status" ] && [[ $out =~ $expect ]]; then
    pass "$title"
  elif permitted_refusal "$name"; then
    pass "$title: refused as listed ($reason)"
  else
    fail "$title"
    diag "want status $expect_status and a match of: $expect"
    diag "status $status"
    diag "out: $(tail -c 1500 <<<"$out")"
    diag "err: $(tail -c 1500 <<<"$err")"
  fi
}

read -ra waive < <(waivers "$backend" "$preset")
[ ${#waive[@]} = 0 ] || diag "with ${waive[*]}: this caller cannot have these"
for name in ${KV_TOOLS:-$tools}; do
  one_case "$name"
done
done_testing

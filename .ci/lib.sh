# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What ./setup, ./check and .ci/run share.
set -euo pipefail
export LC_ALL=C
umask 022

if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then
  bold=$(printf '\033[1m') plain=$(printf '\033[0m')
else
  bold='' plain=''
fi

step ()
{
  printf '%s==> %s%s\n' "$bold" "$*" "$plain"
}

# One clear line, and the end.
die ()
{
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Runs CMD with its output in a log; only a failure shows it.
quietly ()
{
  local log=$1

  shift
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    die "this failed: $* (all of its output: $log)"
  fi
}

as_root ()
{
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# The packages of the lists given that are not there.
missing_packages ()
{
  local package file

  sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@" | while read -r package file
  do
    if [ -n "$file" ]; then
      [ -e "$file" ] || echo "$package"
    else
      dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null \
        | grep -qx installed || echo "$package"
    fi
  done | sort -u
}

install_packages ()
{
  local missing log=$1

  shift
  command -v dpkg-query >/dev/null \
    || die "this is no Debian system: install by hand what $* name"
  missing=$(missing_packages "$@" | tr '\n' ' ')
  if [ -z "${missing// /}" ]; then
    step "packages: all there"
    return
  fi
  step "packages: installing $missing"
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null \
    || die "run as root, or install these first: $missing"
  quietly "$log" as_root apt-get update -q
  # shellcheck disable=SC2086
  quietly "$log" as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends $missing
}

# The owner of the checkout builds and runs, also when root types the
# command: kavach trusts what belongs to root or to its caller, and nobody
# should find files of root's in a folder of his.
run_as_owner_of ()
{
  local owner

  owner=$(stat -c %U "$1")
  if [ "$(id -u)" = 0 ] && [ "$owner" != root ] && [ "$owner" != UNKNOWN ]
  then
    step "going on as $owner, to whom $1 belongs"
    exec runuser -u "$owner" -- "${@:2}"
  fi
}

# Configures the tree $1 in the folder $2 when it has not been, or with
# other arguments.
configure_in ()
{
  local source=$1 build=$2

  shift 2
  if [ ! -x "$source/configure" ] \
     || [ "$source/configure.ac" -nt "$source/configure" ] \
     || [ "$source/Makefile.am" -nt "$source/Makefile.in" ]; then
    step "making configure"
    quietly "$build/bootstrap.log" "$source/bootstrap"
  fi
  if [ ! -f "$build/Makefile" ] \
     || [ "$*" != "$(cat "$build/configured" 2>/dev/null)" ]; then
    step "configuring in $build"
    mkdir -p "$build"
    (cd "$build" && quietly "$build/configure.log" "$source/configure" "$@")
    printf '%s' "$*" >"$build/configured"
  fi
}

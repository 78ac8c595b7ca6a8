# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# For test scripts: . "$srcdir/tests/lib.sh"
#
#   plan N                 first, or done_testing last
#   ok NAME CMD...         CMD must succeed; its output is shown when not
#   nok NAME CMD...        CMD must fail
#   is GOT WANT NAME       like/unlike TEXT REGEX NAME
#   pass NAME  fail NAME   skip NAME REASON  skip_all REASON  bail REASON
#   run CMD...             sets $status, $out, $err; never fails itself
#   refused CODE NAME [-- CMD...]  the last run (or CMD) was kavach's refusal
#   eventually SECONDS CMD...  polls until CMD succeeds
#   at_exit CMD...         runs in reverse order when the script ends
#   as_user CMD...         as an ordinary user when the caller is root
#   requires_*             skip the whole script, and say why
#
# $tmp is a private folder, $work a workspace in it that kavach may use; both
# are gone at the end.
set -u
export LC_ALL=C
umask 022
# The make that runs the tests has no say in those that run inside them.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES MAKE_TERMOUT MAKE_TERMERR

: "${srcdir:?run it by make check, or set srcdir, builddir and KAVACH}"
: "${builddir:?}"
: "${KAVACH:=$builddir/tests/kavach}"
: "${KAVACH_STAGE:=$builddir/stage}"
export KAVACH KAVACH_STAGE

test_number=0
test_failures=0
test_planned=
test_exits=()
status=0 out='' err=''

diag ()
{
  printf '%s\n' "$*" | sed 's/^/# /'
}

# A TAP name has no "#", which would begin a directive.
test_name ()
{
  local name=${*//\#/}

  printf '%s' "${name//$'\n'/ }"
}

plan ()
{
  test_planned=$1
  printf '1..%d\n' "$1"
}

done_testing ()
{
  [ -n "$test_planned" ] || printf '1..%d\n' "$test_number"
  test_planned=$test_number
}

pass ()
{
  test_number=$((test_number + 1))
  printf 'ok %d - %s\n' "$test_number" "$(test_name "$@")"
}

fail ()
{
  test_number=$((test_number + 1))
  test_failures=$((test_failures + 1))
  printf 'not ok %d - %s\n' "$test_number" "$(test_name "$@")"
  return 1
}

skip ()
{
  test_number=$((test_number + 1))
  printf 'ok %d - %s # SKIP %s\n' "$test_number" "$(test_name "$1")" "$2"
}

skip_all ()
{
  printf '1..0 # SKIP %s\n' "$1"
  test_planned=0
  exit 0
}

bail ()
{
  printf 'Bail out! %s\n' "$1"
  exit 99
}

ok ()
{
  local name=$1 said

  shift
  if said=$("$@" 2>&1 9>&-); then
    pass "$name"
  else
    fail "$name"
    diag "failed: $*"
    diag "$said"
    return 1
  fi
}

nok ()
{
  local name=$1 said

  shift
  if said=$("$@" 2>&1 9>&-); then
    fail "$name"
    diag "succeeded: $*"
    diag "$said"
    return 1
  else
    pass "$name"
  fi
}

is ()
{
  if [ "$1" = "$2" ]; then
    pass "$3"
  else
    fail "$3"
    diag "  got: $1"
    diag "  want: $2"
    return 1
  fi
}

like ()
{
  if [[ $1 =~ $2 ]]; then
    pass "$3"
  else
    fail "$3"
    diag "  got: $1"
    diag "  want a match of: $2"
    return 1
  fi
}

unlike ()
{
  if [[ $1 =~ $2 ]]; then
    fail "$3"
    diag "  got: $1"
    diag "  want no match of: $2"
    return 1
  else
    pass "$3"
  fi
}

run ()
{
  status=0
  "$@" >"$tmp/.out" 2>"$tmp/.err" 9>&- || status=$?
  # NUL bytes would make the shell complain.
  out=$(tr -d '\0' <"$tmp/.out")
  err=$(tr -d '\0' <"$tmp/.err")
}

# Shows the last run under a failed test.
show_run ()
{
  diag "status $status"
  diag "out: $out"
  diag "err: $err"
}

# What the contract says of every refusal: status 125, "kavach: CODE text"
# on standard error, and nothing on standard output.
refused ()
{
  local code=$1 name=$2

  shift 2
  if [ "${1-}" = -- ]; then
    shift
    run "$@"
  fi
  if [ "$status" = 125 ] && [ -z "$out" ] \
     && [[ $err =~ ^kavach:\ $code($|\ ) ]]; then
    pass "$name"
  else
    fail "$name"
    diag "want status 125 and kavach: $code"
    show_run
    return 1
  fi
}

# Real time, in steps of 20 ms: a test never sleeps and hopes.
eventually ()
{
  local deadline=$((${EPOCHREALTIME/./} + $1 * 1000000))

  shift
  until "$@" >/dev/null 2>&1; do
    [ "${EPOCHREALTIME/./}" -lt "$deadline" ] || return 1
    sleep 0.02
  done
}

at_exit ()
{
  test_exits+=("$(printf '%q ' "$@")")
}

test_finish ()
{
  local code=$? i

  trap - EXIT
  set +e
  # A launcher of this script's must not outlive it.
  for i in $(jobs -p); do
    kill -KILL "$i" 2>/dev/null
  done
  wait 2>/dev/null
  for ((i = ${#test_exits[@]} - 1; i >= 0; i--)); do
    eval "${test_exits[i]}" >/dev/null 2>&1
  done
  if [ "$test_planned" != "" ] && [ "$test_planned" != "$test_number" ]; then
    diag "planned $test_planned tests, ran $test_number"
    [ "$code" != 0 ] || code=1
  fi
  [ "$code" != 0 ] || [ "$test_failures" = 0 ] || code=1
  exit "$code"
}
trap test_finish EXIT
trap 'exit 143' TERM INT HUP

tmp=$(mktemp -d "${TMPDIR:-/tmp}/kavach-test.XXXXXXXX") \
  || bail "cannot make a temporary folder"
tmp=$(cd "$tmp" && pwd -P)
# A test that mounts may have left something mounted below.
at_exit rm -rf --one-file-system "$tmp"
chmod 755 "$tmp"
work=$tmp/work
mkdir "$work"

# kavach keeps its own folders here, not in the caller's home.
export XDG_CACHE_HOME=$tmp/xdg/cache XDG_RUNTIME_DIR=$tmp/xdg/run
export XDG_CONFIG_HOME=$tmp/xdg/config XDG_STATE_HOME=$tmp/xdg/state
mkdir -m 700 "$tmp/xdg" "$XDG_CACHE_HOME" "$XDG_RUNTIME_DIR" \
  "$XDG_CONFIG_HOME" "$XDG_STATE_HOME"

is_root ()
{
  [ "$(id -u)" = 0 ]
}

# An id that nobody has; nothing is added to the user database.
test_uid=${KAVACH_TEST_UID:-54321}
if is_root; then
  user_dir=$tmp/user
  mkdir "$user_dir"
  for d in home work run cache config state; do
    mkdir -m 700 "$user_dir/$d"
  done
  chmod 755 "$user_dir/home" "$user_dir/work"
  chown -R "$test_uid:$test_uid" "$user_dir"
else
  user_dir=$tmp
  mkdir "$tmp/home"
fi

# In the groups of "user_groups", if it is set.
as_user ()
{
  if is_root; then
    # shellcheck disable=SC2086
    setpriv --reuid "$test_uid" --regid "$test_uid" \
      ${user_groups:---clear-groups} \
      --inh-caps=-all env -i PATH="$PATH" LC_ALL=C HOME="$user_dir/home" \
      TMPDIR="${TMPDIR:-/tmp}" USER=user LOGNAME=user \
      XDG_CACHE_HOME="$user_dir/cache" XDG_RUNTIME_DIR="$user_dir/run" \
      XDG_CONFIG_HOME="$user_dir/config" XDG_STATE_HOME="$user_dir/state" \
      KAVACH_STAGE="$KAVACH_STAGE" \
      bash -c 'cd "$0" && exec "$@"' "$user_dir/work" "$@"
  else
    (cd "$work" && "$@")
  fi
}

requires_root ()
{
  is_root || skip_all "needs root"
}

requires ()
{
  local program

  for program; do
    command -v "$program" >/dev/null 2>&1 \
      || skip_all "$program is not installed"
  done
}

# By doing: with AppArmor's restriction the clone succeeds and the rights
# are missing.
has_userns ()
{
  "$@" unshare -Urm mount -t tmpfs none /mnt >/dev/null 2>&1
}

requires_userns ()
{
  has_userns || skip_all "no user namespaces for uid $(id -u) on this host"
}

requires_user_userns ()
{
  has_userns as_user \
    || skip_all "no user namespaces for an ordinary user on this host"
}

# A loopback that is up: a new network namespace begins with one that is not.
has_loopback ()
{
  { : <>/dev/udp/127.0.0.1/9; } 2>/dev/null
}

has_mount_namespace ()
{
  unshare -m true >/dev/null 2>&1
}

# Runs the script again in a mount namespace of its own.
# shellcheck disable=SC2120
in_mount_namespace ()
{
  [ -z "${KAVACH_TEST_IN_MOUNT_NS-}" ] || return 0
  has_mount_namespace || skip_all "no mount namespace for uid $(id -u)"
  rm -rf --one-file-system "$tmp"
  KAVACH_TEST_IN_MOUNT_NS=1 exec unshare -m --propagation private \
    bash "$0" "$@"
}

# The folder below which the caller may make cgroups for controller $1, or
# nothing: a v1 hierarchy, or a v2 group with the controller delegated.
cgroup_dir ()
{
  local line path mount

  while IFS= read -r line; do
    case ,$(cut -d: -f2 <<<"$line"), in
    *,"$1",*)
      path=${line#*:*:}
      mount=$(awk -v c="$1" '$3 == "cgroup" && ("," $4 ",") ~ "," c "," \
        { print $2; exit }' /proc/self/mounts)
      [ -n "$mount" ] && [ -w "$mount${path%/}" ] \
        && printf '%s\n' "$mount${path%/}"
      return
      ;;
    esac
  done </proc/self/cgroup
  path=$(sed -n 's/^0:://p' /proc/self/cgroup)
  mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
  [ -n "$mount" ] && [ -w "$mount${path%/}" ] \
    && grep -qw "$1" "$mount${path%/}/cgroup.controllers" 2>/dev/null \
    && printf '%s\n' "$mount${path%/}"
}

requires_cgroup ()
{
  local controller

  for controller in "${@:-pids}"; do
    [ -n "$(cgroup_dir "$controller")" ] \
      || skip_all "no cgroup that this user may use for $controller"
  done
}

requires_runtime ()
{
  command -v "$1" >/dev/null 2>&1 || skip_all "$1 is not installed"
}

# The build folder may be where only its owner can go.
requires_readable_stage ()
{
  as_user test -x "$KAVACH" && as_user test -r "$KAVACH_STAGE/lib" \
    || skip_all "an ordinary user cannot reach the build folder"
}

requires_kavach ()
{
  [ -x "$KAVACH" ] || skip_all "tests/kavach was not built"
  [ -d "$KAVACH_STAGE/libexec" ] || skip_all "nothing is staged"
}

# The backends that work here for the caller, one a line. AS is "" or
# as_user.
usable_backends ()
{
  "$@" "$KAVACH" backends --json 2>/dev/null \
    | jq -r '.backends[] | select(.available) | .name'
}

requires_backend ()
{
  local name=$1

  shift
  usable_backends "$@" | grep -qx "$name" \
    || skip_all "backend $name does not work here"
}

# FUNCTION once for each backend that works here, its name as argument; one
# skip for each that does not.
each_backend ()
{
  local usable backend

  usable=$(usable_backends)
  [ -n "$usable" ] || diag "$("$KAVACH" backends 2>&1)"
  for backend in process namespace; do
    if grep -qx "$backend" <<<"$usable"; then
      "$@" "$backend"
    else
      skip "$* with $backend" "backend $backend does not work here"
    fi
  done
}

# A preset may require a limit that this caller has no means to enforce (no
# cgroup, say).  Prints what the refusal names as the way out, "--waive ...",
# for backend $1 and preset $2; $3, if any, is as_user.
waivers ()
{
  (cd "$work" && ${3:-} "$KAVACH" run -b "$1" -p "$2" -- true) </dev/null 2>&1 \
    | grep -oE -e '--waive [a-z,-]+' | head -n 1
}

# In the workspace, without a terminal.
kavach ()
{
  (cd "$work" && exec "$KAVACH" "$@") </dev/null
}

# A refusal that says what a person needs: a code, which rule led there, and
# the way out.
full_refusal ()
{
  local code=$1 name=$2

  refused "$code" "$name" || return
  like "$err" $'\n  rule: +[^ ]' "$name: the rule is named"
  like "$err" $'\n  way out: +[^ ]' "$name: and the way out"
}

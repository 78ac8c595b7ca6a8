# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash source=tests/lib.sh
# Every control that can be required is turned off in turn, by a build of
# kavach-init or of a backend that leaves one step out: the run must be
# refused at the gate, and the command must never have started.
. "$srcdir/tests/lib.sh"

real=$KAVACH_STAGE

# The staged tree with one file replaced.
stage_with ()
{
  rm -rf "$tmp/stage"
  cp -a "$real" "$tmp/stage"
  install -m "$3" "$1" "$tmp/stage/$2" || bail "no test build $1"
}

# The code that a fault must be refused with.  KVG-03 names the control; some
# faults show earlier: kavach-init notices what it cannot do (05), a domain
# that was planned is not there (08), a group has not been joined.
expected ()
{
  case $2:$3 in
  no_new_privs:* | 2:* | 9:*) echo KVG-05 ;;
  landlock:*) echo KVG-08 ;;
  cgroup:*) echo KVR-03 ;;
  *) echo KVG-03 ;;
  esac
}

# fault NAME BACKEND CONTROL OPTION...: with the fault in place, a run that
# requires CONTROL is refused; without it, the same run goes through.
fault ()
{
  local name=$1 backend=$2 control=$3

  shift 3
  expect=$(expected "$backend" "$name" "$control")
  rm -f "$work/started"
  # What may be written may be executed, so fs-exec is tried without.
  if [ "$control" = fs-exec ]; then
    set -- "$KAVACH" run -b "$backend" --cwd "$work" --require "$control" \
      --timeout none "$@" -- true
  else
    # By its name it is more than Landlock has; the preset requires it.
    [ "$backend:$control" = process:fs-write ] \
      || set -- --require "$control" "$@"
    set -- "$KAVACH" run -b "$backend" --write "$work" --cwd "$work" \
      --timeout none "$@" -- touch "$work/started"
  fi
  run env KAVACH_STAGE="$real" "$@"
  is "$status" 0 "$backend with $name: runs" || show_run
  rm -f "$work/started"
  run env KAVACH_STAGE="$tmp/stage" "$@"
  if [ "$status" = 125 ] && [[ $err == "kavach: $expect "* ]] \
     && [[ $expect != KVG-03 || $err == *"$control"* ]]; then
    pass "$backend without $name: $control is refused at the gate"
  else
    fail "$backend without $name: $control is refused at the gate"
    show_run
  fi
  nok "$backend without $name: the command never started" \
    test -e "$work/started"
}

init_fault ()
{
  stage_with "$builddir/tests/init/kavach-init-fault-$1" \
    libexec/kavach/kavach-init 755
  fault "$@"
}

namespace_fault ()
{
  stage_with "$builddir/tests/namespace/.libs/fault-$1.so" \
    lib/kavach/plugins/namespace.so 644
  fault "$@"
}

# Without the limits that an ordinary user may have no group for.
strict='-p strict --waive memory,cpu,pids'

steps ()
{
  local backend=$1

  init_fault session "$backend" terminal
  init_fault descriptors "$backend" descriptors
  init_fault environment "$backend" environment
  init_fault keyring "$backend" keyring
  init_fault rlimits "$backend" file-size --file-size 1M
  # An ordinary user has none to lose where no namespace gives him any.
  if [ "$backend" = namespace ] || is_root; then
    init_fault capabilities "$backend" capabilities
  else
    skip "$backend without capabilities" "needs root"
  fi
  init_fault no_new_privs "$backend" no-new-privs
  init_fault seccomp "$backend" syscalls
}

process_faults ()
{
  init_fault landlock process fs-read
  init_fault landlock process fs-write
  init_fault landlock process devices
  init_fault seccomp process net-out
  init_fault seccomp process net-in
  # shellcheck disable=SC2086
  init_fault seccomp process ipc $strict
  ! is_root || init_fault cgroup process pids --pids 64
}

namespace_faults ()
{
  namespace_fault 1 namespace net-out
  namespace_fault 1 namespace net-in
  namespace_fault 2 namespace processes
  namespace_fault 2 namespace kill-tree
  # shellcheck disable=SC2086
  namespace_fault 3 namespace ipc $strict
  namespace_fault 5 namespace fs-write
  namespace_fault 6 namespace fs-read
  namespace_fault 7 namespace devices
  namespace_fault 8 namespace devices
  # shellcheck disable=SC2086
  namespace_fault 10 namespace fs-exec $strict
  namespace_fault 11 namespace fs-read
  namespace_fault 12 namespace tmp-size --tmp 8M
  namespace_fault 13 namespace fs-write
  namespace_fault 14 namespace fs-write
  if is_root; then
    # Only root makes the other namespaces without one of users.
    namespace_fault 9 namespace user
    init_fault cgroup namespace memory --memory 64M
    init_fault cgroup namespace cpu --cpu 1
  else
    skip "namespace without 9" "needs root"
    # Where no group counts processes, a resource limit does.
    init_fault rlimits namespace pids --pids 64
  fi
}

usable=$(usable_backends)
for backend in process namespace; do
  if grep -qx "$backend" <<<"$usable"; then
    steps "$backend"
    "${backend}_faults"
  else
    skip "faults with $backend" "backend $backend does not work here"
  fi
done
done_testing

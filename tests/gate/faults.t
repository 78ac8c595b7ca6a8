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

# fault NAME BACKEND CONTROL OPTION...: with the fault in place, a run that
# requires CONTROL is refused; without it, the same run goes through.
fault ()
{
  local name=$1 backend=$2 control=$3

  shift 3
  rm -f "$work/started"
  # What may be written may be executed, so fs-exec is tried without.
  if [ "$control" = fs-exec ]; then
    set -- "$KAVACH" run -b "$backend" --cwd "$work" --require "$control" \
      --timeout none "$@" -- true
  else
    set -- "$KAVACH" run -b "$backend" --write "$work" --cwd "$work" \
      --require "$control" --timeout none "$@" -- touch "$work/started"
  fi
  run env KAVACH_STAGE="$real" "$@"
  if [ "$status" != 0 ] && [[ $err =~ KVS-01 ]]; then
    skip "$backend without $name" "$control cannot be had here: $err"
    return
  fi
  is "$status" 0 "$backend with $name: runs" || show_run
  rm -f "$work/started"
  run env KAVACH_STAGE="$tmp/stage" "$@"
  # KVG-03 names the control; the others say what is missing otherwise.
  if [ "$status" = 125 ] && [[ $err =~ ^kavach:\ (KVG-|KVR-03) ]] \
     && [[ $err == *"$control"* || $err =~ KVG-0[2578]|KVR-03 ]]; then
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

for backend in process namespace; do
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
done
init_fault landlock process fs-read
init_fault landlock process fs-write
init_fault landlock process devices
init_fault seccomp process net-out
init_fault seccomp process ipc -p strict
if is_root; then
  init_fault cgroup namespace memory --memory 64M
  init_fault cgroup namespace cpu --cpu 1
  init_fault cgroup process pids --pids 64
fi

if has_userns; then
  namespace_fault 1 namespace net-out
  namespace_fault 2 namespace processes
  namespace_fault 2 namespace kill-tree
  namespace_fault 3 namespace ipc -p strict
  namespace_fault 5 namespace fs-write
  namespace_fault 6 namespace fs-read
  namespace_fault 7 namespace devices
  namespace_fault 8 namespace devices
  # Only root makes the other namespaces without one of users.
  if is_root; then
    namespace_fault 9 namespace user
  else
    skip "namespace without 9" "needs root"
  fi
  namespace_fault 10 namespace fs-exec -p strict
  namespace_fault 11 namespace fs-read
else
  skip "faults of the namespace backend" "no user namespaces here"
fi

done_testing

# SPDX-License-Identifier: Apache-2.0
# The system calls of a policy file, in real runs.
. "$srcdir/tests/lib.sh"
requires_kavach

mkdir "$work/project"
cd "$work/project" || exit 1
# The policy file and its neighbours are named from where they are.
kavach ()
{
  (cd "$work/project" && exec "$KAVACH" "$@") </dev/null
}

# policy EXTENDS SYSCALLS, as p.json
policy ()
{
  printf '{"kavach": 1, "extends": "%s", "syscalls": %s}\n' "$1" "$2" >p.json
}

probe_backend ()
{
  local b=$1

  policy basic '{"deny": ["mkdir", "mkdirat", "@network-io", "wait4"]}'
  run kavach run -p ./p.json -b "$b" -- mkdir d
  is "$status" 1 "$b: a denied call is refused"
  like "$err" 'Operation not permitted' "$b: with EPERM"
  run kavach run -p ./p.json -b "$b" -- sh -c 'exit 5'
  is "$status" 5 "$b: and kavach-init still sees the end" || show_run

  policy minimal '{"profile": "none", "deny": ["mkdir", "mkdirat"]}'
  run kavach run -p ./p.json -b "$b" -- mkdir d
  like "$err" 'Operation not permitted' "$b: so it is under none" || show_run
  run kavach run -p ./p.json -b "$b" -- true
  is "$status:$err" "0:" "$b: where all else goes on" || show_run

  policy basic '{"allow": ["unshare"]}'
  run kavach run -p ./p.json -b "$b" -- true
  like "$err" '^kavach: KVS-01 .*syscalls.allow opens unshare' \
    "$b: a required control that is opened refuses the run"
  run kavach run -p ./p.json -b "$b" --waive capabilities --report - -- true
  like "$out" '"mechanism": "syscalls.allow opens unshare"' \
    "$b: waived, the report says so"
  if unshare -U true 2>/dev/null; then
    run kavach run -p ./p.json -b "$b" --waive capabilities -- unshare -U true
    is "$status" 0 "$b: and the call is open" || show_run
  else
    skip "$b: and the call is open" "no user namespaces here"
  fi

  cp "$srcdir/tests/corpus/seccomp/valid/refuse-some.json" file.json
  policy basic '{"profile": "./file.json"}'
  run kavach run -p ./p.json -b "$b" -- ln -s a b
  like "$err" 'Read-only file system' "$b: a seccomp file is kept" || show_run
  run kavach run -p ./p.json -b "$b" -- unshare -U true
  like "$err" 'not permitted' "$b: and kavach's basic beneath it"
  # What it says counts, not what it is called.
  printf '{"defaultAction": "SCMP_ACT_ALLOW"}' >file.json
  run kavach run -p ./p.json -b "$b" -- sh -c 'ln -s a b && rm b'
  is "$status:$err" "0:" "$b: another content is another filter" || show_run
  printf '{"defaultAction": "SCMP_ACT_KILL_PROCESS", "syscalls": [
    {"names": ["execve"], "action": "SCMP_ACT_ALLOW"}]}' >file.json
  run kavach run -p ./p.json -b "$b" -- true
  is "$status" 159 "$b: a file that kills kills the command" || show_run
  run kavach run -p ./p.json -b "$b" -- no-such-command
  is "$status" 127 "$b: one that is not there is not found" || show_run
}
each_backend probe_backend

policy basic '{"profile": "./file.json"}'
printf '{"defaultAktion": 1}' >file.json
run kavach run -p ./p.json -- true
is "$status" 125 "a file with a fault refuses the run"
like "$err" '^kavach: KVD-13 .*/file.json:1:1 ' "and says where" || show_run
policy basic '{"deny": ["execve"]}'
run kavach run -p ./p.json -- true
like "$err" '^kavach: KVD-25 ' "what is needed cannot be denied"
policy basic '{"allow": ["memfd_creat"]}'
run kavach run -p ./p.json -- true
like "$err" 'did you mean "memfd_create"' "the nearest call is named"

done_testing

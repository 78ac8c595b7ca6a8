# SPDX-License-Identifier: Apache-2.0
# Every key of a policy file that this version runs with: a run with it and a
# run without it, and the difference.
. "$srcdir/tests/lib.sh"
requires_kavach
[ -x /usr/bin/python3 ] || skip_all "python3 is not installed"

mkdir "$work/ws" "$work/data" "$work/data/secret"
echo old >"$work/data/file"
echo old >"$work/data/secret/file"
kavach ()
{
  (cd "$work/ws" && exec "$KAVACH" "$@") </dev/null
}

# Runs the words under basic with the members $1; output in $out.
under ()
{
  local members=$1

  shift
  printf '{"kavach": 1, "extends": "%s"%s}\n' "${preset:-basic}" \
    "${members:+, $members}" >"$work/policy.json"
  run kavach run -b "$b" -p "$work/policy.json" -- "$@"
}

# Enforced, or refused: a limit that this caller has no means for is left out,
# and what a backend without a root of its own never has is refused.
cannot ()
{
  [ "$status" = 125 ] && [[ $err == *KVS-01* ]] || return
  case $b:$1 in
  process:filesystem.tmp* | process:network.mode)
    full_refusal KVS-01 "$b: $1"
    ;;
  *)
    skip "$b: $1" "${err%%$'\n'*}"
    ;;
  esac
  return 0
}

# $1 key, $2 members with it; then the command, whose output has to be $3 with
# the key and $4 without.
differs ()
{
  local key=$1 members=$2 with=$3 without=$4

  shift 4
  under "$members" "$@"
  cannot "$key" && return
  is "$out" "$with" "$b: $key is kept" || show_run
  under "" "$@"
  is "$out" "$without" "$b: and without it, it is not" || show_run
}

files ()
{
  local data=$work/data

  differs filesystem.read "\"filesystem\": {\"read\": [\"$data\"]}" \
    old "" sh -c "cat $data/file 2>&-; echo x 2>&- >$data/file"
  is "$(cat "$data/file")" old "$b: and what is read is not written"
  under "\"filesystem\": {\"write\": [\"$data\"]}" sh -c "echo new >$data/file"
  is "$(cat "$data/file")" new "$b: filesystem.write is kept"
  echo old >"$data/file"
  under "\"filesystem\": {\"read\": [\"$data\"], \"hide\": [\"$data/secret\"]}" \
    sh -c "cat $data/file $data/secret/file 2>&-"
  if [ "$b" = process ]; then
    refused KVS-01 "$b: a rule narrower than the one above it"
    like "$err" 'rule: +filesystem\.read, filesystem\.hide \(.*:1:[0-9]+\)' \
      "$b: is named with its place"
  else
    is "$out" old "$b: filesystem.hide is kept"
  fi
  under '"filesystem": {"hide": ["/usr/share"]}' ls /usr/share
  if [ "$b" = process ]; then
    refused KVS-01 "$b: nor is a folder of the system taken away"
  else
    nok "$b: a folder of the system is taken away" test "$status" = 0
  fi
  preset=minimal under '"filesystem": {"write": ["any"]}' cat "$data/file"
  is "$out" old "$b: any is every path"
}

scratch ()
{
  # shellcheck disable=SC2016
  differs filesystem.tmp '"filesystem": {"tmp": "64K"}' full "" \
    sh -c 'head -c 200000 /dev/zero 2>&- >/tmp/x || echo full'
  differs filesystem.tmp-exec '"filesystem": {"tmp-exec": false}' no ran \
    sh -c 'cp /bin/echo /tmp/e; /tmp/e ran 2>&- || echo no'
}

network ()
{
  local port python

  python='import socket, sys
try:
    socket.create_connection (("127.0.0.1", int (sys.argv[1])), 5)
    print ("reached")
except OSError:
    print ("closed")'
  coproc listener { exec /usr/bin/python3 -c 'import socket
s = socket.create_server (("127.0.0.1", 0))
print (s.getsockname ()[1], flush=True)
while True:
    s.accept ()[0].close ()'; }
  read -r port <&"${listener[0]}"
  # shellcheck disable=SC2154
  at_exit "kill $listener_PID 2>/dev/null"
  differs network.mode '"network": {"mode": "host"}' reached closed \
    /usr/bin/python3 -c "$python" "$port"
  preset=minimal differs network.mode '"network": {"mode": "none"}' \
    closed reached /usr/bin/python3 -c "$python" "$port"
  kill "$listener_PID"
}

syscalls ()
{
  local python='import os
try:
    os.memfd_create ("x")
    print ("made")
except OSError as e:
    print (e.errno)'

  differs syscalls.profile '"syscalls": {"profile": "strict"}' 1 made \
    /usr/bin/python3 -c "$python"
}

limits ()
{
  differs limits.memory '"limits": {"memory": "64M"}' "" 300000000 \
    sh -c 'python3 -c "print (len (b\"x\" * 300000000))" 2>&-'
  # shellcheck disable=SC2016
  differs limits.files '"limits": {"files": 33}' 33 "$(ulimit -n)" \
    sh -c 'ulimit -n'
  differs limits.file-size '"limits": {"file-size": "8K"}' 8192 20000 \
    sh -c 'head -c 20000 /dev/zero 2>&- >f; wc -c <f; rm f'
  differs limits.output '"limits": {"output": "3"}' abc abcdef \
    sh -c 'printf abcdef'
  differs limits.pids '"limits": {"pids": 4}' no yes /usr/bin/python3 -c 'import os
try:
    for i in range (10):
        if os.fork () == 0:
            import time
            time.sleep (1)
            os._exit (0)
    print ("yes")
except OSError:
    print ("no")'
  under '"limits": {"wall-time": "300ms"}' sleep 20
  is "$status" 124 "$b: limits.wall-time is kept"
  # Twice as long as the processor time that it took, at least.
  under '"limits": {"cpu": 0.2}' /usr/bin/python3 -c 'import time
wall = time.monotonic ()
while time.process_time () < 0.5:
    pass
print (time.monotonic () - wall > 1.0)'
  cannot limits.cpu || is "$out" True "$b: limits.cpu is kept"
}

process ()
{
  export GIVEN=given
  # shellcheck disable=SC2016
  differs process.env.pass '"process": {"env": {"pass": ["GIV*"]}}' given "" \
    sh -c 'echo $GIVEN'
  # shellcheck disable=SC2016
  differs process.env.set '"process": {"env": {"set": {"SAID": "a b"}}}' \
    "a b" "" sh -c 'echo $SAID'
  mkdir -p "$work/ws/sub"
  differs process.cwd "\"process\": {\"cwd\": \"$work/ws/sub\"}" sub ws \
    sh -c 'basename $(pwd)'
  under '"process": {"hostname": "elsewhere"}' uname -n
  if [ "$b" = process ]; then
    refused KVS-01 "$b: a host's name of its own"
    like "$err" 'process\.hostname = elsewhere \(.*:1:[0-9]+\)' \
      "$b: is named with its place"
  else
    is "$out" elsewhere "$b: process.hostname is kept"
  fi
  differs process.tty '"process": {"tty": true}' yes no \
    sh -c 'if (: >/dev/tty) 2>&-; then printf yes; else printf no; fi'
}

require ()
{
  under '"require": {"score": 100, "accept": "estimate"}' true
  refused KVS-04 "$b: require.score is kept"
  like "$err" 'require\.score = 100 \(.*:1:[0-9]+\)' "$b: with its place"
  under '"require": {"score": 100}' true
  is "$status" 125 "$b: require.accept is measured when nothing is said"
  like "$err" 'KVS-04 no backend was measured at 100' "$b: and it was measured"
  under '"require": {"score": 1, "accept": "estimate"}' echo ran
  is "$out" ran "$b: and an estimate where the policy says so"
  under '"require": {"controls": ["own-kernel"]}' true
  refused KVS-01 "$b: require.controls is kept"
  under '"require": {"controls": ["own-kernel"]}' true
  printf '{"kavach": 1, "extends": "./policy.json", "require": %s}' \
    '{"waive": ["own-kernel"]}' >"$work/waive.json"
  run kavach run -b "$b" -p "$work/waive.json" --report r.json -- echo ran
  is "$out" ran "$b: require.waive lets it go"
  like "$(tr -d ' \n' <"$work/ws/r.json")" '"own-kernel":\{"need":"waived"' \
    "$b: and that is in the report"
  preset=strict under '"limits": {"memory": "64M"}, "require":
    {"want": ["memory"], "waive": ["cpu", "pids", "memory"]}' echo ran
  is "$out" ran "$b: require.want does not refuse"
  under '"require": {"backends": ["no-such"]}' true
  refused KVP-23 "$b: require.backends is kept"
}

all_keys ()
{
  b=$1
  files
  scratch
  network
  syscalls
  limits
  process
  require
}
each_backend all_keys

# Known, and to come.
b=auto
while IFS='|' read -r key members; do
  under "$members" touch ran
  refused KVN-03 "$key is refused" || continue
  like "$err" "rule: +.*policy\\.json:1:[0-9]+" "$key: with its place"
  nok "$key: and nothing was run" test -e "$work/ws/ran"
done <<'TABLE'
filesystem.root dir|"filesystem": {"root": "dir:/srv"}
filesystem.root image|"filesystem": {"root": "image:debian"}
network.mode proxy|"network": {"mode": "proxy"}
network.allow|"network": {"mode": "proxy", "allow": [{"host": "a.org"}]}
credentials|"credentials": [{"name": "A", "source": "file:x", "deliver": "file"}]
audit.log|"audit": {"log": "x"}
audit.hooks|"audit": {"hooks": ["syslog"]}
TABLE
done_testing

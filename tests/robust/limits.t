# SPDX-License-Identifier: Apache-2.0
# Each limit holds, and the report has its typed reason.
. "$srcdir/tests/lib.sh"
requires_kavach
requires jq

# $1 backend, $2 reason, rest: the run.  A refusal of the limit is honest
# too, and skipped with its own words.
reason_of ()
{
  local b=$1 want=$2 name="$1: $2"

  shift 2
  rm -f "$work/r.json"
  run kavach run -b "$b" --report r.json "$@"
  if [ "$status" = 125 ] && [[ $err =~ KVS-01 ]]; then
    skip "$name" "refused: ${err%%$'\n'*}"
    return
  fi
  # RLIMIT_NPROC holds and tells nobody that it did.
  if [ "$want" = pids ] && [ -z "$(cgroup_dir pids)" ]; then
    like "$err" '[Cc]annot fork' "$b: a fork too many is refused"
    skip "$name is the typed reason" "no cgroup that tells"
    return
  fi
  if [ "$(jq -c .reasons "$work/r.json")" = "[\"$want\"]" ]; then
    pass "$name is the typed reason"
  else
    fail "$name is the typed reason"
    diag "$(jq -c .reasons "$work/r.json")"
    show_run
    return
  fi
  like "$err" 'kavach: KVR-[0-9]+ ' "$name: standard error says so"
}

limits ()
{
  local b=$1

  reason_of "$b" time --timeout 300ms -- sleep 30
  is "$status" 124 "$b: time ends with 124"
  reason_of "$b" memory --memory 64M -c \
    'exec head -c 300000000 /dev/zero | tail -c 290000000 >/dev/null'
  reason_of "$b" pids --pids 10 -c \
    'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do sleep 1 & done; wait'
  reason_of "$b" file-size --file-size 1M -- \
    dd if=/dev/zero of=big bs=1M count=4
  is "$(stat -c %s "$work/big" 2>/dev/null)" 1048576 \
    "$b: the file stops at the limit"
  rm -f "$work/big"
  reason_of "$b" output --output 10K -- head -c 1000000 /dev/zero
}

# A full cap does not kill the writer, and exactly so much comes through.
output_cap ()
{
  local b=$1

  (cd "$work" && "$KAVACH" run -b "$b" --output 4096 --report r.json -c \
    'yes | head -c 1000000; echo done >finished; exit 5') </dev/null \
    >"$tmp/capped" 2>"$tmp/err"
  is $? 5 "$b: a full cap does not kill the writer"
  ok "$b: which went on to its end" test -e "$work/finished"
  is "$(stat -c %s "$tmp/capped")" 4096 "$b: exactly the cap comes through"
  is "$(jq .truncated "$work/r.json")" true "$b: truncated is reported"
  rm -f "$work/finished"
  (cd "$work" && "$KAVACH" run -b "$b" --output 1M --report r.json -c \
    'echo out; echo err >&2') </dev/null >"$tmp/capped" 2>"$tmp/err"
  is "$(cat "$tmp/capped" "$tmp/err")" $'out\nerr' \
    "$b: relayed output is what was printed"
  is "$(jq .truncated "$work/r.json")" false "$b: and not truncated"
}

# TERM first, and KILL after the grace.
grace ()
{
  local b=$1

  run kavach run -b "$b" --timeout 500ms -c \
    'trap "echo got TERM; exit 0" TERM; while :; do sleep 0.05; done'
  is "$status:$out" "124:got TERM" "$b: wall time gives TERM first"
  run kavach run -b "$b" --timeout 500ms -c \
    'trap "" TERM; while :; do sleep 0.05; done'
  is "$status" 124 "$b: and KILL when that does not help"
}

each_backend limits
each_backend output_cap
each_backend grace
done_testing

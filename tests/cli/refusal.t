# SPDX-License-Identifier: Apache-2.0
# What the policy requires and this host cannot give is refused: with code,
# rule and way out, and nothing is run.
. "$srcdir/tests/lib.sh"
requires_kavach
requires jq

# $work/ran must never appear.
nothing_ran ()
{
  nok "$1: nothing was run" test -e "$work/ran"
  rm -f "$work/ran"
}

# A plan runs nothing, not even the battery; nobody else requires this one.
run kavach run --plan --require keyring,terminal --min-score 10 -- touch ran
full_refusal 'KVS-03' "a score, with an estimate only"
like "$err" 'accept-estimate' "the way out names --accept-estimate"
nothing_ran "an estimate"
run kavach run --min-score 10 --accept-estimate -- touch ran
is "$status" 0 "--accept-estimate lets it through"
rm -f "$work/ran"
run kavach run --min-score 100 --accept-estimate -- touch ran
full_refusal 'KVS-[0-9]+' "a score that nobody reaches"
nothing_ran "the score"

run kavach run -b nothing-of-the-kind -- touch ran
full_refusal 'KVS-[0-9]+' "an unknown backend"
nothing_ran "the backend"

process ()
{
  # What needs a boundary, asked of what has none.
  run kavach run -b process --hide "$work/sub" -- touch ran
  if [ "$status" = 125 ]; then
    full_refusal 'KV[SP]-[0-9]+' "a narrower rule beneath a wider grant"
    nothing_ran "the narrower rule"
  else
    skip "a narrower rule beneath a wider grant" "enforced here"
  fi
}
mkdir "$work/sub"
if usable_backends | grep -qx process; then
  process
fi

# Every candidate is listed with what it lacked.
run kavach run --min-score 100 --accept-estimate -- true
for b in $(usable_backends); do
  like "$err" "$b" "the refusal names candidate $b"
done

# A socket of the network as a standard stream is a way out.
network_stream ()
{
  run bash -c 'cd "$0" && exec "$@" <>/dev/udp/127.0.0.1/9' "$work" \
    "$KAVACH" run -b "$1" -- touch ran
  full_refusal KVX-24 "$1: a network socket as standard input"
  nothing_ran "$1: the socket"
  run bash -c 'cd "$0" && exec "$@" <>/dev/udp/127.0.0.1/9' "$work" \
    "$KAVACH" run -b "$1" --net host -- touch ran
  is "$status" 0 "$1: and none where the network is open"
  rm -f "$work/ran"
}
if has_loopback; then
  each_backend network_stream
else
  skip "a network socket as standard input" "no loopback interface is up"
fi

# A link that an earlier command may have left is no way out either.
ln -s "$tmp" "$work/out"
run kavach run --write out -- touch ran
full_refusal KVP-20 "a link that leads out of the folder"
nothing_ran "the link"
rm "$work/out"

# The private folder of one run is not beneath what another may write.
if ! is_root && usable_backends | grep -qx process; then
  mkdir -p "$work/tmp"
  run env TMPDIR="$work/tmp" bash -c 'cd "$0" && exec "$@"' "$work" \
    "$KAVACH" run -b process -- touch ran
  full_refusal KVX-30 "a private folder in the workspace"
  nothing_ran "the private folder"
fi

# What is required has to say how much.
run kavach run --require memory -- touch ran
full_refusal KVP-29 "a limit that is required and has no value"
nothing_ran "the limit without a value"
# What is the sandbox's own is not granted from outside.
run kavach run --read /dev -- touch ran
full_refusal KVP-08 "/dev as a whole"
nothing_ran "/dev"

# Named, fs-write is modes and owners, and the protected places, too.
named_write ()
{
  if [ "$1" = process ]; then
    run kavach run -b "$1" --require fs-write -- touch ran
    full_refusal KVS-01 "$1: fs-write by its name"
    like "$err" 'modes, owners and times' "$1: and why"
    nothing_ran "$1: fs-write"
    run kavach run -b "$1" -p strict --waive memory,cpu,pids --read any \
      -- touch ran
    full_refusal KVS-01 "$1: devices where everything is granted"
    nothing_ran "$1: devices"
  else
    run kavach run -b "$1" --require fs-write -- touch ran
    is "$status" 0 "$1: fs-write by its name"
    rm -f "$work/ran"
    run kavach run -b "$1" --read /etc/passwd -- cmp /etc/passwd /etc/passwd
    is "$status" 0 "$1: a file of /etc that was named is the host's"
    run kavach run -b "$1" --read /etc/passwd -- cat /etc/passwd
    is "$out" "$(cat /etc/passwd)" "$1: as it is"
    run kavach run -b "$1" --require fs-exec -- touch ran
    full_refusal KVS-01 "$1: fs-exec where what is written can be executed"
  fi
}
each_backend named_write

# Each rule that stands in the way is named.
if [ "$(grep -c . <<<"$(usable_backends)")" = 2 ] && ! is_root; then
  run kavach run -b process -p strict -- touch ran
  like "$err" 'rule: .*limits.memory.*; .*limits.cpu' "more than one rule"
fi

# A report that cannot be written is said before the command runs.
run kavach run --report /no/such/folder/report -- touch ran
is "$status" 125 "a report that cannot be written refuses"
like "$err" '/no/such/folder/report' "and names the file"
nothing_ran "the report"
done_testing

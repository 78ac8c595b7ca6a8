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

run kavach run --min-score 10 -- touch ran
full_refusal 'KVS-[0-9]+' "a score, with an estimate only"
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

# A report that cannot be written is said before the command runs.
run kavach run --report /no/such/folder/report -- touch ran
is "$status" 125 "a report that cannot be written refuses"
like "$err" '/no/such/folder/report' "and names the file"
nothing_ran "the report"
done_testing

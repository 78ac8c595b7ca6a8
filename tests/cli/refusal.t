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

# A report that cannot be written is said before the command runs.
run kavach run --report /no/such/folder/report -- touch ran
is "$status" 125 "a report that cannot be written refuses"
like "$err" '/no/such/folder/report' "and names the file"
nothing_ran "the report"
done_testing

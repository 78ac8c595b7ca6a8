# SPDX-License-Identifier: Apache-2.0
# A gate on the score goes by evidence: made when there is none, used while it
# is current, and never mixed with an estimate.
. "$srcdir/tests/lib.sh"
requires_kavach
requires jq
requires_backend namespace

# A cache of this script's own: others measure at the same time.
if is_root; then
  in_mount_namespace "$@"
  mount -t tmpfs -o mode=755 none /var/cache || bail "no tmpfs for a cache"
  cache=/var/cache/kavach
else
  export XDG_CACHE_HOME=$tmp/cache
  cache=$tmp/cache/kavach
  mkdir "$tmp/cache"
fi
cd "$work" || exit 1

gated ()
{
  run "$KAVACH" run -b namespace --require keyring,devices "$@" </dev/null
}
measuring='measuring what namespace holds'

gated --min-score 20 --accept-estimate -v -- true
unlike "$err" "$measuring" "an estimate that is accepted measures nothing"
like "$err" '\(estimate\)' "  and says what it is"
gated --plan --min-score 20 -- true
refused KVS-03 "a plan measures nothing"
gated --min-score 20 -v -- echo ran
is "$status:$out" "0:ran" "without evidence it is made" || show_run
like "$err" "$measuring" "  and said"
like "$err" 'namespace, [0-9]+ [a-z]+ \(measured\)' "  and counts"
gated --min-score 20 -v --report "$tmp/report" -- true
unlike "$err" "$measuring" "it is kept"
is "$(jq -r '.score.kind' "$tmp/report")" measured "  and in the report"
ok "  with its time" jq -e '.score.measured_at > 1700000000' "$tmp/report"
file=$(find "$cache" -name "evidence-*" | head -n 1)
is "$(stat -c %a "$file")" 600 "nobody else reads it"
gated -- ls "$cache"
unlike "$out" 'evidence-' "nor does a command"

mkdir -p "$work/other/.git/hooks"
cd "$work/other" || exit 1
gated --min-score 20 -- true
unlike "$err" "$measuring" "another folder is no other shape"
gated --min-score 20 --timeout 40s -- true
like "$err" "$measuring" "another limit is"
gated --min-score 20 --timeout 50s -- true
unlike "$err" "$measuring" "another amount is not"
gated --min-score 20 --files 300 --timeout 40s -- true
like "$err" "$measuring" "one that is no control's, too"
gated --min-score 20 --files 400 --timeout 40s -- true
unlike "$err" "$measuring" "and its amount is not"
gated --min-score 100 -- true
refused KVS-04 "more than was measured"
like "$err" 'namespace +[0-9]+, measured: not above [0-9]+' "  with both numbers"
gated --min-score 100 --accept-estimate -- true
like "$err" 'no backend was measured at 100' "evidence goes before an estimate"

# What was tampered with is no evidence.
sed -i 's/reached$/hold/' "$file"
gated --min-score 20 -- true
like "$err" "$measuring" "a file that cannot be read whole is none"
chmod 644 "$file"
gated --min-score 20 -- true
like "$err" "$measuring" "nor one that others could have read"

echo '{"kavach": 1, "extends": "basic",
 "require": {"score": 20, "controls": ["keyring", "devices"]}}' >p.json
run "$KAVACH" run -b namespace -p ./p.json -v -- true </dev/null
is "$status" 0 "a policy's score is a gate, too" || show_run
like "$err" '\(measured\)' "  and is measured"

# Paths are where they are for the run itself.
mkdir -p "$tmp/home/data" "$work/data"
gated_in ()
{
  run env HOME="$tmp/home" "$KAVACH" run -b namespace "$@" </dev/null
}
# shellcheck disable=SC2088
gated_in --read '~/data' --min-score 20 -- true
is "$status" 0 "a path in the caller's home" || show_run
cd "$work" || exit 1
gated_in --read data --min-score 20 --timeout 60s -- true
is "$status" 0 "a relative path" || show_run
mkdir "$work/data/sub"
echo '{"kavach": 1, "extends": "basic", "require": {"score": 20},
 "filesystem": {"write": [".", "~/data", "data"], "read": ["/opt", "data/sub"]}}' \
  >p.json
gated_in -p p.json -- true
is "$status" 0 "paths of a file" || show_run
run_again=$err
gated_in -p p.json -- true
unlike "$err" "$measuring" "  of which there is evidence" || diag "$run_again"
gated_in -p p.json --read /etc/hostname -- true
like "$err" "$measuring" "another place is another shape"
gated_in --hide data --min-score 20 -- true
is "$status" 0 "what is hidden in the workspace takes away only" || show_run
: >.envrc
ln .envrc other-name
gated_in --min-score 20 -- touch ran
is "$status" 125 "what the battery's workspace is not is no evidence"
like "$err" "KVV-06" "  and says so"
nok "  nothing was run" test -e ran
ok "nothing is left in home" test -z "$(find "$tmp/home" -name '.kv-*')"
done_testing

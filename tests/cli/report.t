# SPDX-License-Identifier: Apache-2.0
# --plan, --report, --json: well-formed, and they say what is true.
. "$srcdir/tests/lib.sh"
requires_kavach
requires jq

backend_list ()
{
  run kavach backends
  is "$status:$err" "0:" "backends succeeds"
  is "$(awk 'length > 80' <<<"$out")" "" "backends fits 80 columns"
  run kavach backends --json
  ok "backends --json is JSON" jq -e . <<<"$out"
  ok "every backend has a name and says whether it is available" \
    jq -e '.backends | length > 0 and
      all (has ("name") and (.available | type == "boolean"))' <<<"$out"
  # Why not, when not.
  ok "what is not available says why" \
    jq -e '[.backends[] | select (.available | not)] | all (tostring
      | test ("KV[A-Z]-[0-9]+|reason|why"))' <<<"$out"
  run kavach score --explain
  is "$status:$err" "0:" "score --explain succeeds"
  like "$out" 'estimate' "and calls an estimate one"
  run kavach score --json
  ok "score --json is JSON" jq -e . <<<"$out"
}

plan_of ()
{
  local b=$1 p

  for p in minimal basic strict; do
    run kavach run -b "$b" -p "$p" --plan -- touch ran
    # Plans of what this host cannot do are refusals.
    [ "$status" != 125 ] || { skip "$b $p: --plan" "${err%%$'\n'*}"; continue; }
    is "$status:$err" "0:" "$b $p: --plan succeeds"
    like "$out" "$b" "$b $p: the plan names the backend"
    like "$out" 'nothing was run' "$b $p: and that nothing was run"
    nok "$b $p: nothing was run" test -e "$work/ran"
    run kavach run -b "$b" -p "$p" --plan --json -- touch ran
    ok "$b $p: --plan --json is JSON" jq -e --arg b "$b" \
      '.backend == $b and (.controls | length) > 20' <<<"$out"
  done
}

# What a command plants for the next program is named; a link counts, too.
appeared_with ()
{
  local b=$1 plant='echo . >.git/commondir; ln -s x .envrc; mkdir .vscode'

  rm -rf "$work/.git" "$work/.envrc" "$work/.vscode"
  mkdir -p "$work/.git/hooks"
  run kavach run -b "$b" --report report.json -- sh -c "$plant"
  is "$status" 0 "$b: what is not there can be made"
  is "$(grep -c KVR-95 <<<"$err")" 1 "$b: and is told of in one line"
  is "$(jq -r '.appeared[]' "$work/report.json" | sed "s|^$work/||" | sort \
    | paste -sd ' ')" ".envrc .git/commondir .vscode" "$b: by name"
  run kavach run -b "$b" -- true
  is "$status:$err" "0:" "$b: what was there is not told again"
  rm -rf "$work/.git" "$work/.envrc" "$work/.vscode"
}

report_of ()
{
  local b=$1 f=$work/report.json

  run kavach run -b "$b" --report report.json -- sh -c 'echo out; exit 7'
  is "$status:$out:$err" "7:out:" "$b: --report FILE changes nothing else"
  ok "$b: the report is JSON" jq -e . "$f"
  is "$(jq -r '.exit, .backend, .policy, .score.kind' "$f" | paste -sd ' ')" \
    "7 $b preset basic estimate" "$b: exit, backend, policy, kind of score"
  is "$(jq -r '[.controls[] | select(.need == "required") | .level] | unique
    | join (",")' "$f")" full "$b: whatever is required is in force in full"
  is "$(jq -r '[.controls[] | select(.need == "required")
    | select(.known == "claimed")] | length' "$f")" 0 \
    "$b: and is more than claimed"
  is "$(jq -c .reasons "$f")" "[]" "$b: no limit, no reason"
  is "$(stat -c %a "$f")" 600 "$b: the report is the caller's alone"
  run kavach run -b "$b" --report - -- true
  ok "$b: --report - is JSON on standard output" jq -e '.exit == 0' <<<"$out"
  run kavach run -b "$b" --report report.json -- sh -c 'kill -SEGV $$'
  is "$(jq -r '.exit, .signal' "$f" | paste -sd ' ')" "139 11" \
    "$b: a signal is in the report"
  run kavach run -b "$b" --timeout 200ms --report report.json -- sleep 20
  is "$(jq -c '[.exit, .reasons]' "$f")" '[124,["time"]]' \
    "$b: the time limit is a typed reason"
}

backend_list
each_backend plan_of
each_backend report_of
each_backend appeared_with

export NO_COLOR=1
run script -qec "$KAVACH backends" /dev/null
unlike "$out" $'\033\\[' "NO_COLOR: no colour on a terminal"
unset NO_COLOR
run kavach plugin list
is "$status" 0 "plugin list succeeds"
run kavach plugin list --json
ok "plugin list --json is JSON" jq -e . <<<"$out"
for b in $(usable_backends); do
  run kavach plugin show "$b"
  is "$status" 0 "plugin show $b succeeds"
done
run kavach plugin show no-such-plugin
refused 'KV[LU]-[0-9]+' "plugin show of nothing is refused"
done_testing

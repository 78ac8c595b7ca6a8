# SPDX-License-Identifier: Apache-2.0
# The command line: what is taken, and what is refused with the nearest name.
. "$srcdir/tests/lib.sh"
requires_kavach
requires jq

run kavach --version
is "$status:$err" "0:" "--version succeeds"
like "$out" '^kavach [0-9]+\.[0-9]+' "--version names the version"
run kavach --help
is "$status" 0 "--help succeeds"
like "$out" 'kavach run' "--help says how to run a command"
for c in run exec backends score plugin; do
  run kavach "$c" --help
  is "$status:$err" "0:" "$c --help succeeds"
  like "$out" "usage: kavach $c" "$c --help shows its usage"
done
run kavach run --help
is "$(awk 'length > 80' <<<"$out")" "" "--help fits 80 columns"
run kavach
is "$status" 125 "no command is a refusal"

# Nothing is taken for something else.
while IFS='|' read -r near name words; do
  # shellcheck disable=SC2086
  run kavach $words
  refused 'KV[UPN]-[0-9]+' "$name is refused" || continue
  [ -z "$near" ] || like "$err" "way out:.*$near" "$name: with what is near"
done <<'TABLE'
kavach run|a misspelt command|rnu -- true
--memory|a misspelt option|run --memroy 5M -- true
--timeout|an abbreviated option|run --timeou 5s -- true
--read|an option of no command|run --raed /usr -- true
|an option without its value|run --memory
|no command to run|run
|no command behind --|run --
|an unknown short option|run -Z -- true
|a bad size|run --memory 5Q -- true
|a negative size|run --memory -5M -- true
|a size that overflows|run --memory 99999999999999999999G -- true
|a bad duration|run --timeout 5x -- true
|a bad number|run --pids 1e3 -- true
|an empty number|run --pids= -- true
|a bad cpu share|run --cpu zero -- true
|an unknown network mode|run --net maybe -- true
|an unknown control to waive|run --waive fs-wirte -- true
|an unknown preset|run -p stirct -- true
|a score out of range|run --min-score 1000 -- true
|a workspace that is not there|run --cwd /no/such/folder -- true
TABLE

# Known, and refused as such: it must not look like a misspelling.
while IFS='|' read -r name words; do
  # shellcheck disable=SC2086
  run kavach $words
  refused 'KVN-[0-9]+' "$name is refused" || continue
  like "$err" 'not in this version' "$name: as not in this version"
done <<'TABLE'
a secret|run --secret TOKEN=file:x -- true
an image|run --image debian -- true
proxy mode|run --net proxy -- true
an allowed host|run --allow-host example.org -- true
the agent preset|run -p agent -- true
kavach audit|audit verify
kavach image|image list
kavach sandbox|sandbox list
kavach doctor|doctor
TABLE

forms ()
{
  local b=$1

  run kavach exec -b "$b" -- echo hi
  is "$status:$out:$err" "0:hi:" "$b: exec is run; a success prints nothing"
  run kavach run -b "$b" echo hi
  is "$out" hi "$b: -- may be left out"
  run kavach run -b "$b" -- echo -b --help -- x
  is "$out" "-b --help -- x" "$b: what follows the command is its own"
  run kavach run -b "$b" -c 'echo a b; exit 3'
  is "$status:$out" "3:a b" "$b: -c runs a shell's command line"
  run kavach run -b "$b" -c 'echo x' extra
  refused 'KVU-[0-9]+' "$b: -c and a command exclude each other"
  run kavach run --backend="$b" --env A=1 --env=B=2 -- sh -c 'echo $A$B'
  is "$out" 12 "$b: long options take = and a word"
  run kavach run -v -b "$b" -- true
  is "$status:$out" "0:" "$b: -v leaves standard output alone"
  like "$err" "kavach: $b, .*\(estimate\)" "$b: -v names backend and score"
  run kavach run -v -v -b "$b" -- true
  [ "$(wc -l <<<"$err")" -gt 3 ]
  is $? 0 "$b: -vv shows the steps"
  unlike "$err" $'\033' "$b: no colour where there is no terminal"
}
each_backend forms

for flag in / ${HOME:+"$HOME"}; do
  run kavach run --cwd "$flag" -- true
  full_refusal 'KV[UP]-[0-9]+' "the folder $flag as workspace"
done
done_testing

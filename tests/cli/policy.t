# SPDX-License-Identifier: Apache-2.0
# kavach policy check on real files: exit statuses, lines, JSON, and files
# that are none.
. "$srcdir/tests/lib.sh"
requires_kavach

corpus=$srcdir/tests/corpus/policy

run kavach policy check "$corpus"/valid/*.json
is "$status:$out:$err" "0::" "files without a fault: status 0, and silence"
run kavach policy check -v "$corpus/valid/least.json"
is "$status:$out:$err" "0::kavach: $corpus/valid/least.json has no fault" \
  "-v says a line"

twelve=$corpus/invalid/twelve.json
run kavach policy check "$twelve"
is "$status:$out" "1:" "a file with faults: status 1, nothing on stdout"
is "$(sed -n "s,^kavach: \(KVD-..\) $twelve:\([0-9:]*\) .*; .*,\1 \2,p" \
        <<<"$err")" "$(cat "$corpus/invalid/twelve.faults")" \
  "twelve mistakes give twelve lines: code, place, what and what instead"
is "$(wc -l <<<"$err")" 12 "and no other line"
run kavach policy check "$corpus/valid/least.json" "$twelve" \
  "$corpus/invalid/version.json"
is "$status" 1 "one bad file among several: status 1"
is "$(wc -l <<<"$err")" 13 "and the faults of all of them"

# As many files as a folder has.
for file in "$corpus"/invalid/*.json; do
  run kavach policy check "$file"
  [ "$status" = 1 ] || fail "${file##*/} is refused" || show_run
done
pass "every invalid sample is refused with status 1"

run kavach policy check "$work/none.json"
refused 'KVD-01' "a file that is not there"
run kavach policy check "$work"
refused 'KVD-01' "a folder"
run kavach policy check "$twelve" "$work/none.json"
is "$status" 125 "a file that cannot be read outweighs faults"

# Nobody writes into it, ever.
mkfifo "$work/pipe"
run timeout 5 "$KAVACH" policy check "$work/pipe"
refused 'KVD-01' "a named pipe is not waited for"
run timeout 5 "$KAVACH" policy check /dev/zero
refused 'KVD-01' "nor is a device read"
ln -s "$corpus/valid/least.json" "$work/link.json"
run kavach policy check link.json
is "$status" 0 "a link to a file is fine"

check_stdin ()
{
  "$KAVACH" policy check "$@" -
}
run check_stdin <"$corpus/valid/every-key.json"
is "$status:$err" "0:" "- reads standard input"
run check_stdin <"$twelve"
is "$status" 1 "and finds faults there"
like "$err" '^kavach: KVD-15 -:3:14 ' "whose place is in -"
# In single bytes, with pauses.
slowly ()
{
  { head -c 20 "$twelve"; sleep 0.1; tail -c +21 "$twelve"; } | check_stdin
}
run slowly
is "$(wc -l <<<"$err")" 12 "a slow writer changes nothing"
run check_stdin < <(head -c 3000000 /dev/zero | tr '\0' ' ')
like "$status $err" '^1 kavach: KVD-05 -:1:1 ' "an endless input is cut off"

# Names that begin with a dash, and a "--" that ends the options.
cp "$corpus/valid/least.json" "$work/-v.json"
cp "$corpus/valid/least.json" "$work/--json"
run kavach policy check -- -v.json --json
is "$status:$out:$err" "0::" "behind -- everything is a file"
run kavach policy check ./-v.json -v
like "$err" 'has no fault' "options may stand behind the files"

# A name may hold anything, and may be long.
name=$'a\033[31m\nb.json'
echo '{}' >"$work/$name"
run kavach policy check "$name"
like "$err" '^kavach: KVD-13 a\\x1b\[31m\\x0ab\.json:1:1 ' \
  "a file's name does not reach the terminal raw"
long=$work
for _ in 1 2 3 4 5; do
  long=$long/$(printf '%0240d' 0)
done
mkdir -p "$long"
echo '{}' >"$long/p.json"
run kavach policy check "$long/p.json"
like "$err" "/p\.json:1:1 the document has no " "a long path is told whole"

# Not more than it takes: time and memory.
{ printf '{"kavach":1,"x":['; head -c 10000000 /dev/zero | tr '\0' 1
  printf ']}'; } >"$work/large.json"
{ printf '{"kavach":1,"x":'; head -c 1000 /dev/zero | tr '\0' '['
} >"$work/deep.json"
in_20_mib ()
{
  bash -c 'ulimit -v 20480; exec "$@"' - "$KAVACH" "$@"
}
for name in large deep; do
  if in_20_mib --version >/dev/null 2>&1; then
    run in_20_mib policy check "$work/$name.json"
    is "$status" 1 "$name.json is refused in 20 MiB" || show_run
  else
    skip "$name.json is refused in 20 MiB" "the launcher itself does not fit"
  fi
done
like "$(kavach policy check large.json 2>&1)" '^kavach: KVD-05 large.json:1:1 ' \
  "a document of 10 MB is too large"
like "$(kavach policy check deep.json 2>&1 | tail -n 1)" \
  '^kavach: KVD-06 deep.json:1:48 ' "one of 1000 levels is too deep"

{ printf '{"kavach":1'; printf ',\n"x":1%.0s' {1..30}; echo '}'
} >"$work/many.json"
run kavach policy check many.json
is "$(wc -l <<<"$err")" 21 "twenty faults, and a line that says more"
like "$err" $'\n''kavach: KVD-09 many.json has more faults; [^;]*$' \
  "which is the last"

if command -v jq >/dev/null 2>&1; then
  run kavach policy check --json "$corpus/valid/least.json" "$twelve" \
    many.json none.json
  is "$status" 125 "--json: the same exit status"
  is "$(jq -r '.kavach, .type, (.files | length)' <<<"$out" | xargs)" \
    "1 policy-check 4" "--json: a document with a version and a type"
  is "$(jq -c '.files[0] | [.errors, .more]' <<<"$out")" "[[],false]" \
    "--json: a file without a fault has none"
  is "$(jq -r '.files[1].errors[] | "\(.code) \(.line):\(.column)"' \
          <<<"$out")" "$(cat "$corpus/invalid/twelve.faults")" \
    "--json: the same faults"
  is "$(jq -r '.files[1].errors[0].text' <<<"$out")" \
    'extends is "stirct"; did you mean "strict"?' "--json: and their text"
  is "$(jq -c '.files[2] | [(.errors | length), .more]' <<<"$out")" \
    "[20,true]" "--json: more than twenty"
  is "$(jq -c '.files[3].errors[] | [.code, .line, .column]' <<<"$out")" \
    '["KVD-01",0,0]' "--json: a file that is not there"
else
  skip "--json" "jq is not installed"
fi

for words in "" "inspect x" check "check --json"; do
  # shellcheck disable=SC2086
  run kavach policy $words
  refused 'KVU-11' "kavach policy $words"
  like "$err" 'way out: +kavach policy check FILE' "and the way out is named"
done
run kavach policy check --jsn x
refused 'KVU-02' "an unknown option"
run kavach policy --help
like "$status $out" '^0 usage: kavach policy check' "--help"

# The manual's examples.
if command -v jq >/dev/null 2>&1; then
  count=0
  echo '{"kavach": 1}' >"$work/base.json"
  while IFS= read -r example; do
    jq -c '{kavach: 1} + .' <<<"$example" >"$work/example.json"
    count=$((count + 1))
    run kavach policy check "$work/example.json"
    is "$status:$err" "0:" "the manual's $example" || show_run
  done < <(grep -E '^\{".*\}$' "$srcdir/doc/kavach-policy.5")
  ok "and there are some" test "$count" -gt 20
else
  skip "the manual's examples" "jq is not installed"
fi

# Beyond the file itself.
mkdir "$work/sub"
echo '{"kavach": 1, "extends": "sub/far.json"}' >"$work/near.json"
echo '{"kavach": 1, "extends": "./none.json"}' >"$work/sub/far.json"
run kavach policy check near.json
is "$status" 1 "a file whose chain leads nowhere has a fault"
like "$err" 'KVD-01 sub/none\.json' "and the file that is missing is named"
like "$err" 'rule: +sub/far\.json:1:26' "and the place that names it"
done_testing

# SPDX-License-Identifier: Apache-2.0
# The manual: clean mdoc, and the same flags as the launcher, both ways.
. "$srcdir/tests/lib.sh"

for page in "$srcdir"/doc/*.[1-8] "$srcdir"/plugins/*/*.[1-8]; do
  [ -f "$page" ] || continue
  name=${page##*/}
  if command -v mandoc >/dev/null 2>&1; then
    is "$(mandoc -T lint -W warning "$page" 2>&1)" "" "$name is clean mdoc"
  else
    skip "$name is clean mdoc" "mandoc is not installed"
  fi
  if command -v codespell >/dev/null 2>&1; then
    # "Nd" is a macro.
    ok "$name has no misspelling" codespell -L nd "$page"
  else
    skip "$name has no misspelling" "codespell is not installed"
  fi
done

# Both ways: what a policy file can say, and what the page says it can.
if command -v jq >/dev/null 2>&1; then
  schema_keys=$(jq -r 'paths | select (.[-2] == "properties") | .[-1]' \
    "$srcdir/doc/kavach-policy.schema.json" | sort -u)
  page_keys=$(sed -n '/^\.Sh KEYS/,/^\.Sh LIMITS/p' \
    "$srcdir/doc/kavach-policy.5" | grep -E '^\.(It Cm|Cm|Ss) ' \
    | tr ' ' '\n' | grep -E '^[a-z][a-z-]+$' | sort -u)
  is "$(comm -23 <(echo "$schema_keys") <(echo "$page_keys"))" "" \
    "kavach-policy.5 has every key of the schema"
  listed=$(sed -n '/^\.Sh KEYS/,/^\.Sh LIMITS/p' "$srcdir/doc/kavach-policy.5" \
    | sed -n 's/^\.It Cm \(.*\) Pq .*/\1/p' | tr -d ' ' | tr , '\n' | sort -u)
  is "$(comm -13 <(echo "$schema_keys") <(echo "$listed"))" "" \
    "and no other"
else
  skip "kavach-policy.5 has every key of the schema" "jq is not installed"
fi

# Every probe with its points and its ceiling, and no other.
model ()
{
  tr -d '\n' <"$srcdir/core/init/probes/rows.def" \
    | grep -oE 'KV_PROBE \([A-Z]+, *"[a-z0-9.-]+", *\w+, *[0-9]+, *[0-9]+' \
    | sed -E 's/.*"([^"]+)", *\w+, *([0-9]*)([0-9]), *([0-9]+)/\1 0\2.\3 \4/' \
    | sed -E 's/ 0([0-9]+\.)/ \1/; s/ 0$/ -/' | sort
}
page ()
{
  sed -nE 's/^\.It ([a-z]+\.[a-z0-9-]+) Ta ([0-9.]+) Ta ([0-9-]+) Ta .*/\1 \2 \3/p' \
    "$srcdir/doc/kavach-score.7" | sort
}
is "$(page)" "$(model)" "kavach-score.7 has every probe as it counts"
ok "and that is not nothing" test "$(page | wc -l)" -gt 90

# A page that is broken on purpose must be found.
if command -v mandoc >/dev/null 2>&1; then
  sed 's/^\.Nd .*/.Nd/; s/^\.Sh SYNOPSIS/.Sh/' "$srcdir/doc/kavach.1" \
    >"$tmp/broken.1"
  unlike "$(mandoc -T lint -W warning "$tmp/broken.1" 2>&1; echo .)" \
    '^\.$' "a broken page is found"
else
  skip "a broken page is found" "mandoc is not installed"
fi

[ -x "$KAVACH" ] || {
  skip "kavach.1 has the launcher's flags" "tests/kavach was not built"
  done_testing
  exit
}

# Flags that the manual gives an item of its own, and those that it names in
# the list of what is not in this version.
manual_flags ()
{
  sed -n '/^\.Sh OPTIONS OF RUN/,/^\.Sh PRESETS/p' "$srcdir/doc/kavach.1" \
    | grep '^\.It Fl' | grep -o '\\-[a-z][a-z-]*' | sed 's/^\\-/--/' | sort -u
}
launcher_flags ()
{
  "$KAVACH" --long-options run | sed 's/=$//' | sort -u
}

is "$(launcher_flags | grep -vxF -e --help | comm -23 - <(manual_flags))" "" \
  "every flag of the launcher is in kavach.1"
is "$(manual_flags | comm -23 - <(launcher_flags))" "" \
  "every flag in kavach.1 is known to the launcher"
unlike "$(manual_flags)" '^$' "kavach.1 has flags at all"

later_flags=$(sed -n '/^\.Ss Not in this version/,/^\.Sh/p' \
                "$srcdir/doc/kavach.1" | grep '^\.Fl \\-' \
                | grep -o '\\-[a-z-]*' | sed 's/^\\-/--/' | grep -vx -- --net)
for flag in $later_flags; do
  run "$KAVACH" run "$flag" x -- true
  like "$status $err" '^125 kavach: KVN-' "$flag is refused by name" \
    || show_run
done
for sub in audit image sandbox doctor; do
  run "$KAVACH" "$sub"
  like "$status $err" '^125 kavach: KVN-' "$sub is refused by name" || show_run
done

if command -v jq >/dev/null 2>&1; then
  cd "$work" || exit 1
  is "$(sed -n '/^\.Sh CONTROLS/,/^\.El/s/^\.It //p' "$srcdir/doc/kavach.7" \
        | sed 's/ , /\n/g' | sort)" \
    "$("$KAVACH" run -p minimal --plan --json | jq -r '.controls | keys[]' \
        | sort)" "kavach.7 explains each control, and no other"
else
  skip "kavach.7 explains each control, and no other" "jq is not installed"
fi

done_testing

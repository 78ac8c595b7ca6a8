#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# All broken plugins in one folder: each is refused with its own code and one
# line, and the good ones among them work as if they were alone.
. "${srcdir:?run it by make check}/tests/plugins/common.sh" || exit 99

for so in "$fixtures"/kavach-*.so; do
  name=${so##*/kavach-}
  add "${name%.so}"
done
echo 'not a shared object' >"$plugins/kavach-not-elf.so"
add good other-arch
printf '\x03\x00' \
  | dd of="$plugins/kavach-other-arch.so" bs=1 seek=18 conv=notrunc 2>/dev/null
add good writable
chmod 666 "$plugins/kavach-writable.so"
mkdir -m 777 "$tmp/open"
chmod 777 "$tmp/open"
install -m 644 "$fixtures/kavach-good.so" "$tmp/open/evil.so"
ln -s "$tmp/open/evil.so" "$plugins/kavach-linked-out.so"
add good UPPER
mkfifo "$plugins/kavach-fifo.so"

# One list: a plugin and what becomes of it.
expected='
audit-kind available
bad-level KVL-34
bad-name KVL-13
closes-all KVL-45
configured available
crash-constructor KVL-19
crash-probe KVL-22
crash-spawn available
exit-constructor KVL-20
exit-probe KVL-23
exit-spawn available
false-claim available
fifo KVL-39
good available
hang-constructor KVL-21
hang-probe KVL-24
hang-spawn available
linked-out KVL-38
missing-callback KVL-07
needs-newer KVL-10
newer-minor available
no-child available
no-symbol KVL-05
not-elf KVL-01
not-here KVL-31
null-descriptor KVL-08
old-ops available
other-arch KVL-02
other-name KVL-14
other-program available
positive-probe KVL-56
short-ops KVL-15
short-struct KVL-09
stderr-probe available
stdout-probe KVL-18
unknown-flags KVL-11
unresolved KVL-04
UPPER KVL-13
writable KVL-37
wrong-kind KVL-12
wrong-major KVL-06'

run "$discover" --fresh
is "$status" 0 "discovery itself succeeds"
while read -r name want; do
  [ -n "$name" ] || continue
  line=$(line_of "$name")
  if [ "$want" = available ]; then
    like "$line" "^$name yes fresh .* -$" "$name works among the broken ones"
  else
    like "$line" "^$name no fresh .* $want$" "$name is refused as $want"
  fi
done <<<"$expected"
is "$(wc -l <<<"$out")" "$(grep -c . <<<"$expected")" \
  "nothing else was found"

before=$(pgrep -c -f "$stage/libexec" || :)
is "$before" 0 "no shim is left behind"

run "$KAVACH" plugin list
is "$status" 0 "plugin list succeeds"
is "$(grep -c '^crash-probe  *refused  *KVL-22 ' <<<"$out")" 1 \
  "plugin list gives a refusal one line"
unlike "$out" $'\033' "what a plugin wrote does not reach the terminal raw"
run "$KAVACH" plugin show no-symbol
like "$out" 'way out +.*KAVACH_REGISTER' "plugin show says what to do"
run "$KAVACH" plugin show "$fixtures/kavach-good.so"
like "$out" 'state +available' "plugin show takes a file"
refused KVL-55 "plugin show of nothing" -- "$KAVACH" plugin show nothing

# What an author has kavach load cannot be replaced by what runs.
rm -f "$plugins"/*
install -m 644 "$builddir"/stage/lib/kavach/plugins/*.so "$plugins"
cp "$fixtures/kavach-good.so" "$work/kavach-mine.so"
replace='rm -f kavach-mine.so; echo x >n; mv n kavach-mine.so; echo tried'
run kavach run --plugin "$work/kavach-mine.so" -b process -- sh -c "$replace"
is "$status" 125 "a plugin in the workspace is refused where it cannot be kept"
like "$err" 'cannot enforce .*fs-write' "and by what cannot be enforced"
if usable_backends | grep -qx namespace; then
  run kavach run --plugin "$work/kavach-mine.so" -b namespace -- \
    sh -c "$replace"
  like "$out" '^tried$' "and the command runs where it can"
fi
ok "the plugin is what it was" cmp -s "$fixtures/kavach-good.so" \
  "$work/kavach-mine.so"

add good
chmod 777 "$plugins"
run "$discover" --fresh
like "$(line_of good)" 'no .* KVL-37$' \
  "a folder that everyone may write refuses what is in it"
chmod 755 "$plugins"
run "$discover" --fresh
like "$(line_of good)" 'yes' "and no longer after chmod"

done_testing

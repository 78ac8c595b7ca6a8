#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Manifests configure, mask, prioritise, and make a second plugin out of one
# object; a wrong one costs the plugin it is about and no other.
. "${srcdir:?run it by make check}/tests/plugins/common.sh" || exit 99

add good
add configured
add old-ops
# With the cache, like a run does.
find_plugins ()
{
  run "$discover" "$@"
}

find_plugins
like "$(line_of configured)" 'yes fresh' "the first time a plugin is asked"
find_plugins
like "$(line_of configured)" 'yes cached' "the second time it is remembered"
is "$(grep -c cached <<<"$out")" 3 "so are the others"

# The shim is no longer one: whoever starts it sees it fail.
mv "$stage/libexec/kavach" "$stage/libexec/away"
find_plugins
is "$(grep -c 'yes cached' <<<"$out")" 3 "a warm cache starts no shim"
touch "$plugins/kavach-good.so"
find_plugins
like "$(line_of good)" 'no fresh .* KVL-35' "a touched object is asked again"
like "$(line_of old-ops)" 'yes cached' "and no other"
mv "$stage/libexec/away" "$stage/libexec/kavach"

cat >"$manifests/second.json" <<'END'
{ "manifest": 1, "name": "second", "kind": "backend", "priority": 7,
  "library": "kavach-configured.so", "summary": "another one",
  "config": { "runtime": "runsc", "depth": 3, "fast": true } }
END
find_plugins
like "$(line_of second)" '^second yes' "a second plugin from one object"
like "$(line_of configured)" '^configured yes' "beside the first"
run "$KAVACH" plugin show second
like "$out" 'runsc' "its configuration reaches it"
like "$out" 'priority +7' "its priority is taken"
like "$out" 'summary +another one' "its summary is taken"

echo '{ "manifest": 1, "config": { "runtime": "crun" } }' \
  >"$admin/second.json"
run "$KAVACH" plugin show second
like "$out" 'config +runtime = crun' "the administrator's keys win"
like "$out" 'config +depth = 3' "key by key"
echo '{ "manifest": 1, "config": { "depth": 12 } }' >"$admin/second.json"
find_plugins
like "$(line_of second)" 'no .* KVL-17$' "open may refuse what it is given"
echo '{ "manifest": 1, "config": { "colour": "red" } }' >"$admin/second.json"
find_plugins
like "$(line_of second)" 'no .* KVL-16$' "a configuration key it has not"
echo '{ "manifest": 1, "kind": "audit" }' >"$admin/second.json"
find_plugins
like "$(line_of second)" 'no .* KVL-12$' "of another kind than promised"
echo '{ "manifest": 1, "enabled": false }' >"$admin/second.json"
find_plugins
is "$(line_of second)" "" "enabled: false masks"
ln -sf /dev/null "$admin/good.json"
find_plugins
is "$(line_of good)" "" "so does a link to /dev/null"
rm "$admin/good.json" "$admin/second.json"

bad ()
{
  printf '%s' "$2" >"$admin/old-ops.json"
  run "$KAVACH" plugin list
  like "$(line_of old-ops)" "$3" "$1"
  like "$(line_of good)" '^good +backend' "$1: the others work"
  rm "$admin/old-ops.json"
}
bad "no JSON" '{ "manifest": 1,' 'KVL-40 .*/old-ops\.json:1:'
bad "unknown key" '{ "manifest": 1,
  "libary": "x.so" }' 'KVL-41 .*/old-ops\.json:2:3: .*libary'
bad "wrong type" '{ "manifest": 1, "priority": "high" }' \
  'KVL-42 .*:1:30: .*priority'
bad "twice" '{ "manifest": 1, "enabled": true, "enabled": false }' 'KVL-43'
bad "twice in config" '{ "manifest": 1, "config": { "a": 1, "a": 2 } }' \
  'KVL-43'
bad "from the future" '{ "manifest": 2 }' 'KVL-42'
bad "another name" '{ "manifest": 1, "name": "else" }' 'KVL-42'
bad "no such object" '{ "manifest": 1, "library": "kavach-gone.so" }' 'KVL-53'
bad "a path in library" '{ "manifest": 1, "library": "../x.so" }' 'KVL-42'
bad "more behind it" '{ "manifest": 1 } true' 'KVL-40'

echo '{ "manifest": 1, "enabled": true }' >"$admin/old-ops.json"
chmod 666 "$admin/old-ops.json"
find_plugins
like "$(line_of old-ops)" 'no .* KVL-37$' "a manifest that everyone may write"
rm "$admin/old-ops.json"

mkdir "$tmp/mine"
cp "$fixtures/kavach-good.so" "$tmp/mine/kavach-good.so"
cp "$fixtures/kavach-newer-minor.so" "$tmp/mine"
if is_root; then
  run env KAVACH_PLUGIN_PATH="$tmp/mine" "$discover"
  like "$err" 'KVL-44' "KAVACH_PLUGIN_PATH is refused for root"
else
  run env KAVACH_PLUGIN_PATH="$tmp/mine" "$discover"
  like "$(line_of newer-minor)" ' yes .* other' "KAVACH_PLUGIN_PATH is searched"
fi
run "$discover" "$tmp/mine/kavach-newer-minor.so"
like "$(line_of newer-minor)" 'yes fresh other' "--plugin takes a file"
run "$discover" "$tmp/mine/kavach-newer-minor.so"
like "$(line_of newer-minor)" 'yes fresh other' "and asks it each time"

done_testing

# SPDX-License-Identifier: Apache-2.0
# What one command does in its workspace must not decide what the next one
# may; and a rule for the workspace itself is a rule like any other.
. "$srcdir/tests/lib.sh"
requires_kavach
requires_backend namespace

# Not beneath /tmp, where the sandbox has a folder of its own.
place=$(mktemp -d /var/tmp/kavach-next.XXXXXX) || exit 1
at_exit rm -rf "$place"
chmod 755 "$place"
mkdir "$place/ws" "$place/top"
echo old >"$place/ws/file"
echo secret >"$place/top/file"
cd "$place/ws" || exit 1
in_ws ()
{
  "$KAVACH" run -b "${b:-namespace}" -p "$1" "${@:2}" </dev/null
}
said ()
{
  printf '{"kavach": 1, "extends": "%s", %s}\n' "${2:-basic}" "$1" \
    >"$place/p.json"
}

# The workspace by ".", beneath a wider grant.
for preset in basic strict; do
  said "\"filesystem\": {\"write\": [\"$place\"], \"read\": [\".\"]}" "$preset"
  run in_ws "$place/p.json" --waive memory,cpu,pids -- sh -c 'echo new >file'
  is "$(cat file)" old "$preset: what is read in what is written is not written"
done
said '"filesystem": {"write": [".."]}' strict
run in_ws "$place/p.json" --waive memory,cpu,pids -- sh -c 'echo new >file'
is "$(cat file)" old "nor where the preset says it"
said '"filesystem": {"write": ["any"], "read": ["."]}'
run in_ws "$place/p.json" -- sh -c 'echo new >file'
is "$(cat file)" old "nor beneath any"
said '"filesystem": {"read": ["any"], "write": ["."]}'
run in_ws "$place/p.json" -- sh -c 'echo new >made'
ok "and . can be written where all is read" test -s made || show_run
for dot in . ./ ../ws; do
  said "\"filesystem\": {\"write\": [], \"read\": [\"$place\"], \"hide\": [\"$dot\"]}"
  run in_ws "$place/p.json" -- cat file
  refused KVP-11 "$dot is hidden, and no place to start in"
done

# Without a root of its own a backend cannot take away beneath any.
b=process
said '"filesystem": {"write": ["any"], "hide": ["../top"]}'
run in_ws "$place/p.json" -- cat ../top/file
refused KVS-01 "process cannot hide beneath any"
b=namespace
run in_ws "$place/p.json" -- cat ../top/file
is "$out" "" "and namespace does"

# The policy, and the seccomp file, by way of what can be changed.
echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >real.json
ln -s real.json sec.json
said "\"syscalls\": {\"profile\": \"$place/ws/sec.json\"}"
run in_ws "$place/p.json" -- true
refused KVP-27 "a seccomp file by a link in the workspace"
ln real.json hard.json
said "\"syscalls\": {\"profile\": \"$place/ws/hard.json\"}"
run in_ws "$place/p.json" -- true
refused KVP-27 "a seccomp file with a second name"
mkdir -p sub/deep
ln -s sub/deep link
echo '{"kavach": 1, "extends": "basic"}' >sub/base.json
echo '{"kavach": 1, "extends": "link/../base.json"}' >p.json
run in_ws ./p.json -- true
refused KVP-27 "what a policy extends, by .. behind a link"
cp sub/base.json base.json
run in_ws sub/../base.json -- true
refused KVP-27 "a policy by .. behind a folder that can be renamed"

# What is granted, by a link that the last command made.
ln -s "$place/top" out
ln -s "$place" "$place/alias"
for name in "$place/ws/out" "$place/alias/ws/out" out; do
  said "\"filesystem\": {\"write\": [\".\", \"$name\"]}"
  run in_ws "$place/p.json" -- cat "$place/top/file"
  refused KVP-20 "a grant by a link in the workspace: ${name#"$place"}"
done
mkdir -p "$place/data/a"
ln -s "$place/top" "$place/data/a/conf"
said "\"filesystem\": {\"write\": [\".\", \"$place/data\"],
  \"read\": [\"$place/data/a/conf\"]}"
run in_ws "$place/p.json" -- cat "$place/top/file"
refused KVP-20 "or in another folder that can be written"

# What is hidden stays where it is.
mkdir -p conf/a
echo key >conf/a/key
said '"filesystem": {"hide": ["conf/a/key"]}'
run in_ws "$place/p.json" -- sh -c 'mv conf conf2; mv conf/a conf/b; mkdir -p conf/a
  touch conf/a/key'
ok "a folder above what is hidden is not moved away" test -e conf/a/key
is "$(cat conf/a/key)" key "and the next run hides the same"
ln -s conf/a/key lk
said '"filesystem": {"hide": ["lk"]}'
run in_ws "$place/p.json" -- true
refused KVP-20 "nor is something hidden by a link that can be changed"
# A hard link is another way to what a rule takes away.
echo old >"$place/ws/.envrc"
ln "$place/ws/.envrc" "$place/ws/other"
run in_ws basic -v -- true
like "$err" 'protected places that namespace does not keep: 1' \
  "a protected file with a second name is said"
run in_ws basic --require fs-write -- true
refused KVS-01 "and refused for fs-write by its name"
run in_ws basic --hide .envrc -- true
refused KVP-31 "a hidden file with a second name"
rm "$place/ws/other"
run in_ws basic -v --hide .envrc -- cat .envrc
unlike "$err$out" 'does not keep|KVP|old' "none without it"
rm "$place/ws/.envrc"

# Home beneath a wider grant stays hidden, and nothing is made in it.
mkdir -p "$place/home/project"
echo secret >"$place/home/secret"
beneath_home ()
{
  (cd "$place/home/project" && HOME=$place/home exec "$KAVACH" run \
    -b namespace --write "$place" "$@" </dev/null)
}
run beneath_home -- sh -c 'cat ../secret; echo x >../made; echo x >made'
ok "a folder above home is granted, and the run works" \
  test -s "$place/home/project/made" || show_run
unlike "$out$err" '^secret' "what is in home cannot be read"
ok "nor written" test ! -e "$place/home/made"
ok "nor is anything made there" test ! -e "$place/home/.config"

# Root's folder of settings is everybody's to read.
if is_root; then
  own_etc ()
  {
    unshare -m sh -c 'cp -a /etc "$0" && rm -rf "$0/etc/kavach" &&
      mount --bind "$0/etc" /etc && umask 077 && "$@" </dev/null &&
      stat -c %a /etc/kavach' "$tmp" "$@"
  }
  run own_etc "$KAVACH" run -b namespace --cwd "$place/ws" --write /etc -- true
  is "$out" 755 "the folder of settings that is made for root" || show_run
fi
done_testing

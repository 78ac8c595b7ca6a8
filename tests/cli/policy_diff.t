# SPDX-License-Identifier: Apache-2.0
# kavach policy diff: what each of two policies allows beyond the other.
. "$srcdir/tests/lib.sh"
requires_kavach

mkdir "$work/project" "$work/home"
cd "$work/project" || exit 1
kavach ()
{
  (cd "$work/project" && HOME=$work/home exec "$KAVACH" "$@") </dev/null
}
cat >one.json <<'EOF'
{"kavach": 1, "extends": "strict",
 "filesystem": {"read": ["/srv/data"], "hide": ["secret"]},
 "network": {"mode": "proxy", "allow": [
   {"host": "*.example.org", "methods": ["GET"], "paths": ["/v1/*"]}]},
 "limits": {"memory": "512M"}}
EOF
cat >two.json <<'EOF'
{"kavach": 1, "extends": "./one.json",
 "filesystem": {"write": ["/srv/data/out", "~/cache"]},
 "network": {"allow": [{"host": "api.example.org", "paths": ["/v1/*"]}]},
 "syscalls": {"allow": ["@mount", "mbind"], "deny": ["read"]},
 "limits": {"memory": "2G", "pids": 32},
 "process": {"env": {"pass": ["API_*"]}},
 "require": {"controls": ["kill-tree"], "waive": ["cpu"]}}
EOF

run kavach policy diff one.json two.json
is "$status:$err" "1:" "policies that differ: 1"
is "$out" 'two.json allows more than one.json:
  filesystem
    write: read -> read and write: /srv/data/out
    write: nothing -> read and write: ~/cache
  network
    allow: let through: api.example.org:443 HEAD,POST,PUT,PATCH,DELETE,OPTIONS
        /v1/*
  syscalls
    closed -> open: @mount (15)
  limits
    memory: 512M -> 2G
  process
    env.pass: passed: API_*
  require
    controls: no longer required: cpu
    waive: may be waived: cpu

one.json allows more than two.json:
  syscalls
    open -> closed: read (1)
  limits
    pids: 64 -> 32
  require
    controls: now required: kill-tree' "both ways, in words"
is "$(awk 'length > 80' <<<"$out")" "" "in 80 columns"

run kavach policy diff two.json one.json
like "$out" $'\n''two\.json allows more than one\.json' "whoever allows it is named"
like "$out" $'\n''    memory: 2G -> 512M'$'\n' "and the first's value is first"
run kavach policy diff one.json ./one.json
is "$status:$out" "0:one.json and ./one.json allow the same." "the same: 0"
kavach policy show one.json >shown.json
run kavach policy diff one.json shown.json
is "$status" 0 "as what is printed of it" || show_run
run kavach policy diff strict minimal
is "$(awk 'length > 80' <<<"$out")" "" "presets fit as well"
like "$out" "the system's secrets" "secrets are told as one"
like "$out" '@keyring' "and calls by their groups"

# What is no permission is no difference.
given='"process": {"hostname": "x", "env": {"set": {"SAY": "1"}}}'
sed "s/\"limits\"/$given, \"limits\"/" one.json >other.json
run kavach policy diff one.json other.json
is "$status" 0 "a host's name and a variable that is set" || show_run

if command -v jq >/dev/null 2>&1; then
  run kavach policy diff --json one.json two.json
  is "$status:$err" "1:" "--json: the same status"
  is "$(jq -r '.kavach, .type, .from, .to, .same, (.less | length)' \
          <<<"$out" | paste -sd ' ')" \
    "1 policy-diff one.json two.json false 3" "--json: what was compared"
  is "$(jq -r '.more[] | select(.key == "limits.memory")
      | .what, .from, .to, .["from-place"].origin, .["to-place"].line' \
          <<<"$out" | paste -sd ' ')" \
    "2G 512M 2G one.json 5" "--json: values with places"
  run kavach policy diff --json strict strict
  is "$status $(jq -c '[.same, .more, .less]' <<<"$out")" "0 [true,[],[]]" \
    "--json: the same"
else
  skip "--json" "jq is not installed"
fi

for words in "" one.json "one.json two.json strict"; do
  # shellcheck disable=SC2086
  run kavach policy diff $words
  refused 'KVU-11' "kavach policy diff $words"
done
run kavach policy diff one.json none.json
refused 'KVD-01' "a policy that is not there"
run kavach policy diff one.json stric
refused 'KVP-21' "a preset that there is not"
run kavach policy diff --jsn one.json two.json
refused 'KVU-02' "an unknown option"
run kavach policy diff --help
like "$status $out" '^0 usage: kavach policy diff' "--help"
if [ -w /dev/full ]; then
  full ()
  {
    kavach policy diff one.json two.json >/dev/full
  }
  run full
  refused 'KVI-02' "an output that is full"
fi
# No secret is repeated, whatever somebody put there.
cred='"credentials": [{"name": "T", "deliver": "environment", "source":'
sed "s|\"limits\"|$cred \"file:hush\"}], \"limits\"|" one.json >hush.json
sed "s|\"limits\"|$cred \"file:hash\"}], \"limits\"|" one.json >hash.json
run kavach policy diff hush.json hash.json
is "$status" 1 "another source of a credential"
unlike "$out" 'file:h' "is told without it"
done_testing

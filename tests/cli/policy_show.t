# SPDX-License-Identifier: Apache-2.0
# kavach policy show, and running with a policy file.
. "$srcdir/tests/lib.sh"
requires_kavach

mkdir "$work/project" "$work/data"
cd "$work/project" || exit 1
kavach ()
{
  (cd "$work/project" && exec "$KAVACH" "$@") </dev/null
}
cat >policy.json <<'EOF'
{"kavach": 1, "extends": "basic",
 "filesystem": {"read": ["../data"]},
 "limits": {"wall-time": "20s", "files": 256},
 "process": {"env": {"pass": ["GIVEN"], "set": {"SET": "by policy"}}}}
EOF
echo there >../data/file

run kavach policy show ./policy.json
is "$status:$err" "0:" "show prints a policy"
printf '%s\n' "$out" >shown.json
run kavach policy check shown.json
is "$status:$err" "0:" "which is a policy file without a fault"
run kavach policy show shown.json
is "$out" "$(cat shown.json)" "and comes to the same again"
# Of policy.json with the options given.
sha256 ()
{
  kavach policy show --origins policy.json "$@" | sed -n 's/^sha256 *//p'
}
digest=$(sha256)
is "${#digest}" 64 "--origins begins with the digest"
is "$(kavach policy show --origins shown.json | sed -n 's/^sha256 *//p')" \
  "$digest" "which is that of what was printed"

run kavach policy show --origins --memory 1G policy.json
like "$out" $'\n''limits\.memory +"1G" +flag --memory'$'\n' "a flag is an origin"
like "$out" $'\n''limits\.wall-time +"20s" +policy\.json:3:26'$'\n' \
  "so is a place in a file"
like "$out" $'\n''limits\.pids +2048 +preset basic'$'\n' "and a preset"
if command -v jq >/dev/null 2>&1; then
  is "$(kavach policy show --json policy.json | jq -r '.kavach, .type, .sha256,
    (.values[] | select(.key == "limits.wall-time")
     | .value, .origin, .line, .column)' | paste -sd ' ')" \
    "1 policy $digest \"20s\" policy.json 3 26" "--json: values with places"
else
  skip "--json" "jq is not installed"
fi
for preset in minimal basic strict agent; do
  run kavach policy show "$preset"
  is "$status:$err" "0:" "show $preset"
done
run kavach policy show strict basic
refused 'KVU-11' "two policies at a time"
run kavach policy show --help
like "$status $out" '^0 usage: kavach policy show' "--help"

# shellcheck disable=SC2016
inside='cat ../data/file; echo "$GIVEN $SET"; echo x >made; echo x >../data/no
  ulimit -n'
with_file ()
{
  local b=$1

  rm -f made
  GIVEN=given run kavach run -b "$b" -p policy.json -- sh -c "$inside"
  like "$out" $'^there\ngiven by policy\n256$' "$b: what the file grants"
  ok "$b: the workspace can be written" test -e made
  nok "$b: what may only be read cannot" test -e ../data/no
  run kavach run -b "$b" -p policy.json --timeout 1s -- sleep 20
  is "$status" 124 "$b: a flag is above the file"
  run kavach run -b "$b" -p policy.json --report r.json -- true
  like "$(cat r.json)" "\"$(sha256 -b "$b")\"" \
    "$b: the report has the digest"
}
each_backend with_file
if usable_backends | grep -qx namespace; then
  run kavach run -b namespace -p policy.json -- sh -c 'echo x >policy.json
    mv policy.json other; rm policy.json'
  like "$(head -n 1 policy.json)" kavach "the policy decides the next run, too"
else
  skip "the policy decides the next run, too" "backend namespace does not work here"
fi

ln -s ../outside.json link.json
cp policy.json ../outside.json
run kavach run -p link.json -- touch ran
refused KVP-27 "a link that the command could lead elsewhere"
rm link.json
# "." by another name is not somebody's word for a home.
sed 's,"read": \[.*\]},"write": ["./"]},' policy.json >../home.json
run env HOME="$work/project" "$KAVACH" run -p ../home.json -- touch ran
refused KVP-12 "a home is no workspace, however it is called"
nok "and nothing was run" test -e ran

# Whose place is it?
run kavach run -p policy.json --memory 1K -- true
refused 'KVP-06' "a flag that is wrong"
sed 's/"20s"/"20s", "memory": "none"/; s/"process"/"require": {"controls": ["own-kernel"]}, "process"/' \
  policy.json >wants.json
run kavach run -p wants.json -- true
refused 'KVS-01' "a control that no backend has"
like "$err" 'rule: +require own-kernel \(wants\.json:4:27\)' "names its line"
echo '{"kavach": 1, "limit": {}, "x": 1}' >faulty.json
run kavach run -p faulty.json -- touch ran
refused 'KVD-10' "a file with faults"
like "$err" 'faulty\.json:1:15 .*did you mean "limits"' "the first in full"
like "$err" $'\n''  KVD-10 1:28 ' "the others with their places"
nok "and nothing was run" test -e ran

# From nothing: what is needed is named.
cat >nothing.json <<'EOF'
{"kavach": 1,
 "filesystem": {"read": ["/usr", "/bin", "/lib", "/lib64", "."]},
 "process": {"env": {"pass": ["PATH"]}}}
EOF
[ -e /lib64 ] || sed -i 's,"/lib64"\, ,,' nothing.json
from_nothing ()
{
  run kavach run -b "$1" -p nothing.json -- /bin/sh -c 'cat /etc/hosts
    echo shell'
  is "$out" shell "$1: a root of what is named"
}
each_backend from_nothing
sed 's/, "\."//' nothing.json >elsewhere.json
run kavach run -p elsewhere.json -- true
refused 'KVP-24' "a folder that nothing grants is no place to start in"
done_testing

# SPDX-License-Identifier: Apache-2.0
# The site's ceiling: etc/kavach/site.json, over every run.
. "$srcdir/tests/lib.sh"
requires_kavach

# A staged tree of this script's own.
cp -a "$KAVACH_STAGE" "$tmp/stage"
export KAVACH_STAGE=$tmp/stage
site=$KAVACH_STAGE/etc/kavach/site.json
mkdir "$work/project" "$work/data"
cd "$work/project" || exit 1
kavach ()
{
  (cd "$work/project" && exec "$KAVACH" "$@") </dev/null
}
site_says ()
{
  cat >"$site"
  chmod 644 "$site"
}
beyond ()
{
  refused 'KVP-25' "$1"
  like "$err" "$2" "  what is beyond"
  like "$err" "bounded by $site:$3" "  and where the site bounds it"
}

run kavach policy show --origins basic
is "$status:$err" "0:" "without the file nothing changes"
before=$(head -n 1 <<<"$out")
if command -v strace >/dev/null 2>&1; then
  run kavach policy show basic
  strace -f -o "$tmp/trace" "$KAVACH" policy show basic >/dev/null 2>&1
  is "$(grep -c 'site\.json' "$tmp/trace")" 1 "and costs one system call"
else
  skip "and costs one system call" "strace is not installed"
fi

echo '{"kavach": 1}' | site_says
run kavach policy show --origins basic
is "$(head -n 1 <<<"$out")" "$before" "a file that says nothing bounds nothing"

site_says <<'EOF'
{"kavach": 1,
 "limits": {"memory": "1G", "pids": 500, "wall-time": "10m"},
 "filesystem": {"hide": ["/srv/secret"]},
 "network": {"mode": "none"},
 "require": {"waive": ["cpu"]}}
EOF
run kavach policy show --origins basic
is "$status:$err" "0:" "a preset is lowered, not refused"
like "$out" $'\n''limits\.memory +"1G" +'"$site:2:23"$'\n' \
  "a limit of the preset's becomes the site's"
like "$out" $'\n''limits\.pids +500 ' "each of them"
like "$out" $'\n''require\.controls +"memory" +'"$site" "and is required"
run kavach policy show --origins strict
like "$out" $'\n''limits\.memory +"512M" +preset strict'$'\n' \
  "what is lower stays"
echo '{"kavach": 1, "filesystem": {"root": "host", "read": ["."]}}' >bare.json
run kavach policy show --origins bare.json
like "$out" $'\n''limits\.memory +"1G" +'"$site" \
  "so does what a file without a preset leaves open"

run kavach policy show --memory 512M basic
is "$status" 0 "a flag within"
run kavach run --memory 2G -- touch ran
beyond "a flag beyond" 'limits\.memory: 2G is beyond .*: 1G' 2:23
like "$err" 'rule: +limits\.memory \(flag --memory\)' "  whose it is"
like "$err" "way out: .*$KAVACH_STAGE/etc/kavach/site.json" "  and a way out"
nok "  and nothing was run" test -e ran
run kavach run --memory none -- touch ran
beyond "none is more than all" 'limits\.memory: none' 2:23
run kavach run --net host -- true
beyond "the network" 'network\.mode: host is beyond .*: none' 4:22
run kavach run --waive syscalls -- true
beyond "a control that must not be waived" 'require\.waive: syscalls' 5:23
run kavach run -p minimal -- true
refused 'KVP-25' "a preset that opens more is refused"

# What A and B are: a file's faults and the ceiling's.
echo '{"kavach": 1, "extends": "basic",
 "limits": {"pids": 501}}' >pids.json
run kavach policy check pids.json
is "$status" 1 "policy check says so, too"
like "$err" 'KVP-25 limits\.pids: 501 is beyond' "in the same words"
like "$err" 'rule: +limits\.pids \(pids\.json:2:21\)' "with the line"
sed -i 's/501/500/' pids.json
run kavach policy check pids.json
is "$status:$err" "0:" "what is within has no fault"

# Folders: "." is where each caller works.
site_says <<'EOF'
{"kavach": 1,
 "filesystem": {"root": "host", "read": [], "write": ["."]}}
EOF
run kavach policy show basic
is "$status:$err" "0:" "the workspace may be written"
run kavach policy show --read ../data basic
beyond "another folder" "filesystem\.read: $work/data \(read\)" 2:25
run kavach policy show --read /etc/shadow basic
refused 'KVP-25' "what the root hides"

# A ceiling that is itself out of a preset and another file.
echo '{"kavach": 1, "extends": "basic",
 "limits": {"cpu": 1}}' >"$KAVACH_STAGE/etc/kavach/team.json"
echo '{"kavach": 1, "extends": "./team.json"}' | site_says
run kavach policy show --origins basic
like "$out" $'\n''limits\.cpu +1 +.*etc/kavach/team\.json:2:20' \
  "the ceiling may extend"
run kavach run --net host -- true
refused 'KVP-25' "and bounds what its preset says"
run kavach run --tmp 3G -- true
refused 'KVP-25' "in every key"
chmod 666 "$KAVACH_STAGE/etc/kavach/team.json"
run kavach run -- true
refused 'KVD-26' "what it extends must not be others' to write"
rm "$KAVACH_STAGE/etc/kavach/team.json"
run kavach run -- true
refused 'KVD-01' "nor be away"

# A seccomp file is the same one by whatever name.
calls=$KAVACH_STAGE/etc/kavach/calls.json
echo '{"defaultAction": "SCMP_ACT_ALLOW"}' | tee "$calls" >calls.json
echo '{"kavach": 1, "syscalls": {"profile": "./calls.json"}}' | site_says
printf '{"kavach": 1, "extends": "basic", "syscalls": {"profile": "%s"}}' \
  "$calls" >same.json
run kavach policy show same.json
is "$status:$err" "0:" "the site's own seccomp file is within"
sed "s,$KAVACH_STAGE/etc/kavach,.," same.json >calls-of-ours.json
run kavach policy show calls-of-ours.json
refused 'KVP-25' "another file is not, whatever it is called"
run kavach policy show basic
refused 'KVP-25' "nor is a profile that takes less away"

# A ceiling that cannot be relied on.
echo '{"kavach": 1, "limit": {}}' | site_says
run kavach run -- touch ran
refused 'KVD-10' "a fault in it refuses every run"
like "$err" "$site:1:15" "and is named"
nok "  and nothing was run" test -e ran
echo '{"kavach": 1}' | site_says
chmod 664 "$site"
run kavach run -- touch ran
refused 'KVD-26' "others can write it"
like "$err" "way out: +chmod go-w $site" "the way out is the command"
nok "  and nothing was run" test -e ran
rm "$site"
mkdir "$site"
run kavach run -- true
refused 'KVD-01' "it is no file"
rmdir "$site"
ln -s nowhere "$site"
run kavach run -- true
refused 'KVD-01' "it is a link that leads nowhere"
echo '{"kavach": 1}' >"$KAVACH_STAGE/etc/kavach/nowhere"
run kavach run -- true
is "$status" 0 "a link that leads somewhere is fine" || show_run
rm "$site"
if is_root; then
  echo '{"kavach": 1}' | site_says
  chown "$test_uid" "$site"
  run kavach run -- true
  refused 'KVD-26' "it belongs to somebody else"
  like "$err" "way out: +chown root $site" "the way out is the command"
else
  skip "it belongs to somebody else" "needs root"
  echo '{"kavach": 1}' | site_says
  chmod 0 "$site"
  run kavach run -- true
  refused 'KVD-01' "it cannot be read"
fi

# What nobody said is made as strict; what somebody said is theirs to mend.
rm -f "$site"
site_says <<'EOF'
{"kavach": 1, "process": {"tty": false},
 "require": {"score": 40, "controls": ["kill-tree"]}}
EOF
run kavach policy show --origins basic
is "$status:$err" "0:" "score, controls and terminal are made stricter"
like "$out" $'\n''process\.tty +false +'"$site:1:" "no terminal"
like "$out" $'\n''require\.score +40 +'"$site:2:" "the site's score"
like "$out" $'\n''require\.controls +"kill-tree" +'"$site:2:" "and its control"
run kavach run -t -- touch ran
beyond "a terminal that a flag asks for" 'process\.tty: ' 1:
run kavach run --min-score 30 --accept-estimate -- touch ran
beyond "a score that a flag lowers" 'require\.score: ' 2:
run kavach run --waive kill-tree -- touch ran
beyond "and a control that a flag waives" 'require\.waive: kill-tree ' 2:
nok "and nothing was run" test -e ran

# A bound is enforced, not only written: nobody waives it, or only wants it.
site_says <<'EOF'
{"kavach": 1, "limits": {"memory": "64M"}}
EOF
run kavach run --waive memory -- touch ran
beyond "a bound's control that a flag waives" 'require\.waive: memory ' 1:
echo '{"kavach": 1, "extends": "basic", "limits": {"memory": "60M"},
  "require": {"want": ["memory"]}}' >want.json
run kavach policy show --origins want.json
like "$out" $'\n''require\.controls +"memory" +'"$site:1:" \
  "what a policy only wants is required by the site"

# Where PATH leads is read only where the site lets it be.
tools=$(mktemp -d /var/tmp/kavach-tools.XXXXXX)
at_exit rm -rf "$tools"
chmod 755 "$tools"
mkdir "$tools/bin" "$tools/lib"
echo secret >"$tools/lib/file"
printf '#!/bin/sh\ncat %s/lib/file\n' "$tools" >"$tools/bin/tool"
chmod 755 "$tools/bin/tool"
echo '{"kavach": 1}' | site_says
PATH=$PATH:$tools/bin run kavach run -- tool
is "$out" secret "what PATH leads to is there"
printf '{"kavach": 1, "filesystem": {"root": "host", "read": [], "write": ["."]}}' \
  | site_says
PATH=$PATH:$tools/bin run kavach run -- cat "$tools/lib/file"
is "$out" "" "unless the site does not permit it" || show_run
done_testing

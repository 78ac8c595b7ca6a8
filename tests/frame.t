# SPDX-License-Identifier: Apache-2.0
# The frame itself: a test must be able to fail, and the stage must be fit
# for the loader.
. "$srcdir/tests/lib.sh"

# Runs a little script with the same library and gives its TAP.
tap_of ()
{
  printf '%s\n' '. "$srcdir/tests/lib.sh"' "$1" >"$tmp/script"
  bash "$tmp/script" 2>&1
}

like "$(tap_of 'ok good true; done_testing')" \
  $'^ok 1 - good\n1\\.\\.1$' "ok passes what succeeds"
like "$(tap_of 'ok bad false; done_testing')" \
  '^not ok 1 - bad' "ok fails what fails"
like "$(tap_of 'nok bad true; done_testing')" \
  '^not ok 1 - bad' "nok fails what succeeds"
like "$(tap_of 'is a b differ; done_testing')" \
  '^not ok 1 - differ' "is tells two strings apart"
like "$(tap_of 'like abc ^b unlike; done_testing')" \
  '^not ok 1 - unlike' "like wants a match"
like "$(tap_of 'skip thing "no reason"; done_testing')" \
  '^ok 1 - thing # SKIP no reason' "a skip carries its reason"
like "$(tap_of 'skip_all "no such host"')" \
  '^1\.\.0 # SKIP no such host$' "skip_all ends the script"
nok "a wrong plan is a failure" tap_of 'plan 2; ok one true'
nok "a failed test fails the script" tap_of 'ok bad false; done_testing'
nok "eventually gives up" eventually 1 false
ok "eventually sees success" eventually 1 true
like "$(tap_of 'run sh -c "echo kavach: KVU-01 x >&2; exit 125"
  refused KVU-02 other; done_testing')" \
  '^not ok 1' "refused wants the right code"
run sh -c 'echo kavach: KVU-01 x >&2; exit 125'
refused KVU-01 "refused takes the right code"

tap_of 'echo $tmp; mkdir $tmp/a; done_testing' >"$tmp/where"
where=$(sed -n 2p "$tmp/where")
nok "the temporary folder is gone afterwards" test -e "${where:-/}"

if is_root; then
  is "$(as_user id -u)" "$test_uid" "as_user is not root"
  nok "as_user cannot write root's files" as_user touch "$work/x"
  is "$(as_user sh -c 'grep -c "^Cap...:.0*$" /proc/self/status')" 4 \
    "as_user has no capabilities"
else
  is "$(as_user id -u)" "$(id -u)" "as_user is the caller"
fi

# Everything of the stage belongs to whoever built it and nobody else writes.
like "$(find "$KAVACH_STAGE" -perm /022 ! -type l; echo none)" '^none$' \
  "nothing in the stage is writable by others"
for d in libexec/kavach lib/kavach/plugins share/kavach/plugins.d etc/kavach
do
  ok "the stage has $d" test -d "$KAVACH_STAGE/$d"
done

done_testing

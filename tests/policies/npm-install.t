# SPDX-License-Identifier: Apache-2.0
# npm install of a package from a file, whose scripts run.
. "$srcdir/tests/policies/policies.sh" npm-install
requires npm node

deeds='secret planted changed called hooked sources forked flooded filled'

# Packed once; paths of the mischief are the same in every round.
mkdir "$tmp/x"
cp "$tmp/mischief.py" "$tmp/x"
cat >"$tmp/x/package.json" <<JSON
{"name": "x", "version": "1.2.3", "main": "index.js",
 "scripts": {"postinstall": "node postinstall.js"}}
JSON
echo 'module.exports = n => n * 2' >"$tmp/x/index.js"
cat >"$tmp/x/postinstall.js" <<JS
const { spawnSync } = require ('child_process');
const fs = require ('fs');
fs.writeFileSync ('built', 'by postinstall');
// What the next npm of this project obeys, and with it whoever types npm test.
for (const [file, text] of [['.npmrc', 'script-shell=/bin/false'],
                            ['package.json', '{}']])
  try { fs.writeFileSync (process.env.INIT_CWD + '/' + file, text); }
  catch (e) { console.error (e.message); }
spawnSync ('python3', [__dirname + '/mischief.py', ...'$deeds'.split (' ')],
  { cwd: process.env.INIT_CWD, stdio: 'inherit' });
JS
(cd "$tmp" && HOME=$tmp npm pack --silent --offline ./x >/dev/null 2>&1) 9>&- \
  || bail "npm packs nothing"

prepare ()
{
  cp "$tmp/x-1.2.3.tgz" "$place/x.tgz"
  mkdir "$place/node_modules"
  echo '{"name": "project", "scripts": {"test": "echo tested"}}' \
    >"$place/package.json"
}

job ()
{
  run_job sandboxed -- npm install --foreground-scripts ./x.tgz
}

both_sides ()
{
  job
  is "$status $(cd "$place" && node -p 'require ("x") (21)') $(cat \
    "$place/node_modules/x/built")" '0 42 by postinstall' \
    "$title: the package is installed, its script has run"
  # Red without: Landlock and the own root (secret, planted, changed, hooked,
  # sources), the network namespace or the call filter (called),
  # limits.pids, limits.output; filled: only node_modules is written.
  nothing_arrived
  # Red with "." in filesystem.write.
  is "$(caller npm test --silent 2>&1)" tested \
    "$title: the next npm outside does what it did"
}

rounds both_sides namespace process
control job "$deeds"
nok "and the next npm outside does not what it did" caller npm test --silent
done_testing

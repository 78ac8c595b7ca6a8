# SPDX-License-Identifier: Apache-2.0
# npm install of a package from a file, whose scripts run.
. "$srcdir/tests/policies/policies.sh" npm-install
requires npm node

deeds='secret planted changed called hooked forked flooded filled'

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
spawnSync ('python3', [__dirname + '/mischief.py', ...'$deeds'.split (' ')],
  { cwd: process.env.INIT_CWD, stdio: 'inherit' });
JS
(cd "$tmp" && HOME=$tmp npm pack --silent --offline ./x >/dev/null 2>&1) 9>&- \
  || bail "npm packs nothing"

prepare ()
{
  cp "$tmp/x-1.2.3.tgz" "$place/x.tgz"
  echo '{"name": "project", "version": "1.0.0"}' >"$place/package.json"
}

job ()
{
  run_job sandboxed -- npm install --foreground-scripts ./x.tgz
}

both_sides ()
{
  if [ "$backend" = process ]; then
    not_by_process 'require rootfs \(.*npm-install\.json'
    return
  fi
  job
  is "$status $(jq -r '.dependencies.x' "$place/package.json")" \
    '0 file:x.tgz' "$title: npm notes the dependency"
  is "$(cd "$place" && node -p 'require ("x") (21)') $(cat \
    "$place/node_modules/x/built")" '42 by postinstall' \
    "$title: the package is installed, its script has run"
  # Red without: the own root (secret, planted, changed; hooked: .git/hooks is
  # bound read-only in the workspace), the network namespace (called),
  # limits.pids, limits.output, limits.file-size.
  nothing_arrived
}

rounds both_sides namespace process
control job "$deeds"
done_testing

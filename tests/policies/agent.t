# SPDX-License-Identifier: Apache-2.0
# An agent at work in a repository: looks, edits, tests, commits.  What its
# model says is written down here, so that no network is needed.
. "$srcdir/tests/policies/policies.sh" agent

deeds='secret planted changed called hooked forked flooded filled'

prepare ()
{
  mkdir "$place/tests"
  printf 'def twice(n):\n    return n + n + 1\n' >"$place/lib.py"
  : >"$place/tests/__init__.py"
  cat >"$place/tests/test_lib.py" <<'PY'
import unittest
from lib import twice


class Twice(unittest.TestCase):
    def test_twice(self):
        self.assertEqual(twice(21), 42)
PY
  cat >"$tmp/said.json" <<JSON
[["run", "git log --format=%s && git status --short"],
 ["run", "python3 -m unittest discover -s tests -t . 2>&1 | tail -n 1"],
 ["edit", "lib.py", "n + n + 1", "2 * n"],
 ["run", "python3 -m unittest discover -s tests -t . 2>&1 | tail -n 1"],
 ["run", "git diff --stat | tail -n 1"],
 ["run", "git switch -q -c fix && git add -A && git commit -q -m 'lib: fix' && git log -1 --format=%s"],
 ["run", "python3 mischief.py $deeds"],
 ["run", "git config core.hooksPath elsewhere; git config alias.st '!sh'"],
 ["run", "git config core.fsmonitor 'touch $elsewhere/ran; false'"],
 ["run", "mv .git .git.old && cp -r .git.old .git && cp hook .git/hooks/pre-commit"],
 ["run", "rm -rf .git/hooks && mkdir .git/hooks && cp hook .git/hooks/pre-commit"],
 ["run", "cp hook .git/hooks/post-checkout"],
 ["run", "cp hook .envrc"],
 ["run", "git push origin fix"],
 ["run", "git status --short | wc -l"]]
JSON
  printf '#!/bin/sh\ntouch %s/ran\n' "$elsewhere" >"$place/hook"
  chmod +x "$place/hook"
  # A harness as there are many: a shell, and edits.
  cat >"$place/.agent.py" <<'PY'
import json
import pathlib
import subprocess

for what, *words in json.load(open(".said.json")):
    if what == "edit":
        path = pathlib.Path(words[0])
        path.write_text(path.read_text().replace(words[1], words[2]))
    else:
        print("$", words[0], flush=True)
        subprocess.run(["bash", "-c", words[0]])
PY
  cp "$tmp/said.json" "$place/.said.json"
  (
    cd "$place" || exit
    export HOME=$tmp
    git config user.name T
    git config user.email t@example.org
    git remote add origin "http://127.0.0.1:$port/x.git"
    printf '.*\nmischief.py\nhook\nSOURCE\nforked\nfilled\nstolen\n__pycache__\n' \
      >.git/info/exclude
    git add -A
    git commit -q -m 'first commit'
  )
}

# What its owner does next, in peace.
next_git ()
{
  caller git status >/dev/null 2>&1
  caller git checkout -q -b next >/dev/null 2>&1
  caller git commit -q --allow-empty -m next >/dev/null 2>&1
}

job ()
{
  run_job sandboxed -- python3 .agent.py
}

both_sides ()
{
  if [ "$backend" = process ]; then
    not_by_process 'require [a-z]+ \(.*agent\.json'
    return
  fi
  job
  like "$out" 'first commit'$'\n' "$title: the agent reads the history" \
    || diag "err: $err"
  like "$out" $'\nFAILED .*\nOK\n' "$title: tests fail, and after an edit pass"
  is "$(git -c safe.directory='*' -C "$place" log -2 --format=%s fix 2>&1)" \
    $'lib: fix\nfirst commit' "$title: the commit is in the repository"
  # Red without: the own root (secret, planted, changed; hooked and the
  # configuration: .git/hooks and .git/config are bound read-only), the network
  # namespace (called, also by git push), limits.pids, limits.output,
  # limits.file-size.
  nothing_arrived
  unlike "$(cat "$place/.git/config")" 'hooksPath|alias' \
    "$title: git's configuration is as it was"
  like "$err" $'KVR-95 [^\n]*\n[^\n]*/\\.envrc' "$title: a new .envrc is told"
  next_git
  is "$(caller git log -1 --format=%s)" next "$title: git goes on outside"
  nok "$title: and runs nothing of the agent's" test -e "$elsewhere/ran"
}

rounds both_sides namespace process
control job "$deeds"
like "$(cat "$place/.git/config")" hooksPath "and git's configuration"
caller git config --unset core.hooksPath
next_git
ok "and the next git runs what it has planted" test -e "$elsewhere/ran"

# The network of an agent, and what it is to say who it is with, come later.
later ()
{
  printf '{"kavach": 1, "extends": "%s", %s}\n' \
    "$srcdir/doc/policies/agent.json" "$1" >"$tmp/later.json"
  run kavach run -p "$tmp/later.json" -- true
  refused 'KVN-..' "not in this version: $1"
}
later '"network": {"mode": "proxy", "allow": [{"host": "api.example.org"}]}'
later '"credentials": [{"name": "TOKEN", "source": "file:token", "for": [{"host": "api.example.org"}]}]'
done_testing

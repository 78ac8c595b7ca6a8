# SPDX-License-Identifier: Apache-2.0
# A stranger's dump into a new database of sqlite.
. "$srcdir/tests/policies/policies.sh" database-import
requires sqlite3

deeds='secret planted changed called hooked sources forked flooded filled'

prepare ()
{
  mkdir -p "$place/db"
  cat >"$place/dump.sql" <<SQL
BEGIN;
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO person VALUES (1, 'Ana'), (2, 'Bo'), (3, 'Cy');
CREATE INDEX by_name ON person (name);
COMMIT;
.shell python3 mischief.py $deeds
.once $outside/planted
SELECT 'x';
.output stdout
ATTACH '$outside/notes.db' AS other;
CREATE TABLE IF NOT EXISTS other.t (n);
DETACH other;
SELECT 'key: ' || readfile ('$outside/.ssh/id_ed25519');
SQL
}

job ()
{
  run_job sandboxed -- sqlite3 db/people.db '.read dump.sql'
}

# With room for the shell that the policy does not give.
with_shell ()
{
  run_job sandboxed --pids 16 -- sqlite3 db/shell.db '.read dump.sql'
}

both_sides ()
{
  job
  await_listener
  is "$(sqlite3 "$place/db/people.db" \
    'SELECT count(*), max(name) FROM person; PRAGMA integrity_check')" \
    $'3|Cy\nok' "$title: the table is filled"
  if is_waived pids; then
    skip "$title: forked" "waived: this caller has no limit on processes"
  else
    # Red without limits.pids.
    unlike "$out" '\+began\+' "$title: .shell gets no shell"
    is "$(arrived)" "" "$title: nothing arrives outside without one"
    nok "$title: and no database is made there" test -e "$outside/notes.db"
    with_shell
  fi
  # Red without: Landlock and the own root (secret, planted, changed, hooked,
  # sources), the network namespace or the call filter (called),
  # limits.pids, limits.output; filled: only db is written.
  nothing_arrived
  nok "$title: nor is a database made outside" test -e "$outside/notes.db"
}

rounds both_sides namespace process
control job "$deeds"
ok "and a database outside" test -e "$outside/notes.db"
done_testing

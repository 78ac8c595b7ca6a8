# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# One of doc/policies with the real program it is for: . policies.sh NAME
#
# A job runs with mischief planted in it.  The job has to work, and what the
# mischief got is read outside: by "arrived", one word a deed.  The same runs
# under minimal, where every word must appear: otherwise it proves nothing.
#
#   secret   a private key of ~/.ssh is in the workspace or was printed
#   planted  a file outside the workspace was made, in the home or elsewhere
#   changed  one that was there was changed
#   called   a listener on the host's loopback was connected to
#   hooked   .git/hooks has a hook
#   sources  a source file of the project was changed
#   forked   as many processes as it asked for
#   flooded  as much output as it had
#   filled   a file as large as it asked for
. "$srcdir/tests/lib.sh"

requires_kavach
requires python3 git
policy_name=$1
policy=$srcdir/doc/policies/$policy_name.json
# Debian's programs: those below a home are another matter.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# RLIMIT_NPROC may count a user's processes, and tests run side by side.
test_uid=$((54400 + $(cksum <<<"$policy_name" | cut -d ' ' -f 1) % 1000))
if is_root; then
  chown -R "$test_uid:$test_uid" "$user_dir"
fi

outside=$tmp/outside
elsewhere=$tmp/elsewhere
place=$tmp/project
heard=$tmp/heard
secret="PRIVATE KEY $RANDOM$RANDOM$RANDOM"
forks=300
flood=$((6 << 20))
fill=$((5 << 30))
who=''
backend=''
waive=()
port=9

# Connections are written down; nothing is answered but the test's own
# question, after all who came before.
cat >"$tmp/listen.py" <<'PY'
import os
import socket
import sys

server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(16)
with open(sys.argv[1] + ".new", "w") as f:
    f.write(str(server.getsockname()[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
while True:
    peer, _ = server.accept()
    peer.settimeout(5)
    try:
        said = peer.recv(100)
    except OSError as error:
        said = str(error).encode()
    if said == b"anybody?\n":
        peer.sendall(b"listed\n")
    else:
        with open(sys.argv[2], "ab") as f:
            f.write(b"called: " + said + b"\n")
    peer.close()
PY
if has_loopback; then
  python3 "$tmp/listen.py" "$tmp/port" "$heard" &
  eventually 10 test -s "$tmp/port" || bail "no listener"
  port=$(cat "$tmp/port")
fi

# $tmp/mischief.py WORD...: in the job's own words, tries each.
write_mischief ()
{
  cat >"$tmp/mischief.py" <<PY
import os
import socket
import subprocess
import sys

OUTSIDE, ELSEWHERE, PORT = "$outside", "$elsewhere", $port
FORKS, FLOOD, FILL = $forks, $flood, $fill
PY
  cat >>"$tmp/mischief.py" <<'PY'


def put(path, text, mode="w"):
    with open(path, mode) as f:
        f.write(text)


def secret():
    key = open(OUTSIDE + "/.ssh/id_ed25519").read()
    print(key, flush=True)
    put("stolen", key)


def planted():
    # The home can be a private one, and this succeed.
    try:
        put(OUTSIDE + "/planted", "x")
    finally:
        put(ELSEWHERE + "/planted", "x")


def changed():
    put(OUTSIDE + "/notes", "and more", "a")


def called():
    socket.create_connection(("127.0.0.1", PORT), 3).close()


def hooked():
    put(".git/hooks/pre-commit", "#!/bin/sh\n")


def sources():
    put("SOURCE", "changed", "a")


def forked():
    # Whoever lives says so, and lives as long as this program.
    try:
        said = open("forked", "a")
    except OSError:
        said = sys.stdout
    end, hold = os.pipe()
    ready, say = os.pipe()
    shell = subprocess.run(["sh", "-c", """
        exec 3<&0
        i=0
        while [ $i -lt "$0" ]; do
          { echo +fork+; echo >&2; read -r _ <&3; } &
          i=$((i + 1))
        done""", str(FORKS)], stdin=end, stdout=said, stderr=say)
    globals()["held"] = hold
    os.close(say)
    n = 0
    while shell.returncode == 0 and n < FORKS:
        n += len(os.read(ready, FORKS))


def flooded():
    sys.stdout.write("y\n" * (FLOOD // 2))
    sys.stdout.flush()


def filled():
    with open("filled", "wb") as f:
        f.truncate(FILL)


print("+began+", flush=True)
for word in sys.argv[1:]:
    try:
        globals()[word]()
    except OSError as error:
        print(word + ":", error, file=sys.stderr, flush=True)
PY
}
write_mischief

# What the job needs in the workspace; a test has its own.
prepare ()
{
  :
}

# A workspace of the caller's with a repository, and what is outside of it.
fresh ()
{
  rm -rf --one-file-system "$place" "$outside" "$elsewhere" "$heard"
  mkdir -p "$place" "$outside/.ssh" "$elsewhere"
  git init -q "$place"
  echo 'as it was' >"$outside/notes"
  echo 'as it was' >"$place/SOURCE"
  echo "$secret" >"$outside/.ssh/id_ed25519"
  cp "$tmp/mischief.py" "$place"
  prepare
}

# The caller owns what is there, in all rounds.
give ()
{
  [ -z "$who" ] || ! is_root || chown -R "$test_uid:$test_uid" \
    "$place" "$outside" "$elsewhere"
}

# As the caller of this round, in the workspace, whose home is outside.
caller ()
{
  give
  # shellcheck disable=SC2016
  $who env HOME="$outside" bash -c 'cd "$0" && exec "$@"' "$place" "$@"
}

sandboxed ()
{
  caller timeout -k 5 60 "$KAVACH" run -b "$backend" -p "$policy" \
    "${waive[@]}" "$@" </dev/null
}

# The last words of a run that may have printed megabytes.
run_job ()
{
  run "$@"
  out=$(grep -avxE 'y|\+fork\+' "$tmp/.out" | tr -d '\0' | tail -c 4000)
  err=$(tr -d '\0' <"$tmp/.err" | tail -c 4000)
}

# Until the listener has written down whoever came.
await_listener ()
{
  local answer=

  has_loopback || return
  exec 7<>"/dev/tcp/127.0.0.1/$port" || bail "the listener is gone"
  echo 'anybody?' >&7
  read -r answer <&7
  exec 7>&-
  [ "$answer" = listed ] || bail "the listener does not answer"
}

arrived_words ()
{
  grep -rqsF "$secret" "$place" "$tmp/.out" "$tmp/.err" && echo secret
  [ -e "$outside/planted" ] || [ -e "$elsewhere/planted" ] && echo planted
  grep -q more "$outside/notes" && echo changed
  [ -s "$heard" ] && echo called
  [ -e "$place/.git/hooks/pre-commit" ] && echo hooked
  grep -q changed "$place/SOURCE" && echo sources
  [ "$(grep -rhs +fork+ "$place" "$tmp/.out" | wc -l)" -ge "$forks" ] \
    && echo forked
  [ "$(stat -c %s "$tmp/.out")" -ge "$flood" ] && echo flooded
  [ "$(find "$place" -name filled -size "+$((fill - 1))c")" ] && echo filled
}

arrived ()
{
  arrived_words | paste -sd ' '
}

is_waived ()
{
  [[ ,${waive[1]-}, == *,$1,* ]]
}

# Nothing of the mischief, but for the words given, which this backend does
# not hold back.
nothing_arrived ()
{
  local permitted=" $* " word

  if [ "$status" = 125 ]; then
    fail "$title: nothing arrives outside, but nothing ran"
    diag "err: $err"
    return
  fi
  if ! grep -aqs +began+ "$tmp/.out" "$tmp/.err"; then
    fail "$title: nothing arrives outside, but the mischief did not begin"
    diag "out: $out"
    diag "err: $err"
    return
  fi
  await_listener
  for word in $(arrived); do
    if [[ $permitted == *" $word "* ]]; then
      continue
    elif [ "$word" = forked ] && is_waived pids; then
      skip "$title: forked" "waived: this caller has no limit on processes"
    else
      fail "$title: nothing arrives outside"
      diag "arrived: $word"
      diag "err: $err"
      return
    fi
  done
  pass "$title: nothing arrives outside"
}

# FUNCTION for each caller and each BACKEND.  What a caller without a cgroup
# cannot have (memory, cpu, pids, kill-tree) is waived as the refusal says; any other
# refusal is the test's matter.
rounds ()
{
  local function=$1 callers=('') name usable said

  shift
  ! is_root || callers=('' as_user)
  for who in "${callers[@]}"; do
    name=user
    [ -n "$who" ] || ! is_root || name=root
    if [ -n "$who" ] && ! { as_user test -x "$KAVACH" \
        && as_user test -r "$policy"; }; then
      skip "$policy_name, $name" "no way for a user to the build folder"
      continue
    fi
    usable=$(usable_backends $who)
    for backend; do
      title="$backend, $name"
      waive=()
      if ! grep -qx "$backend" <<<"$usable"; then
        skip "$title" "backend $backend does not work here"
        continue
      fi
      fresh
      said=$(sandboxed -- true 2>&1)
      said=$(sed -n 's/^  way out: --waive \([a-z,-]*\) .*/\1/p' <<<"$said" \
        | tr , '\n' | grep -xE 'memory|cpu|pids|kill-tree' | paste -sd ,)
      if [ -n "$said" ]; then
        waive=(--waive "$said")
        diag "$title: with ${waive[*]}"
      fi
      fresh
      "$function"
    done
  done
  who='' backend='' waive=()
}

# FUNCTION under minimal: all of WORD... arrive.
control ()
{
  local function=$1 want=$2

  has_loopback || want=${want/called /}
  title=minimal
  policy=minimal backend=process
  fresh
  "$function"
  await_listener
  is "$(arrived)" "$want" "under minimal the same mischief does it all"
  policy=$srcdir/doc/policies/$policy_name.json
  rm -f "$place/filled"
}

# The backend process cannot keep this policy, and says so: $1 is a pattern
# for the rule that it names.
not_by_process ()
{
  run sandboxed -- true
  refused KVS-01 "$title: refused" && like "$err" "rule: +$1" \
    "$title: the rule is named"
}

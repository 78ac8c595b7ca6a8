# SPDX-License-Identifier: Apache-2.0
# The isolation battery: outside as the positive control, then in each
# backend under each preset, as root and as an ordinary user.
. "$srcdir/tests/lib.sh"
requires_kavach
requires jq
has_loopback || skip_all "no loopback interface is up"
# What a root's attempt mounts stays here; a user's fails.
! is_root || in_mount_namespace "$@"

bin=$builddir/tests/isolation
battery=$KAVACH_STAGE/libexec/kavach/kavach-battery
exceptions=$srcdir/tests/isolation/exceptions
mark=kavach-probe-$$
secret=s3cret-$RANDOM$RANDOM$RANDOM
env_secret=env-$RANDOM$RANDOM$RANDOM

# Is VERDICT of PROBE permitted for WHERE, PRESET and CALLER?  Sets $reason.
permitted ()
{
  local p w s c v r

  while read -r p w s c v r; do
    # shellcheck disable=SC2053
    if [[ $1 == $p && $2 == $w && $3 == $s && $4 == $c && $5 == "$v" ]]; then
      : "$r"
      return 0
    fi
  done < <(sed -e 's/#.*//' -e '/^$/d' "$exceptions")
  return 1
}

by ()
{
  if [ "$caller" = user ]; then as_user "$@"; else (cd "$work" && "$@"); fi
}

# A fresh place for one caller: home with a secret, files outside the
# workspace, the workspace itself, the witness.
prepare ()
{
  caller=$1
  base=$tmp/base-$caller
  if [ "$caller" = user ] && is_root; then
    caller_work=$user_dir/work caller_home=$user_dir/home
  else
    caller_work=$work caller_home=$tmp/caller-home
  fi
  mkdir -p "$base" "$caller_home"
  printf '%s\n' "$secret" >"$base/witness-secret"
  [ "$caller" = root ] || ! is_root \
    || chown -R "$test_uid:$test_uid" "$base" "$caller_home"
  by env WITNESS_SECRET="$secret" "$bin/witness" "$base" "$mark-$caller" \
    "$base/witness-secret" &
  witness=$!
  eventually 5 test -s "$base/plants" || bail "the witness does not start"
  port=$(sed -n 's/^port=//p' "$base/plants")
}

# Everything that a battery may have changed, as it was.
replant ()
{
  local outside=$base/outside

  rm -rf --one-file-system "$outside" "${caller_work:?}"/* "${caller_work:?}"/.[a-z]* \
    "$base/tmpfile"
  by mkdir -p "$outside" "$caller_work/mnt" "$caller_work/.git/hooks" \
    "$caller_home/.ssh"
  for f in "$caller_home/.ssh/id_probe" "$outside/secret" \
           "$outside/truncate-me" "$outside/metadata" "$outside/unlink-me" \
           "$outside/rename-me" "$outside/file" "$base/tmpfile"; do
    printf '%s\n' "$secret" | by tee "$f" >/dev/null
  done
  printf '[core]\n' | by tee "$caller_work/.git/config" >/dev/null
  by touch "$caller_work/.envrc"
  by cp "$battery" "$caller_work/battery"
  echo canary | by tee "$caller_work/canary" >/dev/null
  # A set-user-ID program of somebody else's.
  cp "$battery" "$caller_work/setid" 2>/dev/null \
    && if [ "$caller" = user ] && is_root; then
      chown 0:0 "$caller_work/setid"
      chmod 4755 "$caller_work/setid"
    fi
  { cat "$base/plants"
    cat <<PLANTS
leaked_dir=50
leaked_file=secret
leaked_socket=51
home=$caller_home
home_entry=.ssh
home_secret=$caller_home/.ssh/id_probe
outside=$outside
outside_file=$outside/file
tmp_file=$base/tmpfile
hostname=$(uname -n)
interface=$(ip -o link 2>/dev/null | awk -F': ' '$2 != "lo" { print $2; exit }')
address=$(ip -4 -o addr show scope global 2>/dev/null \
  | awk '{ sub ("/.*", "", $4); print $4; exit }')
env_secret=$env_secret
key=$mark
canary_file=canary
canary=canary
protected=1
setid=1
boot_id=$(cat /proc/sys/kernel/random/boot_id)
limit_pids=40
limit_memory=64
limit_files=64
limit_file_size=8
limit_tmp=16
PLANTS
  } >"$base/all-plants"
  by cp "$base/all-plants" "$caller_work/plants"
  : >"$base/arrivals"
}

# Runs CMD... as a caller who leaks: a folder, a socket, a session keyring,
# an environment.
leaking ()
{
  by env HOME="$caller_home" CALLER_SECRET="$env_secret" \
    AWS_SECRET_ACCESS_KEY="$env_secret" \
    "$bin/session" "$mark" "$base/witness-secret" "$base/serial" \
    bash -c 'exec 50<"$0" 51<>"/dev/tcp/127.0.0.1/$1"
      { cat plants; printf "key_serial=%s\n" "$(cat "$2")"; } >more
      mv -f more plants
      shift 2; exec "$@"' \
    "$base/outside" "$port" "$base/serial" "$@" </dev/null
}

snapshot ()
{
  (cd "$base/outside" && find . -printf '%p %m %U %G %s %n %T@\n' | sort
    find . -type f -exec cksum {} + | sort)
}

# Judges a battery's answers on standard input.
judge ()
{
  local where=$1 preset=$2 probe verdict detail bad=0 n=0

  while read -r probe verdict detail; do
    n=$((n + 1))
    if [ "$where" = outside ]; then
      case $verdict in reached | nothing) continue ;; esac
    else
      case $verdict in held | nothing) continue ;; esac
    fi
    if ! permitted "$probe" "$where" "$preset" "$caller" "$verdict"; then
      bad=$((bad + 1))
      diag "$where $preset $caller: $probe is $verdict ($detail)"
    fi
  done
  [ "$n" -ge "$at_least" ] || diag "only $n of $at_least answers"
  [ "$bad" = 0 ] && [ "$n" -ge "$at_least" ]
}

# A probe that reports "held" and arrives all the same has lied; one that is
# permitted to be open may arrive.
arrivals_agree ()
{
  local where=$1 preset=$2 line bad=0

  sleep 0.2
  while read -r line; do
    line=${line%%[^a-z0-9.-]*}
    [ -n "$line" ] || continue
    if ! permitted "$line" "$where" "$preset" "$caller" reached; then
      diag "$where $preset $caller: $line arrived at the witness"
      bad=1
    fi
  done < <(tr -d '\0' <"$base/arrivals")
  return $bad
}

all_probes=$("$battery" --list | grep -vc ' alone')
only_inside=$("$battery" --list | grep -v ' alone' | grep -c ' inside')
at_least=$all_probes

outside ()
{
  replant
  echo where=outside | by tee -a "$caller_work/plants" >/dev/null
  leaking ./battery plants >"$base/answers" 2>"$base/said" || :
  at_least=$((at_least - only_inside))
  ok "outside, $caller: the probes find what is open" \
    judge outside - <"$base/answers"
  at_least=$((at_least + only_inside))
  if eventually 3 grep -q network.abstract "$base/arrivals" \
     && grep -q network.loopback-tcp "$base/arrivals"; then
    pass "outside, $caller: the witness sees who arrives"
  else
    fail "outside, $caller: the witness sees who arrives"
    diag "$(cat "$base/arrivals" "$base/said")"
  fi
}

inside ()
{
  local backend=$1 preset=$2 name="$1 $2, $caller" before waive

  replant
  before=$(snapshot)
  if [ "$caller" = user ]; then
    waive=$(waivers "$backend" "$preset" as_user)
  else
    waive=$(waivers "$backend" "$preset")
  fi
  [ -z "$waive" ] || diag "$name: with $waive"
  # shellcheck disable=SC2086
  leaking "$KAVACH" run -b "$backend" -p "$preset" $waive -- ./battery plants \
    >"$base/answers" 2>"$base/said" || :
  if ! ok "$name: nothing is open that is not on the list" \
         judge "$backend" "$preset" <"$base/answers"; then
    diag "$(cat "$base/said")"
  fi
  ok "$name: nothing arrived outside" arrivals_agree "$backend" "$preset"
  if grep -qE '^files\.(chmod|chown|utime|xattr) reached' "$base/answers"; then
    skip "$name: files outside are as they were" \
      "the list permits changes there"
  else
    is "$(snapshot)" "$before" "$name: files outside are as they were"
  fi
  nok "$name: nothing was written in system folders" \
    sh -c 'ls -d /etc/"$0"* /usr/"$0"* /usr/local/bin/"$0"* /var/lib/"$0"* \
      /opt/"$0"* 2>/dev/null | grep .' "$mark"
  if [ "$caller" = root ]; then
    is "$(find "$caller_work" -user 0 -perm /6000)" "" \
      "$name: no set-id file of root's is left"
  fi
}

# The host's network is granted; its sockets of other kinds are not.
with_host_network ()
{
  local backend=$1 probes='network.unix network.abstract'

  replant
  # shellcheck disable=SC2086
  leaking "$KAVACH" run -b "$backend" -p basic --net host -- \
    ./battery plants $probes >"$base/answers" 2>"$base/said" || :
  at_least=2
  if ! ok "$backend, $caller: the network opens no other socket" \
         judge "$backend" basic <"$base/answers"; then
    diag "$(cat "$base/said")"
  fi
  at_least=$all_probes
}

# The limit that a probe runs into, in "limits".
limits_for ()
{
  limits=()
  case $1 in
  resources.processes) limits=(--pids 40) ;;
  resources.memory-*) limits=(--memory 64M) ;;
  resources.file-size) limits=(--file-size 8M) ;;
  resources.descriptors) limits=(--files 64) ;;
  # What has no folders of its own cannot limit them, and refuses.
  resources.disk-*) [ "$2" = process ] || limits=(--tmp 16M) ;;
  esac
}

# With small limits, everything that uses something up is bounded.
exhaust ()
{
  local backend=$1 probe answer verdict detail
  local limits

  for probe in $("$battery" --list \
    | sed -n 's/^\(resources\.[pmdf].*\) alone$/\1/p'); do
    replant
    limits_for "$probe" "$backend"
    answer=$(leaking timeout 60 "$KAVACH" run -b "$backend" -p basic \
      "${limits[@]}" -- ./battery plants "$probe" 2>"$base/said") \
      || :
    read -r _ verdict detail <<<"$answer"
    # Killed whole by the limit: there is no answer, and that is one.
    if [[ -z $answer || "$verdict $detail" == 'unanswered ended by '* ]] \
       && grep -q 'KVR-' "$base/said"; then
      verdict=held
    fi
    # A limit that this caller cannot have is refused, not forgotten.
    if grep -q 'kavach: KVS-' "$base/said"; then
      skip "$backend, $caller: $probe is bounded" \
        "refused: $(grep -m 1 kavach: "$base/said")"
      continue
    fi
    if [ "$verdict" = held ] \
       || permitted "$probe" "$backend" basic "$caller" "${verdict:-none}"; then
      pass "$backend, $caller: $probe is bounded"
    else
      fail "$backend, $caller: $probe is bounded"
      diag "$answer"
      diag "$(cat "$base/said")"
    fi
  done
}

# A user's groups are his inside as well; what they open is hidden by name.
secret_of_a_group ()
{
  local backend=$1 name="$1, user: what a group may read stays hidden"
  local user_groups

  if ! is_root || [ "$(stat -c %a /etc/shadow)" != 640 ]; then
    skip "$name" "needs root and a shadow file for a group"
    return
  fi
  user_groups="--groups $(stat -c %g /etc/shadow)"
  as_user cat /etc/shadow >/dev/null || bail "the group opens nothing"
  nok "$name" as_user "$KAVACH" run -b "$backend" -- cat /etc/shadow
}

callers=user
if is_root; then
  callers=root
  as_user test -x "$KAVACH" && callers='root user'
fi
for caller in $callers; do
  prepare "$caller"
  outside
  usable=$(if [ "$caller" = user ]; then usable_backends as_user; else
    usable_backends; fi)
  for backend in process namespace; do
    if ! grep -qx "$backend" <<<"$usable"; then
      skip "$backend, $caller" "backend $backend does not work here"
      continue
    fi
    for preset in basic strict; do
      inside "$backend" "$preset"
    done
    with_host_network "$backend"
    [ "$caller" = root ] || secret_of_a_group "$backend"
    exhaust "$backend"
  done
  kill "$witness" 2>/dev/null
  wait "$witness" 2>/dev/null
done
done_testing

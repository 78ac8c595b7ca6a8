# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Cold start of whole sandboxes, side by side in one interleaved run: a
# program that does nothing, by itself (the floor), in kavach with either
# backend and preset, with and without limits, and in other launchers with
# the same isolation.  What is not installed or does not work is left out by
# name.  Environment: ROUNDS, GAP (ms of idleness before each run of the second
# pass), SECONDS_EACH (of counting runs, 0 for none).
set -u
export LC_ALL=C
: "${builddir:?run it by make bench}" "${KAVACH:?}" "${KAVACH_STAGE:?}"
rounds=${ROUNDS:-40} gap=${GAP:-60} seconds=${SECONDS_EACH:-2}

# Not /var/tmp: firejail covers it.
work=$(mktemp -d "${BENCH_DIR:-$builddir}/bench.XXXXXX") || exit 2
trap 'cd / && rm -rf "$work"' EXIT
payload=$work/payload
cp "$builddir/bench/payload" "$payload" || exit 2
list=$work/commands
cd "$work" || exit 2

have ()
{
  command -v "$1" >/dev/null 2>&1
}

add ()
{
  printf '%s\n' "$*" >>"$list"
}

# The system as kavach shows it: the same folders, links for links.
system_folders ()
{
  local d

  for d in /usr /bin /sbin /lib /lib32 /lib64 /libx32 /etc /opt \
    /var/lib/dpkg /var/cache/fontconfig; do
    if [ -L "$d" ]; then
      printf '%s %s\n' "$(readlink "$d")" "$d"
    elif [ -d "$d" ]; then
      printf '%s\n' "$d"
    fi
  done
}

no_limits='--memory none --cpu none --pids none --timeout none'

kavach_rows ()
{
  local backend preset

  for backend in process namespace; do
    for preset in basic strict; do
      add "kavach $backend $preset:" \
        "$KAVACH run -b $backend -p $preset $no_limits -- $payload"
      # What basic leaves open is asked for here.
      add "kavach $backend $preset limits:" \
        "$KAVACH run -b $backend -p $preset --memory 512M --cpu 1" \
        "--pids 64 --timeout 30 -- $payload"
    done
  done
}

bwrap_row ()
{
  local options='--unshare-all --die-with-parent --new-session --clearenv'
  local from to

  have bwrap || return
  "$KAVACH_STAGE/libexec/kavach/kavach-filter" strict-unix-inet-others \
    >"$work/strict.bpf" || return
  options+=' --cap-drop ALL --hostname sandbox'
  while read -r from to; do
    if [ -n "$to" ]; then
      options+=" --symlink $from $to"
    else
      options+=" --ro-bind $from $from"
    fi
  done < <(system_folders)
  options+=" --proc /proc --dev /dev --tmpfs /tmp --ro-bind $work $work"
  add "bwrap: 9<$work/strict.bpf bwrap $options --chdir $work --seccomp 9" \
    "$payload"
}

firejail_row ()
{
  local tmp=--private-tmp

  have firejail || return
  # It would hide the payload of a build in /tmp.
  [ "${work#/tmp/}" = "$work" ] || tmp=
  add "firejail: firejail --quiet --noprofile --net=none --private-dev" \
    "$tmp --caps.drop=all --nonewprivs --seccomp $payload"
}

# The system's folders on an empty root, as above; runc's own namespaces,
# masked files and capabilities, and Docker-like: no seccomp program, which
# spares it what the others pay.
runc_row ()
{
  local from to mounts=''

  have runc && have jq || return
  mkdir -p "$work/bundle/rootfs"
  while read -r from to; do
    if [ -n "$to" ]; then
      ln -s "$from" "$work/bundle/rootfs$to"
    else
      mounts+=$from$'\n'
    fi
  done < <(system_folders; printf '%s\n' "$work")
  (cd "$work/bundle" && if [ "$(id -u)" = 0 ]; then
     runc spec
   else
     runc spec --rootless
   fi) || return
  jq --arg mounts "$mounts" --arg payload "$payload" '
    .process.terminal = false | .process.args = [$payload]
    | .process.capabilities = {} | .root.readonly = false
    | .mounts += [$mounts | split ("\n")[] | select (. != "")
        | { destination: ., source: ., type: "bind",
            options: ["rbind", "ro"] }]' \
    "$work/bundle/config.json" >"$work/config" \
    && mv "$work/config" "$work/bundle/config.json" || return
  add "runc: runc run --bundle $work/bundle kavach-bench-%n"
}

# The launcher by itself beside a program that links the C library only, and
# a whole sandbox for a caller with much memory.
start_rows ()
{
  local run="$KAVACH run -b namespace -p strict $no_limits -- $payload"

  add "libc only: $builddir/bench/linked"
  add "kavach --version: $KAVACH --version"
  add "small caller: $run"
  add "caller with 512 MiB: +512 $run"
}

# The most that launcher, shim and kavach-init have had resident, together.
peak_memory ()
{
  local backend=$1 total=0 n=0 pids pid child kib

  mkfifo "$work/hold" || return
  # shellcheck disable=SC2086
  "$KAVACH" run -b "$backend" -p strict $no_limits -- cat \
    <>"$work/hold" >"$work/said" &
  pid=$!
  echo started >"$work/hold"
  while kill -0 "$pid" 2>/dev/null && ! grep -q . "$work/said"; do
    sleep 0.05
  done
  pids=$pid
  for child in 1 2; do
    pid=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
    pids+=" ${pid%% *}"
    pid=${pid%% *}
  done
  for pid in $pids; do
    kib=$(awk '$1 == "VmHWM:" { print $2 }' "/proc/$pid/status" 2>/dev/null)
    [ -n "$kib" ] && total=$((total + kib)) n=$((n + 1))
  done
  kill "${pids%% *}"
  wait "${pids%% *}"
  rm -f "$work/hold" "$work/said"
  [ "$n" = 3 ] || return
  printf '%-31s %8d KiB in launcher, shim and kavach-init\n' \
    "kavach $backend strict" "$total"
}

add "floor: $payload"
kavach_rows
bwrap_row
firejail_row
runc_row

printf 'kavach %s, %s, %s processors, uid %s\n' \
  "$("$KAVACH" --version 2>/dev/null | head -n 1)" "$(uname -sr)" \
  "$(nproc)" "$(id -u)"
"$builddir/bench/interleave" -n "$rounds" -g "$gap" -r bwrap -t "$seconds" \
  "$list"

: >"$list"
start_rows
"$builddir/bench/interleave" -n "$rounds" -g "$gap" -r 'small caller' "$list"

printf '\npeak memory\n'
peak_memory process
peak_memory namespace

# SPDX-License-Identifier: Apache-2.0
# One protection at a time is left out, by a test build of kavach-init or of
# the backend; everything is waived, so that the gate lets it through.  The
# probes of that protection turn, and the score loses their points.
. "$srcdir/tests/lib.sh"
requires_kavach
requires jq
has_loopback || skip_all "no loopback interface is up"
cd "$work" || exit 1

real=$KAVACH_STAGE
everything=fs-read,fs-write,fs-exec,net-out,net-in,syscalls,processes,ipc
everything=$everything,capabilities,no-new-privs,user,devices,terminal
everything=$everything,environment,descriptors,keyring,memory,cpu,pids
everything=$everything,file-size,tmp-size,wall-time,kill-tree,rootfs

measure ()
{
  env KAVACH_STAGE="$1" "$KAVACH" verify --json -b "$2" -p strict \
    --waive "$everything" 2>"$tmp/said"
}

# fault FILE PLACE MODE NAME BACKEND PROBE...
fault ()
{
  local file=$1 place=$2 mode=$3 name=$4 backend=$5 turned wanted lost
  shift 5

  rm -rf "$tmp/stage"
  cp -a "$real" "$tmp/stage"
  install -m "$mode" "$file" "$tmp/stage/$place" || bail "no test build $file"
  measure "$tmp/stage" "$backend" >"$tmp/fault" || :
  turned=$(jq -rn --slurpfile a "$tmp/base" --slurpfile b "$tmp/fault" '
    [$a[0].probes | to_entries[] | select (.value.verdict == "held"
      and $b[0].probes[.key].verdict != "held") | .key] | .[]')
  wanted=$(printf '%s\n' "$@" | sort)
  is "$(comm -23 <(echo "$wanted") <(sort <<<"$turned"))" "" \
    "$backend without $name: its probes turn" || diag "$(cat "$tmp/said")"
  lost=$(jq -n --slurpfile a "$tmp/base" --slurpfile b "$tmp/fault" \
    '$a[0].held_tenths - $b[0].held_tenths')
  ok "$backend without $name: the score loses their points" \
    test "${lost:-0}" -gt 0
  diag "$(printf '%-10s %-14s %3s.%s points: %s' "$backend" "$name" \
    "$((lost / 10))" "$((lost % 10))" "$(xargs <<<"$turned")")"
}

init ()
{
  fault "$builddir/tests/init/kavach-init-fault-$1" \
    libexec/kavach/kavach-init 755 "$@"
}

own ()
{
  fault "$builddir/tests/namespace/.libs/fault-$1.so" \
    lib/kavach/plugins/namespace.so 644 "$2" namespace "${@:3}"
}

of ()
{
  local backend=$1

  measure "$real" "$backend" >"$tmp/base" || :
  init session "$backend" processes.push-keys
  init descriptors "$backend" files.extra-descriptor
  init rlimits "$backend" resources.file-size resources.descriptors
  init seccomp "$backend" kernel.filter kernel.af-netlink kernel.entry-int80 \
    kernel.clone3
  # An ordinary user has none to lose where no namespace gives him any.
  if [ "$backend" = namespace ] || is_root; then
    init capabilities "$backend" privilege.capabilities
  fi
  [ "$backend" = namespace ] || return 0
  own 1 network network.loopback-tcp
  own 3 ipc processes.sysv-shm processes.sysv-msg processes.sysv-sem
  own 4 uts privilege.hostname
  own 5 read-only files.git-hook files.git-config files.envrc
  own 6 masks files.masked-read
  own 8 dev files.device-nodes
  own 12 tmpfs-size resources.disk-tmp resources.disk-home
}
each_backend of
done_testing

# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash source=tests/lib.sh
# What the namespace backend makes, seen by a program that has the box to
# itself, and by us outside; then the same look at builds that leave one
# protection out each, which must not look the same.
. "$srcdir/tests/lib.sh"

[ "${KAVACH_TEST_IN_MOUNT_NS-}" ] || ! is_root || in_mount_namespace
requires busybox

box=$builddir/plugins/namespace/tests/box
real=$builddir/plugins/namespace/.libs/namespace.so
sh=$(command -v busybox)
[ -x "$box" ] && [ -f "$real" ] || bail "the test programs were not built"

# Another user may not be able to reach the build folder.
install -d -m 755 "$tmp/bin"
install -m 755 "$box" "$builddir/plugins/namespace/tests/swap" "$real" \
  "$tmp/bin" || bail "cannot copy the test programs"
box=$tmp/bin/box
real=$tmp/bin/namespace.so

# One line for each fact, the same on every host.
cat >"$tmp/look" <<'END'
mounts=/proc/self/mountinfo
echo "host name $(hostname)"
echo "pid $$"
echo "interfaces $(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ' | sort | tr '\n' ' ')"
ls -A / | grep -vE '^(bin|etc|lib|lib32|lib64|libx32|opt|sbin|usr|var)$' | sed 's/^/in root: /'
ls -A /dev | sed 's/^/in dev: /'
grep -E ' (/|/tmp|/etc|/usr|/dev/null|/dev/shm|/dev/pts|/proc|/proc/sys|/s|/w|/w/sub) ' $mounts | cut -d' ' -f5,6 | sort -u
for f in kallsyms keys key-users kcore kmsg cmdline config.gz iomem timer_list sched_debug partitions swaps; do
  [ ! -e /proc/$f ] || ! dd if=/proc/$f bs=1 count=1 2>/dev/null | grep -q . || echo "readable /proc/$f"
done
for d in acpi bus driver fs irq pressure scsi asound; do
  [ ! -e /proc/$d ] || ! ls /proc/$d >/dev/null 2>&1 || echo "listed /proc/$d"
done
for f in /x /etc/x /usr/x /proc/sys/kernel/hostname /w/x /w/sub/x /dev/x; do
  (echo x >$f) 2>/dev/null && echo "written $f"
done
chmod 777 /dev/null 2>/dev/null && echo "chmod /dev/null"
(echo '#!/bin/sh' >/s/x; chmod 755 /s/x; /s/x) 2>/dev/null && echo "executed from /s"
mknod /tmp/k c 1 1 2>/dev/null && echo "made a device"
ls /proc | grep -c '^[0-9]' | sed 's/^[1-5]$/few/; s/^/processes: /'
dd if=/dev/zero of=/tmp/big bs=1M count=20 2>/dev/null && echo "20 MiB in /tmp"
rm -f /tmp/big
echo "ids $(awk '{ print ($1 == $2) " " $3 }' /proc/self/uid_map)"
echo "open $(ls /proc/self/fd | tr '\n' ' ')"
echo "$(cat /etc/hostname)"; ls -A /etc/ssl >/dev/null 2>&1 && echo "listed /etc/ssl"
mount -t tmpfs x /tmp 2>/dev/null; umount /proc/kallsyms 2>/dev/null
sleep 0.2
END

# Namespaces that are shared with us, read from outside.
cat >"$tmp/outside" <<'END'
for x in cgroup ipc mnt net pid user uts; do
  [ "$(readlink "/proc/$1/ns/$x")" != "$(readlink "/proc/self/ns/$x")" ] \
    || printf '%s ' "$x"
done >>"$shared"
END
chmod 644 "$tmp/look" "$tmp/outside"

mkdir -p "$tmp/data/sub"
if is_root && mount -t tmpfs -o mode=777 sub "$tmp/data/sub"; then
  at_exit umount "$tmp/data/sub"
fi
chmod 777 "$tmp/data" "$tmp/data/sub"

# look AS OBJECT [OPTION...]: sets $facts.
look ()
{
  local as=$1 object=$2 shared
  shift 2
  shared=$(mktemp "$tmp/shared.XXXXXX")
  chmod 666 "$shared"
  facts=$($as env shared="$shared" "$box" "$object" run --assess yes "$@" \
    --mount "bind::/w:$tmp/data" --mount scratch:w:/s:8388608 \
    --mount file::/etc/hostname:sandbox --mount mask::/etc/ssl \
    --outside "shared=$shared sh $tmp/outside" \
    -- "$sh" sh -c "$(cat "$tmp/look")" 2>&1 </dev/null \
    | grep -vE '^(boundary|control|hint|fact) ')
  facts="$facts
shared $(cat "$shared")"
}

expected ()
{
  cat <<'END'
host name sandbox
pid 1
interfaces lo 
in root: dev
in root: proc
in root: s
in root: tmp
in root: w
in dev: fd
in dev: full
in dev: null
in dev: ptmx
in dev: pts
in dev: random
in dev: shm
in dev: stderr
in dev: stdin
in dev: stdout
in dev: tty
in dev: urandom
in dev: zero
/ ro,nosuid,nodev,noexec,relatime
/dev/null ro,nosuid,noexec,relatime
/dev/pts rw,nosuid,noexec,relatime
/dev/shm rw,nosuid,nodev,noexec,relatime
/etc ro,nosuid,nodev,relatime
/proc rw,nosuid,nodev,noexec,relatime
/proc/sys ro,nosuid,nodev,noexec,relatime
/s rw,nosuid,nodev,noexec,relatime
/tmp rw,nosuid,nodev,noexec,relatime
/usr ro,nosuid,nodev,relatime
/w ro,nosuid,nodev,noexec,relatime
END
  ! is_root || echo '/w/sub ro,nosuid,nodev,noexec,relatime'
  cat <<'END'
processes: few
ids 1 1
open 0 1 2 3 
sandbox
shared cgroup 
END
}

# What the shell itself has open (3: the folder it lists) is as expected;
# the options of the host's file system are not ours to know.
same_look ()
{
  local got want

  got=$(sed 's/\(noatime\|nodiratime\|relatime\)$/atime/' <<<"$facts")
  want=$(expected | sed 's/relatime$/atime/')
  if [ "$got" = "$want" ]; then
    pass "$1"
  else
    fail "$1"
    diag "$(diff <(cat <<<"$want") <(cat <<<"$got"))"
  fi
}

# Whoever is able to.
users=()
if is_root; then
  "$box" "$real" probe >/dev/null 2>&1 && users+=("")
fi
as_user "$box" "$real" probe >/dev/null 2>&1 && users+=(as_user)
if [ "${#users[@]}" = 0 ]; then
  skip_all "no box here: $(as_user "$box" "$real" probe 2>&1 | head -n 1)"
fi

for as in "${users[@]}"; do
  who=${as:-root}
  look "$as" "$real"
  same_look "$who: the box holds what was asked for and nothing else"
  for call in mount_setattr openat2 clone3 close_range; do
    look "$as" "$real" --deny "$call"
    # kavach-init closes them by itself.
    [ "$call" != close_range ] || facts=$(sed 's/^open .*/open 0 1 2 3 /' \
      <<<"$facts")
    same_look "$who: the same without $call"
  done
  ok "$who: 1000 open descriptors stay outside" $as bash -c '
    for ((i = 10; i < 900; i++)); do eval "exec $i</"; done
    exec "$@"' bash "$box" "$real" run -- \
    "$sh" sh -c '[ "$(ls /proc/self/fd | tr "\n" " ")" = "0 1 2 3 " ]'
  ok "$who: a descriptor to keep is kept" $as bash -c '
    exec 77</dev/null; exec "$@"' bash "$box" "$real" run --keep 77 -- \
    "$sh" sh -c 'test -e /proc/self/fd/77'
  nok "$who: a missing source refuses" \
    $as "$box" "$real" run --mount bind::/x:/nowhere -- "$sh" true
  ok "$who: an optional one does not" \
    $as "$box" "$real" run --mount bind:o:/x:/nowhere -- "$sh" true
  nok "$who: nothing is made in a folder of the host" \
    $as "$box" "$real" run --mount "bind::/w:$tmp/data" \
    --mount "bind::/w/made:$tmp/data" -- "$sh" true
  nok "$who: nothing was" test -e "$tmp/data/made"
  nok "$who: a link in the source refuses" \
    $as "$box" "$real" run --mount bind::/x:/proc/self/root/etc -- "$sh" true

  before=$(wc -l </proc/self/mounts)
  ok "$who: 200 runs leave no descriptor" \
    $as "$box" "$real" run --count 200 -- "$sh" true
  is "$(wc -l </proc/self/mounts)" "$before" "$who: and no mount"
  nok "$who: and no process" pgrep -f "^$sh true\$"
done

# A name that is a folder now and a link to a secret then.
race=$tmp/race
mkdir "$race" "$race/dir" "$tmp/secret"
touch "$tmp/secret/found"
ln -s "$tmp/secret" "$race/link"
"$tmp/bin/swap" "$race/dir" "$race/link" &
swapper=$!
for as in "${users[@]}"; do
  run $as "$box" "$real" run --count 1000 --race yes \
    --mount "bind::/x:$race/dir" -- "$sh" test ! -e /x/found
  is "$status" 0 "${as:-root}: a link swapped in is never followed" || show_run
  unlike "$err" " 0 refused|1000 refused" \
    "${as:-root}: and it was there often enough" || diag "$err"
done
kill "$swapper"

# Owners: root's box writes as the owner of the folder, who stays the owner.
if is_root && [ "${users[0]}" = "" ]; then
  mkdir "$tmp/owned"
  chown 1234:1235 "$tmp/owned"
  chmod 700 "$tmp/owned"
  run "$box" "$real" run --assess yes --mount "bind:wi:/o:$tmp/owned" -- \
    "$sh" sh -c 'echo x >/o/new && stat -c %u /o/new'
  if [[ $err$out =~ "map the owner" ]]; then
    skip "an owner is mapped" "no idmapped mounts in $tmp"
  else
    like "$out" 2113933876 "the owner appears as the box's user"
    is "$(stat -c %u:%g "$tmp/owned/new")" 1234:1235 "and owns what it makes"
  fi
  run "$box" "$real" assess --mount bind:wi:/o:/proc/sys
  like "$out" "control 11 level 0" "a file system that refuses is reported"
  nok "and the run is refused" \
    "$box" "$real" run --mount bind:wi:/o:/proc/sys -- "$sh" true
  run "$box" "$real" run --uid 0 -- "$sh" cat /proc/kmsg /proc/timer_list
  is "$out" "" "root's box as host uid 0 sees no kernel file"
fi

as=${users[-1]}
n=0
for name in network 'pid namespace' 'ipc namespace' 'uts namespace' \
  read-only masks nosuid 'own dev' 'user namespace' noexec 'old root'; do
  n=$((n + 1))
  fault=$builddir/tests/namespace/.libs/fault-$n.so
  # Without a user namespace only root can do the rest.
  by=$as
  [ "$n" != 9 ] || by=
  if [ "$n" = 9 ] && ! is_root; then
    skip "without $name the box looks different" "needs root"
    continue
  fi
  install -m 755 "$fault" "$tmp/bin/fault.so" || bail "no $fault"
  look "$by" "$tmp/bin/fault.so"
  unlike "$facts" "refused:" "without $name there is a box"
  if [ "$(expected | sort)" = "$(sort <<<"$facts")" ]; then
    fail "without $name the box looks different"
  else
    pass "without $name the box looks different"
  fi
done

done_testing

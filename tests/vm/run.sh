#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Boots Debian's own kernel with cgroup v2 and systemd in a small virtual
# machine and tries the limits there: as root, as a user with a session, in
# services with and without Delegate=yes.
#
#   tests/vm/run.sh           speaks TAP
#   tests/vm/run.sh --image   only makes the image (kept in the build folder)
#
# From the environment: builddir, KAVACH, KAVACH_STAGE as for every test;
# KAVACH_VM_SECONDS (480), KAVACH_VM_ACCEL (tcg),
# KAVACH_VM_CACHE (where the image is kept), KAVACH_VM_LOG (keeps the
# console).
set -u
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

here=$(cd "$(dirname "$0")" && pwd)
: "${builddir:=$PWD}"
: "${KAVACH:=$builddir/tests/kavach}"
: "${KAVACH_STAGE:=$builddir/stage}"
cache=${KAVACH_VM_CACHE:-$builddir/tests/vm/cache}
limit=${KAVACH_VM_SECONDS:-480}

skip_all ()
{
  printf '1..0 # SKIP %s\n' "$1"
  exit 0
}

now ()
{
  printf '%s' "$((${EPOCHREALTIME/./} / 1000))"
}

begin=$(now)
for program in qemu-system-x86_64 mke2fs; do
  command -v "$program" >/dev/null || skip_all "$program is not installed"
done
[ "$(uname -m)" = x86_64 ] || skip_all "the machine is an x86-64 one"

if ! [ -f "$cache/recipe" ] || [ "$(id -u)" = 0 ]; then
  for program in debootstrap busybox cpio apt-get dpkg-deb; do
    command -v "$program" >/dev/null || skip_all "$program is not installed"
  done
  [ "$(id -u)" = 0 ] || skip_all "only root can make the image"
  if ! bash "$here/image.sh" "$cache" >"$builddir/vm-image.log" 2>&1; then
    tail -5 "$builddir/vm-image.log" | sed 's/^/# /'
    skip_all "the image cannot be made (no mirror?), see vm-image.log"
  fi
fi
image_ms=$(($(now) - begin))
if [ "${1-}" = --image ]; then
  echo "# image after $image_ms ms"
  exit 0
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/kavach-vm.XXXXXX")
qemu_pid=
finish ()
{
  if [ -n "$qemu_pid" ]; then
    kill -KILL "$qemu_pid" 2>/dev/null
    wait "$qemu_pid" 2>/dev/null
  fi
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 143' TERM INT HUP

# What is tried: the staged tree, with the owners that the loader insists on.
payload=$work/payload
mkdir "$payload"
cp "$here/guest/all.sh" "$here/guest/cases.sh" "$payload"
[ ! -x "$KAVACH" ] || cp "$KAVACH" "$payload/kavach"
[ ! -x "$builddir/tests/limit/groups" ] \
  || cp "$builddir/tests/limit/groups" "$payload/groups"
[ ! -d "$KAVACH_STAGE" ] || cp -R "$KAVACH_STAGE" "$payload/stage"
chmod -R u=rwX,go=rX "$payload"
mke2fs -q -t ext4 -O ^has_journal -E root_owner=0:0 -d "$payload" \
  "$work/payload.ext4" 256M >/dev/null || skip_all "mke2fs cannot fill an image"

# KVM where it was asked for: nested, it often hangs instead of failing.
accel=${KAVACH_VM_ACCEL:-tcg}
cpu=max
[ "$accel" = tcg ] || cpu=host

boot=$(now)
console=$work/console
: >"$console"
# Not "microvm": with ACPI, without which this kernel finds no virtio disk in
# it, it has no clock that TCG could be calibrated by.
qemu-system-x86_64 -accel "$accel" -cpu "$cpu" \
  -M q35 -smp 2 -m 1024 \
  -nodefaults -no-user-config -no-reboot -display none \
  -kernel "$cache/vmlinuz" -initrd "$cache/initrd" \
  -append "console=ttyS0 quiet loglevel=0 reboot=t panic=-1 \
systemd.unified_cgroup_hierarchy=1 systemd.show_status=false \
systemd.log_level=warning" \
  -drive "id=a,file=$cache/base.ext4,format=raw,if=none,snapshot=on" \
  -device virtio-blk-pci,drive=a \
  -drive "id=b,file=$work/payload.ext4,format=raw,if=none,readonly=on" \
  -device virtio-blk-pci,drive=b \
  -serial "file:$console" </dev/null >"$work/qemu" 2>&1 &
qemu_pid=$!

# It is over when it says so, or switches itself off, or time is up.
deadline=$((boot + limit * 1000))
while kill -0 "$qemu_pid" 2>/dev/null; do
  grep -q '^KVT end' "$console" && break
  [ "$(now)" -lt "$deadline" ] || break
  sleep 0.2
done
first=$(grep -m 1 -o 'up after [0-9.]* s' "$console")
took=$(($(now) - boot))
[ -z "${KAVACH_VM_LOG:-}" ] || cp "$console" "$KAVACH_VM_LOG"

n=0
failed=0
while IFS= read -r line; do
  line=${line%$'\r'}
  case $line in
  "KVT ok "*)
    n=$((n + 1))
    printf 'ok %d - %s\n' "$n" "${line#KVT ok }"
    ;;
  "KVT not ok "*)
    n=$((n + 1))
    failed=$((failed + 1))
    printf 'not ok %d - %s\n' "$n" "${line#KVT not ok }"
    ;;
  "KVT #"*)
    printf '%s\n' "${line#KVT }"
    ;;
  esac
done <"$console"

n=$((n + 1))
if grep -q '^KVT end' "$console"; then
  printf 'ok %d - the machine came to its end\n' "$n"
else
  failed=$((failed + 1))
  printf 'not ok %d - the machine came to its end\n' "$n"
  { tail -n 15 "$console"; cat "$work/qemu"; } | sed 's/^/# /'
fi
printf '# %s; image %d ms, machine %d ms (%s)\n' "$accel" "$image_ms" \
  "$took" "$first"
printf '1..%d\n' "$n"
[ "$failed" = 0 ]

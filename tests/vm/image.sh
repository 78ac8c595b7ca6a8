#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes what the small virtual machine boots from, once:
#
#   image.sh FOLDER     FOLDER/{vmlinuz,initrd,base.ext4}
#
# Debian's cloud kernel, an initramfs of a static busybox and a few modules,
# and a minimal Debian with systemd.  Needs root (debootstrap), apt's mirror,
# and no loop device: mke2fs fills the image itself.
set -eu
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

here=$(cd "$(dirname "$0")" && pwd)
out=${1:?a folder}
mkdir -p "$out"
out=$(cd "$out" && pwd)

suite=bookworm
mirror=${KAVACH_VM_MIRROR:-http://deb.debian.org/debian}
packages=systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,procps
packages=$packages,python3-minimal,jq,e2fsprogs
packages=$packages,libyajl2,libsodium23,libseccomp2,libltdl7

# Built anew when what it is built from has changed.
recipe=$(cat "$0" "$here"/guest/initramfs "$here"/guest/kavach-vm.service \
  | sha256sum | cut -c1-64)
if [ "$(cat "$out/recipe" 2>/dev/null)" = "$recipe" ]; then
  exit 0
fi
rm -f "$out/recipe"

work=$(mktemp -d "$out/work.XXXXXX")
trap 'rm -rf "$work"' EXIT

kernel ()
{
  local meta image

  cd "$work"
  meta=$(apt-cache depends linux-image-cloud-amd64 \
    | awk '/Depends: linux-image-[0-9]/ { print $2; exit }')
  [ -n "$meta" ] || { echo "apt knows no cloud kernel" >&2; return 1; }
  # apt's own user may not enter this folder.
  apt-get -q -o APT::Sandbox::User=root download "$meta"
  image=$(echo linux-image-*.deb)
  mkdir kernel
  dpkg-deb --fsys-tarfile "$image" | tar -x -C kernel
  cp kernel/boot/vmlinuz-* "$out/vmlinuz"
}

initramfs ()
{
  local m

  cd "$work"
  mkdir -p initramfs/modules
  cp "$(command -v busybox)" initramfs/busybox
  for m in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev \
           virtio_pci virtio_blk; do
    find kernel/lib/modules -name "$m.ko" -exec cp {} initramfs/modules \;
  done
  install -m 755 "$here/guest/initramfs" initramfs/init
  (cd initramfs && find . | cpio --quiet -o -H newc | gzip -1) \
    >"$out/initrd"
}

system ()
{
  local root=$work/root

  # Its mounts stay in a namespace that ends with it.
  unshare -m --propagation private debootstrap --variant=minbase \
    --include="$packages" "$suite" "$root" "$mirror"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* \
    "$root"/usr/share/doc "$root"/usr/share/locale "$root"/usr/share/man
  chroot "$root" useradd -m -s /bin/bash -u 1000 tester
  echo kavach-vm >"$root/etc/hostname"
  install -m 644 "$here/guest/kavach-vm.service" \
    "$root/etc/systemd/system/kavach-vm.service"
  mkdir -p "$root/payload" "$root/etc/systemd/system/multi-user.target.wants"
  ln -s ../kavach-vm.service \
    "$root/etc/systemd/system/multi-user.target.wants/kavach-vm.service"
  # Nothing that takes time and serves nobody here.
  chroot "$root" systemctl -q mask getty.target serial-getty@.service \
    systemd-timesyncd.service apt-daily.timer apt-daily-upgrade.timer \
    dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer \
    systemd-update-utmp.service systemd-update-utmp-runlevel.service \
    systemd-udevd.service systemd-udev-trigger.service \
    systemd-journal-flush.service
  chroot "$root" systemctl -q set-default multi-user.target
  rm -f "$out/base.ext4"
  # A folder of it can be made not to tell cases apart.
  mke2fs -q -t ext4 -O ^has_journal,casefold -m 0 -d "$root" "$out/base.ext4" 900M
}

kernel
initramfs
system
echo "$recipe" >"$out/recipe"

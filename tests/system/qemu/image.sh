#!/bin/bash
# The emulated board's machine: Debian's arm64 kernel, an initrd that finds the disk, and a
# disk with Debian 12 on it, without Chapar. Made once, kept in the cache; prints the folder.
set -euo pipefail
cd "$(dirname "$0")/../../.."
here=tests/system/qemu
scripts/setup.sh qemu
PATH=$PATH:/usr/sbin:/sbin

# Chapar's own dependencies too, so that dpkg in the guest has all it asks for.
PACKAGES=systemd,systemd-sysv,udev,kmod,init-system-helpers,usr-is-merged,libcsv3,libgpiod2
PACKAGES=$PACKAGES,libjansson4,libmicrohttpd12,libphonenumber8,libserialport0,libsodium23
PACKAGES=$PACKAGES,libsqlite3-0,libsystemd0,libutf8proc2,libical3,tzdata
MIRROR=http://deb.debian.org/debian
DISK_MB=1024
# Only what the machine has; all of Debian's modules are ten times as much.
MODULES=(virtio_pci virtio_mmio virtio_blk virtio_net virtio_console ext4 crc32c_generic
	xhci_pci ftdi_sio cp210x option qcserial cdc_acm
	dummy_hcd libcomposite usb_f_serial usb_f_acm usb_f_ss_lb)

cache=${CHAPAR_CACHE:-$HOME/.cache/chapar}
key=$(cat "$0" <(find $here/root -type f -exec cat {} + | sort) | cksum | cut -d' ' -f1)
image=$cache/qemu-$key
if [ -e "$image/disk.ext4" ]; then
	echo "$image"
	exit
fi
mkdir -p "$cache"
exec 8>"$cache/qemu.lock"
flock 8
rm -rf "$image" "$cache/qemu.new"
new=$cache/qemu.new
root=$new/root
mkdir -p "$new"

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

as_foreign()
{
	local binfmt=/proc/sys/fs/binfmt_misc

	[ -e $binfmt/register ] || as_root mount -t binfmt_misc binfmt_misc $binfmt
	[ -e $binfmt/qemu-aarch64 ] || as_root update-binfmts --enable qemu-aarch64
}

base=$cache/rootfs-$(cksum <<<"$PACKAGES" | cut -d' ' -f1).tar
if [ ! -e "$base" ]; then
	echo "qemu: making Debian's arm64 root file system, some minutes, once" >&2
	as_foreign
	mmdebstrap --quiet --variant=essential --architectures=arm64 --include="$PACKAGES" \
		--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$base.new.tar" $MIRROR >&2
	mv "$base.new.tar" "$base"
fi
mkdir "$root"
tar -C "$root" --exclude='./dev/*' -xf "$base"

# The kernel and a shell for the initrd, of the guest's architecture, from lists of their own.
apt=$new/apt
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/get"
: >"$apt/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $MIRROR bookworm main" \
	>"$apt/sources.list"
cat >"$apt/conf" <<-END
	APT::Architecture "arm64";
	APT::Architectures { "arm64"; };
	APT::Sandbox::User "root";
	Dir::State::status "$apt/status";
	Dir::State::lists "$apt/lists";
	Dir::Cache "$apt";
	Dir::Etc::sourcelist "$apt/sources.list";
	Dir::Etc::sourceparts "/dev/null";
END
export APT_CONFIG=$apt/conf
apt-get -qq update >&2
kernel=$(apt-cache depends linux-image-arm64 | sed -n 's/.*Depends: *//p' | head -n 1)
(cd "$apt/get" && apt-get -qq download "$kernel" busybox-static >&2)
unset APT_CONFIG
for package in "$apt"/get/*.deb; do
	dpkg-deb -x "$package" "$new/unpacked"
done
cp "$new"/unpacked/boot/vmlinuz-* "$new/vmlinuz"
version=$(basename "$new"/unpacked/lib/modules/*)

modules_for()
{
	local module

	for module in "$@"; do
		modprobe -d "$new/unpacked" -S "$version" --show-depends "$module" |
			sed -n 's/^insmod //p'
	done | awk '!seen[$1]++ { print $1 }'
}
depmod -b "$new/unpacked" "$version"
for module in $(modules_for "${MODULES[@]}"); do
	to=$root/usr/lib/modules/$version/${module#*/modules/"$version"/}
	install -D -m 644 "$module" "$to"
done
cp "$new/unpacked/lib/modules/$version"/modules.{builtin,builtin.modinfo,order} \
	"$root/usr/lib/modules/$version/"
depmod -b "$root" "$version"

initrd=$new/initrd
mkdir -p "$initrd"/{bin,proc,sys,dev,root}
cp "$new"/unpacked/bin/busybox "$initrd/bin/"
order=$(modules_for virtio_pci virtio_blk crc32c_generic ext4)
for module in $order; do
	cp "$module" "$initrd/"
done
{
	echo '#!/bin/busybox sh'
	echo '/bin/busybox mount -t devtmpfs dev /dev'
	for module in $order; do
		echo "/bin/busybox insmod /$(basename "$module")"
	done
	echo '/bin/busybox mount -t ext4 /dev/vda /root'
	echo 'exec /bin/busybox switch_root /root /sbin/init'
} >"$initrd/init"
chmod 755 "$initrd/init"
(cd "$initrd" && find . | cpio -o -H newc --quiet | gzip -1) >"$new/initrd.gz"

# What makes it a test machine: its network, and a shell on a virtio port.
cp -r $here/root/. "$root/"
chmod 755 "$root/usr/local/sbin/test-shell"
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
for unit in test-shell.service systemd-networkd.service; do
	dir=/etc/systemd/system
	[ -e "$root$dir/$unit" ] || dir=/lib/systemd/system
	ln -sf "$dir/$unit" "$root/etc/systemd/system/multi-user.target.wants/$unit"
done
for unit in getty@.service getty-static.service serial-getty@.service e2scrub_reap.service \
	apt-daily.timer apt-daily-upgrade.timer fstrim.timer dpkg-db-backup.timer; do
	ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
echo board >"$root/etc/hostname"
: >"$root/etc/machine-id"
mkdir -p "$root/dev" "$root/var/log/journal"
mke2fs -q -t ext4 -d "$root" -E root_owner=0:0 "$new/disk.new" ${DISK_MB}M
rm -rf "$root" "$initrd" "$new/unpacked" "$apt"
mv "$new/disk.new" "$new/disk.ext4"
mv "$new" "$image"
# What this one takes the place of; boards run on copies.
find "$cache" -mindepth 1 -maxdepth 1 \( -name 'qemu-*' -o -name 'rootfs-*.tar' \) \
	! -path "$image" ! -path "$base" -exec rm -rf {} +
echo "$image"

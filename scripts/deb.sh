#!/bin/bash
# Makes the package of one architecture: `deb.sh amd64|arm64|armhf` builds what is missing and
# writes build/chapar_VERSION_ARCH.deb, byte for byte the same from the same sources.
set -euo pipefail
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
arch=${1:?usage: scripts/deb.sh ARCH}
own_arch=$(dpkg --print-architecture)

# Debian 12's package of each library that a program may ask for. What is not listed fails.
PACKAGES="ld-linux.* libc6 (>= 2.36)
libc\.so.* libc6 (>= 2.36)
libm\.so.* libc6 (>= 2.36)
libgcc_s\..* libgcc-s1
libstdc\+\+\..* libstdc++6 (>= 12)
libcsv\.so\.3 libcsv3
libcurl-gnutls\.so\.4 libcurl3-gnutls
libcurl\.so\.4 libcurl4
libgpiod\.so\.2 libgpiod2
libical\.so\.3 libical3
libjansson\.so\.4 libjansson4 (>= 2.14)
libmicrohttpd\.so\.12 libmicrohttpd12 (>= 0.9.75)
libphonenumber\.so\.8 libphonenumber8
libserialport\.so\.0 libserialport0
libsodium\.so\.23 libsodium23 (>= 1.0.18)
libsqlite3\.so\.0 libsqlite3-0 (>= 3.40)
libsystemd\.so\.0 libsystemd0 (>= 252)
libutf8proc\.so\.2 libutf8proc2
libxlsxwriter\.so\.4 libxlsxwriter4"
# For the maintainer scripts (users, folders, device rules, units) and for the time zones.
ALSO="systemd, udev, tzdata"

# There is no address to write to yet; nobody will ever own this one (RFC 2606).
MAINTAINER="The authors of Chapar <nobody@chapar.invalid>"

# Each architecture has a build folder of its own, apart from the one for daily work. No path of
# this machine goes into what is built.
out=$BUILD/$arch
if [ "$arch" = "$own_arch" ]; then
	scripts/setup.sh run
	build=(make --no-print-directory BUILD="$out" CFLAGS="-ffile-prefix-map=$PWD=."
		CXXFLAGS="-ffile-prefix-map=$PWD=.")
	strip="strip"
else
	build=(scripts/cross.sh "$arch")
	case $arch in
	arm64) strip=aarch64-linux-gnu-strip ;;
	*) strip=arm-linux-gnueabihf-strip ;;
	esac
fi

# A release is named by VERSION; anything else by its commit's time, so that a newer one is an
# upgrade.
stamp=$(git log -1 --format=%ct 2>/dev/null || echo 0)
version=${VERSION:-0.$(date -u -d "@$stamp" +%Y%m%d.%H%M%S)}
export SOURCE_DATE_EPOCH=$stamp LC_ALL=C.UTF-8
umask 022

root=$out/deb
doc=$root/usr/share/doc/chapar
rm -rf "$root"
mkdir -p "$root/DEBIAN" "$doc" "$root/usr/share/lintian/overrides"
"${build[@]}" -j"$(nproc)" VERSION="$version" programs >&2
"${build[@]}" install VERSION="$version" DESTDIR="$PWD/$root" >/dev/null
"$strip" --strip-unneeded --remove-section=.comment --remove-section=.note \
	"$root"/usr/sbin/* "$root"/usr/bin/*

fill_in()
{
	sed -e "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@MAINTAINER@/$MAINTAINER/" \
		-e "s/@DATE@/$(date -R -u -d "@$stamp")/" "$@"
}

# The changelog begins with what is in this package: an entry that waits for its version, or
# that of a release.
fill_in board/deb/changelog >"$doc/changelog"
if ! head -n 1 "$doc/changelog" | grep -qF "chapar ($version) "; then
	echo "deb: the first entry of board/deb/changelog is neither @VERSION@ nor $version" >&2
	exit 1
fi
gzip -9n "$doc/changelog" "$root"/usr/share/man/man?/*
cat board/deb/copyright "$out/gen/notices.copyright" >"$doc/copyright"
cp board/deb/lintian-overrides "$root/usr/share/lintian/overrides/chapar"

package_of()
{
	while read -r pattern package; do
		if [[ $1 =~ ^$pattern ]]; then
			echo "$package"
			return
		fi
	done <<<"$PACKAGES"
	echo "deb: no package is known for $1" >&2
	return 1
}

needed=$(for program in "$root"/usr/sbin/* "$root"/usr/bin/*; do
	readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
done | sort -u)
depends=$(for library in $needed; do package_of "$library"; done | sort -u | paste -sd, |
	sed 's/,/, /g')
[ -n "$depends" ]

install -m 755 board/deb/postinst board/deb/prerm board/deb/postrm "$root/DEBIAN"
install -m 644 board/deb/conffiles "$root/DEBIAN"
# As dpkg counts: the same on every file system.
size=$(find "$root" -path "$root/DEBIAN" -prune -o \( -type f -printf '%s\n' -o -printf '1\n' \) |
	awk '{ n += int(($1 + 1023) / 1024) } END { print n }')
fill_in -e "s/@SIZE@/$size/; s/@DEPENDS@/$ALSO, $depends/" board/deb/control \
	>"$root/DEBIAN/control"
(cd "$root" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | sort -z |
	xargs -0 md5sum >DEBIAN/md5sums)
find "$root" -newermt "@$stamp" -print0 | xargs -0r touch -h -d "@$stamp"
package=$BUILD/chapar_${version}_$arch.deb
dpkg-deb --root-owner-group -Zgzip --build "$root" "$package" >/dev/null
echo "$package"

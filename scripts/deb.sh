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

if [ "$arch" = "$own_arch" ]; then
	scripts/setup.sh run
	out=$BUILD
	build=(make --no-print-directory BUILD="$out")
	strip="strip"
else
	out=$BUILD/$arch
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
export SOURCE_DATE_EPOCH=$stamp

root=$out/deb
rm -rf "$root"
mkdir -p "$root/DEBIAN"
"${build[@]}" -j"$(nproc)" ${VERSION:+VERSION="$VERSION"} programs >&2
"${build[@]}" install DESTDIR="$PWD/$root" >/dev/null
"$strip" --strip-unneeded "$root"/usr/sbin/* "$root"/usr/bin/*

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
size=$(du -sk --exclude=DEBIAN "$root" | cut -f1)
sed -e "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@SIZE@/$size/" \
	-e "s/@DEPENDS@/$ALSO, $depends/" board/deb/control >"$root/DEBIAN/control"
(cd "$root" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | sort -z |
	xargs -0 md5sum >DEBIAN/md5sums)
find "$root" -newermt "@$stamp" -print0 | xargs -0r touch -h -d "@$stamp"
package=$BUILD/chapar_${version}_$arch.deb
dpkg-deb --root-owner-group -Zgzip --build "$root" "$package" >/dev/null
echo "$package"

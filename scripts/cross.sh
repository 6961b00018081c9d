#!/bin/bash
# Builds for a board with Debian's cross compilers: `cross.sh arm64|armhf TARGET ...` runs make
# with the compiler, the libraries and the build folder (build/ARCH) of that architecture. The
# libraries lie in a folder of their own, which is fetched once: this machine's packages stay
# as they are. `cross.sh ARCH` alone prints where they lie.
set -euo pipefail
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
arch=${1:?usage: scripts/cross.sh ARCH [TARGET ...]}
shift

case $arch in
arm64) triplet=aarch64-linux-gnu ;;
armhf) triplet=arm-linux-gnueabihf ;;
*)
	echo "cross: there is no compiler for $arch here; arm64 and armhf are known" >&2
	exit 2
	;;
esac
scripts/setup.sh cross

LIBRARIES=$(scripts/setup.sh libraries | paste -sd,)
cache=${CHAPAR_CACHE:-$HOME/.cache/chapar}
sysroot=$cache/sysroot-$arch-$(cksum <<<"$LIBRARIES" | cut -d' ' -f1)
if [ ! -d "$sysroot" ]; then
	echo "cross: fetching the libraries for $arch into $sysroot" >&2
	mkdir -p "$cache"
	rm -rf "$sysroot.new"
	mmdebstrap --quiet --variant=extract --architectures="$arch" --include="$LIBRARIES" \
		--dpkgopt='path-exclude=/usr/share/doc/*' bookworm "$sysroot.new" \
		http://deb.debian.org/debian >&2
	mv "$sysroot.new" "$sysroot"
	# Of another set of libraries.
	find "$cache" -mindepth 1 -maxdepth 1 -name "sysroot-$arch-*" ! -path "$sysroot" \
		-exec rm -rf {} +
fi
[ $# -gt 0 ] || exec echo "$sysroot"

export PKG_CONFIG_SYSROOT_DIR=$sysroot
export PKG_CONFIG_LIBDIR=$sysroot/usr/lib/$triplet/pkgconfig:$sysroot/usr/share/pkgconfig
# No path of this machine goes into what is built.
here="-ffile-prefix-map=$PWD=. -ffile-prefix-map=$sysroot="
exec make --no-print-directory BUILD="$BUILD/$arch" AR="$triplet-ar" CFLAGS="$here" \
	CXXFLAGS="$here" CC="$triplet-gcc --sysroot=$sysroot" \
	CXX="$triplet-g++ --sysroot=$sysroot" "$@"

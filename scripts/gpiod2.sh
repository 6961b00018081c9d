#!/bin/bash
# Builds the radio side with libgpiod's second API on a machine that has only the first:
# `gpiod2.sh [MAKE ARGUMENT ...]` fetches Debian 13's library into the cache, installs nothing,
# and runs make with it (chapar-modemd into build/gpiod2 unless told otherwise). Ends with 77
# where it cannot be fetched. Debian 13 and later need none of this: a plain make uses it.
set -euo pipefail
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
MIRROR=http://deb.debian.org/debian
PACKAGES=(libgpiod-dev libgpiod3)

library=${CHAPAR_CACHE:-$HOME/.cache/chapar}/gpiod2-$(dpkg --print-architecture)
fetch()
{
	local new=$library.new

	echo "gpiod2: fetching Debian 13's libgpiod into $library" >&2
	rm -rf "$new"
	mkdir -p "$new/lists/partial" "$new/archives/partial"
	: >"$new/status"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $MIRROR trixie main" \
		>"$new/sources.list"
	cat >"$new/conf" <<-END
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		Dir::State::status "$new/status";
		Dir::State::lists "$new/lists";
		Dir::Cache "$new";
		Dir::Etc::sourcelist "$new/sources.list";
		Dir::Etc::sourceparts "/dev/null";
	END
	APT_CONFIG=$new/conf apt-get -qq -o APT::Update::Error-Mode=any update >&2 || return 1
	(cd "$new" && APT_CONFIG=$new/conf apt-get -qq download "${PACKAGES[@]}" >&2) || return 1
	for package in "$new"/*.deb; do
		dpkg-deb -x "$package" "$new/root"
	done
	sed -i "s|^prefix=.*|prefix=$library/usr|" "$new"/root/usr/lib/*/pkgconfig/libgpiod.pc
	rm -rf "$library"
	mv "$new/root" "$library"
	rm -rf "$new"
}

mkdir -p "${library%/*}"
exec 8>"$library.lock"
flock 8
[ -d "$library" ] || fetch || exit 77
flock -u 8

pkg_config=("$library"/usr/lib/*/pkgconfig)
export PKG_CONFIG_PATH=${pkg_config[0]}
[ $# -gt 0 ] || set -- BUILD="$BUILD/gpiod2" "$BUILD/gpiod2/bin/chapar-modemd"
exec make --no-print-directory "$@"

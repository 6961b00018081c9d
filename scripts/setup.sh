#!/bin/bash
# Installs what is missing on a Debian 12 machine, asks nothing, and does nothing when all is
# there. `setup.sh run` is what building and running need, `setup.sh test` adds what the tests
# and checks need, `setup.sh conformance` the libraries that our codecs are compared with,
# `setup.sh cross` the compilers for boards, `setup.sh qemu` a whole emulated board.
# `setup.sh package` what looks at our packages.
# `setup.sh peers` the gateways that we are measured beside.
# `setup.sh libraries` only names the libraries that building needs.
set -euo pipefail
cd "$(dirname "$0")/.."
# dpkg's helpers are there.
PATH=$PATH:/usr/sbin:/sbin

PACKAGES_RUN="gcc g++ make pkg-config libc6-dev
	libcsv-dev libgpiod-dev libical-dev libjansson-dev libmicrohttpd-dev
	libphonenumber-dev libserialport-dev libsodium-dev libsqlite3-dev libsystemd-dev
	libutf8proc-dev tzdata"
PACKAGES_TEST="clang clang-format-14 clang-tidy-14 cppcheck shellcheck libclang-rt-14-dev llvm
	libcmocka-dev valgrind sqlite3 gammu smstools chromium fonts-dejavu-core mandoc
	groff-base"
PACKAGES_CONFORMANCE="libosmocore-dev libgammu-dev"
PACKAGES_CROSS="gcc-aarch64-linux-gnu g++-aarch64-linux-gnu gcc-arm-linux-gnueabihf
	g++-arm-linux-gnueabihf dpkg-dev mmdebstrap"
PACKAGES_QEMU="qemu-system-arm qemu-user-static binfmt-support arch-test e2fsprogs kmod cpio
	sqlite3"
PACKAGES_PACKAGE="lintian mmdebstrap dpkg-dev"
PACKAGES_PEERS="gammu-smsd libdbd-sqlite3 kannel"

wanted=$PACKAGES_RUN
case ${1:-run} in
run) ;;
test) wanted="$wanted $PACKAGES_TEST" ;;
conformance) wanted="$wanted $PACKAGES_CONFORMANCE" ;;
cross) wanted="$wanted $PACKAGES_CROSS" ;;
qemu) wanted="$wanted $PACKAGES_CROSS $PACKAGES_QEMU" ;;
package) wanted="$wanted $PACKAGES_PACKAGE" ;;
peers) wanted="$wanted $PACKAGES_TEST $PACKAGES_PEERS" ;;
libraries)
	grep -o 'lib[^ ]*-dev' <<<"$wanted"
	exit
	;;
*)
	echo "usage: scripts/setup.sh [run|test|conformance|cross|qemu|package|peers|libraries]" >&2
	exit 2
	;;
esac

# Two of these at once would fight over apt's and npm's locks.
exec 9<"$0"
flock 9

missing_packages()
{
	# A node that came from elsewhere is used as it is; Debian's is installed where none is.
	command -v node >/dev/null || echo nodejs
	command -v npm >/dev/null || echo npm
	# shellcheck disable=SC2086  # a list of words
	{ dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null || true; } |
		awk -v list="$(tr '\n\t' '  ' <<<"$wanted")" '
			$2 == "installed" { have[$1] = 1 }
			END {
				n = split(list, want, " ")
				for (i = 1; i <= n; i++)
					if (!(want[i] in have))
						print want[i]
			}'
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		env "$@"
	else
		sudo env "$@"
	fi
}

# Debian starts a service as it installs it; a second SMS daemon must not wake up here.
install_quietly()
{
	local policy=/usr/sbin/policy-rc.d made_policy=

	if [ ! -e "$policy" ]; then
		made_policy=1
		printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
		as_root chmod 755 "$policy"
	fi
	local rc=0
	as_root DEBIAN_FRONTEND=noninteractive apt-get -qq update &&
		as_root DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y \
			--no-install-recommends "$@" >/dev/null || rc=$?
	[ -z "$made_policy" ] || as_root rm -f "$policy"
	local name
	for name in smstools gammu-smsd kannel; do
		case " $* " in
		*" $name "*) as_root update-rc.d "$name" disable >/dev/null 2>&1 || true ;;
		esac
	done
	return $rc
}

if ! command -v dpkg-query >/dev/null; then
	echo "setup: this is not a Debian system; install by hand: $wanted" >&2
	exit 1
fi
mapfile -t missing < <(missing_packages)
if [ ${#missing[@]} -gt 0 ]; then
	echo "setup: installing ${missing[*]}"
	if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
		echo "setup: not root and no sudo; as root: apt-get install ${missing[*]}" >&2
		exit 1
	fi
	install_quietly "${missing[@]}" 9<&-
fi

if [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 18 ]; then
	echo "setup: node 18 or newer is needed, this is $(node --version)" >&2
	exit 1
fi
installed_lock=web/node_modules/.chapar-lock
if ! cmp -s web/package-lock.json $installed_lock; then
	echo "setup: installing the panel's libraries"
	npm --prefix web ci --loglevel=error 9<&-
	cp web/package-lock.json $installed_lock
fi

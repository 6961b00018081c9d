#!/bin/bash
# What an administrator does with the package: `deb_test.sh [ARCH ...]` makes those of the last
# commit, asks lintian about them, and makes this machine's once more elsewhere: it must be the
# same bytes. Then, in a Debian 12 of its own without systemd running: install, edit, upgrade,
# the same again, remove, purge. Prints `ok` and `not ok` lines, last `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export BUILD=${BUILD:-build}
own_arch=$(dpkg --print-architecture)
archs=("${@:-$own_arch}")
cache=${CHAPAR_CACHE:-$HOME/.cache/chapar}
if [ "$(id -u)" -ne 0 ]; then
	echo "deb_test: only root can install packages into a folder" >&2
	exit 1
fi
scripts/setup.sh package || exit 1
mkdir -p "$cache" "$BUILD"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
log=$work/log

passed=0
failed=0
# try NAME COMMAND ...: what it says is shown where it fails.
try()
{
	local name=$1
	shift
	if "$@" >"$log" 2>&1; then
		passed=$((passed + 1))
		echo "ok - $name"
	else
		failed=$((failed + 1))
		echo "not ok - $name"
		tail -n 30 "$log" | sed 's/^/    /'
	fi
}

# deb ARCH: its package, the last line that deb.sh says.
deb()
{
	scripts/deb.sh "$1" 2>"$work/build-$1.log" >"$work/deb-$1"
}
declare -A debs
for arch in "${archs[@]}"; do
	try "$arch: is made" deb "$arch"
	debs[$arch]=$PWD/$(tail -n 1 "$work/deb-$arch")
	try "$arch: lintian has nothing to say" \
		lintian --allow-root --fail-on error,warning,info,pedantic -EIL +pedantic \
		"${debs[$arch]}"
done

# The last commit: what is not committed would not be in it.
elsewhere()
{
	git diff --quiet HEAD || {
		echo "there are changes that no commit has"
		return 1
	}
	local there=$work/some/where/else

	git clone -q . "$there" && ln -s "$(realpath web/node_modules)" "$there/web/node_modules" &&
		(cd "$there" && BUILD=build scripts/deb.sh "$own_arch") &&
		cmp "$there"/build/*.deb "$deb"
}

# A Debian 12 with what the package depends on, made once a month.
base=$cache/bookworm-$own_arch-$(date +%Y%m).tar
make_base()
{
	[ ! -e "$base" ] || return 0
	rm -f "$cache"/bookworm-"$own_arch"-*.tar
	mmdebstrap --quiet --variant=apt --architectures="$own_arch" \
		--include="$(dpkg-deb -f "$deb" Depends | sed 's/ ([^)]*)//g; s/ //g')" \
		bookworm "$base.new.tar" http://deb.debian.org/debian && mv "$base.new.tar" "$base"
}

root=$work/root
# In a view of the mounts of its own, with /proc.
inside()
{
	# shellcheck disable=SC2016  # for the inner shell
	unshare --mount sh -c 'mount --bind /proc "$0/proc" && exec chroot "$0" "$@"' "$root" \
		env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@" </dev/null
}
open_root()
{
	mkdir "$root" && tar -C "$root" -xf "$base" && cp "$deb" "$root/new.deb" || return
	# The package of before: another version and another line in its configuration.
	dpkg-deb -R "$deb" "$work/old" &&
		sed -i 's/^Version: .*/Version: 0.1/' "$work/old/DEBIAN/control" &&
		sed -i 's/^# Chapar/# An older Chapar/' "$work/old/etc/chapar/chapar.conf" &&
		dpkg-deb --root-owner-group --build "$work/old" "$root/old.deb"
	tree_before=$(tree)
}
tree()
{
	(cd "$root" && find . -xdev -path ./var/lib/dpkg -prune -o -path ./var/log -prune -o \
		-path ./var/lib/chapar -prune -o -print | sort)
}
has_mode()
{
	[ "$(inside stat -c '%A %G' "$1")" = "$2" ]
}
works()
{
	inside chaparctl --version | grep -qF "$(dpkg-deb -f "$deb" Version)" &&
		inside chaparctl status && inside chaparctl board check pi-usb
}
installed()
{
	inside dpkg -i /old.deb && [ -L "$root$wants/chapar-modemd.service" ] &&
		[ -L "$root$wants/chapar-paneld.service" ] &&
		has_mode /var/lib/chapar "drwxrws--- chapar" &&
		has_mode /var/lib/chapar/store.db "-rw-rw---- chapar"
}
wants=/etc/systemd/system/multi-user.target.wants
conf=/etc/chapar/chapar.conf
edited()
{
	grep -q '^listen = 127.0.0.1:80$' "$root$conf" && grep -q 'An older' "$root$conf"
}
upgraded()
{
	sed -i 's/^listen = .*/listen = 127.0.0.1:80/' "$root$conf"
	rm "$root$wants/chapar-paneld.service"
	inside dpkg --force-confdef --force-confold -i /new.deb && edited && works &&
		[ -L "$root$wants/chapar-modemd.service" ] &&
		[ ! -e "$root$wants/chapar-paneld.service" ]
}
same_again()
{
	inside dpkg -i /new.deb && edited && inside /var/lib/dpkg/info/chapar.postinst configure 1
}
# With systemd as far as a script can tell: what it is asked for is kept.
asked()
{
	mkdir -p "$root/run/systemd/system"
	local tool
	for tool in systemctl udevadm; do
		# shellcheck disable=SC2016  # for the script
		printf '#!/bin/sh\necho "${0##*/} $*" >>/asked\n[ "$2" != is-enabled ] || echo enabled\n' \
			>"$root/usr/local/bin/$tool"
		chmod 755 "$root/usr/local/bin/$tool"
	done
	: >"$root/asked"
	inside "$@" || return
	cat "$root/asked"
}
restarts()
{
	asked dpkg -i /new.deb &&
		grep -q 'restart chapar-paneld.service chapar-modemd.service' "$root/asked" &&
		grep -q '^After=.*chapar-modemd.service' \
			"$root/usr/lib/systemd/system/chapar-paneld.service"
}
removed()
{
	asked dpkg -r chapar && grep -q 'stop chapar-paneld.service chapar-modemd' "$root/asked" &&
		rm -r "$root/usr/local/bin/systemctl" "$root/usr/local/bin/udevadm" \
			"$root/run/systemd" "$root/asked" &&
		edited && [ ! -e "$root/usr/sbin/chapar-modemd" ]
}
back_again()
{
	inside dpkg -i /new.deb && edited && works && inside dpkg -r chapar
}
purged()
{
	inside dpkg -P chapar && [ -s "$root/var/lib/chapar/store.db" ] &&
		inside getent group chapar && ! inside dpkg -s chapar &&
		diff <(echo "$tree_before") <(tree)
}

deb=${debs[$own_arch]:-}
if [ -n "$deb" ]; then
	try "made elsewhere it is the same, byte for byte" elsewhere
	try "a Debian 12 to try it in" make_base
	try "a folder with it" open_root
	try "an older one installs where systemd does not run" installed
	try "upgrade: the edited configuration and a disabled daemon stay so" upgraded
	try "the same version again, and its script once more" same_again
	try "upgrade: both daemons are restarted, the panel around the radio side" restarts
	try "remove: the daemons are stopped, configuration and store stay" removed
	try "installed again it finds both, without systemd running" back_again
	try "purge: the store stays, its owners and nothing else" purged
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/bin/bash
# Runs the package of arm64 on an emulated board, `system_test.sh [system|sockets|usb]`, after
# `system` has made those of the other architectures; ends with `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export BUILD=${BUILD:-build}
export CHAPAR_BIN=${CHAPAR_BIN:-$BUILD/bin}
what=${1:-system}
log=$BUILD/log/$what-test.log
tally=$BUILD/tally/$what-test
mkdir -p "$BUILD/log" "$BUILD/tally"
rm -f "$tally"

prepare()
{
	make --no-print-directory -s -j"$(nproc)" BUILD="$BUILD" \
		"$BUILD/bin/modemsim" >&2 &&
		tests/system/qemu/image.sh >&2 &&
		scripts/deb.sh arm64 &&
		node scripts/bundle.mjs --out "$BUILD/ts" "tests/system/qemu/$what.ts"
}

if ! made=$(prepare 2>"$log"); then
	tail -n 40 "$log"
	echo "$what-test 0 1 0" >"$tally"
	echo "0 passed, 1 failed"
	exit 1
fi
{ read -r package && read -r bundle; } <<<"$made"
# As it goes: each stage with its time, and what the stages have to tell.
node --enable-source-maps "$bundle" "$package" 2>&1 | tee "$log" | sed -un \
	-e '/^\(not \)\?ok /h' \
	-e '/^  duration_ms: /{H;x;s/\n  duration_ms: \([0-9]*\).*/ (\1 ms)/p;s/.*//;x}' \
	-e '/^# \(Subtest\|suites\|cancelled\|skipped\|todo\)/d' -e '/^# /p'
# Packages that no board here runs are made, and hold programs for their machine.
declare -A machines=([amd64]="X86-64" [armhf]="ARM$")
others_passed=0
others_failed=0
make_other()
{
	local arch=$1 other program=$BUILD/$1/packaged
	if other=$(scripts/deb.sh "$arch" 2>>"$log" | tail -n 1) && [ -n "$other" ] &&
		dpkg-deb --fsys-tarfile "$other" | tar -xO ./usr/sbin/chapar-modemd >"$program" &&
		readelf -h "$program" | grep -q "Machine:.*${machines[$arch]}"; then
		others_passed=$((others_passed + 1))
		echo "ok - $arch: its package is made, $(stat -c %s "$other") octets"
	else
		others_failed=$((others_failed + 1))
		echo "not ok - $arch: its package is made"
	fi
}
if [ "$what" = system ]; then
	own_arch=$(dpkg --print-architecture)
	[ "$own_arch" = arm64 ] || make_other "$own_arch"
	make_other armhf
fi
total()
{
	awk -v word="$1" '$1 == "#" && $2 == word { n = $3 } END { print n + 0 }' "$log"
}
passed=$(total pass)
failed=$(($(total fail) + $(total cancelled)))
[ $((passed + failed)) -gt 0 ] || failed=1
passed=$((passed + others_passed))
failed=$((failed + others_failed))
[ $failed -eq 0 ] || grep -vE '^ok' "$log" | tail -n 80
echo "$what-test $passed $failed 0" >"$tally"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]

#!/bin/bash
# Runs the package of arm64 on an emulated board, `system_test.sh [system|sockets|usb]`; ends
# with `N passed, N failed`.
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
total()
{
	awk -v word="$1" '$1 == "#" && $2 == word { n = $3 } END { print n + 0 }' "$log"
}
passed=$(total pass)
failed=$(($(total fail) + $(total cancelled)))
[ $((passed + failed)) -gt 0 ] || failed=1
[ $failed -eq 0 ] || grep -vE '^ok' "$log" | tail -n 80
echo "$what-test $passed $failed 0" >"$tally"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]

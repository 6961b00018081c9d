#!/bin/bash
# Measures: runs tests/bench/*.bench.ts and *.sh one after the other on a quiet machine, or
# only those named: `scripts/bench.sh send import`. Each prints its own figures.
set -euo pipefail
cd "$(dirname "$0")/.."
export BUILD=${BUILD:-build}
export CHAPAR_BIN=${CHAPAR_BIN:-$BUILD/bin}
scripts/setup.sh test
make -s --no-print-directory -j "$(nproc)" bins

run=0
for file in tests/bench/*.bench.ts tests/bench/*.sh; do
	name=$(basename "${file%%.*}")
	[ -e "$file" ] || continue
	[ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
	echo "== $name"
	case $file in
	*.ts) node "$(node scripts/bundle.mjs --out "$BUILD/ts" "$file")" ;;
	*) "$file" ;;
	esac
	run=$((run + 1))
done
[ $run -gt 0 ] || {
	echo "no benchmark of that name" >&2
	exit 1
}

#!/bin/bash
# Runs the tests: `test.sh` all of them, `test.sh unit fuzz ...` the named kinds. Kinds:
#   unit     tests/unit, under ASan+UBSan, with char signed (gcc) and unsigned (clang)
#   fuzz     tests/fuzz, each fuzzer FUZZ_SECONDS (3) over its corpus and what it makes of it
#   ts       tests/**/*.test.ts and web/panel/**/*.test.ts(x) by node's test runner
#   foreign  tests/system/foreign/*.sh, other people's programs against ours
# The last two start the programs in CHAPAR_BIN (build/bin). They wait more than they work, so the
# first two run beside them and give way to them.
# Prints a line a suite, the output of those that failed, and last `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export BUILD=${BUILD:-build}
export CHAPAR_BIN=${CHAPAR_BIN:-$BUILD/bin} FUZZ_SECONDS=${FUZZ_SECONDS:-3}
jobs=2
kinds=${*:-unit fuzz ts foreign}
results=$BUILD/tally/test.d
log_dir=$BUILD/log
rm -rf "$results" "$BUILD/tally/test"
mkdir -p "$results" "$log_dir"
scripts/setup.sh test || exit 1

wants()
{
	[[ " $kinds " == *" $1 "* ]]
}

# note SUITE PASSED FAILED SKIPPED
note()
{
	local rest=

	echo "$*" >"$results/${1//\//_}"
	[ "$4" -eq 0 ] || rest=", $4 skipped"
	[ "$SECONDS" -lt 5 ] || rest="$rest, $SECONDS s"
	printf '%-40s %4d passed %3d failed%s\n' "$1" "$2" "$3" "$rest"
}

# A part that does not build is one failure; what did build is tested all the same.
make_part()
{
	local log=$log_dir/make-$1.log

	SECONDS=0
	make --no-print-directory -k -j "$jobs" "$1" >"$log" 2>&1 && return
	grep -vE '^  (CC|CXX|PANEL|LD) ' "$log" | head -n 40
	note "build $1" 0 1 0
}

wants unit && make_part asan-s
if wants unit || wants fuzz; then make_part asan-u; fi
if [ "$CHAPAR_BIN" = "$BUILD/bin" ] && { wants ts || wants foreign; }; then make_part bins; fi

# The suites, as KIND PATH lines: those that wait and those that work.
waiting=$results/waiting
working=$results/working
: >"$waiting"
: >"$working"
# add LIST KIND PATH...
add()
{
	local list=$1 kind=$2
	shift 2
	for path in "$@"; do
		[ -e "$path" ] && echo "$kind $path" >>"$list"
	done
}
# The longest first, so that none of them is left alone at the end.
longest="kill faults ussd panel matrix families hostile limits"
in_order()
{
	local words=${longest// /|} name

	for name in $longest; do
		grep "/$name\.test" "$1"
	done
	grep -vE "/($words)\.test" "$1"
}
if wants ts; then
	if node scripts/bundle.mjs --out "$BUILD/ts" >"$log_dir/bundle.log" 2>&1; then
		# shellcheck disable=SC2046  # a list of words
		add "$waiting" ts $(in_order "$log_dir/bundle.log")
	else
		cat "$log_dir/bundle.log"
		note "build ts" 0 1 0
	fi
fi
wants foreign && add "$waiting" foreign tests/system/foreign/*.sh
if wants unit; then
	for source in tests/unit/test_*.c; do
		name=$(basename "$source" .c)
		add "$working" unit "$BUILD/asan-s/unit/$name" "$BUILD/asan-u/unit/$name"
	done
fi
if wants fuzz; then
	rm -rf "$BUILD/fuzz-seeds"
	node tests/fuzz/seeds.mjs "$BUILD/fuzz-seeds" || note "fuzz/seeds" 0 1 0
	for source in tests/fuzz/fuzz_*.c; do
		add "$working" fuzz "$BUILD/asan-u/fuzz/$(basename "$source" .c)"
	done
fi

export results
export -f note
xargs -r -P "$jobs" -L 1 scripts/test_suite.sh <"$waiting" &
xargs -r -P "$jobs" -L 1 nice scripts/test_suite.sh <"$working"
wait

sum=$(cat "$results"/* 2>/dev/null | awk 'NF >= 4 {
		p += $(NF - 2); f += $(NF - 1); s += $NF
	}
	END { printf "%d %d %d", p, f, s }')
read -r passed failed skipped <<<"$sum"
echo "test $passed $failed $skipped" >"$BUILD/tally/test"
if [ $((passed + failed)) -eq 0 ]; then
	echo "no test ran"
	exit 1
fi
line="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || line="$line, $skipped skipped"
echo "$line"
[ "$failed" -eq 0 ]

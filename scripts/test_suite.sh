#!/bin/bash
# One suite, for scripts/test.sh: runs it, counts what it says, shows its output if it failed.
# It has a TMPDIR of its own, which must be empty when it has passed, and stays when it failed.
#   test_suite.sh unit|fuzz|ts|foreign PATH
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
kind=$1
path=$2
name=$(sed -e "s#^$BUILD/##" -e 's#^asan-s/unit/#signed/#; s#^asan-u/unit/#unsigned/#' \
	-e 's#^asan-u/fuzz/fuzz_##; s#^ts/##; s#^tests/##; s#\(\.test\.mjs\|\.sh\)$##' <<<"$path")
name=$kind/${name#"system/$kind/"}
log=$BUILD/log/${name//\//_}.log
rc=0
limit=${SUITE_SECONDS:-300}

# The same letters wherever it runs.
export LC_ALL=C.UTF-8
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1

count()
{
	grep -cE "$1" "$log" || true
}

run_unit()
{
	CMOCKA_MESSAGE_OUTPUT=TAP timeout -k 5 "$limit" "$path" >"$log" 2>&1 </dev/null
	rc=$?
	skipped=$(count '^(not )?ok [0-9]+ # SKIP')
	passed=$(count '^ok [0-9]+ - ')
	failed=$(count '^not ok [0-9]+ - ')
}

run_foreign()
{
	timeout -k 5 "$limit" "$path" >"$log" 2>&1 </dev/null
	rc=$?
	skipped=$(count '^ok .*# [sS][kK][iI][pP]')
	passed=$(($(count '^ok ') - skipped))
	failed=$(count '^not ok ')
}

node_total()
{
	awk -v word="$1" '$1 == "#" && $2 == word { n = $3 } END { print n + 0 }' "$log"
}

run_ts()
{
	local reporter=()

	# Read to its end: a node that cannot write its help on would fail.
	node --help | grep test-reporter >/dev/null && reporter=(--test-reporter=tap)
	timeout -k 5 "$limit" node --enable-source-maps "${reporter[@]}" "$path" >"$log" 2>&1 \
		</dev/null
	rc=$?
	passed=$(node_total pass)
	failed=$(($(node_total fail) + $(node_total cancelled)))
	skipped=$(($(node_total skipped) + $(node_total todo)))
}

# What it finds new is kept beside the build, so that the seeds stay as they are written.
run_fuzz()
{
	local target seeds found dir

	target=$(basename "$path")
	seeds=
	for dir in tests/fuzz/corpus "$BUILD/fuzz-seeds"; do
		[ ! -d "$dir/${target#fuzz_}" ] || seeds="$seeds $dir/${target#fuzz_}"
	done
	found=$BUILD/fuzz-new/${target#fuzz_}
	mkdir -p "$found"
	# shellcheck disable=SC2086  # none, one or two
	timeout -k 5 $((FUZZ_SECONDS + limit)) "$path" -max_total_time="$FUZZ_SECONDS" -seed=1 \
		-timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$found/" "$found" $seeds >"$log" 2>&1 </dev/null
	rc=$?
	skipped=0
	failed=0
	passed=0
	if [ "$rc" -eq 0 ] && [ "$(awk '/number_of_executed_units/ { print $2 }' "$log")" -gt 0 ]; then
		passed=1
	fi
}

TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/chapar-suite-XXXXXX") || exit 1
export TMPDIR
"run_$kind"
left=$(find "$TMPDIR" -mindepth 1 -maxdepth 1)
[ -n "$left" ] || rmdir "$TMPDIR"
if [ "$rc" -ne 0 ] && [ "$failed" -eq 0 ]; then
	failed=1
	echo "ended with status $rc$([ "$rc" -eq 124 ] && echo ", after $limit s")" >>"$log"
elif [ $((passed + failed + skipped)) -eq 0 ]; then
	failed=1
	echo "no test in it ran" >>"$log"
elif [ "$failed" -eq 0 ] && [ -n "$left" ] && [ -z "${CHAPAR_KEEP:-}" ]; then
	failed=1
	echo "it passed, but left something behind" >>"$log"
fi
[ -z "$left" ] || echo "left behind: $left" >>"$log"
if [ "$failed" -gt 0 ]; then
	echo "--- $name ($log)"
	tail -n "${LOG_LINES:-60}" "$log"
	echo "---"
fi
note "$name" "$passed" "$failed" "$skipped"

#!/bin/bash
# Everything about the sources that can be checked without running them. Each check prints one
# `ok - name` or `not ok - name` line and what it found. Each tool must first fail on a sample
# that is wrong, so that none can pass by not looking.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
BUILD=${BUILD:-build}
jobs=$(nproc)
samples=scripts/check/samples
tally=$BUILD/tally/check
mkdir -p "$BUILD/tally" "$BUILD/check"
rm -f "$tally"
scripts/setup.sh test || exit 1

passed=0
failed=0
skipped=0
cannot=77 # what a tool ends with that cannot look here
result()
{
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok - $2"
	elif [ "$1" -eq $cannot ]; then
		skipped=$((skipped + 1))
		echo "skipped - $2"
		tail -n 3 "$3" | sed 's/^/    /'
	else
		failed=$((failed + 1))
		echo "not ok - $2"
		head -n 60 "$3" | sed 's/^/    /'
	fi
}

# check NAME TOOL: TOOL_sample has to fail, then TOOL has to succeed.
check()
{
	local name=$1 tool=$2 log=$BUILD/check/$2.log

	if "${tool}_sample" >"$log" 2>&1; then
		echo "it did not see what is wrong in $samples" >"$log"
		result 1 "$name" "$log"
		return
	fi
	local rc=0
	"$tool" >"$log" 2>&1 || rc=$?
	grep -vE '^  (CC|CXX|TIDY|PANEL|LD) |^make(\[[0-9]+\])?: ' "$log" >"$log.short"
	[ -s "$log.short" ] || cp "$log" "$log.short"
	result $rc "$name" "$log.short"
}

files()
{
	git ls-files -co --exclude-standard -- "$@" ":!$samples" | while read -r file; do
		[ -e "$file" ] && echo "$file"
	done
}

format()
{
	files '*.c' '*.h' '*.cc' | xargs -r -P "$jobs" -n 40 clang-format-14 --dry-run -Werror
}
format_sample()
{
	clang-format-14 --dry-run -Werror $samples/format.c
}

gcc_build=(BUILD="$BUILD/check/gcc" CC=gcc CXX=g++ WERROR=-Werror CHAR=-fsigned-char)
clang_build=(BUILD="$BUILD/check/clang" CC=clang CXX=clang++ OPT=-O0 WERROR=-Werror
	CHAR=-funsigned-char HARDEN=)
build()
{
	make --no-print-directory -k -j "$jobs" "$@"
}
gcc_warnings()
{
	build "${gcc_build[@]}" objects
}
gcc_warnings_sample()
{
	build "${gcc_build[@]}" "$BUILD/check/gcc/obj/$samples/unused.o"
}
clang_warnings()
{
	build "${clang_build[@]}" objects
}
clang_warnings_sample()
{
	build "${clang_build[@]}" "$BUILD/check/clang/obj/$samples/unused.o"
}
# Beside gcc's objects: a file is read again when its object is newer.
tidy()
{
	build "${gcc_build[@]}" tidy | grep -E '(error|warning): '
	return "${PIPESTATUS[0]}"
}
tidy_sample()
{
	build "${gcc_build[@]}" "$BUILD/check/gcc/tidy/$samples/null.ok"
}

# The file for the library that Debian 12 has not.
gpiod2()
{
	local file=drivers/board/gpio_libgpiod2

	scripts/gpiod2.sh "${clang_build[@]}" "$BUILD/check/clang/obj/$file.o" || return
	scripts/gpiod2.sh "${gcc_build[@]}" "$BUILD/check/gcc/tidy/$file.ok" | grep -vE '^  [A-Z]+ '
	return "${PIPESTATUS[0]}"
}
gpiod2_sample()
{
	scripts/gpiod2.sh "${gcc_build[@]}" "$BUILD/check/gcc/tidy/$samples/null.ok"
}

# They read the objects that gcc made.
symbols()
{
	node scripts/check/symbols.mjs "$1" "$BUILD/check/gcc/obj" "${@:2}"
}
symbols_sample()
{
	local object=$BUILD/check/gcc/obj/$samples/state.o said

	build "${gcc_build[@]}" "$object" >/dev/null
	said=$(symbols "$1" "$object")
	! grep -q "$samples.*$2" <<<"$said"
}
unused()
{
	symbols unused
}
unused_sample()
{
	symbols_sample unused sample_state
}
state()
{
	symbols state
}
state_sample()
{
	symbols_sample state calls
}

cppcheck_flags=(--quiet --std=c11 --language=c -I. "-I$BUILD/check/gcc/gen"
	--error-exitcode=1 --inline-suppr
	"--enable=warning,portability,performance" --suppress=missingIncludeSystem
	--suppress=uninitvar --suppress=uninitStructMember --suppress=ctuuninitvar -D_POSIX_C_SOURCE=200809L)
cppcheck_all()
{
	mkdir -p "$BUILD/check/cppcheck"
	files 'firmware/*.c' 'drivers/*.c' 'web/*.c' 'tests/modemsim/*.c' >"$BUILD/check/cppcheck.list"
	[ -s "$BUILD/check/cppcheck.list" ] || return 0
	cppcheck "${cppcheck_flags[@]}" -j "$jobs" --cppcheck-build-dir="$BUILD/check/cppcheck" \
		--file-list="$BUILD/check/cppcheck.list"
}
cppcheck_all_sample()
{
	cppcheck "${cppcheck_flags[@]}" $samples/null.c
}

scripts_lint()
{
	files '*.sh' .ci/run | xargs -r shellcheck
}
scripts_lint_sample()
{
	shellcheck $samples/quote.sh
}

mandoc_page()
{
	mandoc -Tlint -Wwarning "$1"
}
groff_page()
{
	! groff -ww -mandoc -Tutf8 -z "$1" 2>&1 | grep .
}
pages()
{
	local page rc=0
	for page in $(files 'board/man/*'); do
		mandoc_page "$page" && groff_page "$page" || rc=1
	done
	return $rc
}
pages_sample()
{
	mandoc_page $samples/page.8 || groff_page $samples/page.8
}

types()
{
	web/node_modules/.bin/tsc -p web/tsconfig.json
}
types_sample()
{
	local said
	said=$(web/node_modules/.bin/tsc --ignoreConfig --noEmit --strict $samples/type.ts)
	! grep -q TS2322 <<<"$said"
}

check "format: clang-format changes nothing" format
check "scripts: shellcheck has nothing to say" scripts_lint
check "pages: mandoc and groff have nothing to say of the manual" pages
check "types: the TypeScript is well typed" types
node scripts/check/main.mjs >"$BUILD/check/sources.log" 2>&1 ||
	echo "not ok - sources: the source checks ran to their end" >>"$BUILD/check/sources.log"
cat "$BUILD/check/sources.log"
passed=$((passed + $(grep -c '^ok - ' "$BUILD/check/sources.log")))
failed=$((failed + $(grep -c '^not ok - ' "$BUILD/check/sources.log")))
check "gcc: no warning, char signed" gcc_warnings
check "clang: no warning, char unsigned" clang_warnings
check "gpiod2: no warning with libgpiod's second API" gpiod2
check "unused: every function that is not static has a caller elsewhere" unused
check "state: no variable outlives a call but in a struct" state
check "cppcheck: nothing found" cppcheck_all
check "clang-tidy: nothing found" tidy

echo "check $passed $failed $skipped" >"$tally"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]

# shellcheck shell=bash
# What the tests of other people's programs against modemsim share; read by each of them with
# `.`. Gives $dir, a folder that goes with them, and $bin (CHAPAR_BIN, build/bin). What they
# started is in $pids, what tells of a failure in $clues.
set -uo pipefail
bin=${CHAPAR_BIN:-build/bin}
dir=$(mktemp -d)
program=$(basename "$0" .sh)
failed=0
pids=()
clues=("$dir/sim.log")

finish()
{
	local pid

	for pid in "${pids[@]}"; do
		kill "$pid" && wait "$pid"
	done
	[ "$failed" -eq 0 ] || tail -n 40 "${clues[@]}" >&2
	rm -rf "$dir"
	exit "$failed"
}
trap finish EXIT

# check NAME COMMAND...: one line; COMMAND's success decides.
check()
{
	local name=$1
	shift
	if "$@" >/dev/null 2>&1; then
		echo "ok - $program: $name"
	else
		echo "not ok - $program: $name"
		failed=1
	fi
}

# until_true COMMAND...: within 30 s.
until_true()
{
	for _ in $(seq 300); do
		"$@" && return 0
		sleep 0.1
	done
	return 1
}

# One modem, $dir/bank/modem0, set as $dir/bank.conf says.
start_sim()
{
	"$bin/modemsim" --bank "$dir/bank" --modems 1 --config "$dir/bank.conf" \
		--log "$dir/sim.log" 2>"$dir/sim.err" &
	pids+=("$!")
	until_true test -e "$dir/bank/modem0"
}

# The PDUs of the submits that were answered well, as hex.
submitted()
{
	sed -n '/"ev":"submit".*"result":"ok"/s/.*"pdu":"\([0-9A-F]*\)".*/\1/p' "$dir/sim.log"
}

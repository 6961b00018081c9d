#!/bin/bash
# A whole box on this machine: a bank of emulated modems, the radio side, the office side and
# the panel. Sets up and builds what is missing; Ctrl-C ends it. Its data stay in run/.
#   MODEMS=16 scripts/run.sh    how many modems and SIMs, 8 unless said
# shellcheck disable=SC2317  # reached through trap and await
set -euo pipefail
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
bin=$BUILD/bin
run=$PWD/run

scripts/setup.sh run
make -s --no-print-directory -j "$(nproc)" bins

# The first port from $1 on that nobody listens on.
free_port()
{
	local port=$1

	while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
		port=$((port + 1))
	done
	echo "$port"
}

mkdir -p "$run"
exec 8>"$run/lock"
flock -n 8 || {
	echo "a box runs in $run already" >&2
	exit 1
}
panel=127.0.0.1:$(free_port 8080)
world=127.0.0.1:$(free_port 8090)
cat >"$run/chapar.conf" <<CONF
[store]
path = $run/store.db

[run]
dir = $run

[modems]
ports = $run/bank/modem*

[http]
listen = $panel

[board]
profile = virtual
CONF
# As slow as a real network; yours to change, tests/modemsim/README.md has the keys.
[ -e "$run/modemsim.conf" ] || cat >"$run/modemsim.conf" <<CONF
submit = lognormal 1800 0.3
status_delay = 1000-8000
CONF

pids=()
finish()
{
	trap - EXIT INT TERM HUP
	# The office side first, then the radio side, which lets the part on air end.
	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	echo "ended; the data are in $run"
}
trap finish EXIT
trap 'exit 0' INT TERM HUP

# start NAME ARGS...: in a group of its own, so that Ctrl-C reaches us alone and the order in
# which they end is ours.
start()
{
	local name=$1
	shift
	setsid "$bin/$name" "$@" >"$run/$name.out" 2>"$run/$name.log" 8>&- &
	pids=("$!" "${pids[@]}")
}
# await NAME PID WHAT...: until WHAT is true; shows the log if the program ends first.
await()
{
	local name=$1 pid=$2 tries=0
	shift 2
	until "$@"; do
		if ! kill -0 "$pid" 2>/dev/null || [ $((tries += 1)) -gt 300 ]; then
			echo "$name did not start:" >&2
			tail -n 20 "$run/$name.out" "$run/$name.log" >&2
			exit 1
		fi
		sleep 0.1
	done
}
answers()
{
	(exec 3<>"/dev/tcp/${1%:*}/${1#*:}") 2>/dev/null
}

start modemsim --bank "$run/bank" --modems "${MODEMS:-8}" --config "$run/modemsim.conf" \
	--log "$run/air.log" --control "$run/modemsim.sock" --http "$world"
await modemsim "${pids[0]}" answers "$world"
start chapar-modemd --config "$run/chapar.conf"
radio=${pids[0]}
await chapar-modemd "$radio" test -S "$run/bus.sock"
start chapar-paneld --config "$run/chapar.conf"
await chapar-paneld "${pids[0]}" answers "$panel"

# Printed as long as there is no user yet.
setup_link()
{
	setup=$(sed -n 's/^set-up: //p' "$run/chapar-paneld.out" | tail -n 1)
	[ -n "$setup" ]
}
for _ in 1 2 3 4 5; do
	setup_link && break
	sleep 0.1
done
echo
echo "  The panel      http://$panel/"
[ -z "$setup" ] || echo "  First user     $setup"
echo "  The emulator   http://$world/   (the people who get and answer the texts)"
echo "  Logs and data  $run"
echo
echo "Ctrl-C ends it."
wait -n || true
for pid in "${pids[@]}"; do
	kill -0 "$pid" 2>/dev/null || echo "a program ended by itself; see $run/*.log" >&2
done
exit 1

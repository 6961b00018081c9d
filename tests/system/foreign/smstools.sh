#!/bin/bash
# Debian's smstools (smsd) against modemsim: it sends from its spool and receives into it.
# Judged by modemsim's log and by the files smsd wrote. Reads CHAPAR_BIN (build/bin).
set -uo pipefail
# A user who is not root may not have it in PATH.
PATH=$PATH:/usr/sbin
bin=${CHAPAR_BIN:-build/bin}
dir=$(mktemp -d)
failed=0
sim=
smsd=

finish()
{
	[ -n "$smsd" ] && kill "$smsd" && wait "$smsd"
	[ -n "$sim" ] && kill "$sim" && wait "$sim"
	[ "$failed" -eq 0 ] || tail -n 40 "$dir/sim.log" "$dir/smsd.log" >&2
	rm -rf "$dir"
	exit "$failed"
}
trap finish EXIT

check()
{
	local name=$1
	shift
	if "$@" >/dev/null 2>&1; then
		echo "ok - smstools: $name"
	else
		echo "not ok - smstools: $name"
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

mkdir "$dir"/{outgoing,checked,sent,failed,incoming,report,stats}
cat >"$dir/smsd.conf" <<END
devices = GSM1
outgoing = $dir/outgoing
checked = $dir/checked
sent = $dir/sent
failed = $dir/failed
incoming = $dir/incoming
report = $dir/report
stats = $dir/stats
logfile = $dir/smsd.log
infofile = $dir/smsd.working
pidfile = $dir/smsd.pid
loglevel = 7
delaytime = 1
errorsleeptime = 1
autosplit = 3

[GSM1]
device = $dir/bank/modem0
incoming = yes
report = yes
init = AT+CNMI=2,0,0,2,0
baudrate = 115200
memory_start = 1
END
cat >"$dir/bank.conf" <<'END'
submit = 50
inbound 0 +306955555555 Hello smstools
END

"$bin/modemsim" --bank "$dir/bank" --modems 1 --config "$dir/bank.conf" \
	--log "$dir/sim.log" 2>"$dir/sim.err" &
sim=$!
until_true test -e "$dir/bank/modem0"

printf 'To: 306912345678\nReport: yes\n\nHello from smstools' >"$dir/outgoing/one"
printf 'To: 306912345679\nAlphabet: UTF-8\n\nΓειά σου' >"$dir/outgoing/two"
timeout 50 smsd "-c$dir/smsd.conf" -s >"$dir/said" 2>&1 &
smsd=$!

on_air()
{
	grep '"ev":"submit".*"result":"ok"' "$dir/sim.log" |
		sed 's/.*"pdu":"\([0-9A-F]*\)".*/\1/' | grep -q "$1"
}
spooled()
{
	[ -e "$dir/sent/one" ] && [ -e "$dir/sent/two" ]
}
received()
{
	grep -rq "$1" "$dir/incoming"
}
logged()
{
	grep -q "$1" "$dir/sim.log"
}

check "both messages leave its spool as sent" until_true spooled
# To +306912345678 with a status report, 19 septets; worked out by hand.
check "its 7-bit message is on the air" on_air \
	'31..0C910396214365870000FF13C8329BFD0699E5EF3668DE9ED3DF6FF61C$'
check "its UCS-2 message is on the air" on_air \
	'0C910396214365970008FF10039303B503B903AC002003C303BF03C5$'
check "it files the text that came in" until_true received '^Hello smstools'
check "it knows who wrote" received '^From: 306955555555'
check "it deletes the text from the SIM" logged '"ev":"deleted".*"mem":"SM"'
check "the network's report comes to the modem" until_true logged '"ev":"status"'

#!/bin/bash
# Debian's smstools (smsd) against modemsim: it sends from its spool and receives into it.
# Judged by modemsim's log and by the files smsd wrote. Reads CHAPAR_BIN (build/bin).
# shellcheck source=tests/system/lib/foreign.sh
. "$(dirname "$0")/../lib/foreign.sh"
clues+=("$dir/smsd.log")
# A user who is not root may not have it in PATH.
PATH=$PATH:/usr/sbin

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

start_sim

printf 'To: 306912345678\nReport: yes\n\nHello from smstools' >"$dir/outgoing/one"
printf 'To: 306912345679\nAlphabet: UTF-8\n\nΓειά σου' >"$dir/outgoing/two"
timeout 50 smsd "-c$dir/smsd.conf" -s >"$dir/said" 2>&1 &
pids=("$!" "${pids[@]}") # it goes first

on_air()
{
	submitted | grep -q "$1"
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

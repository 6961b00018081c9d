#!/bin/bash
# Debian's gammu against modemsim: the emulated modems are real enough for somebody else's
# gateway, and gammu's messages arrive on the air as gammu was told. Judged by modemsim's log.
# Reads CHAPAR_BIN (build/bin).
# shellcheck source=tests/system/lib/foreign.sh
. "$(dirname "$0")/../lib/foreign.sh"
clues+=("$dir/said")

cat >"$dir/bank.conf" <<'END'
submit = 50
status = 0
# One in UCS-2, and one of two parts, the second part first.
inbound 0 +306955555555 --ucs2 Καλημέρα gammu
inbound 0 +306944444444 --reverse Long one: 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 end.
END
cat >"$dir/gammurc" <<END
[gammu]
port = $dir/bank/modem0
connection = at115200
synchronizetime = no
END

start_sim

talk()
{
	timeout 30 gammu -c "$dir/gammurc" "$@" >"$dir/said" 2>&1
}
said()
{
	grep -q "$1" "$dir/said"
}
# The PDU of one of the last N submits.
on_air()
{
	submitted | tail -n "$1" | grep -q "$2"
}

talk identify
check "it recognises the modem" said '352989000000016'
check "it reads the SIM" said '202010000000001'
talk sendsms TEXT +306912345678 -text "Hello from gammu"
check "it was told that the message is sent" said 'OK, message reference=0'
# To +306912345678, 7 bit, 16 septets; the packed text was worked out by hand.
check "its 7-bit message is on the air" on_air 1 \
	'0C910396214365870000..10C8329BFD0699E5EF36E81C6EB7EB$'
talk sendsms TEXT +306912345678 -unicode -len 400 -text "$(printf 'Ω%.0s' $(seq 80))"
check "it was told that both parts are sent" said 'reference=2'
check "the first part of a long one is on the air, 67 units" on_air 2 \
	'0C910396214365870008..8C050003..0201\(03A9\)\{67\}$'
check "the second part of a long one is on the air, 13 units" on_air 1 \
	'0C910396214365870008..20050003..0202\(03A9\)\{13\}$'
talk getallsms
check "it reads a UCS-2 text that came in" said 'Καλημέρα gammu'
check "it reads both parts of a long text" said '0123456789 end\.'
check "it counts three parts" said '^3 SMS parts'
talk deleteallsms 1
check "it deletes what it read" test "$(grep -c '"ev":"deleted"' "$dir/sim.log")" -eq 3

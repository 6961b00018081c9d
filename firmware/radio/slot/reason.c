#include "firmware/radio/slot/reason.h"

#include <assert.h>

static const struct {
	const char *name, *text;
} reasons[] = {
	[REASON_NONE] = { "", "" },
	[REASON_STARTING] = { "starting", "The modem is being started." },
	[REASON_UNPLUGGED] = { "unplugged", "The modem was unplugged." },
	[REASON_PORT_BUSY] = { "port_busy", "Another program uses this port." },
	[REASON_PORT_REFUSED] = { "port_refused", "This port cannot be opened." },
	[REASON_NO_ANSWER] = { "no_answer", "No modem answers on this port." },
	[REASON_NOT_A_MODEM] = { "not_a_modem",
		"What answers on this port is not a modem that can send texts." },
	[REASON_SECOND_PORT] = { "second_port",
		"This is a second port of a modem that is already in use." },
	[REASON_SECOND_SIM] = { "second_sim",
		"This SIM is already in use in another bay." },
	[REASON_STUCK] = { "stuck", "The modem stopped answering and is being reset." },
	[REASON_REBOOTED] = { "rebooted", "The modem restarted by itself." },
	[REASON_SETUP_REFUSED] = { "setup_refused",
		"The modem refuses the settings that sending needs." },
	[REASON_TEXTS_UNREAD] = { "texts_unread",
		"The modem does not hand over the texts that wait on it. It is asked "
		"again, then reset." },
	[REASON_RESET_ASKED] = { "reset_asked", "The modem is being reset, as asked." },
	[REASON_NO_SIM] = { "no_sim", "There is no SIM in this modem." },
	[REASON_SIM_PIN] = { "sim_pin",
		"This SIM asks for its PIN. Enter it in the panel, or switch it off with "
		"a phone." },
	[REASON_PIN_REFUSED] = { "pin_refused",
		"The SIM refused the PIN, which is not tried again. Enter the right one; "
		"after three wrong ones the SIM wants its PUK." },
	[REASON_PIN_UNSURE] = { "pin_unsure",
		"The box was cut off while it entered the PIN, which is not tried again "
		"by itself. Enter it once more in the panel." },
	[REASON_PIN_UNREADABLE] = { "pin_unreadable",
		"The PIN was kept by another box and cannot be read here. Enter it "
		"again in the panel." },
	[REASON_SIM_PUK] = { "sim_puk",
		"This SIM is locked and asks for its PUK. Enter it in the panel, or unlock "
		"the SIM with a phone." },
	[REASON_PUK_REFUSED] = { "puk_refused",
		"The SIM refused the PUK, which is not tried again. Enter the right one; "
		"after ten wrong ones in all the SIM is lost." },
	[REASON_PUK_UNSURE] = { "puk_unsure",
		"It is not known how the try of the PUK ended, and it is not tried again "
		"by itself. Look at the tries left, then enter it once more." },
	[REASON_SIM_BLOCKED] = { "sim_blocked",
		"This SIM is blocked for good: no try of its PUK is left. Replace it." },
	[REASON_SIM_BUSY] = { "sim_busy", "The SIM is starting." },
	[REASON_SIM_FAILED] = { "sim_failed",
		"The SIM does not work. Clean or replace it." },
	[REASON_SIM_UNREADABLE] = { "sim_unreadable",
		"The SIM does not tell its number (ICCID)." },
	[REASON_SIM_DISABLED] = { "sim_disabled",
		"This SIM was switched off in the panel." },
	[REASON_SIM_NEW] = { "sim_new",
		"This SIM is new here. It receives, and sends once it is admitted in the "
		"panel." },
	[REASON_ROAMING] = { "roaming",
		"This SIM is in a foreign network, where it must not send. It receives." },
	[REASON_SEARCHING] = { "searching", "The modem is looking for its network." },
	[REASON_NO_NETWORK] = { "no_network",
		"The modem finds no network. Check its antenna." },
	[REASON_DENIED] = { "denied",
		"The network refuses this SIM. It may be expired or not activated." },
	[REASON_FORBIDDEN] = { "forbidden",
		"All networks here are forbidden to this SIM. Ask the operator whether it "
		"may be used here." },
	[REASON_NETWORK_BUSY] = { "network_busy",
		"The network is busy; this SIM waits a little." },
	[REASON_SIM_BARRED] = { "sim_barred",
		"The operator does not let this SIM send texts." },
	[REASON_NO_SERVICE_CENTRE] = { "no_service_centre",
		"This SIM has no service centre number, without which it cannot send." },
	[REASON_BREAKER] = { "breaker",
		"Messages to several people failed over this SIM while other SIMs got "
		"theirs through. It rests, then one message tries it." },
	[REASON_REFUSING] = { "refusing", "The network refused several messages of this "
					  "SIM in a row. It may have no "
					  "credit." },
	[REASON_LIMIT_BALANCE] = { "limit_balance",
		"The balance of this SIM is below what its plan keeps." },
	[REASON_LIMIT_BUNDLE] = { "limit_bundle",
		"The bundle of this SIM is used up for this month." },
	[REASON_LIMIT_SPEND] = { "limit_spend",
		"This SIM has spent what its plan allows in a month." },
	[REASON_LIMIT_RECIPIENTS] = { "limit_recipients",
		"This SIM has written to as many numbers as its plan allows in a "
		"month." },
	[REASON_LIMIT_MONTH] = { "limit_month",
		"This SIM has sent what its plan allows in a month." },
	[REASON_LIMIT_DAY] = { "limit_day",
		"This SIM has sent what its plan allows in a day." },
	[REASON_LIMIT_HOUR] = { "limit_hour",
		"This SIM has sent what its plan allows in an hour." },
	[REASON_LIMIT_MINUTE] = { "limit_minute",
		"This SIM has sent what its plan allows in a minute." },
	[REASON_STORE_FULL] = { "store_full",
		"The store cannot be written: nothing is sent until it can." },
	[REASON_STOPPING] = { "stopping", "The radio side is being stopped." },
};
static_assert(
	sizeof(reasons) / sizeof(reasons[0]) == REASON_COUNT, "one row for each reason");

const char *reason_name(enum reason reason)
{
	return reasons[reason].name;
}

const char *reason_text(enum reason reason)
{
	return reasons[reason].text;
}

#include "firmware/office/cause_text.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/cause.h"

struct sentence {
	const char *name, *text;
};

static const struct sentence causes[] = {
	{ "lost_answer",
		"The modem's answer got lost: it may or may not have been sent." },
	{ "power cut",
		"The power went while it was being sent: it may or may not have gone "
		"out." },
	{ "error", "The modem refused it without saying why." },
	{ "not_sent", "The modem did not take it; nothing was sent." },
	{ "not_encodable", "The text cannot be put into messages." },
	{ "interrupted", "The radio side was stopped before it was sent." },
	{ "suppressed", "The recipient asked for no more messages." },
	{ "stop", "The recipient asked for no more messages." },
	{ "no_consent", "No consent of the recipient is recorded." },
	{ "expired", "It could not be sent before it expired." },
	{ "cancelled", "It was cancelled." },
	{ "campaign", "Its campaign was cancelled." },
	{ "paused", "Its campaign is paused." },
	{ "erased", "The contact was erased." },
	{ "no prompt", "The modem did not take the message." },
	{ "gone", "The modem was unplugged or went away." },
	{ "attempts", "It was tried several times without success." },
	{ "too many attempts", "It was tried several times without success." },
	{ "recovery", "The box was restarted while it was being sent." },
};

static const struct sentence states[] = {
	{ "ABSENT", "No modem is connected here." },
	{ "POWERING", "The modem is being switched on." },
	{ "PROBING", "Finding out what modem this is." },
	{ "SIM_WAIT", "Waiting for a SIM. Is one inserted?" },
	{ "PIN", "The SIM asks for its PIN. Switch the PIN off with a phone." },
	{ "REGISTERING", "Looking for the network." },
	{ "READY", "Ready." },
	{ "SENDING", "Sending." },
	{ "HELD", "On hold." },
	{ "RECOVERING", "The modem does not answer; trying to bring it back." },
	{ "FAULT", "Out of order." },
};

/* What modemd says of a bay (its machine names, see the reason= of the bus). */
static const struct sentence reasons[] = {
	{ "starting", "The modem is being started." },
	{ "unplugged", "The modem was unplugged." },
	{ "port_busy", "Another program uses this port." },
	{ "port_refused", "This port cannot be opened." },
	{ "no_answer", "No modem answers on this port." },
	{ "not_a_modem",
		"What answers on this port is not a modem that can send texts." },
	{ "second_port", "This is a second port of a modem that is already in use." },
	{ "second_sim", "This SIM is already in use in another bay." },
	{ "stuck", "The modem stopped answering and is being reset." },
	{ "rebooted", "The modem restarted by itself." },
	{ "texts_unread", "The modem does not hand over the texts that wait on it. It is "
			  "asked again, then reset." },
	{ "setup_refused", "The modem refuses the settings that sending needs." },
	{ "reset_asked", "The modem is being reset, as asked." },
	{ "no_sim", "There is no SIM in this modem." },
	{ "sim_pin", "This SIM asks for its PIN. Enter it under Modems, or switch it off "
		     "with a phone." },
	{ "pin_refused", "The SIM refused the PIN, which is not tried again. Enter the "
			 "right one; after three wrong ones the SIM wants its PUK." },
	{ "pin_unsure", "The box was cut off while it entered the PIN, which is not "
			"tried again by itself. Enter it once more." },
	{ "pin_unreadable",
		"The PIN was kept by another box and cannot be read here. Enter "
		"it again." },
	{ "sim_puk", "This SIM is locked and asks for its PUK. Unlock it with a phone." },
	{ "sim_busy", "The SIM is starting." },
	{ "sim_failed", "The SIM does not work. Clean or replace it." },
	{ "sim_unreadable", "The SIM does not tell its number (ICCID)." },
	{ "breaker", "Messages to several people failed over this SIM while other SIMs "
		     "got theirs through. It rests, then one message tries it." },
	{ "sim_disabled", "This SIM was switched off in the panel." },
	{ "sim_new", "This SIM is new here. It receives, and sends once it is admitted "
		     "in the panel." },
	{ "roaming", "This SIM is in a foreign network, where it must not send. It "
		     "receives." },
	{ "searching", "The modem is looking for its network." },
	{ "no_network", "The modem finds no network. Check its antenna." },
	{ "denied", "The network refuses this SIM. It may be expired or not activated." },
	{ "network_busy", "The network is busy; this SIM waits a little." },
	{ "sim_barred", "The operator does not let this SIM send texts." },
	{ "no_service_centre",
		"This SIM has no service centre number, without which it cannot send." },
	{ "refusing", "The network refused several messages of this SIM in a row. It may "
		      "have no credit." },
	{ "limit_balance", "The balance of this SIM is below what its plan keeps." },
	{ "limit_bundle", "The bundle of this SIM is used up for this month." },
	{ "limit_spend", "This SIM has spent what its plan allows in a month." },
	{ "limit_recipients",
		"This SIM has written to as many numbers as its plan allows in a month." },
	{ "limit_month", "This SIM has sent what its plan allows in a month." },
	{ "limit_day", "This SIM has sent what its plan allows in a day." },
	{ "limit_hour", "This SIM has sent what its plan allows in an hour." },
	{ "limit_minute", "This SIM has sent what its plan allows in a minute." },
	{ "store_full", "The store cannot be written: nothing is sent until it can." },
	{ "stopping", "The radio side is being stopped." },
};

/* Names come as "lost answer", "lost_answer" or "lost-answer". */
static bool same(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char x = *a == '_' || *a == '-' ? ' ' : *a;
		char y = *b == '_' || *b == '-' ? ' ' : *b;
		if (x != y)
			return false;
	}
	return *a == *b;
}

static const char *find(const struct sentence *table, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (same(table[i].name, name))
			return table[i].text;
	}
	return NULL;
}

/* The number behind a prefix: "cms 38" or "cms 38 temporary failure". */
static bool number_after(const char *s, const char *prefix, uint64_t *out)
{
	if (!str_starts(s, prefix))
		return false;
	s += strlen(prefix);
	size_t len = strcspn(s, " ");
	return str_to_u64(s, len, 0xFFFF, out);
}

const char *cause_text(const char *cause, char *dst, size_t size)
{
	uint64_t n;
	if (!*cause)
		return "";
	const char *text = find(causes, sizeof(causes) / sizeof(causes[0]), cause);
	if (text)
		return text;
	if (number_after(cause, "cms ", &n))
		return cause_cms_text((unsigned)n);
	if (number_after(cause, "cme ", &n))
		return cause_cme_text((unsigned)n);
	if (number_after(cause, "st ", &n) && n < 256)
		return cause_status_text((uint8_t)n);
	(void)str_copy(dst, size, cause); /* shown as it is, cut if need be */
	return dst;
}

const char *cause_status_sentence(int st)
{
	return st >= 0 && st < 256 ? cause_status_text((uint8_t)st) : "";
}

const char *cause_bay_text(const char *state, const char *reason)
{
	const char *text =
		*reason ? find(reasons, sizeof(reasons) / sizeof(reasons[0]), reason)
			: NULL;
	if (!text)
		text = find(states, sizeof(states) / sizeof(states[0]), state);
	return text ? text : "";
}

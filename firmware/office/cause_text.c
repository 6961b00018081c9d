#include "firmware/office/cause_text.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/cause.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

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

/* What modemd says of a bay (its machine names, see the reason= of the bus), and what to
 * do; word for word as in the panel, which a test compares. */
#define REASON(name, is, todo)                                                           \
	{                                                                                \
		name, is, is " " todo, is " " GAVE_UP                                    \
	}
#define GAVE_UP                                                                          \
	"The box tried everything and could not bring it back. Pull the modem out, "     \
	"wait ten seconds and plug it in again; if that does not help, replace it."
static const struct {
	const char *name, *is, *all, *gave_up;
} reasons[] = {
	REASON("starting", "The modem is starting.",
		"Nothing to do: it is ready in about a minute."),
	REASON("unplugged", "The modem was unplugged.",
		"Plug it in again; it goes on by itself."),
	REASON("port_busy", "Another program on the box holds this modem.",
		"Ask whoever looks after the box to end that program."),
	REASON("port_refused", "The box cannot open this modem's connection.",
		"Pull the modem out and plug it in again; if that does not help, "
		"call whoever looks after the box."),
	REASON("no_answer", "No modem answers here.",
		"See that it is switched on and plugged in firmly, or try it in "
		"another socket."),
	REASON("not_a_modem", "What is plugged in here cannot send texts.",
		"Put a modem for texts in its place."),
	REASON("second_port",
		"This is a second connection of a modem that works already.",
		"Nothing to do."),
	REASON("second_sim", "A SIM with the same identity works in another bay.",
		"Put another SIM into this modem."),
	REASON("stuck", "The modem stopped answering.",
		"Nothing to do yet: the box is bringing it back by itself."),
	REASON("rebooted", "The modem restarted by itself.",
		"Nothing to do now; if it happens often, check its power supply."),
	REASON("texts_unread", "The modem does not hand over the texts that wait on it.",
		"Nothing to do yet: it is asked again, then restarted."),
	REASON("setup_refused", "The modem refuses the settings that sending needs.",
		"Restart it; if it stays so, put in another model."),
	REASON("reset_asked", "The modem is being restarted, as asked.",
		"Nothing to do: it is back in about a minute."),
	REASON("no_sim", "There is no SIM in this modem.",
		"Put one in; if there is one, take it out and push it in again."),
	REASON("sim_pin", "This SIM asks for its PIN.", "Enter it; it is tried once."),
	REASON("pin_refused", "The SIM refused this PIN, which is not tried again.",
		"Look the right one up in the SIM's papers and enter it; after "
		"three wrong ones the SIM locks itself. If this one is right by now, "
		"change it or switch it off with the SIM in a phone."),
	REASON("pin_unsure",
		"The box was cut off while it entered the PIN, and does not try "
		"it again by itself.",
		"Enter it once more."),
	REASON("pin_unreadable",
		"The PIN was kept by another box and cannot be read here.",
		"Enter it again."),
	REASON("sim_puk", "This SIM locked itself after wrong PINs and asks for its PUK.",
		"Enter the PUK from its papers, or ask the operator for it."),
	REASON("puk_refused", "The SIM refused this PUK, which is not tried again.",
		"Look the right one up in the SIM's papers or ask the operator; "
		"after ten wrong ones in all the SIM is lost."),
	REASON("puk_unsure",
		"Nobody knows how the try of the PUK ended, and it is not tried again by "
		"itself.",
		"Look at the tries left, then enter it once more."),
	REASON("sim_blocked", "This SIM is blocked for good: no try of its PUK is left.",
		"Ask the operator for a new SIM."),
	REASON("sim_busy", "The SIM is starting.", "Nothing to do: it takes a moment."),
	REASON("sim_failed", "This SIM does not work.",
		"Take it out, wipe its contacts and put it back; if it stays so, "
		"ask the operator for a new one."),
	REASON("sim_unreadable",
		"The SIM does not tell its serial number, and is not used "
		"without it.",
		"Take it out and put it back; if it stays so, put in another one."),
	REASON("breaker",
		"Texts to several people failed over this SIM while other SIMs "
		"got theirs through.",
		"It rests, and then one text tries it. Ask for its balance; if "
		"it has credit, call the operator."),
	REASON("sim_disabled",
		"Sending over this SIM was switched off here in the panel.",
		"To send over it again, edit the SIM and switch it on."),
	REASON("sim_new", "This SIM is new here: it receives and does not send.",
		"If you put it in yourselves, let it send."),
	REASON("roaming",
		"This SIM is in a foreign network, where it must not send. It "
		"receives.",
		"Nothing to do if it comes home soon; or let it send there, "
		"which may cost more."),
	REASON("searching", "The modem is looking for its network.",
		"Nothing to do yet: it may take a few minutes."),
	REASON("no_network", "The modem finds no network.",
		"Check that its antenna is screwed on, or move the box to where "
		"a phone has signal."),
	REASON("denied", "The network refuses this SIM.",
		"Call the operator and ask whether it is activated, paid for and "
		"not blocked."),
	REASON("forbidden", "All networks here are forbidden to this SIM.",
		"Call the operator and ask whether it is activated and may be used here; "
		"abroad, whether it may roam."),
	REASON("network_busy", "The network is busy.",
		"Nothing to do: this SIM goes on by itself in a moment."),
	REASON("sim_barred", "The operator does not let this SIM send texts.",
		"Call the operator and ask to have texts allowed on it."),
	REASON("no_service_centre",
		"This SIM does not know the number of its message centre, "
		"without which it cannot send.",
		"Ask the operator for it and enter it with the SIM in a phone."),
	REASON("refusing", "The network refused several texts of this SIM in a row.",
		"Ask for its balance and top it up; if it has credit, call the "
		"operator."),
	REASON("limit_balance",
		"The balance of this SIM is below what its contract keeps.",
		"Top it up and ask for the balance."),
	REASON("limit_bundle", "The bundle of this SIM is used up for this month.",
		"Nothing to do: other SIMs send meanwhile."),
	REASON("limit_spend", "This SIM has spent what its contract allows in a month.",
		"Nothing to do: other SIMs send meanwhile."),
	REASON("limit_recipients",
		"This SIM has written to as many numbers as its contract allows "
		"in a month.",
		"Nothing to do: other SIMs send meanwhile."),
	REASON("limit_month", "This SIM has sent what its contract allows in a month.",
		"Nothing to do: other SIMs send meanwhile."),
	REASON("limit_day", "This SIM has sent what its contract allows in a day.",
		"Nothing to do: other SIMs send meanwhile."),
	REASON("limit_hour", "This SIM has sent what its contract allows in an hour.",
		"Nothing to do: other SIMs send meanwhile."),
	REASON("limit_minute", "This SIM has sent what its contract allows in a minute.",
		"Nothing to do: other SIMs send meanwhile."),
	REASON("store_full",
		"The box cannot write its data: nothing is sent until it can.",
		"Call whoever looks after the box: its disk may be full or "
		"broken."),
	REASON("stopping", "The box is being stopped.",
		"Nothing to do: it goes on when the box is started again."),
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
	const char *text = find(causes, COUNT(causes), cause);
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

static size_t find_reason(const char *name)
{
	size_t i = 0;
	while (i < COUNT(reasons) && !same(reasons[i].name, name))
		i++;
	return i;
}

/* In FAULT their "nothing to do" is over. */
static bool is_mended_by_itself(const char *reason)
{
	static const char *const names[] = { "starting", "stuck", "rebooted",
		"texts_unread", "reset_asked", "searching", "sim_busy" };
	for (size_t i = 0; i < COUNT(names); i++) {
		if (same(names[i], reason))
			return true;
	}
	return false;
}

const char *cause_bay_text(const char *state, const char *reason)
{
	size_t i = find_reason(reason);
	if (*reason && i < COUNT(reasons))
		return str_eq(state, "FAULT") && is_mended_by_itself(reason)
			       ? reasons[i].gave_up
			       : reasons[i].all;
	const char *text = find(states, COUNT(states), state);
	return text ? text : "";
}

const char *cause_bay_failure_text(const char *reason)
{
	size_t i = find_reason(reason);
	return i < COUNT(reasons) ? reasons[i].is : "";
}

/*
 * A question to the operator (USSD), asked between two messages: the slot takes no new
 * one until it is answered or given up.
 */
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/radio/slot/slot_parts.h"
#include "firmware/radio/slot/ussd_text.h"
#include "firmware/sms/cause.h"

#define LOG_MODULE "ussd"
#include "firmware/base/log.h"

enum {
	TURN_MS = 30000,    /* until the message in hand is through */
	CME_NO_NETWORK = 30 /* 27.007 9.2.1 */
};

static void tell(struct slot *slot, const struct slot_ussd_end *end)
{
	struct slot_ussd *u = &slot->ussd;

	loop_timer_cancel(&u->timer);
	u->is_asked = u->runs = false;
	explicit_bzero(u->code, sizeof(u->code));
	log_info("slot=%s sim=%lld ussd=%s", slot->name, (long long)slot->sim_id,
		end->code[0] ? end->code : "answered");
	if (!slot_balance_take(slot, end))
		slot->host->ussd_ended(slot->host->user, slot, end);
}

static void refuse(struct slot *slot, const char *code, const char *text)
{
	struct slot_ussd_end end = { .code = code };

	(void)str_copy(end.text, sizeof(end.text), text); /* our sentences fit */
	tell(slot, &end);
}

static void on_turn_missed(void *user)
{
	struct slot *slot = user;

	if (slot_is_live(slot))
		refuse(slot, "sim_busy",
			"The SIM was busy with other messages. Try again in a minute.");
	else
		refuse(slot, "not_ready", "The SIM left the network before its turn.");
}

/* What came in place of words. */
static const char *const wordless[] = {
	[MODEM_USSD_ANSWERED] = "The operator sent no words.",
	[MODEM_USSD_ASKS] = "The operator waits for a choice, but sent no words.",
	[MODEM_USSD_ENDED] = "The operator ended the dialogue without an answer.",
	[MODEM_USSD_ELSEWHERE] = "Another program on this modem took the answer.",
	[MODEM_USSD_UNSUPPORTED] = "The operator does not know this code.",
	[MODEM_USSD_NO_ANSWER] = "The operator did not answer.",
};

static void tell_answer(struct slot *slot, const struct modem_ussd_answer *answer)
{
	struct slot_ussd_end end = { .code = "", .more = answer->end == MODEM_USSD_ASKS };

	if (ussd_text(answer, end.text, sizeof(end.text)) > 0)
		tell(slot, &end);
	else
		refuse(slot,
			answer->end == MODEM_USSD_NO_ANSWER ? "no_answer"
							    : "operator_refused",
			wordless[answer->end]);
}

static void tell_refusal(struct slot *slot, const struct modem_ussd_answer *answer)
{
	bool no_network = answer->is_cme && answer->code == CME_NO_NETWORK;
	struct slot_ussd_end end = { .code = no_network ? "not_ready"
							: "operator_refused" };
	const char *why = answer->is_cme ? cause_cme_text(answer->code)
					 : "The modem or the operator refuses this code.";

	(void)str_copy(end.text, sizeof(end.text), why); /* one sentence fits */
	tell(slot, &end);
}

static void on_ussd(void *user, enum err err, const struct modem_ussd_answer *answer)
{
	struct slot *slot = user;

	switch (err) {
	case ERR_OK:
		tell_answer(slot, answer);
		break;
	case ERR_TIMEOUT:
		refuse(slot, "no_answer", "The operator did not answer.");
		break;
	case ERR_BUSY:
		refuse(slot, "sim_busy", "The SIM is busy. Try again in a minute.");
		break;
	case ERR_UNSUPPORTED:
	case ERR_NOTFOUND:
		tell_refusal(slot, answer);
		break;
	default:
		refuse(slot, "not_ready", "The modem went away before the answer.");
		break;
	}
	slot_chore_ended(slot);
}

bool slot_ussd_is_due(struct slot *slot, bool may_rest)
{
	(void)may_rest; /* it waits for the message in hand, not for the queue's end */
	return slot->ussd.is_asked && !slot->send.resume_seq && !slot->is_stopping;
}

enum err slot_ussd_start(struct slot *slot)
{
	struct slot_ussd *u = &slot->ussd;
	enum err err = modem_ussd(slot->modem, u->code, on_ussd, slot);

	loop_timer_cancel(&u->timer);
	u->runs = err == ERR_OK;
	if (err != ERR_OK)
		refuse(slot, "sim_busy", "The SIM is busy. Try again in a minute.");
	return err;
}

enum err slot_ussd(struct slot *slot, const char *code)
{
	struct slot_ussd *u = &slot->ussd;
	bool works = slot_is_live(slot) || slot->fsm.state == SLOT_HELD;

	if (!works || !slot_is_registered(slot) || slot->is_stopping)
		return ERR_NOTFOUND;
	if (u->is_asked)
		return ERR_BUSY;
	if (!*code || !str_copy(u->code, sizeof(u->code), code))
		return ERR_ARG;
	u->is_asked = true;
	loop_timer_set(slot->host->loop, &u->timer, TURN_MS, on_turn_missed, slot);
	slot->host->changed(slot->host->user, slot);
	return ERR_OK;
}

void slot_ussd_stop(struct slot *slot)
{
	if (slot->ussd.runs)
		modem_ussd_give_up(slot->modem);
	else if (slot->ussd.is_asked)
		refuse(slot, "not_ready", "The modem is taken out of use for now.");
}

/*
 * Commands over the bus, from the office side and from chaparctl. Each is answered once,
 * most at once; a question to an operator when its answer is there.
 */
#include <string.h>

#include "drivers/power.h"
#include "firmware/base/str.h"
#include "firmware/radio/radio_parts.h"

struct command_answer {
	bool is_later;	  /* it will be answered by somebody else */
	bool is_test;	  /* … by the end of a self-test, not of a question */
	const char *code; /* machine name of what is wrong; "": done */
	bool more;
	char text[800];
};

static void refuse(struct command_answer *a, const char *code, const char *text)
{
	a->code = code;
	(void)str_copy(a->text, sizeof(a->text), text); /* our sentences fit */
}

static bool make_answer(
	char *line, size_t size, int64_t seq, const struct command_answer *a)
{
	return str_copy(line, size, "answer") && bus_add_i64(line, size, "seq", seq) &&
	       bus_add_i64(line, size, "ok", a->code[0] == '\0') &&
	       bus_add(line, size, "code", a->code) &&
	       bus_add_i64(line, size, "more", a->more) &&
	       bus_add(line, size, "text", a->text);
}

void radio_command_reply(struct radio *radio, const struct radio_reply *reply)
{
	struct command_answer a = { .code = reply->code };
	char line[BUS_LINE_MAX];

	(void)str_copy(a.text, sizeof(a.text), reply->text); /* our sentences fit */
	if (radio->hints.bus && make_answer(line, sizeof(line), reply->seq, &a) &&
		bus_add_i64(line, sizeof(line), "until", reply->until) &&
		bus_add_i64(line, sizeof(line), "n", reply->n))
		bus_reply_to(radio->hints.bus, reply->peer, line);
}

static struct slot *slot_of_bay(struct radio *radio, int64_t bay_id)
{
	for (size_t i = 0; i < radio->n_slots; i++) {
		if (bay_id && radio->slots[i]->bay.id == bay_id)
			return radio->slots[i];
	}
	return NULL;
}

static struct slot *slot_of_sim(struct radio *radio, int64_t sim_id)
{
	for (size_t i = 0; i < radio->n_slots; i++) {
		if (sim_id && radio->slots[i]->sim_id == sim_id)
			return radio->slots[i];
	}
	return NULL;
}

static void do_reset(struct slot *slot, const char *line, struct command_answer *a)
{
	(void)line;
	slot_reset(slot);
	(void)str_copy(a->text, sizeof(a->text), "The modem is being reset."); /* fits */
}

static void do_power(struct slot *slot, const char *line, struct command_answer *a)
{
	(void)line;
	if (!power_has_line(slot->host->power, slot->board_bay)) {
		refuse(a, "unsupported",
			"This board cannot switch the power of this bay.");
		return;
	}
	slot_power(slot);
	(void)str_copy(
		a->text, sizeof(a->text), "The bay is switched off and on."); /* fits */
}

static void do_status(struct slot *slot, const char *line, struct command_answer *a)
{
	(void)line;
	/* cut where too long: it is for people */
	(void)str_format(a->text, sizeof(a->text),
		"port=%s state=%s reason=%s model=%s climbs=%u. %s", slot->port,
		slot_state_name(slot), reason_name(slot->reason), slot->info.model,
		slot->ladder.climbs, reason_text(slot->reason));
}

static void do_ussd(struct slot *slot, const char *line, struct command_answer *a)
{
	char code[MODEM_USSD_CODE_MAX + 1];
	enum err err = bus_get(line, "code", code, sizeof(code)) ? slot_ussd(slot, code)
								 : ERR_ARG;

	if (err == ERR_OK)
		a->is_later = true;
	else if (err == ERR_BUSY)
		refuse(a, "sim_busy", "The SIM waits for an answer of the operator.");
	else if (err == ERR_ARG)
		refuse(a, "invalid_code", "This code cannot be sent.");
	else
		refuse(a, "not_ready", "The SIM is in no network now.");
	explicit_bzero(code, sizeof(code));
}

/* Somebody entered a PIN: a SIM that waits for it is looked at again. */
static void do_pin(struct slot *slot, const char *line, struct command_answer *a)
{
	(void)line;
	slot_look_again(slot);
	(void)str_copy(a->text, sizeof(a->text), "The PIN is being tried."); /* fits */
}

/* Likewise its PUK. */
static void do_puk(struct slot *slot, const char *line, struct command_answer *a)
{
	(void)line;
	slot_look_again(slot);
	(void)str_copy(a->text, sizeof(a->text), "The PUK is being tried."); /* fits */
}

static void do_test(struct slot *slot, const char *line, struct command_answer *a)
{
	enum err err = slot_test(slot);

	(void)line;
	if (err == ERR_BUSY)
		refuse(a, "sim_busy", "A self-test of this modem is running.");
	else if (err != ERR_OK)
		refuse(a, "not_ready", "The modem in this bay is not ready for a test.");
	a->is_later = a->is_test = err == ERR_OK;
}

static void do_test_stop(struct slot *slot, const char *line, struct command_answer *a)
{
	(void)line;
	slot_test_cancel(slot);
	(void)str_copy(a->text, sizeof(a->text), "No self-test runs."); /* fits */
}

/* Its row is gone: what is plugged in there next is a bay of its own. */
static void do_forget(struct slot *slot, const char *line, struct command_answer *a)
{
	(void)line;
	(void)a;
	if (slot->fsm.state == SLOT_ABSENT && !slot->bay.posted) {
		slot->bay.id = 0;
		slot_time_forget(slot);
	}
}

static void do_balance(struct slot *slot, const char *line, struct command_answer *a)
{
	(void)line;
	slot_balance_now(slot);
	(void)str_copy(a->text, sizeof(a->text), /* fits */
		"The operator is asked when no message waits.");
}

static const struct {
	const char *op;
	void (*run)(struct slot *slot, const char *line, struct command_answer *a);
	bool by_sim;
} commands[] = {
	{ "reset", do_reset, false },
	{ "power", do_power, false },
	{ "pin", do_pin, false },
	{ "puk", do_puk, false },
	{ "test", do_test, false },
	{ "test_stop", do_test_stop, false },
	{ "balance", do_balance, true },
	{ "status", do_status, false },
	{ "forget", do_forget, false },
	{ "ussd", do_ussd, true },
};

static void run(struct radio *radio, const char *line, struct slot **out_slot,
	struct command_answer *a)
{
	char op[16];
	int64_t id = 0;

	if (!bus_get(line, "op", op, sizeof(op)))
		op[0] = '\0';
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!str_eq(op, commands[i].op))
			continue;
		bool by_sim = commands[i].by_sim;
		(void)bus_get_i64(line, by_sim ? "sim" : "bay", &id); /* or 0: none */
		*out_slot = by_sim ? slot_of_sim(radio, id) : slot_of_bay(radio, id);
		if (*out_slot)
			commands[i].run(*out_slot, line, a);
		else if (by_sim)
			refuse(a, "not_ready", "The SIM is in no network now.");
		else
			refuse(a, "absent", "There is no such bay, or nothing is in it.");
		return;
	}
	refuse(a, "unknown", "The radio side does not know this command.");
}

static bool is_explain(const char *line, int64_t *out_id)
{
	char op[16];

	return bus_get(line, "op", op, sizeof(op)) && str_eq(op, "explain") &&
	       bus_get_i64(line, "message", out_id);
}

void radio_command(struct radio *radio, struct bus_peer *peer, const char *line)
{
	char reply[BUS_LINE_MAX];
	struct command_answer a = { .code = "" };
	struct slot *slot = NULL;
	int64_t seq = 0, id = 0;

	(void)bus_get_i64(line, "seq", &seq); /* without one: answered with 0 */
	if (is_explain(line, &id)) {
		a.is_later = radio_explain(radio, bus_peer_id(peer), seq, id) == ERR_OK;
		if (!a.is_later)
			refuse(&a, "store", "Another question is being answered.");
	} else {
		run(radio, line, &slot, &a);
	}
	if (a.is_later && slot)
		(a.is_test ? radio->testers : radio->askers)[slot->index] =
			(struct radio_asker){ .peer = bus_peer_id(peer), .seq = seq };
	else if (!a.is_later && make_answer(reply, sizeof(reply), seq, &a))
		bus_reply(peer, reply);
}

static void answer_later(struct radio *radio, const struct radio_asker *asker,
	const struct command_answer *a)
{
	char reply[BUS_LINE_MAX];

	if (radio->hints.bus && make_answer(reply, sizeof(reply), asker->seq, a))
		bus_reply_to(radio->hints.bus, asker->peer, reply);
}

void radio_command_ussd_ended(
	void *user, struct slot *slot, const struct slot_ussd_end *end)
{
	struct radio *radio = user;
	struct command_answer a = { .code = end->code, .more = end->more };

	(void)str_copy(a.text, sizeof(a.text), end->text); /* the same size */
	answer_later(radio, &radio->askers[slot->index], &a);
}

void radio_command_test_ended(
	void *user, struct slot *slot, const struct slot_test_end *end)
{
	struct radio *radio = user;
	struct command_answer a = { .code = end->code };

	(void)str_copy(a.text, sizeof(a.text), end->text); /* the same size */
	answer_later(radio, &radio->testers[slot->index], &a);
}

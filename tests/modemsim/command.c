#include "tests/modemsim/command.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/clock.h"
#include "firmware/base/str.h"
#include "tests/modemsim/at.h"
#include "tests/modemsim/receive.h"
#include "tests/modemsim/bank.h"
#include "tests/modemsim/select.h"
#include "tests/modemsim/words.h"
#include "tests/modemsim/world_json.h"

struct command {
	const char *name;
	/* rest: what follows the name, cut up in place. Returns NULL or what is wrong;
	 * may append fields (",\"x\":1") to answer. */
	const char *(*run)(struct bank *bank, char *rest, struct buf *answer);
};

static const char bad_modem[] = "no such modem";
static const char bad_number[] = "bad number";

static bool number_take(char **rest, uint64_t max, uint64_t *out)
{
	const char *word = words_take(rest);

	return word && str_to_u64(word, strlen(word), max, out);
}

static struct modem *modem_take(struct bank *bank, char **rest)
{
	uint64_t index;

	if (bank->count == 0 || !number_take(rest, bank->count - 1, &index))
		return NULL;
	return &bank->modems[index];
}

static bool option_take(const char *word, struct inbound_options *options)
{
	uint64_t skip;

	if (str_eq(word, "--reverse"))
		options->reverse = true;
	else if (str_eq(word, "--twice"))
		options->twice = true;
	else if (str_eq(word, "--ref16"))
		options->ref16 = true;
	else if (str_eq(word, "--ucs2"))
		options->ucs2 = true;
	else if (str_starts(word, "--skip=") &&
		 str_to_u64(word + 7, strlen(word + 7), 255, &skip))
		options->skip = (unsigned)skip;
	else
		return false;
	return true;
}

/* "\n" in the text stands for a line break. */
static void breaks_unfold(char *text)
{
	char *to = text;

	for (const char *from = text; *from != '\0'; from++) {
		bool is_break = from[0] == '\\' && from[1] == 'n';

		*to++ = (char)(is_break ? '\n' : *from);
		from += is_break;
	}
	*to = '\0';
}

static const char *run_inbound(struct bank *bank, char *rest, struct buf *answer)
{
	struct modem *m = modem_take(bank, &rest);
	const char *from = words_take(&rest);
	struct inbound_options options = { 0 };
	unsigned parts;

	if (!m || !m->sim)
		return bad_modem;
	options.zone_min = m->set.zone_min;
	while (str_starts(rest, "--")) {
		const char *word = words_take(&rest);

		if (!option_take(word, &options))
			return "unknown option";
	}
	if (!from || *rest == '\0')
		return "usage: inbound MODEM FROM [--OPTION] TEXT";
	breaks_unfold(rest);
	parts = world_send(&bank->world, from, m->sim, rest, &options);
	if (parts == 0)
		return "the text cannot be written as messages";
	buf_printf(answer, ",\"parts\":%u", parts);
	return NULL;
}

static const char *run_raw(struct bank *bank, char *rest, struct buf *answer)
{
	struct modem *m = modem_take(bank, &rest);
	const char *word = words_take(&rest);
	bool is_status = word && str_eq(word, "--status");
	uint8_t pdu[SIMPDU_MAX];
	size_t len;

	(void)answer;
	if (is_status)
		word = words_take(&rest);
	if (!m || !m->sim)
		return bad_modem;
	if (!word || !str_from_hex(word, strlen(word), pdu, sizeof(pdu), &len) ||
		len == 0)
		return "usage: raw MODEM [--status] HEX";
	if (!sim_queue(m->sim, is_status, pdu, len))
		return "the network's queue is full";
	receive_offer(m);
	return NULL;
}

static const char *run_set(struct bank *bank, char *rest, struct buf *answer)
{
	struct selection selection;
	const char *who = words_take(&rest);
	const char *key = words_take(&rest);

	(void)answer;
	if (!who || !key || !selection_parse(who, bank->count, &selection))
		return "usage: set MODEM|all KEY VALUE";
	str_trim(rest);
	for (unsigned i = selection.first; i <= selection.last; i++) {
		const char *wrong = settings_set(&bank->modems[i].set, key, rest);

		if (wrong)
			return wrong;
		modem_apply(&bank->modems[i]);
	}
	return NULL;
}

static const char *run_unplug(struct bank *bank, char *rest, struct buf *answer)
{
	struct modem *m = modem_take(bank, &rest);

	(void)answer;
	if (!m)
		return bad_modem;
	modem_unplug(m);
	return NULL;
}

static const char *run_replug(struct bank *bank, char *rest, struct buf *answer)
{
	struct modem *m = modem_take(bank, &rest);
	const char *name = words_take(&rest);
	char usual[16];

	(void)answer;
	if (!m)
		return bad_modem;
	if (name && str_eq(name, "as"))
		name = words_take(&rest);
	(void)str_format(usual, sizeof(usual), "modem%u", m->index); /* fits */
	return bank_replug(bank, m, name ? name : usual) == ERR_OK ? NULL
								   : "cannot plug it";
}

static const char *run_hang(struct bank *bank, char *rest, struct buf *answer)
{
	struct modem *m = modem_take(bank, &rest);
	uint64_t ms = 0;

	(void)answer;
	if (!m)
		return bad_modem;
	if (*rest != '\0' && !number_take(&rest, UINT32_MAX, &ms))
		return bad_number;
	modem_hang(m, (uint32_t)ms);
	return NULL;
}

static const char *run_reset(struct bank *bank, char *rest, struct buf *answer)
{
	struct modem *m = modem_take(bank, &rest);

	(void)answer;
	if (!m)
		return bad_modem;
	if (!port_is_plugged(&m->port))
		return "it is unplugged";
	modem_reset(m, "control");
	return NULL;
}

static const char *run_urc(struct bank *bank, char *rest, struct buf *answer)
{
	struct modem *m = modem_take(bank, &rest);

	(void)answer;
	if (!m)
		return bad_modem;
	modem_urc(m, "%s", str_trim(rest));
	return NULL;
}

/* Over a second port of the modem, where its answer goes as well. */
static const char *run_other(struct bank *bank, char *rest, struct buf *answer)
{
	struct modem *m = modem_take(bank, &rest);
	const char *line = str_trim(rest);

	(void)answer;
	if (!m)
		return bad_modem;
	if (m->busy || strncmp(line, "AT", 2) != 0 || str_starts(line, "AT+CMG"))
		return "not that, or not now";
	(void)at_run(m, line + 2);
	buf_reset(&m->reply);
	return NULL;
}

static const char *run_swap(struct bank *bank, char *rest, struct buf *answer)
{
	struct modem *a = modem_take(bank, &rest);
	struct modem *b = modem_take(bank, &rest);

	(void)answer;
	if (!a || !b)
		return bad_modem;
	bank_swap(bank, a, b);
	return NULL;
}

/* Fills a SIM's memory up to so many messages. */
static const char *run_fill(struct bank *bank, char *rest, struct buf *answer)
{
	struct modem *m = modem_take(bank, &rest);
	uint64_t wanted;
	uint8_t pdu[SIMPDU_MAX];
	struct simpdu_text text = { .from = "OLD",
		.units = (const uint8_t *)"old",
		.count = 3,
		.concat = { 0, 1, 1 } };
	size_t len;

	if (!m || !m->sim)
		return bad_modem;
	wanted = m->sim->sm.size;
	if (*rest != '\0' && !number_take(&rest, SIM_SLOTS_MAX, &wanted))
		return bad_number;
	text.wall_ms = clock_wall_ms(clock_system());
	do { /* one a second, the newest first */
		text.wall_ms -= 1000;
		len = simpdu_deliver_encode(&text, pdu);
	} while (m->sim->sm.used < wanted &&
		 sms_memory_add(&m->sim->sm, SMS_STAT_READ, pdu, len) > 0);
	buf_printf(answer, ",\"used\":%u", m->sim->sm.used);
	return NULL;
}

/* after N submits [of M] COMMAND; after N ms|s COMMAND. */
static const char *run_after(struct bank *bank, char *rest, struct buf *answer)
{
	uint64_t n;
	uint64_t modem = 0;
	const char *unit;
	bool of_one;

	(void)answer;
	if (!number_take(&rest, UINT32_MAX, &n))
		return bad_number;
	unit = words_take(&rest);
	if (unit && str_eq(unit, "ms"))
		return bank_after_ms(bank, n, rest) ? NULL : "too many";
	if (unit && str_eq(unit, "s"))
		return bank_after_ms(bank, n * 1000, rest) ? NULL : "too many";
	if (!unit || !str_eq(unit, "submits") || n == 0)
		return "usage: after N submits [of M]|ms|s COMMAND";
	of_one = str_starts(rest, "of ");
	if (of_one) {
		(void)words_take(&rest);
		if (!number_take(&rest, bank->count - 1, &modem))
			return bad_modem;
	}
	return bank_after_submits(bank, of_one ? (int)modem : -1, (unsigned long)n, rest)
		       ? NULL
		       : "too many";
}

/* robot P DELAY TEXT: phones answer by themselves. */
static const char *run_robot(struct bank *bank, char *rest, struct buf *answer)
{
	struct world_robot robot = { 0 };
	const char *p = words_take(&rest);
	const char *delay = words_take(&rest);
	char *end;

	(void)answer;
	if (!p)
		return "usage: robot P [DELAY TEXT]";
	robot.p = strtod(p, &end);
	if (*end != '\0' || !(robot.p >= 0.0 && robot.p <= 1.0))
		return bad_number;
	if (delay && !spread_parse(delay, &robot.delay_ms))
		return bad_number;
	if (!str_copy(robot.text, sizeof(robot.text), rest))
		return "the text is too long";
	bank->world.robot = robot;
	return NULL;
}

static const char *run_phones(struct bank *bank, char *rest, struct buf *answer)
{
	(void)rest;
	buf_puts(answer, ",\"phones\":");
	world_json_phones(&bank->world, answer);
	return NULL;
}

static const char *run_phone(struct bank *bank, char *rest, struct buf *answer)
{
	const char *number = words_take(&rest);
	const struct phone *phone = number ? world_find(&bank->world, number) : NULL;

	if (!phone)
		return "no such phone";
	buf_puts(answer, ",\"phone\":");
	world_json_phone(phone, answer);
	return NULL;
}

static void state_one(struct bank *bank, const struct modem *m, struct buf *answer)
{
	const struct sim *sim = m->sim;

	buf_printf(answer, "%s{\"modem\":%u,\"link\":", m->index ? "," : "", m->index);
	simlog_json_string(answer, m->port.link, strlen(m->port.link));
	buf_printf(answer,
		",\"imei\":\"%s\",\"client\":%s,\"deaf\":%s,\"registered\":%s,"
		"\"submits\":%lu,\"overruns\":%lu",
		m->imei, port_has_client(&m->port) ? "true" : "false",
		m->deaf ? "true" : "false", modem_is_registered(m) ? "true" : "false",
		bank->submits[m->index], m->port.overruns);
	if (sim)
		buf_printf(answer,
			",\"iccid\":\"%s\",\"imsi\":\"%s\",\"msisdn\":\"%s\","
			"\"sm_used\":%u,\"me_used\":%u,\"sr_used\":%u,\"waiting\":%u",
			sim->iccid, sim->imsi, sim->msisdn, sim->sm.used, m->me.used,
			m->sr.used, sim->waiting);
	buf_putc(answer, '}');
}

static const char *run_state(struct bank *bank, char *rest, struct buf *answer)
{
	(void)rest;
	buf_printf(answer, ",\"submits\":%lu,\"modems\":[", bank->submits_all);
	for (unsigned i = 0; i < bank->count; i++)
		state_one(bank, &bank->modems[i], answer);
	buf_putc(answer, ']');
	return NULL;
}

static const char *run_quit(struct bank *bank, char *rest, struct buf *answer)
{
	(void)rest;
	(void)answer;
	bank->loop.quit = true;
	return NULL;
}

static const struct command commands[] = {
	{ "inbound", run_inbound },
	{ "raw", run_raw },
	{ "set", run_set },
	{ "unplug", run_unplug },
	{ "replug", run_replug },
	{ "hang", run_hang },
	{ "reset", run_reset },
	{ "urc", run_urc },
	{ "other", run_other },
	{ "swap", run_swap },
	{ "fill", run_fill },
	{ "after", run_after },
	{ "robot", run_robot },
	{ "phones", run_phones },
	{ "phone", run_phone },
	{ "state", run_state },
	{ "quit", run_quit },
};

static const struct command *command_find(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strlen(commands[i].name) == len &&
			strncmp(commands[i].name, name, len) == 0)
			return &commands[i];
	}
	return NULL;
}

bool command_is_known(const char *line)
{
	return command_find(line, strcspn(line, " \t")) != NULL;
}

void command_run(struct bank *bank, char *line, struct buf *answer)
{
	const char *name = words_take(&line);
	const struct command *command = name ? command_find(name, strlen(name)) : NULL;
	const char *wrong = "unknown command";
	size_t start = answer->len;

	buf_puts(answer, "{\"ok\":true");
	if (command)
		wrong = command->run(bank, line, answer);
	if (wrong) {
		answer->len = start;
		buf_printf(answer, "{\"ok\":false,\"error\":\"%s\"", wrong);
	}
	buf_putc(answer, '}');
}

/* TS 27.005: configuration and sending. */
#include "tests/modemsim/at.h"

#include <string.h>

#include "firmware/base/str.h"
#include "tests/modemsim/receive.h"

static const char *const memory_names[MEMORY_COUNT] = { "SM", "ME", "SR" };

/* +CSMS=<service>, 3.2.1. */
static int run_service(struct at_call *call)
{
	int *service = &call->modem->regs.number[REG_CSMS];

	if (call->op == AT_OP_READ) {
		at_say(call, "+CSMS: %d,1,1,1", *service);
		return AT_OK;
	}
	if (at_register(call) != AT_OK)
		return AT_CMS + 303;
	at_say(call, "+CSMS: 1,1,1");
	return AT_OK;
}

/* Is value in group i (from 0) of "(0-2),(0,1,3),(0)"? */
static bool range_has(const char *ranges, size_t i, int value)
{
	int from = -1;

	while (i > 0 && *ranges != '\0')
		i -= *ranges++ == ')';
	for (; *ranges != '\0' && *ranges != ')'; ranges++) {
		bool is_end = ranges[0] >= '0' && ranges[0] <= '9' && ranges[-1] == '-';
		int v = *ranges - '0';
		if (*ranges < '0' || *ranges > '9')
			continue;
		if (v == value || (is_end && from <= value && value <= v))
			return true;
		from = v;
	}
	return false;
}

/* +CNMI=<mode>,<mt>,<bm>,<ds>,<bfr>, 3.4.1. */
static int run_indications(struct at_call *call)
{
	struct modem *m = call->modem;
	const char *args = call->args;
	int cnmi[5] = { 0 };

	if (call->op == AT_OP_READ) {
		at_say(call, "+CNMI: %d,%d,%d,%d,%d", m->regs.cnmi[0], m->regs.cnmi[1],
			m->regs.cnmi[2], m->regs.cnmi[3], m->regs.cnmi[4]);
		return AT_OK;
	}
	if (call->op != AT_OP_SET)
		return AT_CMS + 302;
	memcpy(cnmi, m->regs.cnmi, sizeof(cnmi));
	for (size_t i = 0; i < 5 && *args != '\0'; i++) {
		if (!at_arg_int(&args, 0, 9, &cnmi[i]) ||
			!range_has(m->set.cnmi, i, cnmi[i]))
			return AT_CMS + 303;
	}
	if (*args != '\0')
		return AT_CMS + 303;
	memcpy(m->regs.cnmi, cnmi, sizeof(cnmi));
	m->after |= MODEM_AFTER_OFFER;
	return AT_OK;
}

static bool memory_kind_find(const char *name, enum memory_kind *out)
{
	for (int i = 0; i < MEMORY_COUNT; i++) {
		if (str_eq_nocase(name, memory_names[i])) {
			*out = (enum memory_kind)i;
			return true;
		}
	}
	if (!str_eq_nocase(name, "MT"))
		return false;
	*out = MEMORY_SM;
	return true;
}

/* Is the memory in group i (from 0, or the last) of the modem's +CPMS=? text? */
static bool memory_is_offered(const struct modem *m, size_t i, const char *name)
{
	const char *group = m->set.cpms;
	char quoted[8];

	group += str_starts(group, "((");
	for (const char *next = strchr(group, ')'); i > 0 && next; i--) {
		if (!strchr(next, '('))
			break;
		group = next + 1;
		next = strchr(group, ')');
	}
	const char *end = strchr(group, ')');
	(void)str_format(quoted, sizeof(quoted), "\"%s\"", name); /* fits */
	const char *hit = strstr(group, quoted);
	return hit && (!end || hit < end);
}

static void storage_say(struct at_call *call, bool with_names)
{
	struct modem *m = call->modem;
	char text[96] = "";

	for (size_t i = 0; i < 3; i++) {
		const struct sms_memory *memory = modem_memory(m, m->regs.mem[i]);

		if (i > 0)
			(void)str_append(text, sizeof(text), ","); /* 3 short items fit */
		if (with_names)
			(void)str_append_format(
				text, sizeof(text), "\"%s\",", memory->name);
		(void)str_append_format(
			text, sizeof(text), "%u,%u", memory->used, memory->size);
	}
	at_say(call, "+CPMS: %s", text);
}

/* +CPMS=<mem1>[,<mem2>[,<mem3>]], 3.2.2. */
static int run_storage(struct at_call *call)
{
	struct modem *m = call->modem;
	const char *args = call->args;
	enum memory_kind mem[3];
	size_t n = 0;
	char name[4];

	if (call->op == AT_OP_READ) {
		storage_say(call, true);
		return AT_OK;
	}
	if (call->op != AT_OP_SET)
		return AT_CMS + 302;
	memcpy(mem, m->regs.mem, sizeof(mem));
	for (; n < m->set.cpms_most && *args != '\0'; n++) {
		if (!at_arg(&args, name, sizeof(name)) ||
			!memory_kind_find(name, &mem[n]) ||
			!memory_is_offered(m, n, name))
			return AT_CMS + 303;
	}
	if (*args != '\0' || n < m->set.cpms_least)
		return AT_CMS + 303;
	if (mem[1] == MEMORY_SR || mem[2] == MEMORY_SR)
		return AT_CMS + 303;
	memcpy(m->regs.mem, mem, sizeof(mem));
	storage_say(call, false);
	return AT_OK;
}

/* +CSCA=<sca>[,<tosca>], 3.3.1. */
static int run_centre(struct at_call *call)
{
	struct modem *m = call->modem;
	const char *args = call->args;
	char number[SIMPDU_NUMBER_MAX];

	if (call->op == AT_OP_READ) {
		at_say(call, "+CSCA: \"%s\",%d", m->regs.csca,
			m->regs.csca[0] == '+' ? 145 : 129);
		return AT_OK;
	}
	if (call->op != AT_OP_SET || !at_arg(&args, number, sizeof(number)))
		return AT_CMS + 304;
	(void)str_copy(m->regs.csca, sizeof(m->regs.csca), number); /* same size */
	return AT_OK;
}

/* +CSMP, 3.3.2: accepted; text mode sends with its defaults. */
static int run_parameters(struct at_call *call)
{
	if (call->op == AT_OP_READ)
		at_say(call, "+CSMP: 49,167,0,0");
	return AT_OK;
}

/* +CNMA[=<n>], 3.4.4. */
static int run_acknowledge(struct at_call *call)
{
	const char *args = call->args;
	int n = 0;

	if (call->op == AT_OP_SET && !at_arg_int(&args, 0, 2, &n))
		return AT_CMS + 303;
	if (call->modem->regs.number[REG_CSMS] != 1)
		return AT_CMS + 302;
	return receive_acknowledged(call->modem, n != 2) ? AT_OK : AT_CMS + 340;
}

/* +CMGS=<length> or ="<da>", 3.5.1 and 4.3. */
static int run_send(struct at_call *call)
{
	struct modem *m = call->modem;
	struct submit submit = { .cmd_ms = call->first_ms };
	const char *args = call->args;
	int len = 0;

	submit.text_mode = m->regs.number[REG_CMGF] == 1;
	if (call->op != AT_OP_SET)
		return AT_CMS + 302;
	if (submit.text_mode) {
		if (!at_arg(&args, submit.to, sizeof(submit.to)) || submit.to[0] == '\0')
			return AT_CMS + 305;
	} else if (!at_arg_int(&args, 7, 164, &len) || *args != '\0') {
		return AT_CMS + 304;
	}
	submit.tpdu_len = (size_t)len;
	m->submit = submit;
	submit_prompt(m);
	return AT_TAKEN;
}

static const struct at_command rows[] = {
	{ "+CMGS", run_send, NULL, AT_NEED_SMS, REG_NONE, 0 },
	{ "+CMGF", at_register, "(0,1)", AT_NEED_NOTHING, REG_CMGF, 1 },
	{ "+CSMS", run_service, "(0,1)", AT_NEED_NOTHING, REG_CSMS, 1 },
	/* what they say to =? is a setting */
	{ "+CNMI", run_indications, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CPMS", run_storage, NULL, AT_NEED_SMS, REG_NONE, 0 },
	{ "+CSCA", run_centre, NULL, AT_NEED_SMS, REG_NONE, 0 },
	{ "+CSMP", run_parameters, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CSDH", at_register, "(0,1)", AT_NEED_NOTHING, REG_CSDH, 1 },
	{ "+CMMS", at_register, "(0-2)", AT_NEED_NOTHING, REG_CMMS, 2 },
	{ "+CGSMS", at_register, "(0-3)", AT_NEED_NOTHING, REG_CGSMS, 3 },
	{ "+CNMA", run_acknowledge, "(0-2)", AT_NEED_SMS, REG_NONE, 0 },
	{ "+CSCB", at_ignore, "(0,1)", AT_NEED_NOTHING, REG_NONE, 0 },
};

const struct at_table at_table_sms = { rows, sizeof(rows) / sizeof(rows[0]) };

/* V.250 5.2: the command line. */
#include "tests/modemsim/at.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "firmware/base/str.h"

enum {
	NAME_MAX_LEN = 16,
};

static const struct at_table *const tables[] = {
	&at_table_sms,
	&at_table_store,
	&at_table_net,
	&at_table_general,
};

static const struct at_command *command_find(const char *name)
{
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		for (size_t i = 0; i < tables[t]->count; i++) {
			if (str_eq_nocase(tables[t]->rows[i].name, name))
				return &tables[t]->rows[i];
		}
	}
	return NULL;
}

void at_say(struct at_call *call, const char *fmt, ...)
{
	char text[512];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (len < 0)
		return;
	buf_puts(call->out, "\r\n");
	buf_puts(call->out, text);
	buf_puts(call->out, "\r\n");
}

bool at_arg(const char **args, char *dst, size_t size)
{
	const char *at = *args;
	const char *end;

	if (*at == '\0')
		return false;
	if (*at == '"') {
		at++;
		end = strchr(at, '"');
		if (!end || (end[1] != ',' && end[1] != '\0'))
			return false;
		*args = end + 1 + (end[1] == ',');
	} else {
		end = at + strcspn(at, ",");
		*args = end + (*end == ',');
	}
	return str_copy_n(dst, size, at, (size_t)(end - at));
}

bool at_arg_int(const char **args, int low, int high, int *out)
{
	char text[16];
	int64_t value;

	if (!at_arg(args, text, sizeof(text)))
		return false;
	if (text[0] == '\0')
		return true;
	if (!str_to_i64(text, strlen(text), &value) || value < low || value > high)
		return false;
	*out = (int)value;
	return true;
}

int at_register(struct at_call *call)
{
	int *reg = &call->modem->regs.number[call->command->reg];
	const char *args = call->args;
	int value = *reg;

	if (call->op == AT_OP_READ) {
		at_say(call, "%s: %d", call->command->name, *reg);
		return AT_OK;
	}
	if (call->op != AT_OP_SET || !at_arg_int(&args, 0, call->command->max, &value))
		return call->command->need == AT_NEED_SMS ? AT_CMS + 303 : AT_FAIL;
	*reg = value;
	return AT_OK;
}

int at_ignore(struct at_call *call)
{
	(void)call;
	return AT_OK;
}

/* TS 27.007 9.2 and TS 27.005 3.2.5. */
static int need_check(const struct modem *m, enum at_need need)
{
	bool sms = need == AT_NEED_SMS;

	if (need == AT_NEED_NOTHING)
		return AT_OK;
	if (m->regs.number[REG_CFUN] == 0) /* many switch the SIM off with the radio */
		return sms ? AT_CMS + 313 : AT_CME + 13;
	if (modem_sim_is_open(m))
		return AT_OK;
	if (!m->sim || m->set.sim == SIM_KIND_ABSENT)
		return sms ? AT_CMS + 310 : AT_CME + 10;
	if (need == AT_NEED_CARD)
		return AT_OK;
	if (m->sim->pin_left == 0)
		return sms ? AT_CMS + 316 : AT_CME + 12;
	return sms ? AT_CMS + 311 : AT_CME + 11;
}

/* Faults of any command but AT+CMGS, which asks at its own moments. */
static int fault_check(struct at_call *call, const char *name)
{
	struct modem *m = call->modem;
	struct fault_moment moment = { name, "", false, call->op == AT_OP_SET };
	const struct fault_rule *rule;

	if (str_eq(name, "+CMGS") || m->set.faults.count == 0)
		return AT_OK;
	rule = fault_pick(&m->set.faults, &moment, &m->rng);
	if (!rule)
		return AT_OK;
	switch (rule->kind) {
	case FAULT_CMS:
		return AT_CMS + (int)rule->arg;
	case FAULT_CME:
		return AT_CME + (int)rule->arg;
	case FAULT_ERROR:
		return AT_FAIL;
	case FAULT_HANG:
		modem_hang(m, rule->arg);
		return AT_QUIET;
	case FAULT_RESET:
		modem_reset(m, "fault");
		return AT_QUIET;
	case FAULT_UNPLUG:
		modem_unplug(m);
		return AT_QUIET;
	case FAULT_CUT:
		modem_cut(m, rule->arg);
		return AT_OK;
	case FAULT_NONE:
	case FAULT_LOST:
	case FAULT_SWALLOW:
	case FAULT_LATE:
	case FAULT_NOPROMPT:
	case FAULT_SLOWPROMPT:
		return AT_QUIET;
	}
	return AT_OK;
}

/* One line of a told answer, with what stands between braces filled in. */
static void told_say(struct at_call *call, const char *text, size_t len)
{
	const struct modem *m = call->modem;
	char line[160] = "", pin[4], asked[4]; /* asked: of what it asks for now */
	unsigned pin_left = m->sim ? m->sim->pin_left : 0;
	unsigned puk_left = m->sim ? m->sim->puk_left : 0;

	(void)str_format(pin, sizeof(pin), "%u", pin_left); /* fits, as the next */
	(void)str_format(asked, sizeof(asked), "%u", pin_left ? pin_left : puk_left);
	const struct {
		const char *name, *value;
	} words[] = { { "{iccid}", m->sim ? m->sim->iccid : "" },
		{ "{imsi}", m->sim ? m->sim->imsi : "" }, { "{pin}", pin },
		{ "{asked}", asked } };

	while (len > 0) {
		const char *value = NULL;
		size_t used = 1;
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !value; i++)
			if (str_starts(text, words[i].name)) {
				value = words[i].value;
				used = strlen(words[i].name);
			}
		(void)str_append_format(line, sizeof(line), "%.*s", /* cut if too long */
			value ? (int)strlen(value) : 1, value ? value : text);
		text += used;
		len -= used;
	}
	at_say(call, "%s", line);
}

static int told_run(struct at_call *call, const struct answer *answer)
{
	const char *at = answer->text;

	if (str_eq(at, "(reset)")) {
		call->modem->after |= MODEM_AFTER_RESET;
		return AT_OK;
	}
	while (*at != '\0') {
		size_t len = strcspn(at, "|");
		told_say(call, at, len);
		at += len + (at[len] == '|');
	}
	return AT_OK;
}

/* The answer that the modem was told to give to this command, or NULL. */
static const struct answer *told_find(const struct at_call *call)
{
	char command[sizeof(((struct answer *)0)->command)];

	if (!str_copy_n(command, sizeof(command), call->text, call->text_len))
		return NULL;
	return answers_find(&call->modem->set.answers, command);
}

static const char *test_text(const struct at_call *call)
{
	if (str_eq(call->command->name, "+CNMI"))
		return call->modem->set.cnmi;
	return str_eq(call->command->name, "+CPMS") ? call->modem->set.cpms
						    : call->command->test;
}

static int standard_run(struct at_call *call, const char *name)
{
	const struct modem *m = call->modem;
	int result;

	if (call->op == AT_OP_TEST && str_eq(call->command->name, "+COPS"))
		return at_search(call);
	if (call->op == AT_OP_TEST) {
		if (test_text(call))
			at_say(call, "%s: %s", name, test_text(call));
		return AT_OK;
	}
	result = need_check(m, call->command->need);
	if (result == AT_OK)
		result = call->command->run(call);
	if (result == AT_OK && call->op == AT_OP_READ &&
		settings_list_has(m->set.no_ok, name))
		return AT_BARE;
	return result;
}

static int command_run(struct at_call *call, const char *name)
{
	const struct answer *told = told_find(call);
	int result;

	call->command = command_find(name);
	if (!told &&
		(!call->command || settings_list_has(call->modem->set.unsupported, name)))
		return AT_UNKNOWN;
	result = fault_check(call, name);
	if (result != AT_OK)
		return result;
	return told ? told_run(call, told) : standard_run(call, name);
}

/* Copies an extended command's arguments up to an unquoted ';'; the place after them. */
static const char *args_take(const char *at, char *dst, size_t size)
{
	bool quoted = false;
	size_t len = 0;

	while (at[len] != '\0' && (quoted || at[len] != ';')) {
		quoted = quoted != (at[len] == '"');
		len++;
	}
	return str_copy_n(dst, size, at, len) ? at + len : NULL;
}

static int extended_run(struct at_call *call, const char **line)
{
	char name[NAME_MAX_LEN];
	const char *at = *line + strcspn(*line, "=?;");

	if (!str_copy_n(name, sizeof(name), *line, (size_t)(at - *line)))
		return AT_FAIL;
	for (char *c = name; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	call->op = AT_OP_RUN;
	call->args[0] = '\0';
	call->text = *line;
	if (*at == '?') {
		call->op = AT_OP_READ;
		at++;
	} else if (str_starts(at, "=?")) {
		call->op = AT_OP_TEST;
		at += 2;
	} else if (*at == '=') {
		call->op = AT_OP_SET;
		at = args_take(at + 1, call->args, sizeof(call->args));
		if (!at)
			return AT_FAIL;
	}
	call->text_len = (size_t)(at - call->text);
	*line = at;
	return command_run(call, name);
}

/* A letter, "&" and a letter, or "S" and a number; then a number or a question. */
static int basic_run(struct at_call *call, const char **line)
{
	char name[4] = { 0 };
	const char *at = *line;
	size_t digits;

	call->text = "";
	call->text_len = 0;
	name[0] = (char)toupper((unsigned char)*at++);
	if (name[0] == '&')
		name[1] = (char)toupper((unsigned char)*at);
	at += name[0] == '&' && *at != '\0';
	if (name[0] == 'D') { /* dial: the rest of the line is the number */
		*line = at + strlen(at);
		return command_run(call, name);
	}
	if (name[0] == 'S') {
		at += strspn(at, "0123456789");
		at += *at == '=' || *at == '?';
	}
	digits = strspn(at, "0123456789");
	call->op = digits > 0 ? AT_OP_SET : AT_OP_RUN;
	if (!str_copy_n(call->args, sizeof(call->args), at, digits))
		return AT_FAIL;
	*line = at + digits;
	return command_run(call, name);
}

int at_run(struct modem *m, const char *line)
{
	struct at_call call = {
		.modem = m, .out = &m->reply, .first_ms = m->in.first_ms
	};
	int result = AT_OK;

	while (*line != '\0' && result == AT_OK) {
		if (*line == ' ' || *line == ';') {
			line++;
			continue;
		}
		result = strchr("+^$%*#!", *line) ? extended_run(&call, &line)
						  : basic_run(&call, &line);
	}
	return result;
}

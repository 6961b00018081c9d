/* SIM and network commands of TS 27.007. */
#include "tests/modemsim/at.h"

#include <string.h>

#include "firmware/base/str.h"

static int run_imsi(struct at_call *call)
{
	if (call->op != AT_OP_RUN)
		return AT_FAIL;
	at_say(call, "%s", call->modem->sim->imsi);
	return AT_OK;
}

static int run_iccid(struct at_call *call)
{
	const char *name = call->command->name;

	if (!settings_list_has(call->modem->set.iccid_commands, name))
		return AT_FAIL;
	at_say(call, "%s: %s", name, call->modem->sim->iccid);
	return AT_OK;
}

static int run_own_number(struct at_call *call)
{
	if (call->op != AT_OP_RUN)
		return AT_FAIL;
	at_say(call, "+CNUM: \"\",\"%s\",145", call->modem->sim->msisdn);
	return AT_OK;
}

static const char *pin_state(const struct modem *m)
{
	if (modem_sim_is_open(m))
		return "READY";
	return m->sim->pin_left == 0 ? "SIM PUK" : "SIM PIN";
}

static int pin_enter(struct modem *m, const char *pin)
{
	struct sim *sim = m->sim;

	if (str_eq(pin, m->set.pin)) {
		sim->pin_left = m->set.pin_tries;
		sim->pin_asked = false;
		modem_registration_changed(m);
		return AT_OK;
	}
	sim->pin_left--;
	simlog_begin(m->env->log, "pin", (int)m->index);
	simlog_number(m->env->log, "left", sim->pin_left);
	simlog_end(m->env->log);
	return AT_CME + (sim->pin_left ? 16 : 12);
}

static int puk_enter(struct modem *m, const char *puk, const char *new_pin)
{
	struct sim *sim = m->sim;

	bool is_right = sim->puk_left > 0 && str_eq(puk, m->set.puk);
	if (!is_right)
		sim->puk_left -= sim->puk_left > 0;
	simlog_begin(m->env->log, "puk", (int)m->index);
	simlog_number(m->env->log, "left", sim->puk_left);
	simlog_end(m->env->log);
	if (!is_right)
		return AT_CME + 16;
	sim->puk_left = 10;
	(void)str_copy(m->set.pin, sizeof(m->set.pin), new_pin); /* as long as a PIN */
	sim->pin_left = m->set.pin_tries;
	sim->pin_asked = false;
	modem_registration_changed(m);
	return AT_OK;
}

/* +CPIN=<pin>[,<newpin>], TS 27.007 8.3. */
static int run_pin(struct at_call *call)
{
	struct modem *m = call->modem;
	const char *args = call->args;
	char pin[16];
	char new_pin[16] = "";

	if (m->regs.number[REG_CFUN] == 0)
		return AT_CME + 13;
	if (!m->sim || m->set.sim == SIM_KIND_ABSENT)
		return AT_CME + 10;
	if (call->op == AT_OP_READ) {
		at_say(call, "+CPIN: %s", pin_state(m));
		return AT_OK;
	}
	if (call->op != AT_OP_SET || !at_arg(&args, pin, sizeof(pin)))
		return AT_CME + 3;
	if (modem_sim_is_open(m))
		return AT_CME + 3;
	if (m->sim->pin_left > 0)
		return pin_enter(m, pin);
	if (!at_arg(&args, new_pin, sizeof(new_pin)))
		return AT_CME + 12;
	return puk_enter(m, pin, new_pin);
}

/* +CPINR, TS 27.007 8.65. */
static int run_tries(struct at_call *call)
{
	const struct modem *m = call->modem;

	if (!m->sim || m->set.sim == SIM_KIND_ABSENT)
		return AT_CME + 10;
	at_say(call, "+CPINR: SIM PIN,%u,%u", m->sim->pin_left, m->set.pin_tries);
	at_say(call, "+CPINR: SIM PUK,%u,10", m->sim->puk_left);
	return AT_OK;
}

/* +CREG, +CGREG, +CEREG: TS 27.007 7.2, 10.1.20, 10.1.22. */
static int run_registration(struct at_call *call)
{
	struct modem *m = call->modem;
	int mode = m->regs.number[call->command->reg];

	if (call->op != AT_OP_READ)
		return at_register(call);
	if (mode == 3 && !modem_is_registered(m) && m->set.reject > 0)
		at_say(call, "%s: 3,%d,,,,0,%u", call->command->name, modem_reg_stat(m),
			m->set.reject);
	else if (mode == 2 && modem_is_registered(m))
		at_say(call, "%s: 2,%d,\"00C3\",\"0001%04X\"", call->command->name,
			modem_reg_stat(m), m->index);
	else
		at_say(call, "%s: %d,%d", call->command->name, mode, modem_reg_stat(m));
	return AT_OK;
}

static void say_operator(struct at_call *call, int format)
{
	enum {
		NUMERIC = 2
	};
	static const int acts[] = { -1, 0, 2, 7, 11 }; /* by enum technology_kind */
	const struct modem *m = call->modem;
	int mode = m->regs.number[REG_COPS_MODE];
	int act = acts[m->set.technology];
	char tech[8] = "";

	if (!modem_is_registered(m)) {
		at_say(call, "+COPS: %d", mode);
		return;
	}
	if (act >= 0)
		(void)str_format(tech, sizeof(tech), ",%d", act); /* fits */
	at_say(call, "+COPS: %d,%d,\"%s\"%s", mode, format,
		format == NUMERIC ? m->sim->plmn : m->sim->operator_name, tech);
}

/* +COPS=<mode>[,<format>[,<oper>]], TS 27.007 7.3. */
static int run_operator(struct at_call *call)
{
	enum {
		MODE_FORMAT_ONLY = 3
	};
	struct modem *m = call->modem;
	int *format = &m->regs.number[REG_COPS_FORMAT];
	const char *args = call->args;
	int mode = 0;

	if (call->op == AT_OP_SET) {
		if (!at_arg_int(&args, 0, 4, &mode))
			return AT_CME + 4;
		if (*args != '\0' && !at_arg_int(&args, 0, 2, format))
			return AT_CME + 4;
		if (mode != MODE_FORMAT_ONLY) {
			m->regs.number[REG_COPS_MODE] = mode;
			modem_registration_changed(m);
		}
		return AT_OK;
	}
	say_operator(call, *format);
	return AT_OK;
}

static void search_end(struct modem *m)
{
	m->searching = false;
	modem_answer(m, AT_OK);
}

int at_search(struct at_call *call)
{
	struct modem *m = call->modem;

	at_say(call, "+COPS: %s", m->set.networks);
	if (m->set.search_ms == 0)
		return AT_OK;
	m->searching = true;
	modem_step_after(m, search_end, m->set.search_ms);
	return AT_TAKEN;
}

bool at_search_cut(struct modem *m)
{
	if (!m->searching)
		return false;
	m->searching = false;
	timers_stop(&m->env->loop->timers, &m->step);
	buf_reset(&m->reply);
	modem_answer(m, AT_FAIL);
	return true;
}

/* +CIREG?, TS 27.007 8.71. */
static int run_ims(struct at_call *call)
{
	const struct modem *m = call->modem;
	bool has_ims =
		m->set.technology == TECHNOLOGY_LTE || m->set.technology == TECHNOLOGY_5G;

	if (call->op != AT_OP_READ || !has_ims)
		return AT_FAIL;
	at_say(call, "+CIREG: 0,%d", modem_is_registered(m) && m->set.ims);
	return AT_OK;
}

static int run_signal(struct at_call *call)
{
	struct modem *m = call->modem;
	bool heard = m->set.network != NETWORK_KIND_NONE && m->regs.number[REG_CFUN] == 1;

	at_say(call, "+CSQ: %u,%s", heard ? m->set.csq : 99, heard ? "0" : "99");
	return AT_OK;
}

/* What a phone could dial, written as this modem wants it: as text, or packed (TS 23.038
 * 6.1.2.3) as old Huawei sticks do. */
static bool is_dialled(const struct modem *m, const char *text)
{
	static const char keys[] = "0123456789*#+";
	uint8_t octets[96];
	size_t len, n;

	if (!m->set.ussd_packed)
		return *text && text[strspn(text, keys)] == '\0';
	if (!str_from_hex(text, strlen(text), octets, sizeof(octets), &len) || len == 0)
		return false;
	n = len * 8 / 7;
	for (size_t i = 0; i < n; i++) {
		size_t bit = i * 7;
		unsigned two =
			octets[bit / 8] |
			(bit / 8 + 1 < len ? (unsigned)octets[bit / 8 + 1] << 8 : 0);
		unsigned septet = two >> bit % 8 & 0x7F;
		bool is_fill = i + 1 == n && len % 7 == 0 && septet == '\r';
		if (!is_fill && (septet == 0 || !strchr(keys, (int)septet)))
			return false;
	}
	return true;
}

/* +CUSD=<n>[,<str>[,<dcs>]], TS 27.007 7.15: the answer comes unsolicited. */
static int run_ussd(struct at_call *call)
{
	struct modem *m = call->modem;
	const char *args = call->args;
	char text[192]; /* 27.007 7.15: 182 characters at most */
	int mode = 0;

	if (call->op == AT_OP_READ) {
		at_say(call, "+CUSD: 1");
		return AT_OK;
	}
	if (call->op != AT_OP_SET || !at_arg_int(&args, 0, 2, &mode))
		return AT_CME + 4;
	m->in_menu = m->in_menu && mode != 2;
	if (!at_arg(&args, text, sizeof(text)))
		return AT_OK;
	if (!modem_is_registered(m))
		return AT_CME + 30;
	if (!is_dialled(m, text))
		return AT_CME + 50;
	m->after |= MODEM_AFTER_USSD;
	return AT_OK;
}

/* +CLCK="SC",2: is the PIN asked for? */
static int run_lock(struct at_call *call)
{
	const char *args = call->args;
	char facility[4];
	int mode = 0;

	if (call->op != AT_OP_SET || !at_arg(&args, facility, sizeof(facility)) ||
		!at_arg_int(&args, 0, 2, &mode) || !str_eq_nocase(facility, "SC"))
		return AT_CME + 4;
	if (mode == 2)
		at_say(call, "+CLCK: %d", call->modem->set.sim == SIM_KIND_PIN);
	return mode == 2 ? AT_OK : AT_CME + 4;
}

static const struct at_command rows[] = {
	{ "+CIMI", run_imsi, NULL, AT_NEED_SIM, REG_NONE, 0 },
	{ "+CCID", run_iccid, NULL, AT_NEED_CARD, REG_NONE, 0 },
	{ "+QCCID", run_iccid, NULL, AT_NEED_CARD, REG_NONE, 0 },
	{ "+ICCID", run_iccid, NULL, AT_NEED_CARD, REG_NONE, 0 },
	{ "^ICCID", run_iccid, NULL, AT_NEED_CARD, REG_NONE, 0 },
	{ "+CNUM", run_own_number, NULL, AT_NEED_SIM, REG_NONE, 0 },
	{ "+CPIN", run_pin, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CPINR", run_tries, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CREG", run_registration, "(0-3)", AT_NEED_NOTHING, REG_CREG, 3 },
	{ "+CGREG", run_registration, "(0-3)", AT_NEED_NOTHING, REG_CGREG, 3 },
	{ "+CEREG", run_registration, "(0-3)", AT_NEED_NOTHING, REG_CEREG, 3 },
	{ "+COPS", run_operator, NULL, AT_NEED_SIM, REG_NONE, 0 },
	{ "+CIREG", run_ims, NULL, AT_NEED_SIM, REG_NONE, 0 },
	{ "+CSQ", run_signal, "(0-31,99),(0-7,99)", AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CUSD", run_ussd, "(0-2)", AT_NEED_SIM, REG_NONE, 0 },
	{ "+CLCK", run_lock, "(\"SC\")", AT_NEED_SIM, REG_NONE, 0 },
};

const struct at_table at_table_net = { rows, sizeof(rows) / sizeof(rows[0]) };

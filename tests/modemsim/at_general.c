/* V.250 and the general commands of TS 27.007. */
#include "tests/modemsim/at.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "firmware/base/str.h"

static int run_echo(struct at_call *call)
{
	if (!call->modem->set.echo_stays)
		call->modem->regs.echo =
			call->op == AT_OP_SET && !str_eq(call->args, "0");
	return AT_OK;
}

static int run_words(struct at_call *call)
{
	call->modem->regs.words = call->op == AT_OP_SET && !str_eq(call->args, "0");
	return AT_OK;
}

static int run_quiet(struct at_call *call)
{
	call->modem->regs.quiet = call->op == AT_OP_SET && !str_eq(call->args, "0");
	return AT_OK;
}

/* Z: as somebody stored it; &F: as it left the factory. */
static int run_defaults(struct at_call *call)
{
	struct modem_regs *regs = &call->modem->regs;
	bool echo = regs->echo;

	modem_regs_init(call->modem);
	if (str_eq(call->command->name, "Z"))
		return AT_OK;
	regs->echo = echo;
	regs->words = true;
	regs->quiet = false;
	return AT_OK;
}

static int run_identify(struct at_call *call)
{
	const struct settings *set = &call->modem->set;

	at_say(call, "Manufacturer: %s", set->maker);
	at_say(call, "Model: %s", set->model);
	at_say(call, "Revision: %s", set->revision);
	at_say(call, "IMEI: %s", call->modem->imei);
	return AT_OK;
}

static int run_text(struct at_call *call, const char *text)
{
	if (call->op != AT_OP_RUN)
		return AT_FAIL;
	at_say(call, "%s", text);
	return AT_OK;
}

static int run_maker(struct at_call *call)
{
	return run_text(call, call->modem->set.maker);
}

static int run_model(struct at_call *call)
{
	return run_text(call, call->modem->set.model);
}

static int run_revision(struct at_call *call)
{
	return run_text(call, call->modem->set.revision);
}

static int run_serial(struct at_call *call)
{
	return run_text(call, call->modem->imei);
}

static int run_charset(struct at_call *call)
{
	const char *args = call->args;
	char name[12];

	if (call->op == AT_OP_READ) {
		at_say(call, "+CSCS: \"%s\"", call->modem->regs.cscs);
		return AT_OK;
	}
	if (call->op != AT_OP_SET || !at_arg(&args, name, sizeof(name)) ||
		!settings_list_has("GSM,IRA,UCS2,8859-1,UTF-8", name))
		return AT_CME + 4;
	(void)str_copy(call->modem->regs.cscs, sizeof(call->modem->regs.cscs), name);
	return AT_OK;
}

/* +CFUN=<fun>[,<rst>], TS 27.007 8.2. */
static int run_functionality(struct at_call *call)
{
	struct modem *m = call->modem;
	const char *args = call->args;
	int fun = m->regs.number[REG_CFUN];
	int reset = 0;

	if (call->op == AT_OP_READ)
		return at_register(call);
	if (call->op != AT_OP_SET || !at_arg_int(&args, 0, 4, &fun) || fun == 2 ||
		fun == 3)
		return AT_CME + 4;
	if (*args != '\0' && !at_arg_int(&args, 0, 1, &reset))
		return AT_CME + 4;
	m->regs.number[REG_CFUN] = fun;
	if (reset)
		m->after |= MODEM_AFTER_RESET;
	else
		modem_registration_changed(m);
	return AT_OK;
}

static int run_battery(struct at_call *call)
{
	at_say(call, "+CBC: 0,95");
	return AT_OK;
}

/* +CCLK?, TS 27.007 8.15: local time and its zone in quarters of an hour. */
static int run_clock(struct at_call *call)
{
	int zone = call->modem->set.zone_min;
	time_t local = time(NULL) + zone * 60;
	struct tm tm;

	if (call->op != AT_OP_READ || !gmtime_r(&local, &tm))
		return AT_CME + 4;
	at_say(call, "+CCLK: \"%02d/%02d/%02d,%02d:%02d:%02d%c%02d\"", tm.tm_year % 100,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		zone < 0 ? '-' : '+', abs(zone) / 15);
	return AT_OK;
}

/* +CEER, TS 27.007 6.10. */
static int run_report(struct at_call *call)
{
	const struct settings *set = &call->modem->set;

	if (!modem_is_registered(call->modem) && set->reject > 0)
		at_say(call, "+CEER: rejected, cause %u", set->reject);
	else
		at_say(call, "+CEER: no report");
	return AT_OK;
}

static int run_capabilities(struct at_call *call)
{
	at_say(call, "+GCAP: +CGSM,+DS");
	return AT_OK;
}

static int run_activity(struct at_call *call)
{
	at_say(call, "+CPAS: 0");
	return AT_OK;
}

static int run_dial(struct at_call *call)
{
	modem_urc(call->modem, "NO CARRIER");
	return AT_QUIET;
}

static const struct at_command rows[] = {
	{ "E", run_echo, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "Z", run_defaults, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "&F", run_defaults, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "I", run_identify, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "V", run_words, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "Q", run_quiet, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "X", at_ignore, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "S", at_ignore, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "H", at_ignore, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "&C", at_ignore, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "&D", at_ignore, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "&K", at_ignore, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "&W", at_ignore, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "D", run_dial, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+IPR", at_ignore, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+IFC", at_ignore, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+ICF", at_ignore, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CGMI", run_maker, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+GMI", run_maker, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CGMM", run_model, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+GMM", run_model, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CGMR", run_revision, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+GMR", run_revision, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CGSN", run_serial, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+GSN", run_serial, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+GCAP", run_capabilities, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CMEE", at_register, "(0-2)", AT_NEED_NOTHING, REG_CMEE, 2 },
	{ "+CSCS", run_charset, "(\"GSM\",\"IRA\",\"UCS2\",\"8859-1\",\"UTF-8\")",
		AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CFUN", run_functionality, "(0,1,4),(0,1)", AT_NEED_NOTHING, REG_CFUN, 4 },
	{ "+CBC", run_battery, "(0),(0-100)", AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CCLK", run_clock, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CEER", run_report, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CPAS", run_activity, "(0)", AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CLIP", at_register, "(0,1)", AT_NEED_NOTHING, REG_CLIP, 1 },
	{ "+CLCC", at_ignore, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
	{ "+CVHU", at_ignore, NULL, AT_NEED_NOTHING, REG_NONE, 0 },
};

const struct at_table at_table_general = { rows, sizeof(rows) / sizeof(rows[0]) };

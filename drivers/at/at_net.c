#include "drivers/at/at_net.h"

#include <ctype.h>
#include <string.h>

#include "drivers/at/at_parse_health.h"
#include "firmware/base/str.h"

#define LOG_MODULE "at"
#include "firmware/base/log.h"

#define STEPS(table)                                                                     \
	{                                                                                \
		(table), sizeof(table) / sizeof((table)[0])                              \
	}

static const char *const domain_prefix[AT_DOMAIN_COUNT] = {
	[AT_DOMAIN_CS] = "+CREG:",
	[AT_DOMAIN_PS] = "+CGREG:",
	[AT_DOMAIN_EPS] = "+CEREG:",
	[AT_DOMAIN_5GS] = "+C5GREG:",
};

static const char *const owns_cgmi[] = { "+CGMI:", "", NULL };
static const char *const owns_cgmm[] = { "+CGMM:", "", NULL };
static const char *const owns_cgmr[] = { "+CGMR:", "", NULL };
static const char *const owns_cgsn[] = { "+CGSN:", "+GSN:", "", NULL };
static const char *const owns_cimi[] = { "+CIMI:", "", NULL };
static const char *const owns_cpin[] = { "+CPIN:", NULL };
static const char *const owns_iccid[] = { "+CCID", "+ICCID:", "^ICCID:", "+QCCID:",
	"^SCID:", "#CCID:", "!ICCID:", "+ZGETICCID:", "+CRSM:", "", NULL };
static const char *const owns_tries[] = { "+CPINR:", "+SPIC:", "+QTRPIN:", "+QPINC:",
	"^CPIN:", "+ZPINPUK:", "+UPINCNT:", "+CPINC:", "#PCT:", "^SPIC:", NULL };
static const char *const owns_ceer[] = { "+CEER:", NULL };
static const char *const owns_cnum[] = { "+CNUM:", NULL };
static const char *const owns_creg[] = { "+CREG:", NULL };
static const char *const owns_cgreg[] = { "+CGREG:", NULL };
static const char *const owns_cereg[] = { "+CEREG:", NULL };
static const char *const owns_cfun[] = { "+CFUN:", NULL };
static const char *const owns_csq[] = { "+CSQ:", NULL };
static const char *const owns_cops[] = { "+COPS:", NULL };
static const char *const owns_csca[] = { "+CSCA:", NULL };

/* Some modems print several lines: the first that makes sense is kept. */
static bool keep_words(const char *text, size_t len, char *dst, size_t size)
{
	char word[64];

	if (dst[0] || !at_parse_words(text, len, word, sizeof(word)))
		return dst[0] != '\0';
	(void)str_copy(dst, size, word); /* a long name is shown cut */
	return true;
}

static bool take_manufacturer(void *ctx, const char *text, size_t len)
{
	struct modem_info *info = &((struct at_net *)ctx)->info;
	return keep_words(text, len, info->manufacturer, sizeof(info->manufacturer));
}

static bool take_model(void *ctx, const char *text, size_t len)
{
	struct modem_info *info = &((struct at_net *)ctx)->info;
	return keep_words(text, len, info->model, sizeof(info->model));
}

static bool take_revision(void *ctx, const char *text, size_t len)
{
	struct modem_info *info = &((struct at_net *)ctx)->info;
	return keep_words(text, len, info->revision, sizeof(info->revision));
}

static bool take_imei(void *ctx, const char *text, size_t len)
{
	struct modem_info *info = &((struct at_net *)ctx)->info;
	return at_parse_identity(text, len, info->imei, sizeof(info->imei));
}

/* What the family is chosen by is not left to one lost answer. */
#define NAME_FLAGS (AT_STEP_MAY_FAIL | AT_STEP_ASK_AGAIN)

static const struct at_step identify_steps[] = {
	{ .cmd = "ATE0", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CMEE=1", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CGMI",
		.owns = owns_cgmi,
		.line = take_manufacturer,
		.flags = NAME_FLAGS },
	{ .cmd = "AT+CGMM", .owns = owns_cgmm, .line = take_model, .flags = NAME_FLAGS },
	{ .cmd = "AT+CGMR",
		.owns = owns_cgmr,
		.line = take_revision,
		.flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CGSN",
		.owns = owns_cgsn,
		.line = take_imei,
		.flags = AT_STEP_MAY_FAIL },
};
const struct at_script at_net_identify = STEPS(identify_steps);

static bool take_cpin(void *ctx, const char *text, size_t len)
{
	struct at_net *net = ctx;
	return at_parse_cpin(text, len, &net->sim.state);
}

/* A refusal tells the state as well as an answer does. */
static void end_cpin(void *ctx, const struct at_result *result)
{
	struct at_net *net = ctx;
	(void)at_parse_sim_error(result->final, result->code, &net->sim.state);
}

/* Somebody may have switched the radio off (27.007 8.2), and with it the SIM of many
 * modems, or had it leave the network (27.007 7.3): asked where the SIM or the network is
 * not there. Set right once, until a network was found: some modems start anew for it. */

static bool has_no_sim(void *ctx, char *dst, size_t size)
{
	struct at_net *net = ctx;
	(void)dst;
	(void)size;
	net->is_radio_off = false;
	return net->sim.state == MODEM_SIM_ABSENT || net->sim.state == MODEM_SIM_FAILED ||
	       net->sim.state == MODEM_SIM_BUSY;
}

static bool has_no_net(void *ctx, char *dst, size_t size)
{
	struct at_net *net = ctx;
	enum modem_reg reg = at_net_reg(net);
	(void)dst;
	(void)size;
	net->is_radio_off = net->is_off_network = false;
	if (reg == MODEM_REG_HOME || reg == MODEM_REG_ROAMING)
		net->is_radio_changed = net->is_selection_changed = false;
	return reg == MODEM_REG_NONE;
}

static bool take_cfun(void *ctx, const char *text, size_t len)
{
	enum {
		FUN_MINIMUM = 0,
		FUN_FLIGHT = 4,
		FUN_NO_SIM = 19, /* u-blox: minimum, and the SIM off */
	};
	struct at_net *net = ctx;
	uint16_t fun;

	if (!at_parse_cfun(text, len, &fun))
		return false;
	net->is_radio_off = fun == FUN_MINIMUM || fun == FUN_FLIGHT || fun == FUN_NO_SIM;
	return true;
}

static bool wants_radio(void *ctx, char *dst, size_t size)
{
	struct at_net *net = ctx;
	(void)dst;
	(void)size;
	if (!net->is_radio_off || net->is_radio_changed)
		return false;
	net->is_radio_changed = true;
	log_warn("its radio was off, and is switched on");
	return true;
}

static void end_radio(void *ctx, const struct at_result *result)
{
	struct at_net *net = ctx;

	if (result->final == AT_FINAL_OK)
		net->sim.state = MODEM_SIM_BUSY; /* it starts now */
}

#define RADIO_STEPS(is_missing)                                                          \
	{ .cmd = "AT+CFUN?",                                                             \
		.make = (is_missing),                                                    \
		.owns = owns_cfun,                                                       \
		.line = take_cfun,                                                       \
		.flags = AT_STEP_MAY_FAIL },                                             \
	{                                                                                \
		.cmd = "AT+CFUN=1", .make = wants_radio, .end = end_radio,               \
		.deadline = DEADLINE_RESET, .flags = AT_STEP_MAY_FAIL                    \
	}

static bool is_sim_there(void *ctx, char *dst, size_t size)
{
	const struct at_net *net = ctx;
	(void)dst;
	(void)size;
	return net->sim.state != MODEM_SIM_ABSENT && net->sim.state != MODEM_SIM_FAILED &&
	       net->sim.state != MODEM_SIM_BUSY;
}

static bool is_sim_ready(void *ctx, char *dst, size_t size)
{
	const struct at_net *net = ctx;
	(void)dst;
	(void)size;
	return net->sim.state == MODEM_SIM_READY;
}

static bool needs_tries(const struct at_net *net)
{
	return (net->sim.state == MODEM_SIM_PIN || net->sim.state == MODEM_SIM_PUK) &&
	       net->sim.pin_tries < 0;
}

static bool make_family_tries(void *ctx, char *dst, size_t size)
{
	const struct at_net *net = ctx;
	return net->pin_tries_cmd && needs_tries(net) &&
	       str_copy(dst, size, net->pin_tries_cmd);
}

static bool make_tries(void *ctx, char *dst, size_t size)
{
	return needs_tries(ctx) && str_copy(dst, size, "AT+CPINR");
}

/* A modem may tell more than was asked, a line each. */
static bool take_tries(void *ctx, const char *text, size_t len)
{
	struct modem_sim_info *sim = &((struct at_net *)ctx)->sim;
	struct at_pin_tries tries;

	if (!at_parse_pin_tries(text, len, &tries))
		return true;
	if (tries.is_current && sim->state == MODEM_SIM_PUK)
		tries = (struct at_pin_tries){ .pin = 0, .puk = tries.pin };
	if (tries.pin >= 0)
		sim->pin_tries = tries.pin;
	if (tries.puk >= 0)
		sim->puk_tries = tries.puk;
	return true;
}

/* EF-ICCID can be read before the PIN, so that the right PIN can be chosen by it. */
static bool needs_iccid(void *ctx, char *dst, size_t size)
{
	const struct at_net *net = ctx;
	return is_sim_there(ctx, dst, size) && !net->sim.iccid[0];
}

static bool make_family_iccid(void *ctx, char *dst, size_t size)
{
	const struct at_net *net = ctx;
	return net->iccid_cmd && needs_iccid(ctx, dst, size) &&
	       str_copy(dst, size, net->iccid_cmd);
}

static bool take_iccid(void *ctx, const char *text, size_t len)
{
	struct at_net *net = ctx;
	return at_parse_iccid(text, len, net->sim.iccid, sizeof(net->sim.iccid));
}

static bool take_imsi(void *ctx, const char *text, size_t len)
{
	struct at_net *net = ctx;
	return at_parse_identity(text, len, net->sim.imsi, sizeof(net->sim.imsi));
}

static bool take_cnum(void *ctx, const char *text, size_t len)
{
	struct at_net *net = ctx;
	char number[sizeof(net->sim.msisdn)];

	if (!net->sim.msisdn[0] && at_parse_cnum(text, len, number, sizeof(number)) &&
		number[0] == '+')
		(void)str_copy(net->sim.msisdn, sizeof(net->sim.msisdn), number);
	return true;
}

#define ICCID_STEP(command)                                                              \
	{                                                                                \
		.cmd = (command), .make = needs_iccid, .owns = owns_iccid,               \
		.line = take_iccid, .deadline = DEADLINE_SIM, .flags = AT_STEP_MAY_FAIL  \
	}

static const struct at_step sim_steps[] = {
	{ .cmd = "AT+CPIN?",
		.owns = owns_cpin,
		.line = take_cpin,
		.end = end_cpin,
		.deadline = DEADLINE_SIM,
		.flags = AT_STEP_MAY_FAIL | AT_FLAG_OK_MAY_LACK },
	RADIO_STEPS(has_no_sim),
	{ .make = make_family_tries,
		.owns = owns_tries,
		.line = take_tries,
		.deadline = DEADLINE_SIM,
		.flags = AT_STEP_MAY_FAIL },
	{ .make = make_tries, /* 27.007 8.65 */
		.owns = owns_tries,
		.line = take_tries,
		.deadline = DEADLINE_SIM,
		.flags = AT_STEP_MAY_FAIL },
	{ .make = make_family_iccid,
		.owns = owns_iccid,
		.line = take_iccid,
		.deadline = DEADLINE_SIM,
		.flags = AT_STEP_MAY_FAIL },
	ICCID_STEP("AT+CCID"),
	ICCID_STEP("AT+ICCID"),
	ICCID_STEP("AT^ICCID?"),
	ICCID_STEP("AT+CRSM=176,12258,0,0,10"), /* READ BINARY of EF 2FE2 */
	{ .cmd = "AT+CIMI",
		.make = is_sim_ready,
		.owns = owns_cimi,
		.line = take_imsi,
		.deadline = DEADLINE_SIM,
		.flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CNUM",
		.make = is_sim_ready,
		.owns = owns_cnum,
		.line = take_cnum,
		.deadline = DEADLINE_SIM,
		.flags = AT_STEP_MAY_FAIL },
};
const struct at_script at_net_sim = STEPS(sim_steps);

static bool make_pin(void *ctx, char *dst, size_t size)
{
	const struct at_net *net = ctx;
	return net->puk[0] ? str_format(dst, size, "AT+CPIN=\"%s\",\"%s\"", net->puk,
				     net->pin)
			   : str_format(dst, size, "AT+CPIN=\"%s\"", net->pin);
}

static const struct at_step pin_steps[] = {
	{ .make = make_pin, .deadline = DEADLINE_PIN, .flags = AT_FLAG_SECRET },
};
const struct at_script at_net_pin = STEPS(pin_steps);

static bool take_reg(struct at_net *net, const char *text, size_t len, bool only_answer)
{
	struct at_reg reg;

	if (!at_parse_reg(text, len, &reg) || (only_answer && !reg.is_answer))
		return false;
	for (int i = 0; i < AT_DOMAIN_COUNT; i++)
		if (str_starts(text, domain_prefix[i])) {
			net->regs[i] = reg.stat;
			net->answered |= 1u << i;
		}
	if (reg.reject_cause)
		net->net.reject_cause = reg.reject_cause;
	return true;
}

static bool take_reg_answer(void *ctx, const char *text, size_t len)
{
	return take_reg(ctx, text, len, true);
}

static bool take_csq(void *ctx, const char *text, size_t len)
{
	struct at_net *net = ctx;
	return at_parse_csq(text, len, &net->net.rssi_dbm);
}

static bool take_cops(void *ctx, const char *text, size_t len)
{
	enum {
		MODE_DEREGISTER = 2
	};
	struct at_net *net = ctx;
	uint16_t mode;

	if (at_parse_cops_mode(text, len, &mode))
		net->is_off_network = mode == MODE_DEREGISTER;
	return at_parse_cops(
		text, len, net->net.operator_name, sizeof(net->net.operator_name));
}

static bool wants_network(void *ctx, char *dst, size_t size)
{
	struct at_net *net = ctx;
	(void)dst;
	(void)size;
	if (!net->is_off_network || net->is_selection_changed)
		return false;
	net->is_selection_changed = true;
	log_warn("it was told to leave the network, and selects one again");
	return true;
}

static bool take_csca(void *ctx, const char *text, size_t len)
{
	struct at_net *net = ctx;

	if (!at_parse_csca(text, len, net->net.smsc, sizeof(net->net.smsc)))
		return false;
	net->centre.is_gone = !net->net.smsc[0];
	if (net->centre.is_gone)
		return true;
	net->centre.is_restored = false;
	(void)str_copy(net->centre.number, sizeof(net->centre.number), net->net.smsc);
	(void)str_copy(net->centre.sim, sizeof(net->centre.sim), net->sim.iccid);
	return true; /* both as large */
}

/* 27.005 3.3.1. Without it nothing can be sent; the SIM had one, so it is given back,
 * once until it is told again. */
static bool make_centre(void *ctx, char *dst, size_t size)
{
	struct at_net *net = ctx;
	bool is_gone = net->centre.is_gone;
	bool is_its = net->sim.iccid[0] && str_eq(net->centre.sim, net->sim.iccid);

	net->centre.is_gone = false;
	if (!is_gone || !is_its || net->centre.is_restored)
		return false;
	net->centre.is_restored = true;
	log_warn("its service centre was gone, and is set again");
	return str_format(dst, size, "AT+CSCA=\"%s\",%d", net->centre.number,
		net->centre.number[0] == '+' ? 145 : 129); /* 24.008 10.5.4.7 */
}

static void end_centre(void *ctx, const struct at_result *result)
{
	struct at_net *net = ctx;

	if (result->final == AT_FINAL_OK)
		(void)str_copy(net->net.smsc, sizeof(net->net.smsc), net->centre.number);
}

static bool is_denied(void *ctx, char *dst, size_t size)
{
	(void)dst;
	(void)size;
	return at_net_reg(ctx) == MODEM_REG_DENIED;
}

static bool take_ceer(void *ctx, const char *text, size_t len)
{
	struct at_net *net = ctx;
	return at_parse_ceer(
		text, len, net->net.reject_words, sizeof(net->net.reject_words));
}

/* 27.007 7.2: <n>=3 adds why the network refused, and is not left on, as its news are in
 * a form that old modems print wrongly. */
#define DENIED_STEP(command, prefixes, taker)                                            \
	{                                                                                \
		.cmd = (command), .make = is_denied, .owns = (prefixes),                 \
		.line = (taker), .flags = AT_STEP_MAY_FAIL                               \
	}

static const struct at_step status_steps[] = {
	{ .cmd = "AT+CREG?",
		.owns = owns_creg,
		.line = take_reg_answer,
		.flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CGREG?",
		.owns = owns_cgreg,
		.line = take_reg_answer,
		.flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CEREG?",
		.owns = owns_cereg,
		.line = take_reg_answer,
		.flags = AT_STEP_MAY_FAIL },
	RADIO_STEPS(has_no_net),
	DENIED_STEP("AT+CREG=3", NULL, NULL),
	DENIED_STEP("AT+CREG?", owns_creg, take_reg_answer),
	DENIED_STEP("AT+CREG=1", NULL, NULL),
	DENIED_STEP("AT+CEREG=3", NULL, NULL),
	DENIED_STEP("AT+CEREG?", owns_cereg, take_reg_answer),
	DENIED_STEP("AT+CEREG=1", NULL, NULL),
	DENIED_STEP("AT+CEER", owns_ceer, take_ceer),
	{ .cmd = "AT+CSQ",
		.owns = owns_csq,
		.line = take_csq,
		.flags = AT_STEP_MAY_FAIL },
	/* 27.007 7.3: mode 3 sets the format alone, 0 is the long name */
	{ .cmd = "AT+COPS=3,0",
		.deadline = DEADLINE_OPERATOR,
		.flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+COPS?",
		.owns = owns_cops,
		.line = take_cops,
		.deadline = DEADLINE_OPERATOR,
		.flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+COPS=0",
		.make = wants_network,
		.deadline = DEADLINE_OPERATOR,
		.flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CSCA?",
		.owns = owns_csca,
		.line = take_csca,
		.deadline = DEADLINE_SIM,
		.flags = AT_STEP_MAY_FAIL },
	{ .make = make_centre,
		.end = end_centre,
		.deadline = DEADLINE_SIM,
		.flags = AT_STEP_MAY_FAIL },
};
const struct at_script at_net_status = STEPS(status_steps);

static bool make_reset(void *ctx, char *dst, size_t size)
{
	const struct at_net *net = ctx;
	return str_copy(dst, size, net->reset_cmd);
}

static const struct at_step reset_steps[] = {
	{ .make = make_reset, .deadline = DEADLINE_RESET },
};
const struct at_script at_net_reset = STEPS(reset_steps);

static const struct at_step ping_steps[] = {
	{ .cmd = "AT" },
};
const struct at_script at_net_ping = STEPS(ping_steps);

enum modem_reg at_net_reg(const struct at_net *net)
{
	static const enum modem_reg best_first[] = {
		MODEM_REG_HOME,
		MODEM_REG_ROAMING,
		MODEM_REG_SEARCHING,
		MODEM_REG_DENIED,
		MODEM_REG_UNKNOWN,
	};
	for (size_t i = 0; i < sizeof(best_first) / sizeof(best_first[0]); i++)
		for (int d = 0; d < AT_DOMAIN_COUNT; d++)
			if (net->regs[d] == best_first[i])
				return best_first[i];
	return MODEM_REG_NONE;
}

void at_net_settle(struct at_net *net)
{
	for (int d = 0; d < AT_DOMAIN_COUNT; d++)
		if (!(net->answered & 1u << d))
			net->regs[d] = MODEM_REG_NONE;
}

bool at_net_take_reg(struct at_net *net, const char *text)
{
	enum modem_reg before = at_net_reg(net);

	return take_reg(net, text, strlen(text), false) && at_net_reg(net) != before;
}

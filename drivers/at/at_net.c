#include "drivers/at/at_net.h"

#include <string.h>

#include "drivers/at/at_net_radio.h"
#include "drivers/at/at_parse_health.h"
#include "drivers/at/at_parse_net.h"
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
static const char *const owns_ceer[] = { "+CEER:", NULL };
static const char *const owns_creg[] = { "+CREG:", NULL };
static const char *const owns_cgreg[] = { "+CGREG:", NULL };
static const char *const owns_cereg[] = { "+CEREG:", NULL };
static const char *const owns_csq[] = { "+CSQ:", NULL };
static const char *const owns_cops[] = { "+COPS:", NULL };
static const char *const owns_cireg[] = { "+CIREG:", NULL };
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

static bool is_in_network(const struct at_net *net)
{
	enum modem_reg reg = at_net_reg(net);

	return reg == MODEM_REG_HOME || reg == MODEM_REG_ROAMING;
}

/* It may have been told to leave the network, too (27.007 7.3). */
static bool has_no_net(void *ctx, char *dst, size_t size)
{
	struct at_net *net = ctx;
	(void)dst;
	(void)size;
	net->is_radio_off = net->is_off_network = false;
	if (is_in_network(net))
		net->is_radio_changed = net->is_selection_changed = false;
	return at_net_reg(net) == MODEM_REG_NONE;
}

static void take_act(struct at_net *net, uint8_t act)
{
	enum modem_tech tech = at_tech_of_act(act, net->act8_is_lte);

	if (tech != MODEM_TECH_UNKNOWN)
		net->net.tech = tech;
}

static void forget_refusal(struct at_net *net)
{
	memset(&net->refused, 0, sizeof(net->refused));
}

/* words NULL: the ones before stay. */
static void note_refusal(struct at_net *net, uint8_t cause, const char *words)
{
	net->refused.cause = cause;
	if (words) /* as large, as is the other */
		(void)str_copy(net->refused.words, sizeof(net->refused.words), words);
	(void)str_copy(net->refused.sim, sizeof(net->refused.sim), net->sim.iccid);
}

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
	if (reg.stat == MODEM_REG_HOME || reg.stat == MODEM_REG_ROAMING)
		take_act(net, reg.act);
	if (reg.reject_cause) {
		net->net.reject_cause = reg.reject_cause; /* surer than its words */
		note_refusal(net, reg.reject_cause, NULL);
	}
	if (is_in_network(net))
		forget_refusal(net);
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
	uint8_t act;

	if (at_parse_cops_mode(text, len, &mode))
		net->is_off_network = mode == MODE_DEREGISTER;
	if (at_parse_cops_act(text, len, &act)) /* surer than +CREG: of this moment */
		take_act(net, act);
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

/* There is none below LTE. Many modems do not know the command, and are not asked again;
 * those that keep silent, not a third time. */
enum {
	IMS_TRIES = 2
};

static bool may_have_ims(void *ctx, char *dst, size_t size)
{
	struct at_net *net = ctx;
	bool may = net->ims_vain < IMS_TRIES && is_in_network(net) &&
		   (net->net.tech == MODEM_TECH_LTE || net->net.tech == MODEM_TECH_5G);
	(void)dst;
	(void)size;
	net->ims_vain = (uint8_t)(net->ims_vain + may);
	return may;
}

static bool take_cireg(void *ctx, const char *text, size_t len)
{
	struct at_net *net = ctx;

	if (!at_parse_cireg(text, len, &net->net.ims))
		return false;
	net->ims_vain = 0;
	return true;
}

static void end_cireg(void *ctx, const struct at_result *result)
{
	struct at_net *net = ctx;

	if (result->final != AT_FINAL_OK)
		net->ims_vain = IMS_TRIES;
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

/* After some refusals (24.008 4.4.4.7: causes 11 to 13) a modem goes on to look for a
 * network, or rests, and tells <stat> 2 or 0. Where it hears one all the same, and has
 * not only begun to look, it is asked, too. */
static bool may_be_refused(void *ctx, char *dst, size_t size)
{
	const struct at_net *net = ctx;
	enum modem_reg reg = at_net_reg(net);
	bool is_out = reg == MODEM_REG_NONE || reg == MODEM_REG_SEARCHING;
	(void)dst;
	(void)size;
	return reg == MODEM_REG_DENIED ||
	       (is_out && net->was_lost && net->net.rssi_dbm != 0);
}

/* As it was at the first of these steps: what is switched on is switched off again, also
 * where a network is found in between. */
static bool begin_refused(void *ctx, char *dst, size_t size)
{
	struct at_net *net = ctx;

	net->asks_why = may_be_refused(ctx, dst, size);
	return net->asks_why;
}

static bool asks_why(void *ctx, char *dst, size_t size)
{
	const struct at_net *net = ctx;
	(void)dst;
	(void)size;
	return net->asks_why;
}

/* The modem's last failure, of whatever kind: unless the network refuses it just now,
 * only words that speak of a refusal are one. */
static bool take_ceer(void *ctx, const char *text, size_t len)
{
	struct at_net *net = ctx;
	char words[sizeof(net->refused.words)];
	uint8_t cause;

	if (!at_parse_ceer(text, len, words, sizeof(words)))
		return false;
	cause = at_reject_cause_of_words(words);
	if (cause || at_net_reg(net) == MODEM_REG_DENIED)
		note_refusal(net, net->net.reject_cause ? net->net.reject_cause : cause,
			words);
	return true;
}

/* 27.007 7.2: <n>=3 adds why the network refused, and is not left on, as its news are in
 * a form that old modems print wrongly. */
#define REFUSED_STEP(command, prefixes, taker)                                           \
	{                                                                                \
		.cmd = (command), .make = asks_why, .owns = (prefixes), .line = (taker), \
		.flags = AT_STEP_MAY_FAIL                                                \
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
	AT_NET_RADIO_STEPS(has_no_net),
	{ .cmd = "AT+CSQ",
		.owns = owns_csq,
		.line = take_csq,
		.flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CREG=3", .make = begin_refused, .flags = AT_STEP_MAY_FAIL },
	REFUSED_STEP("AT+CREG?", owns_creg, take_reg_answer),
	REFUSED_STEP("AT+CREG=1", NULL, NULL),
	REFUSED_STEP("AT+CEREG=3", NULL, NULL),
	REFUSED_STEP("AT+CEREG?", owns_cereg, take_reg_answer),
	REFUSED_STEP("AT+CEREG=1", NULL, NULL),
	REFUSED_STEP("AT+CEER", owns_ceer, take_ceer),
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
	{ .cmd = "AT+CIREG?", /* 27.007 8.71 */
		.make = may_have_ims,
		.owns = owns_cireg,
		.line = take_cireg,
		.end = end_cireg,
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

static bool take_networks(void *ctx, const char *text, size_t len)
{
	struct at_net *net = ctx;
	return at_parse_cops_list(text, len, &net->networks);
}

static bool wants_search(void *ctx, char *dst, size_t size)
{
	const struct at_net *net = ctx;
	(void)dst;
	(void)size;
	return !net->is_search_moot;
}

/* 27.007 7.3. Some modems break the list over several lines. */
static const char *const owns_networks[] = { "+COPS:", "(", NULL };
static const struct at_step search_steps[] = {
	{ .cmd = "AT+COPS=?",
		.make = wants_search,
		.owns = owns_networks,
		.line = take_networks,
		.deadline = DEADLINE_SEARCH,
		.flags = AT_FLAG_CUT_WILL_DO }, /* more than we keep */
};
const struct at_script at_net_search = STEPS(search_steps);

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
	net->was_lost = !is_in_network(net);
	if (net->was_lost)
		net->net.tech = MODEM_TECH_UNKNOWN;
	if (!net->was_lost || !str_eq(net->refused.sim, net->sim.iccid))
		forget_refusal(net);
	net->net.reject_cause = net->refused.cause;
	(void)str_copy(net->net.reject_words, sizeof(net->net.reject_words),
		net->refused.words); /* as large */
}

bool at_net_take_reg(struct at_net *net, const char *text)
{
	enum modem_reg before = at_net_reg(net);

	return take_reg(net, text, strlen(text), false) && at_net_reg(net) != before;
}

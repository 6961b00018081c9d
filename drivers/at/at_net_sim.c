/*
 * The SIM's part of at_net: who it is, its PIN and PUK (TS 27.007 8.3, 8.65).
 */
#include "drivers/at/at_net_radio.h"

#include <string.h>

#include "drivers/at/at_parse_health.h"
#include "firmware/base/str.h"

#define LOG_MODULE "at"
#include "firmware/base/log.h"

#define STEPS(table)                                                                     \
	{                                                                                \
		(table), sizeof(table) / sizeof((table)[0])                              \
	}

static const char *const owns_cimi[] = { "+CIMI:", "", NULL };
static const char *const owns_cpin[] = { "+CPIN:", NULL };
static const char *const owns_iccid[] = { "+CCID", "+ICCID:", "^ICCID:", "+QCCID:",
	"^SCID:", "#CCID:", "!ICCID:", "+ZGETICCID:", "+CRSM:", "", NULL };
static const char *const owns_tries[] = { "+CPINR:", "+SPIC:", "+QTRPIN:", "+QPINC:",
	"^CPIN:", "+ZPINPUK:", "+UPINCNT:", "+CPINC:", "#PCT:", "^SPIC:", NULL };
static const char *const owns_cnum[] = { "+CNUM:", NULL };
const char *const at_net_owns_cfun[] = { "+CFUN:", NULL };

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

bool at_net_take_cfun(void *ctx, const char *text, size_t len)
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

bool at_net_wants_radio(void *ctx, char *dst, size_t size)
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

void at_net_end_radio(void *ctx, const struct at_result *result)
{
	struct at_net *net = ctx;

	if (result->final == AT_FINAL_OK)
		net->sim.state = MODEM_SIM_BUSY; /* it starts now */
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
	AT_NET_RADIO_STEPS(has_no_sim),
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

#include "drivers/at/at_health.h"

#include <string.h>

#include "drivers/at/at_parse.h"
#include "drivers/at/at_parse_clock.h"
#include "drivers/at/at_parse_health.h"
#include "drivers/at/at_parse_net.h"
#include "drivers/at/at_trace.h"
#include "firmware/base/str.h"

#define STEPS(table)                                                                     \
	{                                                                                \
		(table), sizeof(table) / sizeof((table)[0])                              \
	}

static const char *const owns_temperature[] = { "+CMTE:", "+CPMUTEMP:", "+QTEMP:",
	"^CHIPTEMP:", "#TEMPMEAS:", "^SCTM:", "+UTEMP:", "Temp state:", "Temperature:",
	NULL };
static const char *const owns_supply[] = {
	"+CBC:", "#CBC:", "^SBV:", "Power supply voltage:", NULL
};
static const char *const owns_clock[] = { "+CCLK:", "+QLTS:", "^NWTIME:", NULL };
static const char *const owns_cpin[] = { "+CPIN:", NULL };
static const char *const owns_csq[] = { "+CSQ:", NULL };
static const char *const owns_creg[] = { "+CREG:", NULL };
static const char *const owns_cereg[] = { "+CEREG:", NULL };
static const char *const owns_cops[] = { "+COPS:", NULL };
static const char *const owns_csca[] = { "+CSCA:", NULL };
static const char *const owns_cpms[] = { "+CPMS:", NULL };

void at_health_start(struct at_health *h)
{
	h->health = (struct modem_health){ .temperature_c = MODEM_UNKNOWN,
		.supply_mv = MODEM_UNKNOWN };
	h->test = (struct modem_self_test_result){ 0 };
	h->is_stopped = false;
}

void at_health_mark(
	struct at_health *h, enum modem_check_kind check, bool passed, const char *said)
{
	struct modem_check *c = &h->test.checks[check];

	c->verdict = passed ? MODEM_VERDICT_PASSED : MODEM_VERDICT_FAILED;
	if (said)
		at_trace_mask(said, c->said, sizeof(c->said));
}

/* Readings. */

static bool make_temperature(void *ctx, char *dst, size_t size)
{
	const struct at_health *h = ctx;
	return h->temperature_cmd && str_copy(dst, size, h->temperature_cmd);
}

static bool make_supply(void *ctx, char *dst, size_t size)
{
	const struct at_health *h = ctx;
	return str_copy(dst, size, h->supply_cmd ? h->supply_cmd : "AT+CBC");
}

static bool take_temperature(void *ctx, const char *text, size_t len)
{
	struct at_health *h = ctx;
	int c;

	/* several lines, a place each: the hottest */
	if (at_parse_temperature(text, len, &c) && c > h->health.temperature_c)
		h->health.temperature_c = c;
	return true;
}

static bool take_supply(void *ctx, const char *text, size_t len)
{
	struct at_health *h = ctx;
	(void)at_parse_supply(text, len, &h->health.supply_mv); /* else not known */
	return true;
}

static bool make_clock(void *ctx, char *dst, size_t size)
{
	const struct at_health *h = ctx;
	return h->clock_cmd && str_copy(dst, size, h->clock_cmd);
}

static bool needs_clock(void *ctx, char *dst, size_t size)
{
	const struct at_health *h = ctx;
	(void)dst;
	(void)size;
	return !h->health.has_clock;
}

static bool take_clock(void *ctx, const char *text, size_t len)
{
	struct at_health *h = ctx;
	h->health.has_clock = at_parse_clock(text, len, &h->health.clock_utc_s) ||
			      at_parse_nitz(text, len, &h->health.clock_utc_s);
	return true;
}

static const struct at_step read_steps[] = {
	{ .make = make_temperature,
		.owns = owns_temperature,
		.line = take_temperature,
		.flags = AT_STEP_MAY_FAIL },
	{ .make = make_supply,
		.owns = owns_supply,
		.line = take_supply,
		.flags = AT_STEP_MAY_FAIL },
	{ .make = make_clock,
		.owns = owns_clock,
		.line = take_clock,
		.flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CCLK?",
		.make = needs_clock,
		.owns = owns_clock,
		.line = take_clock,
		.flags = AT_STEP_MAY_FAIL },
};
const struct at_script at_health_read = STEPS(read_steps);

/* The self-test: each step fails until an answer says otherwise. */

static bool begin(void *ctx, enum modem_check_kind check)
{
	struct at_health *h = ctx;

	if (h->is_stopped)
		return false;
	if (h->test.checks[check].verdict == MODEM_VERDICT_SKIPPED)
		at_health_mark(h, check, false, NULL);
	h->check = check;
	return true;
}

#define BEGIN(name, check)                                                               \
	static bool begin_##name(void *ctx, char *dst, size_t size)                      \
	{                                                                                \
		(void)dst;                                                               \
		(void)size;                                                              \
		return begin(ctx, check);                                                \
	}
BEGIN(answers, MODEM_CHECK_ANSWERS)
BEGIN(sim, MODEM_CHECK_SIM)
BEGIN(signal, MODEM_CHECK_SIGNAL)
BEGIN(network, MODEM_CHECK_NETWORK)
BEGIN(smsc, MODEM_CHECK_SMSC)
BEGIN(memory, MODEM_CHECK_MEMORY)

static void end_answers(void *ctx, const struct at_result *result)
{
	struct at_health *h = ctx;

	if (result->final == AT_FINAL_OK)
		at_health_mark(h, MODEM_CHECK_ANSWERS, true, "OK");
}

static bool take_sim(void *ctx, const char *text, size_t len)
{
	enum modem_sim_state state = MODEM_SIM_FAILED;
	bool ok = at_parse_cpin(text, len, &state) && state == MODEM_SIM_READY;

	at_health_mark(ctx, MODEM_CHECK_SIM, ok, text);
	return true;
}

static bool take_signal(void *ctx, const char *text, size_t len)
{
	int dbm = 0;
	bool ok = at_parse_csq(text, len, &dbm) && dbm != 0;

	at_health_mark(ctx, MODEM_CHECK_SIGNAL, ok, text);
	return true;
}

/* One domain will do. */
static bool take_network(void *ctx, const char *text, size_t len)
{
	struct at_health *h = ctx;
	struct at_reg reg = { 0 };
	bool ok = at_parse_reg(text, len, &reg) &&
		  (reg.stat == MODEM_REG_HOME || reg.stat == MODEM_REG_ROAMING);

	if (h->test.checks[MODEM_CHECK_NETWORK].verdict != MODEM_VERDICT_PASSED)
		at_health_mark(h, MODEM_CHECK_NETWORK, ok, text);
	return true;
}

static bool is_in_network(const struct at_health *h)
{
	return h->test.checks[MODEM_CHECK_NETWORK].verdict == MODEM_VERDICT_PASSED;
}

static bool begin_operator(void *ctx, char *dst, size_t size)
{
	const struct at_health *h = ctx;
	(void)dst;
	(void)size;
	return is_in_network(h) && !h->is_stopped;
}

static bool take_operator(void *ctx, const char *text, size_t len)
{
	struct at_health *h = ctx;
	uint8_t act;

	if (at_parse_cops_act(text, len, &act))
		h->test.tech = at_tech_of_act(act, h->act8_is_lte);
	return true;
}

static bool take_smsc(void *ctx, const char *text, size_t len)
{
	char smsc[24] = "";
	bool ok = at_parse_csca(text, len, smsc, sizeof(smsc)) && smsc[0];

	at_health_mark(ctx, MODEM_CHECK_SMSC, ok, text);
	return true;
}

static bool take_memory(void *ctx, const char *text, size_t len)
{
	struct modem_fill fill = { 0 };
	bool ok = at_parse_cpms_fill(text, len, &fill) && fill.used < fill.total;

	at_health_mark(ctx, MODEM_CHECK_MEMORY, ok, text);
	return true;
}

/* A refusal is kept as what was said. */
static void end_check(void *ctx, const struct at_result *result)
{
	struct at_health *h = ctx;
	struct modem_check *c = &h->test.checks[h->check];
	const char *kind = result->final == AT_FINAL_CMS ? "+CMS ERROR" : "+CME ERROR";

	if (result->final == AT_FINAL_OK || c->said[0])
		return;
	if (result->code == AT_CODE_NONE)
		(void)str_copy(c->said, sizeof(c->said), "ERROR"); /* fits */
	else
		(void)str_format(c->said, sizeof(c->said), "%s: %u", kind, result->code);
}

#define CHECK(command, name, answer)                                                     \
	{                                                                                \
		.cmd = (command), .make = begin_##name, .owns = owns_##answer,           \
		.line = take_##name, .end = end_check, .deadline = DEADLINE_SIM,         \
		.flags = AT_STEP_MAY_FAIL | AT_FLAG_OK_MAY_LACK                          \
	}

static const struct at_step test_steps[] = {
	{ .cmd = "AT", .make = begin_answers, .end = end_answers },
	CHECK("AT+CPIN?", sim, cpin),
	CHECK("AT+CSQ", signal, csq),
	CHECK("AT+CREG?", network, creg),
	CHECK("AT+CEREG?", network, cereg),
	{ .cmd = "AT+COPS?",
		.make = begin_operator,
		.owns = owns_cops,
		.line = take_operator,
		.deadline = DEADLINE_OPERATOR,
		.flags = AT_STEP_MAY_FAIL },
	CHECK("AT+CSCA?", smsc, csca),
	CHECK("AT+CPMS?", memory, cpms),
};
const struct at_script at_health_test = STEPS(test_steps);

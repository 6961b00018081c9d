#include "drivers/at/at_kept.h"

enum {
	READINGS_SURE = 10, /* in a row, until a sign that misled is trusted again */
};

static const char *const owns_cnmi[] = { "+CNMI:", NULL };
static const char *const owns_csms[] = { "+CSMS:", NULL };
static const char *const owns_creg[] = { "+CREG:", NULL };

static bool begin(void *ctx, char *dst, size_t size)
{
	struct at_kept *k = ctx;
	(void)dst;
	(void)size;
	k->is_forgotten = k->is_route_sure = false;
	return k->is_routed;
}

static bool is_same(int told, int now)
{
	return told == AT_CNMI_UNTOLD || now == AT_CNMI_UNTOLD || told == now;
}

/* Where texts and reports go. Of <mode> only that it is on: modems choose its details. */
static bool is_routed_so(const struct at_cnmi *told, const struct at_cnmi *now)
{
	return (told->mode > 0) == (now->mode > 0) && is_same(told->mt, now->mt) &&
	       is_same(told->ds, now->ds);
}

static bool take_route(void *ctx, const char *text, size_t len)
{
	struct at_kept *k = ctx;
	struct at_cnmi now;

	if (!at_parse_cnmi(text, len, &now))
		return false;
	bool is_kept = is_routed_so(&k->route, &now);

	k->is_forgotten = !is_kept && !k->is_route_vain;
	k->is_route_sure = is_kept || k->is_forgotten;
	k->is_route_vain = !is_kept;
	return true;
}

static bool needs_service(void *ctx, char *dst, size_t size)
{
	const struct at_kept *k = ctx;
	(void)dst;
	(void)size;
	return k->needs_ack && !k->is_forgotten;
}

static bool take_service(void *ctx, const char *text, size_t len)
{
	struct at_kept *k = ctx;
	uint16_t service;

	if (!at_parse_csms(text, len, &service))
		return false;
	k->is_forgotten = service == 0 && !k->is_service_vain;
	k->is_service_vain = service == 0;
	return true;
}

static bool needs_reg(void *ctx, char *dst, size_t size)
{
	const struct at_kept *k = ctx;
	(void)dst;
	(void)size;
	return !k->is_route_sure && !k->is_forgotten;
}

static bool take_reg(void *ctx, const char *text, size_t len)
{
	struct at_kept *k = ctx;
	struct at_reg reg;

	if (!at_parse_reg(text, len, &reg) || !reg.is_answer)
		return false;
	if (reg.n > 0) {
		k->reg_news_on += k->reg_news_on < READINGS_SURE;
		return true;
	}
	k->is_forgotten = k->reg_news_on >= (k->is_reg_news_vain ? READINGS_SURE : 1u);
	k->is_reg_news_vain |= k->is_forgotten;
	k->reg_news_on = 0;
	return true;
}

static const struct at_step check_steps[] = {
	{ .cmd = "AT+CNMI?",
		.make = begin,
		.owns = owns_cnmi,
		.line = take_route,
		.flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CSMS?",
		.make = needs_service,
		.owns = owns_csms,
		.line = take_service,
		.flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CREG?",
		.make = needs_reg,
		.owns = owns_creg,
		.line = take_reg,
		.flags = AT_STEP_MAY_FAIL },
};
const struct at_script at_kept_check = { check_steps,
	sizeof(check_steps) / sizeof(check_steps[0]) };

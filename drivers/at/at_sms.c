/*
 * Set-up, listing, reading, deleting and acknowledging, as tables.
 */
#include "drivers/at/at_sms.h"

#include <string.h>

#include "drivers/at/at_parse_health.h"
#include "drivers/at/at_route.h"
#include "firmware/base/str.h"

#define LOG_MODULE "at"
#include "firmware/base/log.h"

#define STEPS(table)                                                                     \
	{                                                                                \
		(table), sizeof(table) / sizeof((table)[0])                              \
	}

enum {
	STAT_RECEIVED_READ = 1, /* 27.005 3.1 <stat>: 2 and 3 were written here */
	CMS_NO_ACK_EXPECTED =
		340, /* 27.005 3.2.5: none was asked for, or it is too late */
};

static const char *const store_names[] = {
	[MODEM_STORE_SM] = "SM",
	[MODEM_STORE_ME] = "ME",
	[MODEM_STORE_SR] = "SR",
};

static const char *const owns_cpms[] = { "+CPMS:", NULL };
static const char *const owns_cnmi[] = { "+CNMI:", NULL };
static const char *const owns_csms[] = { "+CSMS:", NULL };
static const char *const owns_cmgl[] = { "+CMGL:", NULL };
static const char *const owns_cmgr[] = { "+CMGR:", NULL };

void at_sms_init(struct at_sms *sms)
{
	*sms = (struct at_sms){
		.direct_lengths = sms->direct_lengths,
		.odd_direct = sms->odd_direct,
		.selected = MODEM_STORE_NONE,
		/* until +CPMS=? says otherwise */
		.memories = { .read = 1u << MODEM_STORE_SM,
			.receive = 1u << MODEM_STORE_SM },
	};
}

/* Set-up. */

static bool take_cpms_list(void *ctx, const char *text, size_t len)
{
	struct at_sms *sms = ctx;
	struct at_cpms_list list;

	if (at_parse_cpms_list(text, len, &list) && list.read)
		sms->memories = list;
	return true;
}

/* The SIM's own memory first: what waits there goes with the SIM when it is moved to
 * another modem, while ME would hand one SIM's messages to the next. */
static enum modem_store reception_store(const struct at_sms *sms)
{
	if (sms->memories.receive & 1u << MODEM_STORE_SM)
		return MODEM_STORE_SM;
	return sms->memories.receive & 1u << MODEM_STORE_ME ? MODEM_STORE_ME
							    : MODEM_STORE_NONE;
}

/* <mem1>[,<mem2>[,<mem3>]]: not all modems take three. */
static bool make_cpms(struct at_sms *sms, char *dst, size_t size, const char *fmt3)
{
	enum modem_store store = reception_store(sms);

	if (store == MODEM_STORE_NONE || sms->selected == store)
		return false;
	sms->store = store;
	bool ok = str_copy(dst, size, "AT+CPMS=");
	for (const char *p = fmt3; *p; p++)
		ok = ok && str_append_format(dst, size, "%s\"%s\"", p == fmt3 ? "" : ",",
				   store_names[store]);
	return ok;
}

static bool make_cpms_three(void *ctx, char *dst, size_t size)
{
	struct at_sms *sms = ctx;

	sms->selected = MODEM_STORE_NONE;
	return make_cpms(sms, dst, size, "mmm");
}

static bool make_cpms_two(void *ctx, char *dst, size_t size)
{
	return make_cpms(ctx, dst, size, "mm");
}

static bool make_cpms_one(void *ctx, char *dst, size_t size)
{
	return make_cpms(ctx, dst, size, "m");
}

/* 27.005 3.2.2: the answer to a selection tells how full the memory is. */
static bool take_fill(void *ctx, const char *text, size_t len)
{
	struct at_sms *sms = ctx;
	(void)at_parse_cpms_fill(text, len, &sms->fill[sms->store]); /* else as it was */
	return true;
}

static void end_cpms(void *ctx, const struct at_result *result)
{
	struct at_sms *sms = ctx;
	sms->selected = result->final == AT_FINAL_OK ? sms->store : MODEM_STORE_NONE;
}

#define CPMS_STEP(maker)                                                                 \
	{                                                                                \
		.make = (maker), .owns = owns_cpms, .line = take_fill, .end = end_cpms,  \
		.deadline = DEADLINE_SIM, .flags = AT_STEP_MAY_FAIL                      \
	}
#define ROUTE                                                                            \
	{ .make = at_route_make_service,                                                 \
		.owns = owns_csms,                                                       \
		.end = at_route_end_service,                                             \
		.flags = AT_STEP_MAY_FAIL },                                             \
	{                                                                                \
		.make = at_route_make, .end = at_route_end, .flags = AT_STEP_MAY_FAIL    \
	}
#define FOUR_ROUTES ROUTE, ROUTE, ROUTE, ROUTE

static bool wants_flow(void *ctx, char *dst, size_t size)
{
	struct at_sms *sms = ctx;
	(void)dst;
	(void)size;
	sms->has_flow = false;
	return sms->wants_flow;
}

static void end_flow(void *ctx, const struct at_result *result)
{
	struct at_sms *sms = ctx;
	sms->has_flow = result->final == AT_FINAL_OK;
}

/* 27.007 5.5. Somebody may have stored UCS2: then names come, and USSD codes are wanted,
 * in hex. Modems without IRA have the alphabet of the messages themselves. */
static bool start_charset(void *ctx, char *dst, size_t size)
{
	struct at_sms *sms = ctx;
	(void)dst;
	(void)size;
	sms->lacks_ira = false;
	return true;
}

static void end_ira(void *ctx, const struct at_result *result)
{
	struct at_sms *sms = ctx;
	sms->lacks_ira = result->final != AT_FINAL_OK;
}

static bool lacks_ira(void *ctx, char *dst, size_t size)
{
	(void)dst;
	(void)size;
	return ((const struct at_sms *)ctx)->lacks_ira;
}

static const struct at_step setup_steps[] = {
	{ .cmd = "ATE0", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+IFC=2,2", /* V.250 6.2.12: RTS and CTS, both ways */
		.make = wants_flow,
		.end = end_flow,
		.flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CMEE=1", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CMGF=0", .deadline = DEADLINE_SIM }, /* nothing works without */
	{ .cmd = "AT+CSCS=\"IRA\"",
		.make = start_charset,
		.end = end_ira,
		.flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CSCS=\"GSM\"", .make = lacks_ira, .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CPMS=?",
		.owns = owns_cpms,
		.line = take_cpms_list,
		.deadline = DEADLINE_SIM,
		.flags = AT_STEP_MAY_FAIL },
	CPMS_STEP(make_cpms_three), CPMS_STEP(make_cpms_two), CPMS_STEP(make_cpms_one),
	{ .cmd = "AT+CNMI=?",
		.make = at_route_begin,
		.owns = owns_cnmi,
		.line = at_route_take_ranges,
		.flags = AT_STEP_MAY_FAIL },
	FOUR_ROUTES, FOUR_ROUTES, FOUR_ROUTES, FOUR_ROUTES, /* AT_ROUTE_WAYS */
	{ .cmd = "AT+CMMS=2",
		.flags = AT_STEP_MAY_FAIL }, /* keep the link between parts */
	{ .cmd = "AT+CREG=1", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CEREG=1", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CLIP=1", .flags = AT_STEP_MAY_FAIL }, /* who rings: 27.007 7.11 */
};
const struct at_script at_sms_setup = STEPS(setup_steps);

/* Reading. */

static void warn_once(struct at_sms *sms, const char *what)
{
	if (!sms->has_odd)
		log_warn("memory=%s index=%u %s", store_names[sms->head.store],
			sms->head.index, what);
	sms->has_odd = true;
}

/* Of an answer: drafts are no messages. What is no PDU, or not all of one, is told once a
 * dialogue. */
static void emit_answer(struct at_sms *sms, const char *pdu)
{
	const struct at_stored *head = &sms->head;
	uint8_t octets[MODEM_PDU_MAX];
	size_t n;

	if (head->stat > STAT_RECEIVED_READ)
		return;
	if (!at_parse_pdu(pdu, strlen(pdu), octets, &n)) {
		warn_once(sms, "holds no PDU");
	} else if (at_lengths_doubt(&sms->lengths, head, octets, n)) {
		warn_once(sms, "was not read whole");
		sms->is_cut = true;
	} else {
		at_sms_emit_pdu(head, octets, n, sms->each, sms->user);
	}
}

static bool take_listed(void *ctx, const char *text, size_t len)
{
	struct at_sms *sms = ctx;
	struct at_stored head;

	if (at_parse_cmgl(text, len, &head)) {
		sms->head = head;
		sms->has_head = true;
		return true;
	}
	if (!sms->has_head) /* a header we could not read, or its PDU */
		return true;
	sms->has_head = false;
	sms->head.store = sms->store;
	emit_answer(sms, text);
	return true;
}

static bool take_read(void *ctx, const char *text, size_t len)
{
	struct at_sms *sms = ctx;

	if (!sms->has_head) { /* an odd header does not cost us the message */
		if (!at_parse_cmgr(text, len, &sms->head))
			sms->head = (struct at_stored){ 0 };
		sms->has_head = true;
		return true;
	}
	sms->has_head = false;
	sms->head.store = sms->store;
	sms->head.index = sms->index;
	emit_answer(sms, text);
	return true;
}

/* Makes store <mem1>, which alone is listed, read and deleted from; the memory for
 * reception (<mem3>) is left alone. */
static bool make_select(void *ctx, char *dst, size_t size)
{
	struct at_sms *sms = ctx;

	sms->has_head = sms->has_odd = false;
	return sms->selected != sms->store && !sms->wants_three &&
	       str_format(dst, size, "AT+CPMS=\"%s\"", store_names[sms->store]);
}

/* For modems that refuse less than three memories. The last try: what follows must not
 * run on another memory. */
static bool make_select_three(void *ctx, char *dst, size_t size)
{
	const struct at_sms *sms = ctx;
	enum modem_store receive = reception_store(sms);
	const char *other =
		store_names[receive == MODEM_STORE_NONE ? sms->store : receive];

	return sms->selected != sms->store &&
	       str_format(dst, size, "AT+CPMS=\"%s\",\"%s\",\"%s\"",
		       store_names[sms->store], other, other);
}

static bool make_sweep_three(void *ctx, char *dst, size_t size)
{
	const struct at_sms *sms = ctx;

	return sms->memories.read & 1u << sms->store && make_select_three(ctx, dst, size);
}

static void end_select_three(void *ctx, const struct at_result *result)
{
	struct at_sms *sms = ctx;

	end_cpms(ctx, result);
	sms->wants_three |= result->final == AT_FINAL_OK;
}

static bool make_sweep_select(
	struct at_sms *sms, enum modem_store store, char *dst, size_t size)
{
	sms->store = store;
	if (!(sms->memories.read & 1u << store))
		return false;
	if (store == reception_store(sms)) /* others may be named and yet not there */
		sms->unlisted |= 1u << store;
	return make_select(sms, dst, size);
}

static bool make_select_sm(void *ctx, char *dst, size_t size)
{
	return make_sweep_select(ctx, MODEM_STORE_SM, dst, size);
}

static bool make_select_me(void *ctx, char *dst, size_t size)
{
	return make_sweep_select(ctx, MODEM_STORE_ME, dst, size);
}

static bool make_select_sr(void *ctx, char *dst, size_t size) /* the first of a sweep */
{
	struct at_sms *sms = ctx;
	sms->unlisted = 0;
	at_lengths_begin(&sms->lengths);
	return make_sweep_select(sms, MODEM_STORE_SR, dst, size);
}

static bool start_list(void *ctx, char *dst, size_t size)
{
	struct at_sms *sms = ctx;
	(void)dst;
	(void)size;
	sms->has_head = sms->is_refused = sms->is_cut = false;
	if (sms->selected != sms->store)
		return false;
	sms->unlisted |= 1u << sms->store; /* until it ends well; silence has no end */
	return true;
}

/* 27.005 3.2.5: 321 is an index with nothing behind it, some say it of nothing at all. */
static void end_list(void *ctx, const struct at_result *result)
{
	struct at_sms *sms = ctx;
	bool is_empty = result->final == AT_FINAL_CMS && result->code == 321;

	sms->is_refused = result->final != AT_FINAL_OK && !is_empty;
	if (!sms->is_refused && !sms->is_cut)
		sms->unlisted &= ~(1u << sms->store);
}

static bool is_list_refused(void *ctx, char *dst, size_t size)
{
	(void)dst;
	(void)size;
	return ((const struct at_sms *)ctx)->is_refused;
}

/* A list that was refused is no loss where the memory is empty. */
static bool take_fill_refused(void *ctx, const char *text, size_t len)
{
	struct at_sms *sms = ctx;
	struct modem_fill fill;

	if (at_parse_cpms_fill(text, len, &fill) && fill.used == 0)
		sms->unlisted &= ~(1u << sms->store);
	return take_fill(sms, text, len);
}

static bool make_read(void *ctx, char *dst, size_t size)
{
	struct at_sms *sms = ctx;

	at_lengths_begin(&sms->lengths);
	return str_format(dst, size, "AT+CMGR=%u", sms->index);
}

static bool make_delete(void *ctx, char *dst, size_t size)
{
	const struct at_sms *sms = ctx;
	return str_format(dst, size, "AT+CMGD=%u", sms->index);
}

/* The next selection may be minutes away; what was told stands until then. */
static void end_delete(void *ctx, const struct at_result *result)
{
	struct at_sms *sms = ctx;
	struct modem_fill *fill = &sms->fill[sms->store];

	if (result->final == AT_FINAL_OK && fill->used > 0)
		fill->used--;
}

/* 27.005 3.4.2: 4 is every status. An empty memory may answer with an error. */
#define LIST_STEP                                                                        \
	{                                                                                \
		.cmd = "AT+CMGL=4", .make = start_list, .owns = owns_cmgl,               \
		.line = take_listed, .end = end_list, .deadline = DEADLINE_LIST,         \
		.flags = AT_STEP_MAY_FAIL | AT_FLAG_DATA                                 \
	}
#define FILL_STEP                                                                        \
	{                                                                                \
		.cmd = "AT+CPMS?", .make = is_list_refused, .owns = owns_cpms,           \
		.line = take_fill_refused, .deadline = DEADLINE_SIM,                     \
		.flags = AT_STEP_MAY_FAIL                                                \
	}

#define SELECT_THREE_STEP(maker, step_flags)                                             \
	{                                                                                \
		.make = (maker), .owns = owns_cpms, .line = take_fill,                   \
		.end = end_select_three, .deadline = DEADLINE_SIM, .flags = (step_flags) \
	}

static const struct at_step sweep_steps[] = {
	CPMS_STEP(make_select_sr),
	SELECT_THREE_STEP(make_sweep_three, AT_STEP_MAY_FAIL),
	LIST_STEP,
	FILL_STEP,
	CPMS_STEP(make_select_me),
	SELECT_THREE_STEP(make_sweep_three, AT_STEP_MAY_FAIL),
	LIST_STEP,
	FILL_STEP,
	CPMS_STEP(make_select_sm), /* last: it is read most in between */
	SELECT_THREE_STEP(make_sweep_three, AT_STEP_MAY_FAIL),
	LIST_STEP,
	FILL_STEP,
};
const struct at_script at_sms_sweep = STEPS(sweep_steps);

static const struct at_step fetch_steps[] = {
	CPMS_STEP(make_select),
	SELECT_THREE_STEP(make_select_three, 0),
	{ .make = make_read,
		.owns = owns_cmgr,
		.line = take_read,
		.deadline = DEADLINE_SIM,
		.flags = AT_FLAG_DATA },
};
const struct at_script at_sms_fetch = STEPS(fetch_steps);

static const struct at_step delete_steps[] = {
	CPMS_STEP(make_select),
	SELECT_THREE_STEP(make_select_three, 0),
	{ .make = make_delete, .end = end_delete, .deadline = DEADLINE_SIM },
};
const struct at_script at_sms_delete = STEPS(delete_steps);

/* 27.005 3.4.4: "AT+CNMA" is for both modes; some modems want <n> in PDU mode. */
static bool begin_ack(void *ctx, char *dst, size_t size)
{
	struct at_sms *sms = ctx;
	(void)dst;
	(void)size;
	sms->ack = AT_ACK_SILENT;
	return sms->needs_ack && !sms->wants_ack_n;
}

static bool make_ack_n(void *ctx, char *dst, size_t size)
{
	struct at_sms *sms = ctx;
	(void)dst;
	(void)size;
	return sms->needs_ack && sms->wants_ack_n;
}

static void end_ack(void *ctx, const struct at_result *result)
{
	struct at_sms *sms = ctx;

	if (result->final == AT_FINAL_OK)
		sms->ack = AT_ACK_TAKEN;
	else if (result->final == AT_FINAL_CMS && result->code == CMS_NO_ACK_EXPECTED)
		sms->ack = AT_ACK_LATE;
	else
		sms->ack = AT_ACK_REFUSED;
	if (sms->ack == AT_ACK_REFUSED)
		sms->wants_ack_n =
			!sms->wants_ack_n; /* the other way, now or next time */
}

static const struct at_step ack_steps[] = {
	{ .cmd = "AT+CNMA",
		.make = begin_ack,
		.end = end_ack,
		.flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CNMA=0",
		.make = make_ack_n,
		.end = end_ack,
		.flags = AT_STEP_MAY_FAIL },
};
const struct at_script at_sms_ack = STEPS(ack_steps);

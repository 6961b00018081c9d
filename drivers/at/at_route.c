/*
 * Where what comes in goes. A text never hangs on our life alone. It is stored in the
 * modem, which tells of it (<mt> 1). Where a modem can but hand it on (<mt> 2), it is
 * acknowledged (+CSMS=1 and +CNMA, 27.005 3.4.4) once it is committed here: until then
 * the network has it, and gives it again. Where a modem takes no acknowledgements either,
 * it is stored without a word (<mt> 0), and the sweeps come each minute.
 *
 * Reports go with less care. Routed directly (<ds> 1) one costs no command; but one that
 * comes while nobody listens is lost. Stored in SR (<ds> 2) it waits, and costs reading
 * and deleting between two submits; acknowledged one command, and whether a report that
 * was not acknowledged comes again is the network's choice, while the modem stops routing
 * (27.005 3.4.4). Measured with 20 ms a command and 1500 ms a submit, 8 modems busy:
 * utilisation 0.998 directly, 0.987 acknowledged, 0.978 stored. So: directly while we
 * live, and acknowledged only where the texts are; stored from an orderly end on
 * (at_sms_park) until the sweep of the next start. What is left is the second or two
 * after a crash.
 */
#include "drivers/at/at_route.h"

#include <assert.h>
#include <string.h>

#include "firmware/base/str.h"

struct way {
	bool is_familys; /* at_sms.cnmi */
	char mt;
	const char *ds;	   /* the first that the ranges have */
	const char *fixed; /* for modems that do not tell their ranges */
};

/* Reports that come at once may be for those alone who acknowledge them, whatever the
 * ranges say: then stored. */
static const struct way ways[] = {
	{ .is_familys = true },
	{ .mt = '1', .ds = "12" },
	{ .mt = '1', .ds = "2" },
	{ .mt = '1', .fixed = "2,1,0,1,0" },
	{ .mt = '1', .fixed = "2,1,0,2,0" },
	{ .mt = '1', .fixed = "1,1,0,1,0" },
	{ .mt = '1', .fixed = "2,1,0,0,0" },
	{ .mt = '1', .fixed = "1,1,0,0,0" },
	{ .mt = '1', .fixed = "2,1" },
	{ .mt = '2', .ds = "12" },
	{ .mt = '2', .ds = "2" },
	{ .mt = '2', .fixed = "2,2,0,1,0" },
	{ .mt = '2', .fixed = "2,2" },
	{ .mt = '0', .ds = "12" },
	{ .mt = '0', .ds = "2" },
	{ .mt = '0', .fixed = "2,0" },
};
static_assert(sizeof(ways) / sizeof(ways[0]) == AT_ROUTE_WAYS, "one step each");

/* The first of the wishes (digits) that the mask has; '0' if none. */
static char choose(uint16_t mask, const char *wishes)
{
	for (; *wishes; wishes++)
		if (mask & 1u << (*wishes - '0'))
			return *wishes;
	return '0';
}

static bool has(uint16_t mask, char digit)
{
	return mask & 1u << (digit - '0');
}

/* mode: buffer while the link is busy. bm: no broadcasts. */
static bool write_route(
	const struct at_cnmi_ranges *r, char mt, char ds, char *dst, size_t size)
{
	return str_format(dst, size, "AT+CNMI=%c,%c,0,%c,%c", choose(r->mode, "213"), mt,
		ds, choose(r->bfr, "01"));
}

bool at_route_begin(void *ctx, char *dst, size_t size)
{
	struct at_sms *sms = ctx;
	(void)dst;
	(void)size;
	sms->is_routed = sms->has_ranges = false;
	sms->routes_tried = 0;
	sms->service = AT_SERVICE_UNTOLD;
	return true;
}

bool at_route_take_ranges(void *ctx, const char *text, size_t len)
{
	struct at_sms *sms = ctx;
	if (at_parse_cnmi_ranges(text, len, &sms->ranges))
		sms->has_ranges = true;
	return true;
}

static bool write_way(
	const struct at_sms *sms, const struct way *way, char *dst, size_t size)
{
	const struct at_cnmi_ranges *r = &sms->ranges;

	if (way->is_familys)
		return sms->cnmi && str_format(dst, size, "AT+CNMI=%s", sms->cnmi);
	if (sms->has_ranges && !has(r->mt, way->mt))
		return false;
	if (way->fixed)
		return str_format(dst, size, "AT+CNMI=%s", way->fixed);
	if (!sms->has_ranges || (way->ds[0] == '2' && !has(r->ds, '2')))
		return false;
	return write_route(r, way->mt, choose(r->ds, way->ds), dst, size);
}

/* Nobody would know of a text that it takes with it when we die. */
static bool is_unsafe(const struct at_sms *sms)
{
	return at_route_is_direct(&sms->route) &&
	       (sms->is_ack_vain ||
		       (sms->service == AT_SERVICE_ACKED && !sms->needs_ack));
}

static bool next_way(struct at_sms *sms)
{
	while (sms->routes_tried < AT_ROUTE_WAYS) {
		const struct way *way = &ways[sms->routes_tried++];

		if (write_way(sms, way, sms->wanted, sizeof(sms->wanted)) &&
			at_parse_cnmi(sms->wanted, strlen(sms->wanted), &sms->route) &&
			!is_unsafe(sms))
			return true;
	}
	return false;
}

/* 27.005 3.2.1. Not before it is known which one is wanted: a text that was routed to us
 * before our last end may still wait for its acknowledgement. */
bool at_route_make_service(void *ctx, char *dst, size_t size)
{
	struct at_sms *sms = ctx;

	sms->has_wanted = !sms->is_routed && next_way(sms);
	if (!sms->has_wanted)
		return false;
	enum at_service service =
		at_route_is_direct(&sms->route) ? AT_SERVICE_ACKED : AT_SERVICE_PLAIN;
	if (sms->service == service)
		return false;
	sms->service = service;
	sms->needs_ack = false;
	return str_format(dst, size, "AT+CSMS=%d", service == AT_SERVICE_ACKED);
}

void at_route_end_service(void *ctx, const struct at_result *result)
{
	struct at_sms *sms = ctx;
	sms->needs_ack = sms->service == AT_SERVICE_ACKED && result->final == AT_FINAL_OK;
}

bool at_route_make(void *ctx, char *dst, size_t size)
{
	const struct at_sms *sms = ctx;
	return sms->has_wanted && !is_unsafe(sms) && str_copy(dst, size, sms->wanted);
}

void at_route_end(void *ctx, const struct at_result *result)
{
	struct at_sms *sms = ctx;
	sms->is_routed = result->final == AT_FINAL_OK;
}

/* Texts are stored, too, from now on; what is routed to nobody would come late. */
static bool make_park_direct(const struct at_sms *sms, char *dst, size_t size)
{
	const struct at_cnmi_ranges *r = &sms->ranges;
	bool has_sr = sms->memories.read & 1u << MODEM_STORE_SR;

	if (!sms->has_ranges)
		return str_copy(dst, size, "AT+CNMI=2,0");
	return has(r->mt, '0') &&
	       write_route(r, '0', choose(r->ds, has_sr ? "21" : "1"), dst, size);
}

/* Reports only where the sweep can read them. */
static bool make_park(void *ctx, char *dst, size_t size)
{
	const struct at_sms *sms = ctx;

	if (sms->is_routed && at_route_is_direct(&sms->route))
		return make_park_direct(sms, dst, size);
	if (!sms->is_routed || !(sms->memories.read & 1u << MODEM_STORE_SR))
		return false;
	if (!sms->has_ranges)
		return str_copy(dst, size, "AT+CNMI=2,1,0,2,0");
	return has(sms->ranges.ds, '2') &&
	       write_route(&sms->ranges, choose(sms->ranges.mt, "1"), '2', dst, size);
}

static const struct at_step park_steps[] = {
	{ .make = make_park, .flags = AT_STEP_MAY_FAIL },
};
const struct at_script at_sms_park = { park_steps,
	sizeof(park_steps) / sizeof(park_steps[0]) };

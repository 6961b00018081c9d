#include "tests/modemsim/world.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/clock.h"
#include "firmware/base/str.h"
#include "tests/modemsim/phone.h"
#include "tests/modemsim/simtext.h"

enum {
	INBOUND_UNITS_MAX = 255 * 153,
	STATUS_FAILED = 0x40, /* TS 23.040 9.2.3.15: from here on not delivered */
	STATUS_PENDING = 0x20,
	STATUS_AGAIN_MS = 2000,
};

/* A status report under way, or a phone's own answer. */
struct report {
	struct report *next, *prev;
	struct world *world;
	struct timer timer;
	struct sim *sim;
	struct simpdu_status status;
	char recipient[SIMPDU_NUMBER_MAX];
	bool is_answer;
};

void world_init(struct world *world, struct loop *loop, struct simlog *log,
	const struct world_events *events)
{
	*world = (struct world){ .loop = loop, .log = log, .events = *events };
	rng_seed(&world->rng, 1, 1000);
}

static void report_free(struct report *report)
{
	struct world *world = report->world;

	timers_stop(&world->loop->timers, &report->timer);
	if (report->prev)
		report->prev->next = report->next;
	else
		world->reports = report->next;
	if (report->next)
		report->next->prev = report->prev;
	free(report);
}

void world_fini(struct world *world)
{
	struct report *next;

	for (struct report *report = world->reports; report; report = next) {
		next = report->next;
		timers_stop(&world->loop->timers, &report->timer);
		free(report);
	}
	world->reports = NULL;
	while (world->oldest)
		phone_forget(world, world->oldest);
}

static void world_queue(struct world *world, struct sim *sim, bool is_status,
	const uint8_t *pdu, size_t len)
{
	if (sim_queue(sim, is_status, pdu, len))
		world->events.offer(world->events.user, sim);
}

static void status_send(struct report *report)
{
	uint8_t pdu[SIMPDU_MAX];
	size_t len;

	report->status.done_ms = clock_wall_ms(clock_system());
	len = simpdu_status_encode(&report->status, pdu);
	if (len > 0)
		world_queue(report->world, report->sim, true, pdu, len);
}

static void report_due(void *user)
{
	struct report *report = user;
	struct world *world = report->world;
	uint8_t tp_st = report->status.tp_st;

	if (report->is_answer) {
		(void)world_send(world, report->recipient, report->sim, world->robot.text,
			&(struct inbound_options){ .zone_min = report->status.zone_min });
		report_free(report);
		return;
	}
	status_send(report);
	if (tp_st >= STATUS_PENDING && tp_st < STATUS_FAILED) {
		report->status.tp_st = 0; /* still trying; later it gets through */
		loop_after(world->loop, &report->timer, STATUS_AGAIN_MS);
		return;
	}
	report_free(report);
}

static struct report *report_add(
	struct world *world, struct modem *m, const char *recipient, uint32_t delay_ms)
{
	struct report *report = calloc(1, sizeof(*report));

	if (!report)
		return NULL;
	report->world = world;
	report->timer = (struct timer){ .fn = report_due, .user = report };
	report->sim = m->sim;
	(void)str_copy(
		report->recipient, sizeof(report->recipient), recipient); /* same */
	report->status.recipient = report->recipient;
	report->status.zone_min = m->set.zone_min;
	report->next = world->reports;
	if (world->reports)
		world->reports->prev = report;
	world->reports = report;
	loop_after(world->loop, &report->timer, delay_ms);
	return report;
}

static void world_report(
	struct world *world, struct modem *m, const char *to, uint8_t mr, uint8_t tp_st)
{
	struct report *report =
		report_add(world, m, to, spread_draw(&m->set.status_ms, &m->rng));

	if (!report)
		return;
	report->status.mr = mr;
	report->status.tp_st = tp_st;
	report->status.sent_ms = clock_wall_ms(clock_system());
}

static void deliver_log(struct world *world, const struct modem *m,
	const struct simpdu_submit *message, const char *whole)
{
	simlog_begin(world->log, "deliver", (int)m->index);
	simlog_text(world->log, "sim", m->sim->iccid);
	simlog_text(world->log, "to", message->to);
	simlog_number(world->log, "seq", message->concat.seq);
	simlog_number(world->log, "total", message->concat.total);
	simlog_bool(world->log, "whole", whole != NULL);
	simlog_text(world->log, "text", whole ? whole : message->text);
	simlog_end(world->log);
}

static void robot_answer(struct world *world, struct modem *m, const char *phone)
{
	struct report *report;

	if (world->robot.p <= 0.0 || rng_unit(&world->rng) >= world->robot.p)
		return;
	report = report_add(
		world, m, phone, spread_draw(&world->robot.delay_ms, &world->rng));
	if (report)
		report->is_answer = true;
}

static void world_deliver(
	struct world *world, struct modem *m, const struct simpdu_submit *message)
{
	struct sim *own = world->events.find_sim(world->events.user, message->to);
	const char *whole = phone_receive(world, m->sim->msisdn, message);

	deliver_log(world, m, message, whole);
	if (!whole)
		return;
	if (own) /* one of the bank's own numbers */
		(void)world_send(world, m->sim->msisdn, own, whole,
			&(struct inbound_options){ .zone_min = m->set.zone_min });
	else
		robot_answer(world, m, message->to);
}

void world_accept(struct world *world, struct modem *m,
	const struct simpdu_submit *message, uint8_t mr)
{
	uint8_t tp_st = settings_draw_status(&m->set, &m->rng);

	if (tp_st < STATUS_FAILED)
		world_deliver(world, m, message);
	if (message->wants_status && m->set.status_report)
		world_report(world, m, message->to, mr, tp_st);
}

/* Where a part that starts at units[at] ends: not inside a pair. */
static size_t part_end(const struct simpdu_text *all, size_t at, size_t room)
{
	size_t end = at + room;

	if (end >= all->count)
		return all->count;
	if (all->dcs == 0)
		return all->units[end - 1] == 0x1b ? end - 1 : end;
	return (all->units[end - 2] & 0xfc) == 0xd8 ? end - 2 : end;
}

static size_t part_room(const struct simpdu_text *all, bool single, bool ref16)
{
	if (all->dcs == 0)
		return single ? 160 : ref16 ? 152 : 153;
	return single ? 140 : ref16 ? 132 : 134;
}

static unsigned parts_count(const struct simpdu_text *all, bool ref16)
{
	unsigned count = 0;

	if (all->count <= part_room(all, true, ref16))
		return 1;
	for (size_t at = 0; at < all->count; count++)
		at = part_end(all, at, part_room(all, false, ref16));
	return count;
}

/* Sends part number seq of a text. */
static void part_send(struct world *world, struct sim *sim, const struct simpdu_text *all,
	const struct simpdu_concat *concat)
{
	struct simpdu_text part = *all;
	uint8_t pdu[SIMPDU_MAX];
	size_t room = part_room(all, concat->total == 1, concat->ref > 0xff);
	size_t start = 0;
	size_t len;

	for (unsigned i = 1; i < concat->seq; i++)
		start = part_end(all, start, room);
	part.concat = *concat;
	part.units = all->units + start;
	part.count = part_end(all, start, room) - start;
	len = simpdu_deliver_encode(&part, pdu);
	if (len > 0)
		world_queue(world, sim, false, pdu, len);
}

static void parts_send(struct world *world, struct sim *sim,
	const struct simpdu_text *all, const struct inbound_options *options)
{
	unsigned total = parts_count(all, options->ref16);
	struct simpdu_concat concat = { .total = (uint8_t)total };

	world->next_ref++;
	concat.ref = options->ref16 ? (uint16_t)(0x100 | world->next_ref)
				    : (uint8_t)world->next_ref;
	for (unsigned i = 1; i <= total; i++) {
		unsigned seq = options->reverse ? total + 1 - i : i;

		concat.seq = (uint8_t)seq;
		if (seq == options->skip)
			continue;
		part_send(world, sim, all, &concat);
		if (options->twice)
			part_send(world, sim, all, &concat);
	}
}

unsigned world_send(struct world *world, const char *from, struct sim *sim,
	const char *text, const struct inbound_options *options)
{
	uint8_t *units = malloc(INBOUND_UNITS_MAX);
	struct simpdu_text all = { .from = from,
		.units = units,
		.wall_ms = clock_wall_ms(clock_system()),
		.zone_min = options->zone_min };
	unsigned total = 0;
	bool fits;

	if (!units)
		return 0;
	fits = !options->ucs2 &&
	       simtext_to_gsm7(text, units, INBOUND_UNITS_MAX, &all.count);
	if (!fits) {
		all.dcs = 8;
		fits = simtext_to_ucs2(text, units, INBOUND_UNITS_MAX, &all.count);
	}
	if (fits)
		total = parts_count(&all, options->ref16);
	if (total > 255)
		total = 0;
	if (total > 0) {
		phone_said(world, from, sim->msisdn, text, total);
		parts_send(world, sim, &all, options);
	}
	free(units);
	return total;
}

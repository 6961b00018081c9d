/*
 * Plans, routes, quotas and settings, and what has been used of every limit: read by one
 * job at start, on a hint, when a SIM appears and when a day or a month turns. In between
 * the meters run in memory. Parts that end while the job is on its way are counted after
 * it: the store runs what is posted in the order of posting, so those recorded before the
 * job are in what it read, those after it are not.
 */
#include "firmware/radio/radio_parts.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/tz.h"
#include "firmware/sms/split.h"

#define LOG_MODULE "config"
#include "firmware/base/log.h"

static const struct plan *plan_of(const struct dispatch_config *c, int64_t sim_id)
{
	int64_t plan_id = 0;

	for (size_t i = 0; i < c->n_sims; i++) {
		if (c->sims[i].id == sim_id)
			plan_id = c->sims[i].plan_id;
	}
	for (size_t i = 0; i < c->n_plans; i++) {
		if (c->plans[i].id == plan_id)
			return &c->plans[i];
	}
	return NULL;
}

static const struct sim *row_of(const struct dispatch_config *c, int64_t sim_id)
{
	for (size_t i = 0; i < c->n_sims; i++) {
		if (c->sims[i].id == sim_id)
			return &c->sims[i];
	}
	return NULL;
}

static void set_spans(struct radio_load *load, const struct plan *plan, int64_t now)
{
	const struct tz *tz =
		plan && plan->time_zone[0] ? tz_find(plan->time_zone) : NULL;
	int reset_day = plan && plan->reset_day ? plan->reset_day : 1;

	if (!tz)
		tz = tz_default();
	load->day = (struct limits_span){ tz_day_start(tz, now), tz_day_end(tz, now) };
	load->month = (struct limits_span){ tz_month_start(tz, now, reset_day),
		tz_month_end(tz, now, reset_day) };
}

static enum err load_sim(
	struct store *s, const struct dispatch_config *c, struct radio_load *load)
{
	int64_t now = clock_wall_ms(store_clock(s));
	const struct sim *row = row_of(c, load->id);
	struct dispatch_used late = { 0 };

	set_spans(load, plan_of(c, load->id), now);
	const struct dispatch_since since = {
		.hour = now - 3600000, .day = load->day.from, .month = load->month.from
	};
	enum err err = dispatch_used_read(s, load->id, &since, &load->used);
	const struct dispatch_since lately = { .hour = now - 60000,
		.day = now,
		.month = row && row->balance_at ? row->balance_at : now };
	if (err == ERR_OK)
		err = dispatch_used_read(s, load->id, &lately, &late);
	load->last_parts = late.hour;
	load->since_money = late.money_month;
	return err;
}

static enum err load_quota(
	struct store *s, const struct quota *quota, struct radio_load *load)
{
	bool is_campaign = source_kind(quota->source) == SOURCE_IS_CAMPAIGN;
	struct quota_usage day, month;

	load->id = quota->source;
	set_spans(load, NULL, clock_wall_ms(store_clock(s)));
	if (is_campaign)
		load->month = (struct limits_span){ 0 };
	enum err err = quota_usage_read(s, quota->source, load->day.from, &day);
	if (err == ERR_OK)
		err = quota_usage_read(s, quota->source, load->month.from, &month);
	if (err == ERR_OK)
		load->used = (struct dispatch_used){ .day = day.parts,
			.money_month = month.money };
	return err;
}

static enum err run(struct store *s, struct store_job *job)
{
	struct radio_config *c = (struct radio_config *)job;
	enum err err;

	dispatch_config_free(&c->next);
	free(c->loads);
	c->loads = NULL;
	memset(&c->next, 0, sizeof(c->next));
	err = dispatch_config_read(s, &c->next);
	if (err != ERR_OK)
		return err;
	c->loads = calloc(c->next.n_quotas + 1, sizeof(*c->loads));
	if (!c->loads)
		return ERR_MEM;
	for (size_t i = 0; err == ERR_OK && i < c->n_sims; i++)
		err = load_sim(s, &c->next, &c->sims[i]);
	for (size_t i = 0; err == ERR_OK && i < c->next.n_quotas; i++)
		err = load_quota(s, &c->next.quotas[i], &c->loads[i]);
	return err;
}

/* In which nothing of all that was read turns. */
static void narrow(struct limits_span *valid, const struct radio_load *load)
{
	if (load->day.from > valid->from)
		valid->from = load->day.from;
	if (load->day.to < valid->to)
		valid->to = load->day.to;
}

static void apply_sim(struct radio *radio, const struct radio_load *load)
{
	int place = dispatch_sim_find(&radio->dispatch, load->id);

	if (place == DISPATCH_NONE)
		return;
	struct radio_sim *sim = &radio->sims[place];
	struct limits *l = &radio->dispatch.sims[place].limits;
	const struct sim *row = radio->dispatch.sims[place].row;
	uint64_t now = loop_now_ms(radio->loop);
	int64_t bundle =
		load->used.month < l->rule.bundle ? load->used.month : l->rule.bundle;

	l->day = load->day;
	l->month = load->month;
	l->day_parts = load->used.day;
	/* Which of the month's parts were the bundle's is not kept: as if all had been.
	 */
	l->month_sum =
		(struct limits_sum){ load->used.month, bundle, load->used.money_month };
	l->recipients = load->used.recipients_month;
	if (row)
		l->balance = row->balance - load->since_money;
	if (!sim->is_loaded) { /* as if sent just now: the safe side */
		meter_add(&l->hour, (uint32_t)load->used.hour, now);
		meter_add(&l->minute, (uint32_t)load->last_parts, now);
	}
	sim->is_loaded = true;
}

static void apply_quota(
	struct limits *l, const struct quota *quota, const struct radio_load *load)
{
	l->rule = (struct limits_rule){ .per_minute = (uint32_t)quota->per_minute,
		.per_day = quota->per_day,
		.spend = quota->budget };
	l->day = load->day;
	l->month = load->month;
	l->day_parts = load->used.day;
	l->month_sum = (struct limits_sum){ .money = load->used.money_month };
}

/* The new quotas, with the meters of those that were there before. ERR_MEM. */
static enum err make_quotas(struct radio_config *c, struct limits **out)
{
	struct limits *quotas = calloc(c->next.n_quotas + 1, sizeof(*quotas));

	if (!quotas)
		return ERR_MEM;
	for (size_t i = 0; i < c->next.n_quotas; i++) {
		limits_init(&quotas[i]);
		for (size_t k = 0; k < c->now.n_quotas; k++) {
			if (c->now.quotas[k].source == c->next.quotas[i].source)
				quotas[i] = c->quotas[k];
		}
		apply_quota(&quotas[i], &c->next.quotas[i], &c->loads[i]);
	}
	*out = quotas;
	return ERR_OK;
}

/* What ended while the job was on its way, the meters apart: those ran on. */
static void add_went(struct limits *l, const struct limits_sum *cost)
{
	l->day_parts += cost->parts;
	l->month_sum.parts += cost->parts;
	l->month_sum.bundle += cost->bundle;
	l->month_sum.money += cost->money;
	l->balance -= cost->money;
}

static void apply_went(struct radio *radio)
{
	const struct radio_config *c = &radio->config;
	struct dispatch *d = &radio->dispatch;

	for (size_t i = 0; i < c->n_went; i++) {
		const struct radio_went *w = &c->went[i];
		int place = dispatch_sim_find(d, w->sim_id);
		for (size_t k = 0; k < c->now.n_quotas; k++) {
			int64_t source = c->now.quotas[k].source;
			if (source == w->source || source == w->owner)
				add_went(&c->quotas[k], &w->cost);
		}
		if (place != DISPATCH_NONE)
			add_went(&d->sims[place].limits, &w->cost);
	}
}

static void set_notice(struct radio_config *c)
{
	struct split_plan plan;
	const char *text = c->now.notice;

	c->notice = (struct queue_notice){ 0 };
	if (c->now.affinity_moves != AFFINITY_NOTICE || text[0] == '\0' ||
		split_plan(text, strlen(text), &(struct split_options){ 0 }, &plan) !=
			ERR_OK)
		return;
	c->notice = (struct queue_notice){ .text = text,
		.encoding =
			plan.alphabet == SMS_ALPHABET_UCS2 ? MESSAGE_UCS2 : MESSAGE_GSM7,
		.parts = plan.parts };
}

/* SIMs that are not here now, but that numbers may know: they are given time to come. */
static void add_places(struct radio *radio)
{
	struct dispatch *d = &radio->dispatch;
	const struct dispatch_config *c = &radio->config.now;

	for (size_t i = 0; i < c->n_sims && d->n_places < RADIO_SLOTS_MAX; i++) {
		int places = d->n_places;
		int place = dispatch_sim_add(d, c->sims[i].id);
		if (d->n_places > places)
			radio->sims[place] =
				(struct radio_sim){ .live_ms = radio->started_ms };
	}
}

static void apply(struct radio *radio, struct limits *quotas)
{
	struct radio_config *c = &radio->config;
	struct dispatch_config old = c->now;
	struct limits *old_quotas = c->quotas;

	c->now = c->next;
	c->quotas = quotas;
	c->next = (struct dispatch_config){ 0 };
	dispatch_set_config(&radio->dispatch, &c->now, quotas);
	add_places(radio);
	dispatch_config_free(&old);
	free(old_quotas);
	c->valid = (struct limits_span){ INT64_MIN, INT64_MAX };
	for (size_t i = 0; i < c->n_sims; i++) {
		apply_sim(radio, &c->sims[i]);
		narrow(&c->valid, &c->sims[i]);
	}
	for (size_t i = 0; i < c->now.n_quotas; i++)
		narrow(&c->valid, &c->loads[i]);
	apply_went(radio);
	set_notice(c);
	c->is_read = true;
	log_info("sims=%zu plans=%zu routes=%zu quotas=%zu", c->now.n_sims,
		c->now.n_plans, c->now.n_routes, c->now.n_quotas);
	radio_sims_release(radio); /* held again where it still holds */
	radio_fetch_want(radio);
}

static void done(struct store_job *job, enum err err)
{
	struct radio_config *c = (struct radio_config *)job;
	struct radio *radio = c->radio;
	struct limits *quotas;

	c->posted = false;
	radio->is_moved = true;
	if (err == ERR_OK)
		err = make_quotas(c, &quotas);
	if (err == ERR_OK)
		apply(radio, quotas);
	else
		log_error("the configuration cannot be read, the last one stays: %s",
			err_name(err));
	if (c->n_went == RADIO_WENT_MAX) /* more than could be noted */
		c->is_wanted = true;
	c->n_went = 0;
}

static void post(struct radio *radio)
{
	struct radio_config *c = &radio->config;

	c->is_wanted = false;
	c->posted = true;
	c->n_went = 0;
	c->n_sims = 0;
	for (int i = 0; i < radio->dispatch.n_places; i++)
		c->sims[c->n_sims++] =
			(struct radio_load){ .id = radio->dispatch.sims[i].id };
	store_thread_post(radio->host.store, &c->job);
}

void radio_config_want(struct radio *radio)
{
	radio->config.is_wanted = true;
	radio->is_moved = true;
}

void radio_config_turn(struct radio *radio)
{
	struct radio_config *c = &radio->config;
	int64_t now = clock_wall_ms(loop_clock(radio->loop));

	if (c->is_read && (now < c->valid.from || now >= c->valid.to))
		c->is_wanted = true; /* a day has turned, or the clock was set */
	if (c->is_wanted && !c->posted && !radio->is_stopping && radio->start.done)
		post(radio);
}

void radio_config_went(struct radio *radio, int place)
{
	struct radio_config *c = &radio->config;
	const struct dispatch_sim *sim = &radio->dispatch.sims[place];
	const struct limits_now now = radio_now(radio);

	if (c->posted && c->n_went < RADIO_WENT_MAX && sim->hand.left.parts > 0)
		c->went[c->n_went++] = (struct radio_went){ .sim_id = sim->id,
			.source = sim->hand.source,
			.owner = sim->hand.owner,
			.cost = dispatch_part_cost(&radio->dispatch, place) };
	dispatch_part_went(&radio->dispatch, place, &now);
}

void radio_config_init(struct radio *radio)
{
	radio->config.radio = radio;
	radio->config.is_wanted = true;
	radio->config.job = (struct store_job){ .run = run, .done = done };
}

void radio_config_fini(struct radio *radio)
{
	struct radio_config *c = &radio->config;

	dispatch_config_free(&c->now);
	dispatch_config_free(&c->next);
	free(c->quotas);
	free(c->loads);
}

#include "firmware/office/forecast/simulate.h"

#include <assert.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)
#define STEP_MIN_MS 50
#define STEP_SHARE 1000 /* events closer than this share of the time so far are one */
#define STEP_MAX_MS 5000
#define STEPS_MAX 200000
#define ROUNDS 3 /* of handing out what others could not use */
#define LITTLE 1e-6
#define RANKS 8

const struct vstr simulate_limit_names[] = {
	{ SIMULATE_SPEED, "speed" },
	{ SIMULATE_WINDOW, "window" },
	{ SIMULATE_PACE, "pace" },
	{ SIMULATE_MINUTE, "limit_minute" },
	{ SIMULATE_HOUR, "limit_hour" },
	{ SIMULATE_DAY, "limit_day" },
	{ SIMULATE_MONTH, "limit_month" },
	{ SIMULATE_RECIPIENTS, "limit_recipients" },
	{ SIMULATE_BUNDLE, "limit_bundle" },
	{ SIMULATE_SPEND, "limit_spend" },
	{ SIMULATE_BALANCE, "limit_balance" },
	{ SIMULATE_QUOTA_DAY, "quota_day" },
	{ SIMULATE_QUOTA_BUDGET, "quota_budget" },
	{ SIMULATE_RESERVE, "reserve" },
	{ SIMULATE_NO_SIM, "no_live_sim" },
	{ 0, NULL },
};

/* The state of one step. */
struct run {
	struct simulate_world *w;
	struct simulate_result *out;
	int64_t now;
	double step_ms;
	struct hours_span spans[SIMULATE_FLOWS_MAX];
	bool is_open[SIMULATE_FLOWS_MAX];
	double free[SIMULATE_LINES_MAX]; /* of this step: parts a ms not given away */
	double line_rate[SIMULATE_LINES_MAX], flow_rate[SIMULATE_FLOWS_MAX];
	double rate[SIMULATE_FLOWS_MAX][SIMULATE_LINES_MAX];
	double own_rate;
	enum simulate_limit own_held; /* SIMULATE_SPEED: no limit of the sender */
	double held_ms[SIMULATE_LIMIT_COUNT];
};

static bool is_left(const struct simulate_flow *f)
{
	return f->parts > LITTLE;
}

/* ---- what is open, and which SIMs may send ---- */

static void look_at_hours(struct run *r, size_t i)
{
	const struct simulate_flow *f = &r->w->flows[i];
	struct hours_span *span = &r->spans[i];
	if (!is_left(f))
		return;
	int64_t from = r->now;
	if (f->is_own && r->w->start_at > from)
		from = r->w->start_at;
	if (f->hours && r->now >= span->close && !hours_next(f->hours, from, span))
		*span = (struct hours_span){ HOURS_NEVER, HOURS_NEVER };
	if (!f->hours)
		*span = (struct hours_span){ from, HOURS_NEVER };
	r->is_open[i] = span->open <= r->now;
}

/* The limit that holds now; SIMULATE_SPEED: none. */
static enum simulate_limit look_at_caps(
	const struct run *r, struct simulate_cap *caps, size_t n)
{
	enum simulate_limit held = SIMULATE_SPEED;
	for (size_t i = 0; i < n; i++) {
		struct simulate_cap *cap = &caps[i];
		while (cap->resets_at && cap->resets_at <= r->now) {
			cap->left = cap->size;
			cap->resets_at =
				cap->period_ms ? cap->resets_at + cap->period_ms : 0;
		}
		if (cap->left <= LITTLE)
			held = cap->limit;
	}
	return held;
}

/* ---- sharing a step ---- */

/* The flows of a rank that could send now. */
struct ready {
	size_t n, flows[SIMULATE_FLOWS_MAX];
};

static void find_ready(const struct run *r, int rank, struct ready *out)
{
	out->n = 0;
	for (size_t i = 0; i < r->w->n_flows; i++) {
		const struct simulate_flow *f = &r->w->flows[i];
		bool is_held = f->is_own && r->own_held != SIMULATE_SPEED;
		if (f->rank == rank && r->is_open[i] && is_left(f) && !is_held)
			out->flows[out->n++] = i;
	}
}

static void give(struct run *r, size_t flow, size_t line, double rate)
{
	bool is_own = r->w->flows[flow].is_own;
	if (is_own && r->w->own_per_ms > 0) {
		double room = r->w->own_per_ms - r->own_rate;
		rate = rate < room ? rate : room;
	}
	if (rate <= 0)
		return;
	r->rate[flow][line] += rate;
	r->flow_rate[flow] += rate;
	r->line_rate[line] += rate;
	r->free[line] -= rate;
	r->own_rate += is_own ? rate : 0;
}

/* A line's free speed but for what it keeps, in equal shares to those it may serve. */
static void share_line(struct run *r, size_t line, const struct ready *ready, double kept)
{
	size_t flows[SIMULATE_FLOWS_MAX], n = 0;
	for (size_t i = 0; i < ready->n; i++) {
		if (r->w->flows[ready->flows[i]].lines & (UINT64_C(1) << line))
			flows[n++] = ready->flows[i];
	}
	for (int round = 0; round < ROUNDS && n > 0; round++) {
		double each = (r->free[line] - kept) / (double)n;
		for (size_t i = 0; i < n && each > 0; i++)
			give(r, flows[i], line, each);
	}
}

static bool is_promotional_rank(const struct run *r, int rank)
{
	for (size_t f = 0; f < r->w->n_flows; f++) {
		if (r->w->flows[f].rank == rank)
			return r->w->flows[f].is_promotional;
	}
	return false;
}

static void share(struct run *r)
{
	struct ready ready;
	for (int rank = 0; rank < RANKS; rank++) {
		find_ready(r, rank, &ready);
		double kept_share =
			is_promotional_rank(r, rank) ? 1 - r->w->promotional_share : 0;
		for (size_t l = 0; l < r->w->n_lines && ready.n > 0; l++)
			share_line(r, l, &ready, r->w->lines[l].per_ms * kept_share);
	}
}

/* ---- how long nothing changes ---- */

static void sooner(struct run *r, double ms)
{
	if (ms > 0 && ms < r->step_ms)
		r->step_ms = ms;
}

static void sooner_by_caps(
	struct run *r, const struct simulate_cap *caps, size_t n, double rate)
{
	for (size_t i = 0; i < n; i++) {
		if (caps[i].left > LITTLE && rate > 0)
			sooner(r, caps[i].left / rate);
		else if (caps[i].resets_at)
			sooner(r, (double)(caps[i].resets_at - r->now));
	}
}

static void find_step(struct run *r)
{
	r->step_ms = (double)DAY_MS;
	for (size_t i = 0; i < r->w->n_flows; i++) {
		if (!is_left(&r->w->flows[i]))
			continue;
		if (r->flow_rate[i] > 0)
			sooner(r, r->w->flows[i].parts / r->flow_rate[i]);
		sooner(r,
			(double)((r->is_open[i] ? r->spans[i].close : r->spans[i].open) -
				 r->now));
	}
	for (size_t l = 0; l < r->w->n_lines; l++)
		sooner_by_caps(
			r, r->w->lines[l].caps, r->w->lines[l].n_caps, r->line_rate[l]);
	sooner_by_caps(r, r->w->own_caps, r->w->n_own_caps, r->own_rate);
	if (r->w->end_at)
		sooner(r, (double)(r->w->end_at - r->now));
	double least = (double)(r->now - r->out->done_at) / STEP_SHARE;
	least = least > STEP_MAX_MS ? STEP_MAX_MS : least;
	least = least < STEP_MIN_MS ? STEP_MIN_MS : least;
	if (r->step_ms < least)
		r->step_ms = least;
	r->step_ms = (double)(int64_t)(r->step_ms + 0.999); /* time goes in whole ms */
}

/* ---- moving on ---- */

static void pay(struct run *r, size_t flow, size_t l, double parts)
{
	const struct simulate_flow *f = &r->w->flows[flow];
	struct simulate_line *line = &r->w->lines[l];
	if (f->in_bundle && f->in_bundle[l]) {
		double covered = parts < line->bundle ? parts : line->bundle;
		line->bundle -= covered;
		parts -= covered;
	}
	if (f->is_own && f->prices)
		r->out->money[l] += parts * (double)f->prices[l];
}

static void move_flow(struct run *r, size_t flow)
{
	struct simulate_flow *f = &r->w->flows[flow];
	double sent = r->flow_rate[flow] * r->step_ms;
	double factor = sent > f->parts ? f->parts / sent : 1;
	if (sent <= 0)
		return;
	for (size_t l = 0; l < r->w->n_lines; l++) {
		double parts = r->rate[flow][l] * r->step_ms * factor;
		if (parts <= 0)
			continue;
		pay(r, flow, l, parts);
		for (size_t i = 0; i < r->w->lines[l].n_caps; i++)
			r->w->lines[l].caps[i].left -= parts;
	}
	for (size_t i = 0; i < r->w->n_own_caps && f->is_own; i++)
		r->w->own_caps[i].left -= sent * factor;
	f->parts -= sent * factor;
	if (f->parts < LITTLE)
		f->parts = 0;
}

/* What own messages waited for in this step: the limit that took most of the bank away,
 * where that is half of it. */
static enum simulate_limit what_held(
	const struct run *r, const double lost[SIMULATE_LIMIT_COUNT], double all)
{
	bool any_open = false;
	enum simulate_limit most = SIMULATE_SPEED;
	for (size_t i = 0; i < r->w->n_flows; i++)
		any_open |= r->w->flows[i].is_own && is_left(&r->w->flows[i]) &&
			    r->is_open[i];
	if (!any_open)
		return SIMULATE_WINDOW;
	if (r->own_held != SIMULATE_SPEED)
		return r->own_held;
	if (r->w->own_per_ms > 0 && r->own_rate >= r->w->own_per_ms * 0.999)
		return SIMULATE_PACE;
	for (int i = 0; i < SIMULATE_LIMIT_COUNT; i++) {
		if (lost[i] > lost[most])
			most = (enum simulate_limit)i;
	}
	if (lost[most] * 2 >= all && lost[most] > 0)
		return most;
	if (r->own_rate > 0)
		return SIMULATE_SPEED;
	return lost[most] > 0			  ? most
	       : r->w->promotional_share < LITTLE ? SIMULATE_RESERVE
						  : SIMULATE_NO_SIM;
}

static void plan_step(struct run *r)
{
	double lost[SIMULATE_LIMIT_COUNT] = { 0 }, all = 0;
	r->own_rate = 0;
	memset(r->rate, 0, sizeof(r->rate));
	memset(r->flow_rate, 0, sizeof(r->flow_rate));
	memset(r->line_rate, 0, sizeof(r->line_rate));
	for (size_t i = 0; i < r->w->n_flows; i++)
		look_at_hours(r, i);
	r->own_held = look_at_caps(r, r->w->own_caps, r->w->n_own_caps);
	for (size_t l = 0; l < r->w->n_lines; l++) {
		struct simulate_line *line = &r->w->lines[l];
		enum simulate_limit held = look_at_caps(r, line->caps, line->n_caps);
		all += line->per_ms;
		r->free[l] = held == SIMULATE_SPEED ? line->per_ms : 0;
		if (held != SIMULATE_SPEED)
			lost[held] += line->per_ms;
		else if (line->is_minute_limited)
			lost[SIMULATE_MINUTE] += line->per_ms;
	}
	share(r);
	find_step(r);
	r->held_ms[what_held(r, lost, all)] += r->step_ms;
}

static double own_left(const struct simulate_world *w)
{
	double left = 0;
	for (size_t i = 0; i < w->n_flows; i++)
		left += w->flows[i].is_own ? w->flows[i].parts : 0;
	return left;
}

void simulate_run(struct simulate_world *w, struct simulate_result *out)
{
	struct run r = { .w = w, .out = out, .now = w->now };
	int64_t far = w->now + SIMULATE_FAR_DAYS * DAY_MS;
	assert(w->n_lines <= SIMULATE_LINES_MAX && w->n_flows <= SIMULATE_FLOWS_MAX);
	/* done_at is the start until it is known. */
	*out = (struct simulate_result){ .done_at = w->now, .left = own_left(w) };
	for (int i = 0; i < STEPS_MAX && out->left > LITTLE && r.now < far; i++) {
		if (w->end_at && r.now >= w->end_at)
			break;
		plan_step(&r);
		for (size_t f = 0; f < w->n_flows; f++)
			move_flow(&r, f);
		r.now += (int64_t)r.step_ms;
		out->left = own_left(w);
	}
	out->done_at = out->left > LITTLE ? 0 : r.now;
	for (int i = 0; i < SIMULATE_LIMIT_COUNT; i++) {
		if (r.held_ms[i] > r.held_ms[out->limit])
			out->limit = (enum simulate_limit)i;
	}
}

#include "tests/unit/dispatch_model.h"

#include <string.h>

#include "firmware/base/str.h"

unsigned model_rank(enum message_class class)
{
	switch (class) {
	case CLASS_OTP:
		return 0;
	case CLASS_ALERT:
		return 1;
	case CLASS_TRANSACTIONAL:
	case CLASS_CONVERSATION:
		return 2;
	case CLASS_PROMOTIONAL:
		return 3;
	}
	return 3;
}

/* What the configuration says. */

static const struct sim *row_of(const struct model *m, int sim)
{
	for (size_t i = 0; i < m->config.n_sims; i++) {
		if (m->config.sims[i].id == m->sims[sim].id)
			return &m->config.sims[i];
	}
	return &m->config.sims[0]; /* every SIM has one */
}

static const struct plan *plan_of(const struct model *m, int sim)
{
	for (size_t i = 0; i < m->config.n_plans; i++) {
		if (m->config.plans[i].id == row_of(m, sim)->plan_id)
			return &m->config.plans[i];
	}
	return NULL;
}

static const struct plan_price *price_of(
	const struct model *m, const struct plan *plan, int64_t route_id)
{
	for (size_t i = 0; i < m->config.n_prices; i++) {
		const struct plan_price *p = &m->config.prices[i];
		if (p->plan_id == plan->id && p->route_id == route_id)
			return p;
	}
	return NULL;
}

static const struct quota *quota_of(const struct model *m, int64_t source)
{
	for (size_t i = 0; i < m->config.n_quotas; i++) {
		if (source && m->config.quotas[i].source == source)
			return &m->config.quotas[i];
	}
	return NULL;
}

/* What was used, counted from the log and from what is in hand. */

/* The meters' steps: a part counts for 120 of them after the one that it ended in. */
static bool is_in_steps(const struct model *m, uint64_t at, uint64_t step_ms)
{
	return m->mono_ms / step_ms - at / step_ms <= 120;
}

static void count_part(
	const struct model *m, const struct model_part *p, struct model_used *u)
{
	u->minute += is_in_steps(m, p->ended_ms, 500);
	u->hour += is_in_steps(m, p->ended_ms, 30000);
	u->day += p->wall_ms / MODEL_DAY_MS == m->wall_ms / MODEL_DAY_MS;
	if (p->wall_ms / MODEL_MONTH_MS != m->wall_ms / MODEL_MONTH_MS)
		return;
	u->month++;
	u->bundle += p->by_bundle;
	u->money += p->money;
}

static void count_hand(const struct model_sim *s, struct model_used *u)
{
	u->minute += s->left;
	u->hour += s->left;
	u->day += s->left;
	u->month += s->left;
	u->bundle += s->bundle;
	u->money += s->price * (s->left - s->bundle);
}

void model_count(struct model *m)
{
	memset(m->used, 0, sizeof(m->used));
	for (int i = 0; i < m->n_log; i++)
		count_part(m, &m->log[i], &m->used[m->log[i].sim]);
	for (int i = 0; i < m->n_sims; i++)
		count_hand(&m->sims[i], &m->used[i]);
}

static struct model_used used_by_source(const struct model *m, int64_t source)
{
	struct model_used u = { 0 };
	int64_t ever = 0;

	for (int i = 0; i < m->n_log; i++) {
		const struct model_part *p = &m->log[i];
		if (p->source != source && p->owner != source)
			continue;
		count_part(m, p, &u);
		ever += p->money;
	}
	u.money = ever;
	for (int i = 0; i < m->n_sims; i++) {
		const struct model_sim *s = &m->sims[i];
		if (s->hand < 0)
			continue;
		const struct model_message *g = &m->messages[s->hand];
		if (g->item.source == source || g->owner == source)
			count_hand(s, &u);
	}
	return u;
}

bool model_knows(const struct model *m, int sim, unsigned number)
{
	for (int i = 0; i < m->n_log; i++) {
		const struct model_part *p = &m->log[i];
		if (p->sim == sim && p->number == number &&
			p->wall_ms / MODEL_MONTH_MS == m->wall_ms / MODEL_MONTH_MS)
			return true;
	}
	return m->sims[sim].hand >= 0 && m->messages[m->sims[sim].hand].number == number;
}

int64_t model_recipients(const struct model *m, int sim)
{
	int64_t n = 0;

	for (unsigned number = 0; number < 32; number++)
		n += model_knows(m, sim, number);
	return n;
}

/* The cost of a message over a SIM. */
static int64_t money_of(const struct model *m, const struct queue_item *q, int sim,
	const struct model_used *u, int64_t *out_bundle)
{
	const struct plan *plan = plan_of(m, sim);
	const struct plan_price *p = plan ? price_of(m, plan, q->route_id) : NULL;

	*out_bundle = 0;
	if (!plan)
		return 0;
	if ((!p || p->in_bundle) && plan->bundle_month > u->bundle)
		*out_bundle = plan->bundle_month - u->bundle;
	if (*out_bundle > q->parts)
		*out_bundle = q->parts;
	return (q->parts - *out_bundle) * (p ? p->price : plan->price);
}

static bool fits(int64_t limit, int64_t used, int64_t parts)
{
	return limit == 0 || used + parts <= limit;
}

/* More parts than the limit: when nothing was sent. */
static bool fits_meter(int64_t limit, int64_t used, int64_t parts)
{
	return limit == 0 || used + parts <= limit || (parts > limit && used == 0);
}

static bool fits_plan(const struct model *m, const struct queue_item *q, int sim)
{
	const struct plan *p = plan_of(m, sim);
	const struct model_used u = m->used[sim];
	int64_t bundle, money = money_of(m, q, sim, &u, &bundle);
	bool bound = q->lane == m->sims[sim].id || q->lane == -m->sims[sim].id;

	if (!p)
		return true;
	if (!m->is_wall_sane &&
		(p->per_day || p->per_month || p->recipients_month || p->bundle_month ||
			p->spend_month || p->is_bundle_only))
		return false;
	if (p->is_bundle_only && bundle < q->parts)
		return false;
	if (p->spend_month && money && u.money + money > p->spend_month)
		return false;
	if (p->recipients_month && !bound &&
		model_recipients(m, sim) >= p->recipients_month)
		return false;
	return fits(p->per_month, u.month, q->parts) &&
	       fits(p->per_day, u.day, q->parts) &&
	       fits_meter(p->per_hour, u.hour, q->parts) &&
	       fits_meter(p->per_minute, u.minute, q->parts);
}

static bool fits_quota(
	const struct model *m, const struct queue_item *q, int64_t source, int64_t money)
{
	const struct quota *quota = quota_of(m, source);

	if (!quota)
		return true;
	if (!m->is_wall_sane && (quota->per_day || quota->budget))
		return false;
	struct model_used u = used_by_source(m, source);
	return fits(quota->per_day, u.day, q->parts) &&
	       fits_meter(quota->per_minute, u.minute, q->parts) &&
	       (money == 0 || fits(quota->budget, u.money, money));
}

/* Role, group, plan, the SIM that it is for or its number knows. */
static bool may_ever(const struct model *m, const struct queue_item *q, int sim)
{
	const struct sim *row = row_of(m, sim);
	const struct plan *plan = plan_of(m, sim);
	const struct plan_price *p = plan ? price_of(m, plan, q->route_id) : NULL;
	const struct quota *quota = quota_of(m, q->source);
	int64_t id = m->sims[sim].id;

	if (row->role == SIM_ROLE_PROMOTIONAL && q->class != CLASS_PROMOTIONAL)
		return false;
	if (row->role == SIM_ROLE_SERVICE && q->class == CLASS_PROMOTIONAL)
		return false;
	if (!str_eq(row->group, quota ? quota->group : ""))
		return false;
	if (p && p->is_blocked)
		return false;
	if (plan && plan->countries[0]) {
		const char *country = m->config.routes[q->route_id - 1].country;
		if (!country[0] || !strstr(plan->countries, country))
			return false;
	}
	if (q->lane >= 0)
		return q->lane == 0 || q->lane == id;
	if (q->lane == -id)
		return true;
	for (int i = 0; i < m->n_sims; i++) {
		if (m->sims[i].id == -q->lane && !m->sims[i].is_gone)
			return false;
	}
	return m->config.affinity_moves != AFFINITY_WAIT;
}

static bool another_is_sound(const struct model *m, const struct queue_item *q, int sim)
{
	for (int i = 0; i < m->n_sims; i++) {
		if (i != sim && m->sims[i].is_live && !m->sims[i].is_out &&
			may_ever(m, q, i))
			return true;
	}
	return false;
}

static bool may_alone(const struct model *m, int message, int sim)
{
	const struct model_message *g = &m->messages[message];
	const struct model_sim *s = &m->sims[sim];

	if (!may_ever(m, &g->item, sim) || !s->is_present || g->barred >> sim & 1)
		return false;
	if (s->is_out && (m->mono_ms < s->out_until || s->hand >= 0 ||
				 (model_rank(g->item.class) < 2 &&
					 another_is_sound(m, &g->item, sim))))
		return false;
	return fits_plan(m, &g->item, sim);
}

static int64_t cost(const struct model *m, int message, int sim)
{
	int64_t bundle;

	return money_of(m, &m->messages[message].item, sim, &m->used[sim], &bundle);
}

static bool another_may(const struct model *m, int message, int sim, int64_t below)
{
	for (int i = 0; i < m->n_sims; i++) {
		if (i != sim && m->sims[i].is_live &&
			!(m->messages[message].refused >> i & 1) &&
			may_alone(m, message, i) && cost(m, message, i) < below)
			return true;
	}
	return false;
}

static bool is_reserved(const struct model *m, enum message_class class)
{
	int live = 0, busy = 0, reserve = m->config.reserve;

	if (class != CLASS_PROMOTIONAL || reserve == 0)
		return false;
	for (int i = 0; i < m->n_sims; i++) {
		const struct model_sim *s = &m->sims[i];
		live += s->is_live;
		busy += s->hand >= 0 &&
			m->messages[s->hand].item.class == CLASS_PROMOTIONAL;
	}
	if (m->config.is_reserve_share)
		reserve = (live * reserve + 99) / 100;
	return busy >= live - reserve;
}

static bool may(const struct model *m, int message, int sim)
{
	const struct model_message *g = &m->messages[message];
	const struct queue_item *q = &g->item;

	if (!m->sims[sim].is_idle || !m->sims[sim].is_live)
		return false;
	if (!may_alone(m, message, sim) || is_reserved(m, q->class))
		return false;
	int64_t money = cost(m, message, sim);
	if (!fits_quota(m, q, q->source, money) || !fits_quota(m, q, g->owner, money))
		return false;
	if (g->refused >> sim & 1 && another_may(m, message, sim, INT64_MAX))
		return false;
	return !(m->config.is_least_cost_strict && money &&
		 another_may(m, message, sim, money));
}

static bool is_in_time(const struct model *m, const struct model_message *g)
{
	const struct queue_item *q = &g->item;

	if (g->state != MODEL_WAITING || q->due_at > m->wall_ms)
		return false;
	if (!m->is_wall_sane)
		return !q->pause_at && !q->expires_at;
	return (!q->pause_at || q->pause_at > m->wall_ms) &&
	       (!q->expires_at || q->expires_at > m->wall_ms);
}

bool model_may_go(const struct model *m, int message)
{
	for (int i = 0; i < m->n_sims; i++) {
		if (is_in_time(m, &m->messages[message]) && may(m, message, i))
			return true;
	}
	return false;
}

static int served_at(const struct model *m, int64_t source, unsigned rank)
{
	for (int i = 0; i < m->n_served; i++) {
		if (m->served[i].source == source && m->served[i].rank == rank)
			return i;
	}
	return -1;
}

static uint64_t served(const struct model *m, int64_t source, unsigned rank)
{
	int at = served_at(m, source, rank);

	return at < 0 ? 0 : m->served[at].parts;
}

static bool goes_before(const struct model *m, int a, int b)
{
	const struct queue_item *qa = &m->messages[a].item, *qb = &m->messages[b].item;
	unsigned ra = model_rank(qa->class), rb = model_rank(qb->class);

	if (ra != rb)
		return ra < rb;
	uint64_t sa = served(m, qa->source, ra);
	uint64_t sb = served(m, qb->source, rb);
	if (sa != sb)
		return sa < sb;
	return qa->due_at != qb->due_at ? qa->due_at < qb->due_at : qa->id < qb->id;
}

static int64_t bundle_left(const struct model *m, int message, int sim)
{
	const struct plan *plan = plan_of(m, sim);
	const struct plan_price *p =
		plan ? price_of(m, plan, m->messages[message].item.route_id) : NULL;
	int64_t left = plan ? plan->bundle_month - m->used[sim].bundle : 0;

	return left > 0 && (!p || p->in_bundle) ? left : 0;
}

static bool is_own(const struct model *m, int message, int sim)
{
	int64_t lane = m->messages[message].item.lane, id = m->sims[sim].id;

	return lane == id || lane == -id;
}

static int compare(const struct model *m, int message, int a, int b)
{
	int own = (int)is_own(m, message, b) - (int)is_own(m, message, a);
	int64_t money = cost(m, message, a) - cost(m, message, b);
	int64_t bundle = bundle_left(m, message, b) - bundle_left(m, message, a);

	if (own)
		return own;
	if (money)
		return money < 0 ? -1 : 1;
	if (bundle)
		return bundle < 0 ? -1 : 1;
	if (m->sims[a].idle_ms != m->sims[b].idle_ms)
		return m->sims[a].idle_ms < m->sims[b].idle_ms ? -1 : 1;
	return a - b;
}

static enum sim_choice why(const struct model *m, int message, int best, int next)
{
	int64_t lane = m->messages[message].item.lane;

	if (m->sims[best].is_out)
		return CHOICE_PROBE;
	if (lane > 0)
		return CHOICE_ASKED_FOR;
	if (lane < 0)
		return is_own(m, message, best) ? CHOICE_KNOWN : CHOICE_MOVED;
	if (next < 0)
		return CHOICE_ONLY_ONE;
	if (cost(m, message, best) != cost(m, message, next))
		return CHOICE_CHEAPEST;
	return bundle_left(m, message, best) != bundle_left(m, message, next)
		       ? CHOICE_BUNDLE
		       : CHOICE_ANY;
}

bool model_choose(const struct model *m, struct model_choice *out)
{
	int best = -1, sim = -1, next = -1;

	for (int i = 0; i < m->n_messages; i++) {
		if ((best < 0 || goes_before(m, i, best)) && model_may_go(m, i))
			best = i;
	}
	if (best < 0)
		return false;
	for (int i = 0; i < m->n_sims; i++) {
		if (!may(m, best, i))
			continue;
		if (sim < 0 || compare(m, best, i, sim) < 0) {
			next = sim;
			sim = i;
		} else if (next < 0 || compare(m, best, i, next) < 0) {
			next = i;
		}
	}
	*out = (struct model_choice){ best, sim, why(m, best, sim, next),
		cost(m, best, sim) };
	return true;
}

void model_joins(struct model *m, int64_t source, unsigned rank)
{
	int at = served_at(m, source, rank);

	if (at < 0) {
		at = m->n_served++;
		m->served[at] = (struct model_served){ source, rank, m->floor[rank] };
	}
	for (int i = 0; i < m->n_messages; i++) {
		const struct model_message *g = &m->messages[i];
		if (g->state == MODEL_WAITING && g->item.source == source &&
			model_rank(g->item.class) == rank)
			return;
	}
	if (m->served[at].parts < m->floor[rank])
		m->served[at].parts = m->floor[rank];
}

void model_serves(struct model *m, int64_t source, unsigned rank, int64_t parts)
{
	int at = served_at(m, source, rank);
	int64_t sum = (int64_t)m->served[at].parts + parts;

	m->served[at].parts = sum > 0 ? (uint64_t)sum : 0;
}

void model_takes(struct model *m, const struct model_choice *choice)
{
	struct model_message *g = &m->messages[choice->message];
	struct model_sim *s = &m->sims[choice->sim];
	unsigned rank = model_rank(g->item.class);
	uint64_t before = served(m, g->item.source, rank);
	int64_t bundle, money = money_of(
				m, &g->item, choice->sim, &m->used[choice->sim], &bundle);

	if (before > m->floor[rank])
		m->floor[rank] = before;
	model_serves(m, g->item.source, rank, g->item.parts);
	g->state = MODEL_TAKEN;
	s->hand = choice->message;
	s->left = g->item.parts;
	s->bundle = (unsigned)bundle;
	s->price = bundle < g->item.parts ? money / (g->item.parts - bundle) : 0;
	s->is_idle = false;
}

void model_part_went(struct model *m, int sim, uint64_t air_ms)
{
	struct model_sim *s = &m->sims[sim];
	const struct model_message *g = &m->messages[s->hand];
	bool by_bundle = s->bundle > 0;

	m->log[m->n_log++] = (struct model_part){ .sim = sim,
		.source = g->item.source,
		.owner = g->owner,
		.wall_ms = m->wall_ms,
		.money = by_bundle ? 0 : s->price,
		.air_ms = air_ms,
		.ended_ms = m->mono_ms,
		.by_bundle = by_bundle,
		.number = g->number,
		.parts = g->item.parts };
	s->left--;
	s->bundle -= by_bundle;
}

void model_hand_over(struct model *m, int sim)
{
	m->sims[sim].hand = -1;
	m->sims[sim].left = m->sims[sim].bundle = 0;
}

/* The log against each limit, by nothing but the times on air: any span, not only those
 * that end when somebody asked. */

/* Parts on air in the span that ends with part i. */
static int64_t in_span(const struct model *m, int i, uint64_t span_ms, bool by_source)
{
	const struct model_part *last = &m->log[i];
	int64_t n = 0;

	for (int k = 0; k < m->n_log; k++) {
		const struct model_part *p = &m->log[k];
		n += (by_source ? p->source == last->source : p->sim == last->sim) &&
		     p->air_ms <= last->air_ms && p->air_ms + span_ms > last->air_ms;
	}
	return n;
}

static int64_t in_period(const struct model *m, int i, int64_t period_ms, bool money)
{
	int64_t n = 0;

	for (int k = 0; k < m->n_log; k++) {
		const struct model_part *p = &m->log[k];
		if (p->sim == m->log[i].sim &&
			p->wall_ms / period_ms == m->log[i].wall_ms / period_ms)
			n += money ? p->money : 1;
	}
	return n;
}

static const char *audit_part(const struct model *m, int i)
{
	const struct model_part *p = &m->log[i];
	const struct plan *plan = plan_of(m, p->sim);
	const struct quota *quota = quota_of(m, p->source);
	struct model_used u = used_by_source(m, p->source);

	if (quota && quota->budget && u.money > quota->budget)
		return "budget";
	/* One longer than the pace goes alone. */
	if (quota && quota->per_minute && quota->per_minute >= p->parts &&
		in_span(m, i, 60000, true) > quota->per_minute)
		return "pace";
	if (!plan)
		return "";
	if (plan->per_minute && in_span(m, i, 60000, false) > plan->per_minute)
		return "minute";
	if (plan->per_hour && in_span(m, i, 3600000, false) > plan->per_hour)
		return "hour";
	if (m->went_back)
		return "";
	if (plan->per_day && in_period(m, i, MODEL_DAY_MS, false) > plan->per_day)
		return "day";
	if (plan->per_month && in_period(m, i, MODEL_MONTH_MS, false) > plan->per_month)
		return "month";
	if (plan->spend_month &&
		in_period(m, i, MODEL_MONTH_MS, true) > plan->spend_month)
		return "spend";
	if (plan->recipients_month &&
		model_recipients(m, p->sim) > plan->recipients_month)
		return "recipients";
	return "";
}

const char *model_audit(const struct model *m)
{
	const char *what = "";

	for (int i = 0; i < m->n_log && !what[0]; i++)
		what = audit_part(m, i);
	return what;
}

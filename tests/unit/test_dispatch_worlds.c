/* The dispatcher against the model of dispatch_model.h in worlds made at random (seeded):
 * SIMs that come, go, fail and are held; plans, roles, groups, prices, quotas, reserves;
 * messages of every class and lane; hours that pass and clocks that jump. In each step
 * both must make the same choice, say alike what may go and what may not, and at the end
 * the log of all parts must keep every limit, whatever anybody thought.
 *
 * ROUNDS and SEED in the environment run other worlds, or more of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/base/str.h"
#include "firmware/radio/dispatch/dispatch.h"
#include "tests/unit/dispatch_model.h"

enum {
	ROUNDS = 15000,
	START_MS = 4 * MODEL_MONTH_MS,
	NUMBERS = 12,
};

static struct dispatch d;
static struct model m;
static struct sim rows[MODEL_SIMS];
static struct plan plans[2];
static struct plan_price prices[6];
static struct dispatch_route routes[] = { { 1, "GR" }, { 2, "CY" }, { 3, "" } };
static struct quota quotas[MODEL_QUOTAS];
static struct limits quota_limits[MODEL_QUOTAS];
static struct { /* what only the bank knows of a SIM */
	bool is_on_air;
	uint64_t from_ms;
} air[MODEL_SIMS];
static int64_t base; /* of this world's ids */
static uint64_t rounds_done, choices, parts_sent;
static uint64_t seed;

static uint32_t below(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((seed >> 33) % n);
}

static bool one_in(uint32_t n)
{
	return below(n) == 0;
}

/* 0 for "no limit" mostly. */
static int64_t limit(uint32_t one_of, uint32_t least, uint32_t most)
{
	return one_in(one_of) ? least + below(most - least + 1) : 0;
}

/* The world as configured. */

static void make_plan(struct plan *p, int64_t id)
{
	*p = (struct plan){ .id = id,
		.per_minute = limit(3, 1, 6),
		.per_hour = limit(4, 2, 12),
		.per_day = limit(4, 1, 10),
		.per_month = limit(5, 4, 14),
		.recipients_month = limit(6, 1, 4),
		.bundle_month = limit(3, 1, 8),
		.spend_month = limit(5, 10, 60),
		.price = below(3) * 5,
		.is_bundle_only = one_in(10) };
	(void)str_copy(p->countries, sizeof(p->countries),
		one_in(6) ? (one_in(2) ? "GR" : "CY,GR") : "");
}

static void make_prices(void)
{
	struct dispatch_config *c = &m.config;

	c->n_prices = 0;
	for (int64_t plan = 1; plan <= 2; plan++) {
		for (int64_t route = 1; route <= 3; route++) {
			if (one_in(2))
				prices[c->n_prices++] =
					(struct plan_price){ .plan_id = plan,
						.route_id = route,
						.price = below(4) * 5,
						.in_bundle = !one_in(3),
						.is_blocked = one_in(8) };
		}
	}
}

static void make_sims(void)
{
	m.n_sims = 1 + (int)below(one_in(4) ? MODEL_SIMS : 3);
	for (int i = 0; i < m.n_sims; i++) {
		rows[i] = (struct sim){ .id = base + i + 1,
			.plan_id = below(3),
			.role = one_in(4) ? (enum sim_role)below(3) : SIM_ROLE_BOTH };
		(void)str_copy(
			rows[i].group, sizeof(rows[i].group), one_in(6) ? "a" : "");
		m.sims[i] = (struct model_sim){ .id = base + i + 1, .hand = -1 };
	}
}

/* By source: two campaigns, a key below 0 and a user. */
static int64_t source_of(uint32_t which)
{
	switch (which) {
	case 0:
		return -base - 1;
	case 1:
		return base + 1;
	case 2:
		return base + 2;
	default:
		return SOURCE_USER_BASE + base + 1;
	}
}

static void make_quotas(void)
{
	m.config.n_quotas = 0;
	memset(quota_limits, 0, sizeof(quota_limits));
	for (uint32_t i = 0; i < MODEL_QUOTAS; i++) {
		if (!one_in(4))
			continue;
		struct quota *q = &quotas[m.config.n_quotas];
		struct limits *l = &quota_limits[m.config.n_quotas++];
		*q = (struct quota){ .source = source_of(i),
			.per_minute = limit(2, 1, 5),
			.per_day = limit(3, 2, 8),
			.budget = limit(3, 5, 60) };
		(void)str_copy(q->group, sizeof(q->group), one_in(5) ? "a" : "");
		limits_init(l);
		l->rule = (struct limits_rule){ .per_minute = (uint32_t)q->per_minute,
			.per_day = q->per_day,
			.spend = q->budget };
	}
}

static void make_world(void)
{
	memset(&m, 0, sizeof(m));
	memset(air, 0, sizeof(air));
	m.mono_ms = 7200000 + below(60000);
	m.wall_ms = START_MS + below(MODEL_MONTH_MS);
	m.is_wall_sane = !one_in(20);
	memcpy(m.floor, d.floor, sizeof(m.floor));
	m.config = (struct dispatch_config){ .sims = rows,
		.plans = plans,
		.prices = prices,
		.routes = routes,
		.quotas = quotas,
		.n_plans = 2,
		.n_routes = 3,
		.affinity_moves = (enum affinity_moves)below(3),
		.reserve = one_in(4) ? 1 + (int)below(2) : 0,
		.is_least_cost_strict = one_in(5) };
	if (m.config.reserve && one_in(3)) {
		m.config.is_reserve_share = true;
		m.config.reserve = 25;
	}
	make_plan(&plans[0], 1);
	make_plan(&plans[1], 2);
	make_prices();
	make_sims();
	m.config.n_sims = (size_t)m.n_sims;
	make_quotas();
	dispatch_set_config(&d, &m.config, quota_limits);
	for (int i = 0; i < m.n_sims; i++)
		assert_int_equal(dispatch_sim_add(&d, m.sims[i].id), i);
}

/* The next one begins with empty hands; what the dispatcher remembers of sources and
 * refusals stays, as it would. */
static void end_world(void)
{
	for (int i = 0; i < m.n_sims; i++)
		dispatch_hand_over(&d, i);
	for (int i = 0; i < m.n_messages; i++)
		dispatch_forget(&d, m.messages[i].item.id);
	dispatch_drop_waiting(&d);
	assert_int_equal(d.n_items, 0);
	assert_int_equal(d.n_groups, 0);
	assert_int_equal(d.n_promotional, 0);
	memset(d.sims, 0, sizeof(d.sims[0]) * (size_t)m.n_sims);
	memset(&d.bank, 0, sizeof(d.bank));
	memset(&d.idle, 0, sizeof(d.idle));
	d.n_places = d.n_live = 0;
}

/* The owner's part: days and months that turn. */

static struct limits_span period_of(int64_t length)
{
	int64_t from = m.wall_ms / length * length;

	return (struct limits_span){ from, from + length };
}

static void turn_sim(int sim, struct limits *l)
{
	l->day = period_of(MODEL_DAY_MS);
	l->month = period_of(MODEL_MONTH_MS);
	l->day_parts = 0;
	l->month_sum = (struct limits_sum){ 0 };
	for (int i = 0; i < m.n_log; i++) {
		const struct model_part *p = &m.log[i];
		if (p->sim != sim)
			continue;
		l->day_parts += p->wall_ms / MODEL_DAY_MS == m.wall_ms / MODEL_DAY_MS;
		if (p->wall_ms / MODEL_MONTH_MS != m.wall_ms / MODEL_MONTH_MS)
			continue;
		l->month_sum.parts++;
		l->month_sum.bundle += p->by_bundle;
		l->month_sum.money += p->money;
	}
}

static void turn_quota(size_t quota)
{
	struct limits *l = &quota_limits[quota];

	l->day = period_of(MODEL_DAY_MS);
	l->day_parts = 0;
	for (int i = 0; i < m.n_log; i++) {
		const struct model_part *p = &m.log[i];
		if (p->source == quotas[quota].source || p->owner == quotas[quota].source)
			l->day_parts +=
				p->wall_ms / MODEL_DAY_MS == m.wall_ms / MODEL_DAY_MS;
	}
}

static void turn(void)
{
	for (int i = 0; i < m.n_sims; i++) {
		struct limits *l = &d.sims[i].limits;
		if (m.wall_ms < l->day.from || m.wall_ms >= l->day.to)
			turn_sim(i, l);
		l->recipients = model_recipients(&m, i);
	}
	for (size_t i = 0; i < m.config.n_quotas; i++) {
		if (m.wall_ms < quota_limits[i].day.from ||
			m.wall_ms >= quota_limits[i].day.to)
			turn_quota(i);
	}
}

static struct limits_now now(void)
{
	return (struct limits_now){ m.mono_ms, m.wall_ms, m.is_wall_sane };
}

/* Time and SIMs. */

static void pass_time(void)
{
	uint32_t ms = one_in(8) ? below(1500000) : below(25000);

	m.mono_ms += ms;
	m.wall_ms += ms;
	if (one_in(40)) {
		int64_t jump = (int64_t)below(4 * MODEL_DAY_MS) - 2 * MODEL_DAY_MS;
		m.wall_ms += jump;
		m.went_back |= jump < 0;
	}
	if (one_in(40))
		m.is_wall_sane = !m.is_wall_sane;
}

static void move_sim(int i)
{
	struct model_sim *s = &m.sims[i];

	if (!s->is_present || one_in(12)) {
		s->is_present = !one_in(5);
		s->is_live = s->is_present && !one_in(5);
		s->is_gone = !s->is_present && one_in(2);
	}
	bool idle = s->is_live && s->hand < 0;
	if (idle && !s->is_idle)
		s->idle_ms = m.mono_ms;
	s->is_idle = idle;
	const struct dispatch_sim_state state = { .is_present = s->is_present,
		.is_live = s->is_live,
		.is_idle = s->is_idle,
		.is_gone = s->is_gone };
	dispatch_sim_set(&d, i, &state, m.mono_ms);
}

/* Messages. */

static void put_group(const struct queue_item *item, int64_t owner)
{
	struct queue_item items[MODEL_MESSAGES];
	size_t n = 0;
	const struct queue_group key = { .class = item->class,
		.source = item->source,
		.route_id = item->route_id,
		.lane = item->lane,
		.owner = owner };

	for (int i = 0; i < m.n_messages; i++) {
		const struct queue_item *q = &m.messages[i].item;
		if (m.messages[i].state != MODEL_OVER && q->class == key.class &&
			q->source == key.source && q->route_id == key.route_id &&
			q->lane == key.lane)
			items[n++] = *q;
	}
	for (size_t i = 1; i < n; i++) { /* by (due_at, id), as the store gives them */
		struct queue_item moved = items[i];
		size_t k = i;
		for (; k > 0 && items[k - 1].due_at > moved.due_at; k--)
			items[k] = items[k - 1];
		items[k] = moved;
	}
	assert_true(dispatch_put_group(&d, &key, items, n, false));
}

static int64_t random_lane(void)
{
	int64_t sim = base + 1 + below((uint32_t)m.n_sims + (one_in(4) ? 1 : 0));

	return one_in(2) ? 0 : (one_in(3) ? sim : -sim);
}

static void add_message(void)
{
	static const enum message_class classes[] = { CLASS_OTP, CLASS_ALERT,
		CLASS_TRANSACTIONAL, CLASS_CONVERSATION, CLASS_PROMOTIONAL,
		CLASS_PROMOTIONAL };
	uint32_t which = below(4);
	struct model_message g = { .number = below(NUMBERS) };

	if (m.n_messages == MODEL_MESSAGES)
		return;
	g.item = (struct queue_item){ .id = base + m.n_messages + 1,
		.source = one_in(8) ? base + 40 : source_of(which),
		.route_id = 1 + below(3),
		.lane = random_lane(),
		.due_at = m.wall_ms - 2000 + below(one_in(4) ? 120 : 4) * 500,
		.class = classes[below(6)],
		.parts = (uint16_t)(one_in(3) ? 2 + below(4) : 1) };
	if (one_in(8))
		g.item.expires_at = m.wall_ms + below(100000);
	if (one_in(8))
		g.item.pause_at = m.wall_ms + below(100000);
	if (g.item.source == source_of(1) || g.item.source == source_of(2))
		g.owner = source_of(3);
	model_joins(&m, g.item.source, model_rank(g.item.class));
	m.messages[m.n_messages++] = g;
	put_group(&g.item, g.owner);
}

/* What is on its way. */

static void give_up_hand(int sim, enum model_state state)
{
	struct model_message *g = &m.messages[m.sims[sim].hand];

	air[sim].is_on_air = false;
	dispatch_hand_over(&d, sim);
	model_hand_over(&m, sim);
	if (state == MODEL_WAITING) {
		model_joins(&m, g->item.source, model_rank(g->item.class));
		model_serves(&m, g->item.source, model_rank(g->item.class),
			-(int64_t)g->item.parts);
		dispatch_put_back(&d, g->item.id);
	} else if (state == MODEL_ASIDE) {
		dispatch_set_aside(&d, g->item.id);
	} else {
		dispatch_forget(&d, g->item.id);
	}
	g->state = state;
}

static void part_went(int sim)
{
	uint64_t took = m.mono_ms - air[sim].from_ms;

	model_part_went(
		&m, sim, air[sim].from_ms + (took ? below((uint32_t)took + 1) : 0));
	struct limits_now at = now();
	dispatch_part_went(&d, sim, &at);
	breaker_accepted(&d.sims[sim].breaker, &d.bank);
	m.sims[sim].is_out = false;
	parts_sent++;
	air[sim].is_on_air = false;
	if (m.sims[sim].left == 0)
		give_up_hand(sim, MODEL_OVER);
}

static void part_refused(int sim)
{
	struct model_sim *s = &m.sims[sim];
	struct model_message *g = &m.messages[s->hand];

	if (breaker_failed(&d.sims[sim].breaker, &d.bank, g->number, m.mono_ms)) {
		s->is_out = true;
		s->out_until = d.sims[sim].breaker.until_ms;
	}
	dispatch_note_refusal(&d, g->item.id, sim);
	g->refused |= (uint8_t)(1u << sim);
	if (s->left == g->item.parts)
		give_up_hand(sim, one_in(2) ? MODEL_WAITING : MODEL_OVER);
	else
		give_up_hand(sim, MODEL_OVER);
}

static void move_hand(int sim)
{
	struct limits_now at = now();

	if (m.sims[sim].hand < 0)
		return;
	if (!air[sim].is_on_air) { /* between its parts */
		if (dispatch_part_fit(&d, sim, &at).why == DISPATCH_READY) {
			air[sim].is_on_air = true;
			air[sim].from_ms = m.mono_ms;
		}
		return;
	}
	switch (below(8)) {
	case 0:
		part_refused(sim);
		return;
	case 1:
		if (m.sims[sim].left == m.messages[m.sims[sim].hand].item.parts)
			give_up_hand(sim, one_in(2) ? MODEL_WAITING : MODEL_ASIDE);
		return;
	case 2:
		return;
	default:
		part_went(sim);
	}
}

static void wake_aside(void)
{
	for (int i = 0; i < m.n_messages; i++) {
		struct model_message *g = &m.messages[i];
		if (g->state != MODEL_ASIDE)
			continue;
		model_joins(&m, g->item.source, model_rank(g->item.class));
		g->state = MODEL_WAITING;
	}
	dispatch_wake_aside(&d);
}

/* Both look at it. */

static void compare_explanations(void)
{
	struct limits_now at = now();

	model_count(&m);
	for (int i = 0; i < m.n_messages; i++) {
		const struct model_message *g = &m.messages[i];
		if (g->state != MODEL_WAITING && g->state != MODEL_ASIDE)
			continue;
		const struct dispatch_item *it = dispatch_item_find(&d, g->item.id);
		assert_non_null(it);
		struct dispatch_verdict v = dispatch_explain(&d, it, &at);
		if ((v.why == DISPATCH_READY) != model_may_go(&m, i))
			fail_msg("message %d: %s", i, dispatch_why_name(v.why));
	}
}

/* The claim's own check: its number may be one too many for the SIM's month. */
static bool is_claimed(const struct model_choice *c)
{
	struct model_message *g = &m.messages[c->message];
	const struct plan *plan = d.sims[c->sim].plan;

	if (!plan || !plan->recipients_month)
		return true;
	m.sims[c->sim].hand = -1; /* without this one */
	bool is_new = !model_knows(&m, c->sim, g->number);
	int64_t known = model_recipients(&m, c->sim);
	m.sims[c->sim].hand = c->message;
	if (!is_new || known < plan->recipients_month)
		return true;
	dispatch_note_barred(&d, g->item.id, c->sim);
	g->barred |= (uint8_t)(1u << c->sim);
	give_up_hand(c->sim, MODEL_WAITING);
	return false;
}

static bool choose_once(void)
{
	struct limits_now at = now();
	struct dispatch_choice choice;
	struct model_choice want = { 0 };
	bool found = dispatch_choose(&d, &at, &choice);
	model_count(&m);
	bool wanted = model_choose(&m, &want);

	assert_int_equal(found, wanted);
	if (!found)
		return false;
	assert_int_equal(d.items[choice.item].item.id, m.messages[want.message].item.id);
	assert_int_equal(choice.place, want.sim);
	assert_int_equal(choice.choice, want.choice);
	assert_int_equal(choice.cost.money, want.money);
	choices++;
	dispatch_take(&d, &choice, &at);
	model_takes(&m, &want);
	if (is_claimed(&want)) {
		air[want.sim].is_on_air = true;
		air[want.sim].from_ms = m.mono_ms;
	}
	d.sims[want.sim].limits.recipients = model_recipients(&m, want.sim);
	return true;
}

static void step(void)
{
	pass_time();
	turn();
	for (int i = 0; i < m.n_sims; i++) {
		move_hand(i);
		move_sim(i);
	}
	turn();
	if (one_in(6))
		wake_aside();
	for (uint32_t n = below(3); n > 0; n--)
		add_message();
	compare_explanations();
	for (int n = 0; choose_once(); n++) {
		for (int i = 0; i < m.n_sims; i++)
			move_sim(i);
		assert_true(n < MODEL_MESSAGES * MODEL_SIMS);
	}
	compare_explanations();
}

static void worlds_agree(void **state)
{
	const char *given = getenv("ROUNDS"), *first = getenv("SEED");
	uint64_t rounds = given ? strtoull(given, NULL, 10) : ROUNDS;
	uint64_t from = first ? strtoull(first, NULL, 10) : 1;
	(void)state;

	dispatch_init(&d);
	for (uint64_t w = from; w < from + rounds; w++) {
		seed = w * UINT64_C(0x9E3779B97F4A7C15);
		base = (int64_t)w * 64;
		make_world();
		for (uint32_t n = 4 + below(one_in(10) ? 60 : 8); n > 0; n--)
			step();
		const char *broken = model_audit(&m);
		if (broken[0])
			fail_msg("SEED=%llu: limit by %s", (unsigned long long)w, broken);
		end_world();
		rounds_done++;
	}
	printf("worlds=%llu choices=%llu parts=%llu\n", (unsigned long long)rounds_done,
		(unsigned long long)choices, (unsigned long long)parts_sent);
}

static int say_seed(void **state)
{
	(void)state;
	if (base && m.n_sims)
		printf("last world: SEED=%lld\n", (long long)(base / 64));
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(worlds_agree, say_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

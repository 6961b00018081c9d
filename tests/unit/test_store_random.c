/*
 * Proves, by a long seeded random walk beside a small model in memory: no message is
 * lost, none is claimed twice, no part goes on air twice unless it was certainly refused;
 * tallies, usage and money are what a count gives; a message stays in the lane that its
 * history calls for, and is found there by the dispatcher's reads; whatever the order of
 * claims, answers, reports, inbound texts, pauses, cancels, retries, kills and
 * reopenings.
 */
#include "tests/unit/store_fixture.h"

#include "firmware/store/dispatch_config.h"
#include "firmware/store/replan.h"

#define STEPS 6000
#define MESSAGES 600
#define SIMS 4
#define LIMITED INT64_C(77) /* a source with a budget */

enum model_state { /* of the message as the model knows it */
	WAITING,
	SENDING, /* a part is on air */
	BETWEEN, /* claimed, the next part not begun */
	OVER
};

struct model_message {
	int64_t id;
	enum model_state state;
	int parts, gone; /* parts that may have gone on air */
	int64_t sim;	 /* bound to; 0: free */
	bool is_unknown, is_cancelled, is_failed;
	uint8_t mr[3];
	bool reportable[3];
	bool is_code, is_affine, is_paused;
	int64_t lane;	       /* while no part is on air */
	int64_t knows;	       /* the SIM that its number knows */
	int64_t source, price; /* price: of the part on air */
	bool met[SIMS + 1];    /* by SIM: counts to its recipients */
};

struct walk {
	struct fixture *f;
	uint64_t seed;
	struct model_message m[MESSAGES];
	size_t n;
	uint8_t mr[SIMS + 1];
	int64_t recipients[SIMS + 1], used[SIMS + 1], money[SIMS + 1];
	int64_t source_used, source_money; /* of LIMITED */
	int claims, reports, recoveries;
};

static uint32_t roll(struct walk *w, uint32_t below)
{
	w->seed = w->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(w->seed >> 33) % below;
}

static const char *number_of(size_t i, char *dst)
{
	(void)str_format(dst, 20, "+30694%07zu", i);
	return dst;
}

static void step_add(struct walk *w)
{
	char to[20];
	if (w->n == MESSAGES)
		return;
	struct model_message *m = &w->m[w->n];
	m->parts = (int)roll(w, 3) + 1;
	m->is_code = roll(w, 2);
	m->is_affine = roll(w, 3) == 0;
	m->lane = m->is_affine ? -(int64_t)roll(w, SIMS) - 1 : 0;
	m->source = roll(w, 2) ? LIMITED : 0;
	m->id = add_like(w->f,
		(struct message){ .class = m->is_code ? CLASS_OTP : CLASS_TRANSACTIONAL,
			.msisdn = number_of(w->n, to),
			.parts = (uint16_t)m->parts,
			.source = m->source,
			.route_id = (int64_t)roll(w, 3),
			.flags = m->is_affine ? MESSAGE_FLAG_AFFINE : 0,
			.sim_id = -m->lane });
	w->n++;
}

static struct model_message *pick(struct walk *w, enum model_state state)
{
	for (int tries = 0; w->n && tries < 20; tries++) {
		struct model_message *m = &w->m[roll(w, (uint32_t)w->n)];
		if (m->state == state)
			return m;
	}
	return NULL;
}

static void step_claim(struct walk *w)
{
	static struct queue_claim out;
	enum queue_claim_result result;
	int64_t sim = roll(w, SIMS) + 1;

	if (w->n == 0)
		return;
	/* Mostly one that waits; else any, which must be refused. */
	struct model_message *m = roll(w, 4) ? pick(w, WAITING) : NULL;
	if (!m)
		m = &w->m[roll(w, (uint32_t)w->n)];
	const struct queue_take take = { .id = m->id,
		.sim_id = sim,
		.price = (int64_t)roll(w, 3) * 1000,
		.month_at = NOW,
		.recipients_left = roll(w, 3) };
	bool may = m->state == WAITING && !m->is_paused && (m->sim == 0 || m->sim == sim);
	bool has_room = m->met[sim] || take.recipients_left;
	OK(queue_claim(w->f->s, &take, &out, &result));
	if (!may || !has_room) {
		assert_int_equal(result, may ? QUEUE_RECIPIENTS : QUEUE_GONE);
		return;
	}
	assert_int_equal(result, QUEUE_CLAIMED);
	assert_int_equal(out.next_seq, m->gone + 1);
	assert_int_equal(out.is_new_recipient, !m->met[sim]);
	w->recipients[sim] += !m->met[sim];
	m->met[sim] = true;
	m->price = take.price;
	m->state = SENDING;
	m->sim = sim;
	m->gone++;
	w->claims++;
}

/* It is on air, or may be. */
static void count_part(struct walk *w, struct model_message *m)
{
	w->used[m->sim]++;
	w->money[m->sim] += m->price;
	if (m->source == LIMITED) {
		w->source_used++;
		w->source_money += m->price;
	}
}

static void after_part(struct model_message *m)
{
	m->state = m->is_cancelled || m->gone == m->parts ? OVER : BETWEEN;
}

static void step_answer(struct walk *w)
{
	struct model_message *m = pick(w, SENDING);
	struct queue_retry retry = { NOW, "cms 42", true };
	uint16_t seq;

	if (!m)
		return;
	seq = (uint16_t)m->gone;
	switch (roll(w, 5)) {
	case 0:
		OK(queue_part_unknown(w->f->s, m->id, seq, "lost answer"));
		m->is_unknown = true;
		count_part(w, m);
		after_part(m);
		break;
	case 1:
		OK(queue_part_retry(w->f->s, m->id, seq, &retry));
		m->gone--;
		if (m->gone == 0 && !m->is_cancelled) {
			m->sim = 0;
			m->lane = m->is_affine ? -m->knows : 0;
		}
		m->state = m->is_cancelled ? OVER : WAITING;
		break;
	case 2:
		OK(queue_part_failed(w->f->s, m->id, seq, "cms 21"));
		m->is_failed = !m->is_cancelled;
		m->state = OVER;
		break;
	default:
		m->mr[seq - 1] = ++w->mr[m->sim];
		m->reportable[seq - 1] = true;
		OK(queue_part_accepted(w->f->s, m->id, seq, m->mr[seq - 1], 2000));
		count_part(w, m);
		if (!m->is_code)
			m->knows = m->sim;
		after_part(m);
	}
}

static void step_next(struct walk *w)
{
	struct model_message *m = pick(w, BETWEEN);
	if (!m)
		return;
	if (m->is_cancelled) {
		assert_int_equal(
			queue_next_part(w->f->s, m->id, (uint16_t)(m->gone + 1), 0),
			ERR_NOTFOUND);
		m->state = OVER;
		return;
	}
	m->price = (int64_t)roll(w, 3) * 1000;
	OK(queue_next_part(w->f->s, m->id, (uint16_t)(m->gone + 1), m->price));
	m->gone++;
	m->state = SENDING;
}

static void step_report(struct walk *w)
{
	char to[20];
	int64_t message;

	if (w->n == 0)
		return;
	size_t i = 0, seq = 0;
	for (int tries = 0; tries < 8 && !w->m[i].reportable[seq]; tries++) {
		i = roll(w, (uint32_t)w->n);
		seq = roll(w, 3);
	}
	struct model_message *m = &w->m[i];
	if (!m->reportable[seq])
		return;
	const struct queue_report report = { .sim_id = m->sim,
		.msisdn = number_of(i, to),
		.mr = m->mr[seq],
		.outcome = roll(w, 4) ? PART_DELIVERED : PART_UNDELIVERED };
	OK(queue_report(w->f->s, &report, &message));
	assert_int_equal(message, m->id);
	m->reportable[seq] = false;
	w->reports++;
}

static void step_cancel(struct walk *w)
{
	if (w->n == 0 || roll(w, 3))
		return;
	struct model_message *m = &w->m[roll(w, (uint32_t)w->n)];
	bool may = !m->is_cancelled && !m->is_failed &&
		   (m->state == WAITING || (m->state != OVER && m->gone < m->parts));
	assert_int_equal(message_cancel(w->f->s, m->id, "user"), may ? ERR_OK : ERR_BUSY);
	if (!may)
		return;
	m->is_cancelled = true;
	if (m->state == WAITING)
		m->state = OVER;
}

static void step_inbound(struct walk *w)
{
	char from[20];
	enum inbound_stored stored;
	int64_t id;

	if (w->n == 0)
		return;
	size_t i = roll(w, (uint32_t)w->n);
	struct model_message *m = &w->m[i];
	const struct inbound_part part = { .sim_id = roll(w, SIMS) + 1,
		.originator = number_of(i, from),
		.text = "Yes",
		.scts = NOW + roll(w, 1000000) };
	OK(inbound_store_part(w->f->s, &part, &stored, &id));
	if (stored == INBOUND_STORED_DUPLICATE)
		return;
	OK(inbound_mark_read(w->f->s, id, "other", 0, 0));
	m->knows = part.sim_id;
}

static void step_pause(struct walk *w)
{
	if (w->n == 0)
		return;
	struct model_message *m = &w->m[roll(w, (uint32_t)w->n)];
	bool may = m->state == WAITING, is_paused = roll(w, 4) == 0;
	assert_int_equal(
		replan_put(w->f->s, m->id, NOW, is_paused ? NOW : roll(w, 2) * (NOW + 1)),
		may ? ERR_OK : ERR_NOTFOUND);
	if (may)
		m->is_paused = is_paused;
}

/* The process dies and comes back; sometimes inside a transaction. */
static void step_restart(struct walk *w)
{
	size_t unknown, on_air = 0;

	if (roll(w, 2)) {
		char to[20];
		OK(store_begin(w->f->s));
		(void)add_message(w->f, CLASS_OTP, number_of(9999, to), 1);
	}
	fixture_reopen(w->f);
	OK(queue_recover(w->f->s, &unknown));
	for (size_t i = 0; i < w->n; i++) {
		struct model_message *m = &w->m[i];
		if (m->state == SENDING) {
			on_air++;
			m->is_unknown = true;
			count_part(w, m);
			after_part(m);
		}
		if (m->state == BETWEEN)
			m->state = m->is_cancelled ? OVER : WAITING;
	}
	assert_int_equal(unknown, on_air);
	w->recoveries++;
}

static void check_usage(struct walk *w)
{
	struct dispatch_used used;
	struct quota_usage of_source;
	const struct dispatch_since since = { .month = NOW };

	for (int64_t sim = 1; sim <= SIMS; sim++) {
		OK(dispatch_used_read(w->f->s, sim, &since, &used));
		assert_int_equal(used.month, w->used[sim]);
		assert_int_equal(used.money_month, w->money[sim]);
		assert_int_equal(used.recipients_month, w->recipients[sim]);
	}
	OK(quota_usage_read(w->f->s, LIMITED, NOW, &of_source));
	assert_int_equal(of_source.parts, w->source_used);
	assert_int_equal(of_source.money, w->source_money);
}

static struct model_message *find(struct walk *w, int64_t id)
{
	size_t i = 0;
	while (i < w->n - 1 && w->m[i].id != id)
		i++;
	assert_int_equal(w->m[i].id, id);
	return &w->m[i];
}

/* All that may go now is found, once, in its group. */
static void check_groups(struct walk *w)
{
	static struct queue_group groups[128];
	struct queue_item items[8];
	size_t n, found = 0, waiting = 0;

	OK(queue_groups(w->f->s, NULL, groups, 128, &n));
	assert_true(n < 128);
	for (size_t i = 0; i < n; i++) {
		struct queue_want want = {
			.group = groups[i], .due_at = INT64_MIN, .max = 8
		};
		do {
			OK(queue_refill(w->f->s, &want, items));
			for (size_t at = 0; at < want.n; at++) {
				struct model_message *m = find(w, items[at].id);
				assert_true(m->state == WAITING && !m->is_paused);
				assert_int_equal(items[at].source, m->source);
				assert_int_equal(
					items[at].lane, m->gone ? m->sim : m->lane);
				found++;
			}
		} while (want.has_more);
	}
	for (size_t i = 0; i < w->n; i++)
		waiting += w->m[i].state == WAITING && !w->m[i].is_paused;
	assert_int_equal(found, waiting);
}

static void check(struct walk *w)
{
	struct fixture *f = w->f;

	check_usage(w);
	check_groups(w);

	assert_int_equal(ask(f, "SELECT count(*) FROM message"), w->n);
	assert_int_equal(ask(f, "SELECT sum(n) FROM tally"), w->n);
	assert_int_equal(
		ask(f, "SELECT count(*) FROM (SELECT iif(state = 2, 1, state) s, "
		       "count(*) c, sum(parts) p FROM message GROUP BY s) "
		       "LEFT JOIN tally ON s = state "
		       "WHERE n IS NOT c OR p IS NOT tally.parts"),
		0);
	for (size_t i = 0; i < w->n; i++) {
		const struct model_message *m = &w->m[i];
		int64_t state = state_of(f, m->id);
		assert_int_equal(
			ask_id(f, "SELECT count(*) FROM part WHERE message_id = ", m->id),
			m->gone);
		if (m->is_cancelled)
			assert_int_equal(state, MESSAGE_CANCELLED);
		else if (m->is_failed)
			assert_int_equal(state, MESSAGE_FAILED);
		else if (m->state == WAITING)
			assert_int_equal(state, MESSAGE_QUEUED);
		else if (m->state != OVER)
			assert_int_equal(state, MESSAGE_SENDING);
		else if (m->is_unknown)
			assert_int_equal(state, MESSAGE_UNKNOWN);
		else
			assert_in_range(state, MESSAGE_SENT, MESSAGE_UNDELIVERED);
	}
}

static void walk(struct fixture *f, uint64_t seed)
{
	static void (*const steps[])(struct walk *) = { step_add, step_add, step_claim,
		step_claim, step_claim, step_claim, step_answer, step_answer, step_answer,
		step_report, step_report, step_next, step_next, step_report, step_report,
		step_cancel, step_inbound, step_pause, step_pause };
	const struct quota limited = { .source = LIMITED, .budget = 1 };
	struct walk *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->f = f;
	w->seed = seed;
	OK(quota_put(f->s, &limited));
	for (int i = 0; i < STEPS; i++) {
		if (roll(w, 100) == 0)
			step_restart(w);
		else
			steps[roll(w, sizeof(steps) / sizeof(steps[0]))](w);
		if (i % 200 == 0)
			check(w);
	}
	check(w);
	OK(store_check(f->s));
	print_message("claims=%d reports=%d restarts=%d messages=%zu\n", w->claims,
		w->reports, w->recoveries, w->n);
	assert_true(w->claims > 300 && w->reports > 50 && w->recoveries > 10);
	free(w);
}

static void test_walks(void **state)
{
	struct fixture *f = *state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		if (seed > 1) {
			(void)fixture_teardown((void **)&f);
			(void)fixture_setup((void **)&f);
			*state = f;
		}
		walk(f, seed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_walks, fixture_setup, fixture_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

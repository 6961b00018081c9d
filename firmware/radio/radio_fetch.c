/*
 * Keeping the window on the queue filled: at start, on a hint, when it runs low, and when
 * the next message falls due or expires. Nothing is asked of the store in between.
 */
#include "firmware/radio/radio_parts.h"

#include <stdlib.h>

#define LOG_MODULE "fetch"
#include "firmware/base/log.h"

enum {
	FETCH_GAP_MS = 30,     /* between two: hints come in bursts */
	FETCH_GROUP_MAX = 256, /* messages of one group */
	FETCH_PAGE = 64,       /* groups asked for at once */
	FETCH_PAST_MS =
		1000, /* for the office side to plan anew what is past its window */
	PLAN_MAX_MS = 60000, /* the wall clock may be set: look again, in memory only */
};

static int64_t wall_now(const struct radio *radio)
{
	return clock_wall_ms(loop_clock(radio->loop));
}

/* Those that may not do all; they are few. */
static bool note_restricted(
	void *user, const struct sim *sim, const struct sim_usage *today)
{
	struct radio_fetch *f = user;

	(void)today;
	bool is_free = sim->enabled && sim->is_admitted && sim->may_roam;
	if (!is_free && f->n_restricted < RADIO_SLOTS_MAX)
		f->restricted[f->n_restricted++] = *sim;
	return true;
}

static int compare_groups(const void *a, const void *b)
{
	const struct queue_group *x = a, *y = b;
	const int64_t left[] = { x->class, x->source, x->route_id, x->lane };
	const int64_t right[] = { y->class, y->source, y->route_id, y->lane };

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	}
	return 0;
}

static bool is_kept(const struct radio_fetch *f, const struct queue_group *g)
{
	return bsearch(g, f->kept, f->n_kept, sizeof(f->kept[0]), compare_groups) != NULL;
}

/* Of this group are on their way or aside: the store gives them once more. */
static size_t count_marked(const struct radio_fetch *f, const struct queue_group *g)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_marked; i++)
		n += compare_groups(&f->marked[i], g) == 0;
	return n;
}

static void note_due(struct radio_fetch *f, int64_t due_at)
{
	if (due_at && (f->next_due == 0 || due_at < f->next_due))
		f->next_due = due_at;
}

static enum err read_group(
	struct store *s, struct radio_fetch *f, const struct queue_group *group)
{
	struct radio_got *got = &f->got[f->n_got];
	size_t room = FETCH_ITEMS_MAX - f->n_items;
	struct queue_want want = { .group = *group,
		.due_at = INT64_MIN,
		.max = f->per_group + count_marked(f, group) };
	enum err err = ERR_OK;

	*got = (struct radio_got){ .group = *group, .first = (uint32_t)f->n_items };
	got->is_kept = is_kept(f, group);
	want.max = want.max < room ? want.max : room;
	if (!got->is_kept && want.max > 0)
		err = queue_refill(s, &want, &f->items[f->n_items]);
	if (err != ERR_OK)
		return err;
	got->n = (uint32_t)want.n;
	got->has_more = want.has_more || got->is_kept || want.max == 0;
	/* All that was looked at is past its window; the office side plans it anew. */
	if (!got->is_kept && want.max > 0 && want.n == 0 && want.has_more) {
		got->has_more = false;
		want.next_due = clock_wall_ms(store_clock(s)) + FETCH_PAST_MS;
	}
	if (!got->has_more)
		note_due(f, want.next_due);
	f->n_items += want.n;
	f->n_got++;
	return ERR_OK;
}

static enum err read_queue(struct store *s, struct radio_fetch *f)
{
	struct queue_group page[FETCH_PAGE], last;
	const struct queue_group *after = NULL;
	size_t n = FETCH_PAGE;
	enum err err = ERR_OK;

	f->n_got = f->n_items = 0;
	f->next_due = 0;
	while (err == ERR_OK && n == FETCH_PAGE) {
		err = queue_groups(s, after, page, FETCH_PAGE, &n);
		for (size_t i = 0; err == ERR_OK && i < n; i++) {
			if (f->n_got == DISPATCH_GROUPS_MAX)
				return ERR_OK; /* those beyond wait for room */
			err = read_group(s, f, &page[i]);
			last = page[i];
			after = &last;
		}
	}
	return err;
}

static enum err run(struct store *s, struct store_job *job)
{
	struct radio_fetch *f = (struct radio_fetch *)job;
	int64_t now = clock_wall_ms(store_clock(s));

	f->n_restricted = 0;
	enum err err = queue_expire(s, now, &f->n_expired, &f->next_expiry);
	if (err == ERR_OK)
		err = read_queue(s, f);
	if (err == ERR_OK) /* no quarter lies that far ahead: the usage is not summed */
		err = sim_each(s, now + INT64_C(365) * 86400000, note_restricted, f);
	return err;
}

static const struct sim *find_restricted(const struct radio_fetch *f, int64_t sim_id)
{
	for (size_t i = 0; i < f->n_restricted; i++) {
		if (f->restricted[i].id == sim_id)
			return &f->restricted[i];
	}
	return NULL;
}

static void apply_sims(struct radio *radio)
{
	static const struct sim unrestricted = {
		.enabled = true, .is_admitted = true, .may_roam = true
	};

	for (size_t i = 0; i < radio->n_slots; i++) {
		struct slot *slot = radio->slots[i];
		const struct sim *sim = find_restricted(&radio->fetch, slot->sim_id);
		if (slot->sim_id)
			slot_apply_sim(slot, sim ? sim : &unrestricted);
	}
}

static void put_groups(struct radio *radio)
{
	const struct radio_fetch *f = &radio->fetch;
	struct dispatch *d = &radio->dispatch;

	dispatch_refill_begin(d);
	for (size_t i = 0; i < f->n_got; i++) {
		const struct radio_got *got = &f->got[i];
		if (got->is_kept)
			dispatch_refill_keep(d, &got->group);
		else /* what finds no room has more, and is fetched again */
			(void)dispatch_put_group(d, &got->group, &f->items[got->first],
				got->n, got->has_more);
	}
	dispatch_refill_end(d);
}

static void done(struct store_job *job, enum err err)
{
	struct radio_fetch *f = (struct radio_fetch *)job;
	struct radio *radio = f->radio;

	f->posted = false;
	radio->is_moved = true;
	if (err != ERR_OK) {
		log_error("the queue cannot be read: %s", err_name(err));
		radio_fetch_plan(radio, wall_now(radio) + 5000);
		return;
	}
	put_groups(radio);
	apply_sims(radio);
	radio_fetch_plan(radio, f->next_due);
	radio_fetch_plan(radio, f->next_expiry);
	log_debug("groups=%zu read=%zu expired=%zu", f->n_got, f->n_items, f->n_expired);
}

static void on_plan(void *user)
{
	struct radio *radio = user;
	struct radio_fetch *f = &radio->fetch;
	int64_t due_at = f->due_at;
	bool is_due = due_at && due_at <= wall_now(radio);

	f->due_at = 0;
	if (is_due)
		f->is_wanted = true;
	else
		radio_fetch_plan(radio, due_at);
	radio->is_moved |= f->is_wanted;
}

void radio_fetch_plan(struct radio *radio, int64_t due_at)
{
	struct radio_fetch *f = &radio->fetch;
	int64_t left = due_at - wall_now(radio);

	if (due_at == 0 || (f->due_at && f->due_at <= due_at))
		return;
	f->due_at = due_at;
	left = left < FETCH_GAP_MS ? FETCH_GAP_MS : left;
	left = left > PLAN_MAX_MS ? PLAN_MAX_MS : left;
	loop_timer_set(radio->loop, &f->timer, (uint64_t)left, on_plan, radio);
}

void radio_fetch_want(struct radio *radio)
{
	radio->fetch.is_wanted = true;
	radio->is_moved = true;
}

/* What the job shall know of the window as it is now. */
static void note_window(struct radio *radio)
{
	struct radio_fetch *f = &radio->fetch;
	const struct dispatch *d = &radio->dispatch;
	size_t share = FETCH_ITEMS_MAX / (size_t)(d->n_groups + 1);

	f->per_group = share < FETCH_GROUP_MAX ? share : FETCH_GROUP_MAX;
	f->n_marked = dispatch_marked(d, f->marked);
	f->n_kept = dispatch_full_groups(d, f->per_group / 2, f->kept);
	qsort(f->kept, f->n_kept, sizeof(f->kept[0]), compare_groups);
}

void radio_fetch_turn(struct radio *radio)
{
	struct radio_fetch *f = &radio->fetch;
	uint64_t now = loop_now_ms(radio->loop);

	if (!f->is_wanted && !f->posted)
		f->is_wanted = dispatch_is_low(&radio->dispatch, f->per_group / 2);
	if (!f->is_wanted || f->posted || radio->is_stopping || !radio->start.done ||
		!radio->config.is_read)
		return;
	if (f->at_ms && now - f->at_ms < FETCH_GAP_MS) {
		f->due_at = 0;
		loop_timer_set(radio->loop, &f->timer, FETCH_GAP_MS - (now - f->at_ms),
			on_plan, radio);
		return;
	}
	f->at_ms = now;
	f->is_wanted = false;
	f->posted = true;
	note_window(radio);
	store_thread_post(radio->host.store, &f->job);
}

void radio_fetch_init(struct radio *radio)
{
	radio->fetch.radio = radio;
	radio->fetch.job = (struct store_job){ .run = run, .done = done, .once = true };
}

/*
 * Planning anew what waits: messages whose window has closed, and all of them after the
 * rules were changed or the clock was set.
 */
#include <stdlib.h>
#include <string.h>

#define LOG_MODULE "planner"
#include "firmware/base/log.h"
#include "firmware/base/str.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/phone_number.h"
#include "firmware/office/dispatch/planner_internal.h"
#include "firmware/store/setting.h"

#define DONE_KEY "windows.planned"
#define STEP_MAX 200	   /* messages a transaction: under 20 ms */
#define CLOCK_SET_MS 60000 /* less is drift */

/* What is copied of a row, as nothing may be written while it is read. */
struct row {
	int64_t id, campaign_id, due_at, pause_at;
	enum message_class class;
	unsigned flags;
	char msisdn[20], country[4], time_zone[TZ_NAME_SIZE];
};

struct step {
	struct office *o;
	bool is_walk;
	size_t n;
	struct row rows[STEP_MAX];
	/* The campaign of the row before. */
	int64_t campaign_id;
	bool has_campaign;
	struct campaign campaign;
};

static bool on_row(void *user, const struct replan_row *in)
{
	struct step *s = user;
	struct row *row = &s->rows[s->n++];
	*row = (struct row){ .id = in->id,
		.campaign_id = in->campaign_id,
		.due_at = in->due_at,
		.pause_at = in->pause_at,
		.class = in->class,
		.flags = in->flags };
	/* "" where it does not fit: then by the number. */
	(void)str_copy(row->msisdn, sizeof(row->msisdn), in->msisdn ? in->msisdn : "");
	(void)str_copy(
		row->country, sizeof(row->country), in->country ? in->country : "");
	(void)str_copy(row->time_zone, sizeof(row->time_zone),
		in->time_zone ? in->time_zone : "");
	return s->n < STEP_MAX;
}

static bool on_campaign(void *user, const struct campaign *c)
{
	struct step *s = user;
	s->campaign = *c; /* its texts are not looked at */
	s->has_campaign = true;
	return true;
}

static enum err get_campaign(struct step *s, int64_t id)
{
	if (id == s->campaign_id)
		return ERR_OK;
	s->has_campaign = false;
	s->campaign_id = id;
	enum err err = id ? campaign_get(s->o->store, id, on_campaign, s) : ERR_OK;
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

/* When it may be due at the earliest. What the rules of before put off may come sooner
 * now; but what was asked for a time, spread or put off by its operator stays. */
static int64_t earliest(const struct step *s, const struct row *row)
{
	int64_t now = office_now(s->o);
	bool may_hurry =
		s->is_walk && row->pause_at && s->has_campaign && !s->campaign.is_spread;
	int64_t from = may_hurry ? s->campaign.start_at : row->due_at;
	return from > now ? from : now;
}

static void find_country(struct row *row)
{
	struct phone_number number;
	if (!row->country[0] && phone_number_parse(row->msisdn, strlen(row->msisdn), "",
					&number) == PHONE_OK)
		(void)str_copy(row->country, sizeof(row->country), number.country);
}

static enum err plan_row(struct step *s, struct row *row)
{
	struct planner_when when = { row->due_at, 0, false };
	enum err err = get_campaign(s, row->campaign_id);
	if (err)
		return office_fail(s->o, err, "campaign");
	if (!(row->flags & MESSAGE_FLAG_STOP_CONFIRMATION)) {
		find_country(row);
		const struct planner_ask ask = { .class = row->class,
			.country = row->country,
			.time_zone = row->time_zone,
			.from = earliest(s, row),
			.campaign = s->has_campaign ? &s->campaign : NULL };
		err = planner_when(s->o, &ask, &when);
		if (err)
			return err;
	}
	/* Due already and open: its place in the queue stays. */
	if (when.due_at <= office_now(s->o) && row->due_at < when.due_at)
		when.due_at = row->due_at;
	if (when.due_at == row->due_at && when.pause_at == row->pause_at)
		return ERR_OK;
	err = replan_put(s->o->store, row->id, when.due_at, when.pause_at);
	if (err == ERR_NOTFOUND) /* it went meanwhile */
		return ERR_OK;
	return err ? office_fail(s->o, err, "message") : ERR_OK;
}

static enum err plan_rows(struct step *s)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < s->n && !err; i++)
		err = plan_row(s, &s->rows[i]);
	if (!err && s->n)
		office_wake(s->o, OFFICE_WAKE_RADIO);
	return err;
}

/* ---- which rows ---- */

static enum err read_paused(struct step *s)
{
	enum err err = replan_each_paused(s->o->store, STEP_MAX, on_row, s);
	return err ? office_fail(s->o, err, "message") : ERR_OK;
}

static enum err walk(struct step *s, struct planner *p)
{
	s->is_walk = true;
	enum err err = replan_walk(s->o->store, &p->walk, STEP_MAX, on_row, s);
	if (err)
		return office_fail(s->o, err, "message");
	if (!p->walk.is_done)
		return ERR_OK;
	err = setting_set_i64(s->o->store, DONE_KEY, p->walk_version);
	if (err)
		return office_fail(s->o, err, "setting");
	log_info("walk=done rules=%lld", (long long)p->walk_version);
	return ERR_OK;
}

static bool was_clock_set(const struct office *o, struct planner *p)
{
	int64_t offset = office_now(o) - (int64_t)clock_mono_ms(o->clock);
	int64_t by = offset - p->clock_offset;
	bool first = p->clock_offset == 0;
	p->clock_offset = offset;
	return !first && (by > CLOCK_SET_MS || by < -CLOCK_SET_MS);
}

static enum err look_for_walk(struct office *o, struct planner *p)
{
	int64_t done;
	enum err err = setting_get_i64(o->store, DONE_KEY, &done);
	if (err && err != ERR_NOTFOUND)
		return office_fail(o, err, "setting");
	done = err ? 0 : done;
	bool is_set = was_clock_set(o, p);
	if (is_set)
		log_warn("clock=set what=\"waiting messages are planned anew\"");
	if (p->walk_version != p->version && p->version != done)
		is_set = true;
	if (is_set) {
		p->walk = (struct replan_walk){ .is_done = false };
		p->walk_version = p->version;
	}
	return ERR_OK;
}

/* In the transaction: what is read and what is put are of one moment. */
static enum err run_step(struct step *s, struct planner *p)
{
	enum err err = read_paused(s);
	if (!err && s->n == 0 && p->walk_version >= 0 && !p->walk.is_done)
		err = walk(s, p);
	return err ? err : plan_rows(s);
}

enum err planner_step(struct office *o, bool *out_more)
{
	struct planner *p = NULL;
	int64_t next = 0;
	bool own;
	*out_more = false;
	enum err err = planner_get(o, &p);
	if (err || !p)
		return err;
	err = look_for_walk(o, p);
	if (!err && replan_next_pause(o->store, &next))
		err = office_fail(o, ERR_BUSY, "message");
	bool is_walking = p->walk_version >= 0 && !p->walk.is_done;
	if (err || !clock_wall_is_sane(office_now(o)) ||
		(!is_walking && (next == 0 || next > office_now(o))))
		return err;
	struct step *s = calloc(1, sizeof(*s));
	if (!s)
		return office_fail(o, ERR_MEM, "message");
	s->o = o;
	err = office_enter(o, &own);
	if (!err) {
		err = office_leave(o, own, run_step(s, p));
		*out_more =
			s->n == STEP_MAX || (p->walk_version >= 0 && !p->walk.is_done);
	}
	if (err) /* what was walked over was not put */
		p->walk = (struct replan_walk){ .is_done = p->walk_version < 0 };
	free(s);
	return err;
}

/*
 * Outputs switched by text: from permitted numbers alone, with the output's own words, so
 * many times an hour, no older than some minutes. What was done, or why not, is in the
 * audit, and whoever was permitted to ask gets an answer.
 *
 * That a command is done is committed before its line is switched, so none is done twice;
 * limits and open commands outlast a restart (front_command.c).
 */
#include "firmware/radio/front/front_parts.h"

#define LOG_MODULE "front"
#include "firmware/base/log.h"

enum {
	HOUR_MS = 3600 * 1000,
	TOO_OLD_MS =
		15 * 60 * 1000, /* it lay somewhere: the box was off, or the network */
};

static void on_max(void *user)
{
	struct front_output *o = user;
	struct front *f = o->front;
	unsigned index = (unsigned)(o - f->switches.outputs);

	(void)board_switch(f->board, index, false); /* logged below either way */
	log_info("output=%s off: its time is over", f->env.profile->outputs[index].name);
}

static uint32_t changes_within_hour(const struct front_output *o, int64_t now)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < FRONT_CHANGES && i < o->n_changed; i++)
		n += now - o->changed_ms[i] < HOUR_MS;
	return n;
}

/* One that came before this run may have lain in the store for however long; where the
 * clock does not tell, it is not done. */
static bool is_too_old(const struct front *f)
{
	const struct front_switch *w = &f->switches;
	int64_t wall = clock_wall_ms(loop_clock(f->env.loop));
	bool is_past = w->inbound_id <= w->past_id;

	if (!clock_wall_is_sane(wall))
		return is_past;
	if (is_past && (wall < w->received_at || wall - w->received_at > TOO_OLD_MS))
		return true;
	return w->scts && wall - w->scts > TOO_OLD_MS;
}

/* Why not; NULL: it is to be switched. */
static const char *refusal(const struct front *f)
{
	const struct front_switch *w = &f->switches;
	int64_t now = (int64_t)loop_now_ms(f->env.loop);

	if (is_too_old(f))
		return "not switched, the text is too old";
	/* What is on may always go off: a siren must not wail for the rest of the hour.
	 */
	if (w->on && changes_within_hour(&w->outputs[w->output], now) >=
			     f->env.profile->outputs[w->output].changes_an_hour)
		return "not switched, too often within an hour";
	return board_has_output(f->board, w->output)
		       ? NULL
		       : "not switched, its line is not there";
}

static void post(struct front *f, enum front_step step)
{
	f->switches.step = step;
	f->switches.posted = true;
	store_thread_post(f->env.store, &f->switches.job);
}

static void decide(struct front *f)
{
	struct front_switch *w = &f->switches;
	const char *why = refusal(f);

	w->outcome = why ? why : (w->on ? "on" : "off");
	w->decided_ms = loop_now_ms(f->env.loop);
	post(f, why ? FRONT_TELL : FRONT_TAKE);
}

static void do_switch(struct front *f)
{
	struct front_switch *w = &f->switches;
	struct front_output *o = &w->outputs[w->output];
	const struct board_output *profile = &f->env.profile->outputs[w->output];

	w->is_taken = board_switch(f->board, w->output, w->on) == ERR_OK;
	if (!w->is_taken) {
		w->outcome = "not switched, its line fails";
		return;
	}
	o->changed_ms[o->n_changed++ % FRONT_CHANGES] = (int64_t)loop_now_ms(f->env.loop);
	loop_timer_cancel(&o->timer);
	if (w->on && profile->on_max_s > 0)
		loop_timer_set(
			f->env.loop, &o->timer, profile->on_max_s * 1000ULL, on_max, o);
}

static void next(struct front *f)
{
	struct front_switch *w = &f->switches;

	if (w->posted || !w->is_new)
		return;
	w->is_new = false;
	post(f, FRONT_LOOK);
}

/* Each step has been committed. */

static void on_begun(struct front *f)
{
	struct front_switch *w = &f->switches;
	int64_t now = (int64_t)loop_now_ms(f->env.loop);

	for (size_t i = 0; i < BOARD_OUTPUTS_MAX; i++)
		for (uint32_t n = 0; n < w->outputs[i].n_changed; n++)
			w->outputs[i].changed_ms[n] += now;
	w->is_new = true;
	if (w->has_told)
		f->env.work(f->env.user);
	if (w->is_found)
		post(f, FRONT_TELL);
}

static void on_looked(struct front *f)
{
	struct front_switch *w = &f->switches;

	w->looked_id = w->seen_id;
	if (!w->is_all)
		w->is_new = true;
	if (w->is_found)
		decide(f);
}

/* Where the store stood still the commit may be hours after the decision. */
static void on_taken(struct front *f)
{
	struct front_switch *w = &f->switches;

	if (loop_now_ms(f->env.loop) - w->decided_ms > TOO_OLD_MS)
		w->outcome = "not switched, the text is too old";
	else
		do_switch(f);
	post(f, FRONT_TELL);
}

static void on_told(struct front *f)
{
	const struct front_switch *w = &f->switches;

	log_warn("output=%s %s inbound=%lld", f->env.profile->outputs[w->output].name,
		w->outcome, (long long)w->inbound_id);
	f->env.work(f->env.user);
}

static void on_timer(void *user)
{
	struct front *f = user;

	post(f, f->switches.step);
}

static void switch_done(struct store_job *job, enum err err)
{
	static void (*const steps[])(struct front * f) = {
		[FRONT_BEGIN] = on_begun,
		[FRONT_LOOK] = on_looked,
		[FRONT_TAKE] = on_taken,
		[FRONT_TELL] = on_told,
	};
	struct front_switch *w = (struct front_switch *)job;
	struct front *f = w->front;

	if (err != ERR_OK && w->step != FRONT_TELL) {
		log_error("inbound=%lld commands cannot be read, tried again: %s",
			(long long)w->inbound_id, err_name(err));
		loop_timer_set(f->env.loop, &w->timer, FRONT_AGAIN_MS, on_timer, f);
		return;
	}
	w->posted = false;
	if (err != ERR_OK)
		log_error("inbound=%lld its answer cannot be stored: %s",
			(long long)w->inbound_id, err_name(err));
	else
		steps[w->step](f);
	next(f);
}

void front_inbound(struct front *front)
{
	if (front->env.profile->n_outputs == 0)
		return;
	front->switches.is_new = true;
	next(front);
}

void front_switch_init(struct front *front)
{
	struct front_switch *w = &front->switches;

	w->front = front;
	w->job = (struct store_job){ .run = front_command_run, .done = switch_done };
	for (size_t i = 0; i < BOARD_OUTPUTS_MAX; i++)
		w->outputs[i].front = front;
	if (front->env.profile->n_outputs > 0)
		post(front, FRONT_BEGIN);
}

void front_switch_fini(struct front *front)
{
	loop_timer_cancel(&front->switches.timer);
	for (size_t i = 0; i < BOARD_OUTPUTS_MAX; i++)
		loop_timer_cancel(&front->switches.outputs[i].timer);
}

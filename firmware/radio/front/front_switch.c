/*
 * Outputs switched by text: from permitted numbers alone, with the output's own words, so
 * many times an hour, no older than some minutes. What was done, or why not, is in the
 * audit, and whoever was permitted to ask gets an answer.
 */
#include <string.h>

#include "firmware/base/config.h"
#include "firmware/base/str.h"
#include "firmware/base/text.h"
#include "firmware/radio/front/front_parts.h"
#include "firmware/store/audit.h"
#include "firmware/store/inbound.h"

#define LOG_MODULE "front"
#include "firmware/base/log.h"

enum {
	HOUR_MS = 3600 * 1000,
	TOO_OLD_MS =
		15 * 60 * 1000, /* it lay somewhere: the box was off, or the network */
};

static bool has_number(const char *numbers, const char *from)
{
	char number[64];

	while (config_list_next(&numbers, number, sizeof(number)))
		if (str_eq(number, from))
			return true;
	return false;
}

/* As two spellings of a command compare; false: too long for one. */
static bool fold(const char *text, char *dst, size_t size)
{
	struct buf out;

	buf_init_fixed(&out, dst, size);
	return text_fold(text, strlen(text), &out) == ERR_OK;
}

static bool take_text(void *user, const struct inbound *in)
{
	struct front_switch *w = user;

	w->scts = in->scts;
	(void)str_copy(w->from, sizeof(w->from), in->originator); /* the same size */
	if (!fold(in->text, w->words, sizeof(w->words)))
		w->words[0] = '\0';
	return true;
}

/* The answer and the audit, once the line is switched or refused. */
static enum err tell(struct store *s, const struct front *f)
{
	const struct front_switch *w = &f->switches;
	const char *name = f->env.profile->outputs[w->output].name;
	char object[48], answer[80];

	(void)str_format(object, sizeof(object), "output:%s", name); /* these fit */
	(void)str_format(answer, sizeof(answer), "%s: %s", name, w->outcome);
	enum err err = audit_add(s, &(struct audit){ .actor = w->from,
					    .action = "output.switch",
					    .object = object,
					    .detail = w->outcome });
	return err == ERR_OK ? front_add_message(s, w->from, answer) : err;
}

static struct front *front_of(struct store_job *job)
{
	return ((struct front_switch *)job)->front;
}

static enum err read_text(struct store *s, struct front_switch *w)
{
	char numbers[FRONT_NUMBERS_SIZE];

	w->words[0] = w->from[0] = '\0';
	enum err err = inbound_get(s, w->inbound_id, take_text, w);
	if (err == ERR_OK)
		err = front_numbers_switch(s, w->front, numbers);
	w->is_permitted = err == ERR_OK && has_number(numbers, w->from);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

static enum err switch_run(struct store *s, struct store_job *job)
{
	struct front *f = front_of(job);
	struct front_switch *w = &f->switches;

	if (w->is_telling)
		return tell(s, f);
	return read_text(s, w);
}

static bool find_output(struct front *f, unsigned *output, bool *on)
{
	const struct board_profile *p = f->env.profile;
	char words[FRONT_WORDS_SIZE];

	for (unsigned i = 0; i < p->n_outputs && f->switches.words[0]; i++) {
		*output = i;
		*on = true;
		if (fold(p->outputs[i].on, words, sizeof(words)) &&
			str_eq(words, f->switches.words))
			return true;
		*on = false;
		if (p->outputs[i].off[0] &&
			fold(p->outputs[i].off, words, sizeof(words)) &&
			str_eq(words, f->switches.words))
			return true;
	}
	return false;
}

static void on_max(void *user)
{
	struct front_output *o = user;
	struct front *f = o->front;
	unsigned index = (unsigned)(o - f->switches.outputs);

	(void)board_switch(f->board, index, false); /* logged below either way */
	log_info("output=%s off: its time is over", f->env.profile->outputs[index].name);
}

static uint32_t changes_within_hour(const struct front_output *o, uint64_t now)
{
	uint32_t n = 0;

	for (size_t i = 0; i < FRONT_CHANGES; i++)
		n += o->changed_ms[i] != 0 && now - o->changed_ms[i] < HOUR_MS;
	return n;
}

/* Why not; NULL: switched. */
static const char *refusal(struct front *f, struct front_output *o, uint64_t now)
{
	const struct front_switch *w = &f->switches;
	int64_t wall = clock_wall_ms(loop_clock(f->env.loop));

	if (w->scts && clock_wall_is_sane(wall) && wall - w->scts > TOO_OLD_MS)
		return "not switched, the text is too old";
	/* What is on may always go off: a siren must not wail for the rest of the hour.
	 */
	if (w->on && changes_within_hour(o, now) >=
			     f->env.profile->outputs[w->output].changes_an_hour)
		return "not switched, too often within an hour";
	return board_switch(f->board, w->output, w->on) == ERR_OK
		       ? NULL
		       : "not switched, its line is not there";
}

static void do_switch(struct front *f)
{
	struct front_switch *w = &f->switches;
	struct front_output *o = &w->outputs[w->output];
	const struct board_output *profile = &f->env.profile->outputs[w->output];
	uint64_t now = loop_now_ms(f->env.loop);
	const char *why = refusal(f, o, now);

	w->outcome = why ? why : (w->on ? "on" : "off");
	log_warn("output=%s %s inbound=%lld", profile->name, w->outcome,
		(long long)w->inbound_id);
	if (why)
		return;
	o->changed_ms[o->n_changed++ % FRONT_CHANGES] = now;
	loop_timer_cancel(&o->timer);
	if (w->on && profile->on_max_s > 0)
		loop_timer_set(
			f->env.loop, &o->timer, profile->on_max_s * 1000ULL, on_max, o);
}

static void next(struct front *f)
{
	struct front_switch *w = &f->switches;

	if (w->posted || w->n_waiting == 0)
		return;
	w->inbound_id = w->waiting[0];
	w->n_waiting--;
	memmove(w->waiting, w->waiting + 1, w->n_waiting * sizeof(w->waiting[0]));
	w->posted = true;
	w->is_telling = false;
	store_thread_post(f->env.store, &w->job);
}

static void switch_done(struct store_job *job, enum err err)
{
	struct front *f = front_of(job);
	struct front_switch *w = &f->switches;

	w->posted = false;
	if (err != ERR_OK) {
		log_error("inbound=%lld cannot be read for its command: %s",
			(long long)w->inbound_id, err_name(err));
	} else if (w->is_telling) {
		f->env.work(f->env.user);
	} else if (w->is_permitted && find_output(f, &w->output, &w->on)) {
		do_switch(f);
		w->posted = w->is_telling = true;
		store_thread_post(f->env.store, &w->job);
		return;
	}
	next(f);
}

void front_inbound(struct front *front, int64_t inbound_id)
{
	struct front_switch *w = &front->switches;

	if (front->env.profile->n_outputs == 0)
		return;
	if (w->n_waiting == FRONT_TEXTS_WAITING) {
		log_warn("inbound=%lld not read for a command: too many at once",
			(long long)inbound_id);
		return;
	}
	w->waiting[w->n_waiting++] = inbound_id;
	next(front);
}

void front_switch_init(struct front *front)
{
	front->switches.front = front;
	front->switches.job =
		(struct store_job){ .run = switch_run, .done = switch_done };
	for (size_t i = 0; i < BOARD_OUTPUTS_MAX; i++)
		front->switches.outputs[i].front = front;
}

void front_switch_fini(struct front *front)
{
	for (size_t i = 0; i < BOARD_OUTPUTS_MAX; i++)
		loop_timer_cancel(&front->switches.outputs[i].timer);
}

/*
 * Which texts are commands to the outputs: read from the store, in the order in which
 * they came, however they were noticed. The last one that was taken is kept, and until it
 * is answered what it said: a command is done at most once, and answered once, also where
 * modemd dies over it.
 *
 * On the store's thread.
 */
#include "firmware/radio/front/front_command.h"

#include <string.h>

#include "firmware/base/config.h"
#include "firmware/base/str.h"
#include "firmware/base/text.h"
#include "firmware/radio/front/front_parts.h"
#include "firmware/store/audit.h"
#include "firmware/store/inbound.h"
#include "firmware/store/setting.h"

#define LOG_MODULE "front"
#include "firmware/base/log.h"

/* "17": no command up to that text is open; "17 on siren": taken and not answered. */
#define TAKEN_KEY "switch.taken"
/* "17 1780000000000": that text switched this output on, then (UTC ms). */
#define ON_PREFIX "switch.on."
#define ACTION "output.switch"
#define RESTARTED "off, the box was restarted"

enum {
	WORDS_SIZE = 200, /* a longer text switches nothing */
	TEXTS_A_LOOK = 64,
	PAST_TEXTS = 10000,
	PAST_AUDITS = 10000,
	HOUR_MS = 3600 * 1000,
	/* What came so long before the start is not even answered: it is no news. */
	PAST_MS = 6 * HOUR_MS,
};

static struct front *front_of(struct store_job *job)
{
	return ((struct front_switch *)job)->front;
}

static const struct board_output *output_of(const struct front *f)
{
	return &f->env.profile->outputs[f->switches.output];
}

static bool find_name(struct front *f, const char *name)
{
	struct front_switch *w = &f->switches;

	for (w->output = 0; w->output < f->env.profile->n_outputs; w->output++)
		if (str_eq(output_of(f)->name, name))
			return true;
	return false;
}

/* What is kept of the last command. */

static enum err taken_put(struct store *s, const struct front *f, bool is_open)
{
	const struct front_switch *w = &f->switches;
	char is[64];

	(void)str_format(
		is, sizeof(is), "%lld", (long long)w->inbound_id); /* these fit */
	if (is_open)
		(void)str_append_format(is, sizeof(is), " %s %s", w->on ? "on" : "off",
			output_of(f)->name);
	return setting_set(s, TAKEN_KEY, is);
}

static bool note_sender(void *user, const struct inbound *in)
{
	struct front_switch *w = user;

	(void)str_copy(w->from, sizeof(w->from), in->originator); /* the same size */
	return true;
}

/* The last run ended between the two. Its outputs went off with its end. */
static enum err read_open(struct store *s, struct front *f, const char *says)
{
	struct front_switch *w = &f->switches;
	const char *name = strchr(says, ' ');

	w->on = str_starts(says, "on ");
	if (!name || !find_name(f, name + 1))
		return ERR_OK;
	enum err err = inbound_get(s, w->inbound_id, note_sender, w);
	w->is_found = err == ERR_OK;
	w->is_taken = false;
	w->outcome = RESTARTED;
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

static enum err note_audit(struct store *s, const struct front *f)
{
	char object[48];

	(void)str_format(object, sizeof(object), "output:%s", output_of(f)->name);
	return audit_add(s, &(struct audit){ .actor = f->switches.from,
				    .action = ACTION,
				    .object = object,
				    .detail = f->switches.outcome });
}

static enum err add_answer(struct store *s, const struct front *f)
{
	char answer[80];

	(void)str_format(answer, sizeof(answer), "%s: %s", output_of(f)->name,
		f->switches.outcome); /* fits */
	return front_add_message(s, f->switches.from, answer);
}

/* Outputs that are on. */

static void on_key(const struct front *f, char dst[64])
{
	(void)str_format(dst, 64, ON_PREFIX "%s", output_of(f)->name); /* fits */
}

static enum err on_put(struct store *s, const struct front *f)
{
	char key[64], is[48];

	on_key(f, key);
	if (!f->switches.on)
		return setting_delete(s, key);
	(void)str_format(is, sizeof(is), "%lld %lld", (long long)f->switches.inbound_id,
		(long long)clock_wall_ms(store_clock(s))); /* fits */
	return setting_set(s, key, is);
}

/* Did that output's time end before the last run did? */
static bool is_over(const struct front *f, const char *at, int64_t now)
{
	int64_t on_max_ms = output_of(f)->on_max_s * INT64_C(1000), since;

	return on_max_ms > 0 && str_to_i64(at, strlen(at), &since) && now >= since &&
	       now - since >= on_max_ms;
}

/* Whoever was told that it is on is told that it is not any more. */
static enum err tell_off(struct store *s, struct front *f, int64_t now)
{
	struct front_switch *w = &f->switches;
	char key[64], is[48];

	on_key(f, key);
	enum err err = setting_get(s, key, is, sizeof(is));
	if (err != ERR_OK)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	err = setting_delete(s, key);
	const char *at = strchr(is, ' ');
	if (err != ERR_OK || !at || is_over(f, at + 1, now) ||
		!str_to_i64(is, (size_t)(at - is), &w->inbound_id))
		return err;
	err = inbound_get(s, w->inbound_id, note_sender, w);
	w->outcome = RESTARTED;
	if (err == ERR_OK)
		err = note_audit(s, f);
	if (err == ERR_OK)
		err = add_answer(s, f);
	w->has_told = w->has_told || err == ERR_OK;
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

/* open: as in TAKEN_KEY, "on siren", or NULL; that command has an answer of its own. */
static enum err tell_all_off(
	struct store *s, struct front *f, const char *open, int64_t now)
{
	struct front_switch *w = &f->switches;
	const char *name = open ? strchr(open, ' ') : NULL;
	enum err err = ERR_OK;
	char key[64];

	w->has_told = false;
	if (name && find_name(f, name + 1)) {
		on_key(f, key);
		err = setting_delete(s, key);
	}
	for (w->output = 0; err == ERR_OK && w->output < f->env.profile->n_outputs;
		w->output++)
		err = tell_off(s, f, now);
	return err;
}

/* The limits of the last hour. */

struct past {
	struct front *front;
	int64_t now;
	int64_t taken_id, oldest_id, newest_id;
};

/* An entry of a later time is of a clock that has been set since. */
static bool note_change(void *user, const struct audit *a)
{
	const struct past *past = user;
	struct front *f = past->front;
	int64_t age_ms = a->at < past->now ? past->now - a->at : 0;

	if (age_ms >= HOUR_MS)
		return false;
	if (!str_eq(a->action, ACTION) || !str_starts(a->object, "output:") ||
		!(str_eq(a->detail, "on") || str_eq(a->detail, "off")) ||
		!find_name(f, a->object + strlen("output:")))
		return true;
	struct front_output *o = &f->switches.outputs[f->switches.output];
	if (o->n_changed < FRONT_CHANGES)
		o->changed_ms[o->n_changed++] = -age_ms; /* made a time when it is done */
	return true;
}

static enum err read_changes(struct store *s, struct past *past)
{
	for (size_t i = 0; i < BOARD_OUTPUTS_MAX; i++)
		past->front->switches.outputs[i].n_changed = 0;
	return audit_each(s, 0, PAST_AUDITS, note_change, past);
}

/* What was not looked at. */

/* Newest first. */
static bool note_text(void *user, const struct inbound *in)
{
	struct past *past = user;

	if (!past->newest_id)
		past->newest_id = past->oldest_id = in->id;
	if (in->id <= past->taken_id || past->now - in->received_at > PAST_MS)
		return false;
	past->oldest_id = in->id - 1;
	return true;
}

static enum err begin(struct store *s, struct front *f)
{
	struct front_switch *w = &f->switches;
	struct past past = { .front = f, .now = clock_wall_ms(store_clock(s)) };
	char is[64] = "";
	enum err err = setting_get(s, TAKEN_KEY, is, sizeof(is));
	const char *says = strchr(is, ' ');
	size_t len = says ? (size_t)(says - is) : strlen(is);

	if (err != ERR_OK && err != ERR_NOTFOUND)
		return err;
	w->is_found = false;
	bool is_first = !str_to_i64(is, len, &past.taken_id);
	err = inbound_find(
		s, &(struct inbound_query){ .max = PAST_TEXTS }, note_text, &past);
	if (err == ERR_OK)
		err = read_changes(s, &past);
	if (err == ERR_OK)
		err = tell_all_off(s, f, says ? says + 1 : NULL, past.now);
	if (err != ERR_OK)
		return err;
	w->inbound_id = is_first ? past.newest_id : past.taken_id;
	w->past_id = past.newest_id;
	w->looked_id = is_first ? past.newest_id : past.oldest_id;
	if (is_first) /* nobody knows what was done before there was a note of it */
		return taken_put(s, f, false);
	return says ? read_open(s, f, says + 1) : ERR_OK;
}

/* The next command. */

/* As two spellings of a command compare; false: too long for one. */
static bool fold(const char *text, char *dst)
{
	struct buf out;

	buf_init_fixed(&out, dst, WORDS_SIZE);
	return text_fold(text, strlen(text), &out) == ERR_OK && dst[0] != '\0';
}

static bool is_word(const char *word, const char *words)
{
	char folded[WORDS_SIZE];

	return fold(word, folded) && str_eq(folded, words);
}

static bool find_output(struct front *f, const char *words)
{
	struct front_switch *w = &f->switches;

	for (w->output = 0; w->output < f->env.profile->n_outputs; w->output++) {
		w->on = is_word(output_of(f)->on, words);
		if (w->on || is_word(output_of(f)->off, words))
			return true;
	}
	return false;
}

static bool look_at(void *user, const struct inbound *in)
{
	struct front *f = user;
	struct front_switch *w = &f->switches;
	char words[WORDS_SIZE];

	w->is_all = false;
	w->seen_id = in->id;
	if (!fold(in->text, words) || !find_output(f, words))
		return true;
	w->is_found = true;
	w->inbound_id = in->id;
	w->scts = in->scts;
	w->received_at = in->received_at;
	(void)note_sender(w, in);
	return false;
}

static bool has_number(const char *numbers, const char *from)
{
	char number[64];

	while (config_list_next(&numbers, number, sizeof(number)))
		if (str_eq(number, from))
			return true;
	return false;
}

static enum err look(struct store *s, struct front *f)
{
	struct front_switch *w = &f->switches;
	char numbers[FRONT_NUMBERS_SIZE];

	w->is_all = true;
	w->is_found = w->is_taken = false;
	w->seen_id = w->looked_id;
	enum err err = inbound_each_after(s, w->looked_id, TEXTS_A_LOOK, look_at, f);
	if (err == ERR_OK && w->is_found)
		err = front_numbers_switch(s, f, numbers);
	if (err != ERR_OK || !w->is_found || has_number(numbers, w->from))
		return err;
	/* Whoever is permitted later has not asked before. */
	w->is_found = false;
	return taken_put(s, f, false);
}

static enum err take(struct store *s, struct front *f)
{
	enum err err = note_audit(s, f);

	if (err == ERR_OK)
		err = on_put(s, f);
	return err == ERR_OK ? taken_put(s, f, true) : err;
}

static enum err tell(struct store *s, struct front *f)
{
	const struct front_switch *w = &f->switches;
	enum err err = w->is_taken ? ERR_OK : note_audit(s, f);

	if (err == ERR_OK)
		err = add_answer(s, f);
	return err == ERR_OK ? taken_put(s, f, false) : err;
}

enum err front_command_run(struct store *s, struct store_job *job)
{
	static enum err (*const steps[])(struct store * s, struct front * f) = {
		[FRONT_BEGIN] = begin,
		[FRONT_LOOK] = look,
		[FRONT_TAKE] = take,
		[FRONT_TELL] = tell,
	};
	struct front *f = front_of(job);

	return steps[f->switches.step](s, f);
}

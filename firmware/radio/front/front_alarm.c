/*
 * Alarm inputs: what they say goes as messages of class alert to the numbers that the
 * panel or the configuration names, committed like any other message. It needs no office
 * side.
 *
 * What was told is kept in the store with the messages themselves, so a modemd that is
 * started again and again tells an alarm no oftener than one that runs.
 */
#include <string.h>

#include "firmware/base/config.h"
#include "firmware/base/str.h"
#include "firmware/radio/front/front_parts.h"
#include "firmware/store/audit.h"
#include "firmware/store/setting.h"

#define LOG_MODULE "front"
#include "firmware/base/log.h"

enum {
	/* An alarm that was on before a restart and is on after it is not told again
	 * sooner, whatever its every-s is: it may be another, but most likely is not. */
	RESTART_MS = 300000
};

/* "on 1780000000000": what was told last, and when (UTC ms) the last alarm was. */
#define TOLD_PREFIX "alarm.told."
struct told {
	bool is_on;
	int64_t at; /* 0: never */
};

static const struct board_input *input_of(const struct front_alarm *a)
{
	return &a->front->env.profile->inputs[a->input];
}

/* "": nobody is told. */
static const char *text_of(const struct front_alarm *a)
{
	return a->sends_on ? input_of(a)->says : input_of(a)->clears;
}

/* What the store has. */

static void told_key(const struct front_alarm *a, char dst[64])
{
	(void)str_format(dst, 64, TOLD_PREFIX "%s", input_of(a)->name); /* fits */
}

static enum err told_get(struct store *s, const struct front_alarm *a, struct told *out)
{
	char key[64], is[40];

	told_key(a, key);
	*out = (struct told){ 0 };
	enum err err = setting_get(s, key, is, sizeof(is));
	if (err != ERR_OK)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	const char *at = strchr(is, ' ');
	if (at && str_to_i64(at + 1, strlen(at + 1), &out->at))
		out->is_on = str_starts(is, "on ");
	return ERR_OK;
}

static enum err told_put(struct store *s, const struct front_alarm *a)
{
	char key[64], is[40];
	struct told told;
	enum err err = told_get(s, a, &told);

	if (err != ERR_OK)
		return err;
	if (a->sends_on)
		told.at = clock_wall_ms(store_clock(s));
	told_key(a, key);
	(void)str_format(is, sizeof(is), "%s %lld", a->sends_on ? "on" : "off",
		(long long)told.at); /* fits */
	return setting_set(s, key, is);
}

/* What is left of wait_ms since then. Where the clock went back, as that of a box without
 * a battery does, the age is not known: what was told waits its whole time from now on,
 * so that a box that restarts and restarts says no more; what ended and began anew does
 * not.
 */
static uint64_t rest_of(const struct told *told, uint64_t wait_ms, int64_t now)
{
	int64_t age_ms = now - told->at;

	if (told->at == 0)
		return 0;
	if (age_ms < 0)
		return told->is_on ? wait_ms : 0;
	return (uint64_t)age_ms < wait_ms ? wait_ms - (uint64_t)age_ms : 0;
}

static enum err read_past(struct store *s, struct front_alarm *a)
{
	struct told told;
	uint64_t every_ms = input_of(a)->every_s * 1000ULL;
	int64_t now = clock_wall_ms(store_clock(s));
	enum err err = told_get(s, a, &told);

	if (err != ERR_OK)
		return err;
	a->is_told = a->may_be_new = told.is_on;
	/* Made times when it is done. */
	a->again_ms = rest_of(&told, every_ms, now);
	a->repeat_ms = rest_of(&told, every_ms < RESTART_MS ? RESTART_MS : every_ms, now);
	return ERR_OK;
}

static enum err send(struct store *s, const struct front_alarm *a, const char *text)
{
	char numbers[FRONT_NUMBERS_SIZE], number[24], object[48];
	const char *at = numbers;
	enum err err = front_numbers_alarm(s, a->front, numbers);

	while (err == ERR_OK && config_list_next(&at, number, sizeof(number)))
		err = front_add_message(s, number, text);
	(void)str_format(
		object, sizeof(object), "input:%s", input_of(a)->name); /* fits */
	if (err != ERR_OK)
		return err;
	return audit_add(
		s, &(struct audit){ .actor = "box",
			   .action = a->sends_on ? "alarm.raised" : "alarm.cleared",
			   .object = object,
			   .detail = text });
}

static enum err alarm_run(struct store *s, struct store_job *job)
{
	struct front_alarm *a = (struct front_alarm *)job;

	if (!a->knows_past)
		return read_past(s, a);
	enum err err = text_of(a)[0] ? send(s, a, text_of(a)) : ERR_OK;
	return err == ERR_OK ? told_put(s, a) : err;
}

/* On the loop. */

static void say(struct front_alarm *a);

static void on_timer(void *user)
{
	struct front_alarm *a = user;

	if (a->posted)
		store_thread_post(a->front->env.store, &a->job);
	else
		say(a);
}

static void alarm_done(struct store_job *job, enum err err)
{
	struct front_alarm *a = (struct front_alarm *)job;
	struct front *f = a->front;

	if (err != ERR_OK) { /* an alarm is not dropped because a disk stood still */
		log_error("input=%s its alarm cannot be stored, tried again: %s",
			input_of(a)->name, err_name(err));
		loop_timer_set(f->env.loop, &a->timer, FRONT_AGAIN_MS, on_timer, a);
		return;
	}
	a->posted = false;
	if (!a->knows_past) {
		a->knows_past = true;
		a->again_ms += loop_now_ms(f->env.loop);
		a->repeat_ms += loop_now_ms(f->env.loop);
	} else if (text_of(a)[0]) {
		f->env.work(f->env.user);
	}
	if (a->is_due)
		say(a);
}

/* Posts what the input is now, if that is to be told. */
static void say(struct front_alarm *a)
{
	const struct board_input *in = input_of(a);
	uint64_t now = loop_now_ms(a->front->env.loop);
	uint64_t again_ms = a->may_be_new ? a->repeat_ms : a->again_ms;

	a->is_due = false;
	loop_timer_cancel(&a->timer);
	if (a->is_on == a->is_told && !(a->is_on && a->may_be_new))
		return;
	if (a->is_on && now < again_ms) { /* if it lasts so long */
		log_warn("input=%s again too soon: told in %llu s", in->name,
			(unsigned long long)(again_ms - now + 999) / 1000);
		loop_timer_set(
			a->front->env.loop, &a->timer, again_ms - now, on_timer, a);
		return;
	}
	a->is_told = a->is_on;
	a->may_be_new = false;
	if (a->is_on)
		a->again_ms = now + in->every_s * 1000ULL;
	a->posted = true;
	a->sends_on = a->is_on;
	store_thread_post(a->front->env.store, &a->job);
}

void front_alarm_moved(void *front, unsigned input, bool is_on)
{
	struct front *f = front;
	struct front_alarm *a = &f->alarms[input];

	if (is_on || a->is_on)
		log_warn("input=%s %s", input_of(a)->name, is_on ? "alarm" : "clear");
	a->is_on = is_on;
	if (is_on)
		front_sound(f, FRONT_SOUND_ALARM);
	if (a->posted)
		a->is_due = true;
	else
		say(a);
}

void front_alarm_init(struct front *front)
{
	for (unsigned i = 0; i < front->env.profile->n_inputs; i++) {
		struct front_alarm *a = &front->alarms[i];
		a->front = front;
		a->input = i;
		a->job = (struct store_job){ .run = alarm_run, .done = alarm_done };
		a->posted = true;
		store_thread_post(front->env.store, &a->job);
	}
}

void front_alarm_fini(struct front *front)
{
	for (size_t i = 0; i < BOARD_INPUTS_MAX; i++)
		loop_timer_cancel(&front->alarms[i].timer);
}

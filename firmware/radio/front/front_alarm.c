/*
 * Alarm inputs: what they say goes as messages of class alert to the numbers that the
 * panel or the configuration names, committed like any other message. It needs no office
 * side.
 */
#include "firmware/base/config.h"
#include "firmware/base/str.h"
#include "firmware/radio/front/front_parts.h"
#include "firmware/store/audit.h"

#define LOG_MODULE "front"
#include "firmware/base/log.h"

static const struct board_input *input_of(const struct front_alarm *a)
{
	return &a->front->env.profile->inputs[a->input];
}

static enum err alarm_run(struct store *s, struct store_job *job)
{
	const struct front_alarm *a = (const struct front_alarm *)job;
	const struct board_input *in = input_of(a);
	const char *text = a->sends_on ? in->says : in->clears;
	char numbers[FRONT_NUMBERS_SIZE], number[24], object[48];
	const char *at = numbers;
	enum err err = front_numbers_alarm(s, a->front, numbers);

	while (err == ERR_OK && config_list_next(&at, number, sizeof(number)))
		err = front_add_message(s, number, text);
	(void)str_format(object, sizeof(object), "input:%s", in->name); /* fits */
	if (err == ERR_OK)
		err = audit_add(s,
			&(struct audit){ .actor = "box",
				.action = a->sends_on ? "alarm.raised" : "alarm.cleared",
				.object = object,
				.detail = text });
	return err;
}

enum {
	STORE_AGAIN_MS = 5000 /* an alarm is not dropped because a disk stood still */
};

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

	if (err != ERR_OK) {
		log_error("input=%s its alarm cannot be stored, tried again: %s",
			input_of(a)->name, err_name(err));
		loop_timer_set(f->env.loop, &a->timer, STORE_AGAIN_MS, on_timer, a);
		return;
	}
	a->posted = false;
	f->env.work(f->env.user);
	if (a->is_due)
		say(a);
}

/* Posts what the input is now, if that is to be told. */
static void say(struct front_alarm *a)
{
	const struct board_input *in = input_of(a);
	uint64_t now = loop_now_ms(a->front->env.loop);
	uint64_t again_ms = a->told_ms + in->every_s * 1000ULL;

	a->is_due = false;
	if (a->is_on == a->is_told)
		return;
	if (a->is_on && a->told_ms && now < again_ms) { /* if it lasts so long */
		log_warn("input=%s again within %u s: told later", in->name, in->every_s);
		loop_timer_set(
			a->front->env.loop, &a->timer, again_ms - now, on_timer, a);
		return;
	}
	a->is_told = a->is_on;
	if (a->is_on)
		a->told_ms = now;
	if (!a->is_on && in->clears[0] == '\0')
		return;
	a->posted = true;
	a->sends_on = a->is_on;
	store_thread_post(a->front->env.store, &a->job);
}

void front_alarm_moved(void *front, unsigned input, bool is_on)
{
	struct front *f = front;
	struct front_alarm *a = &f->alarms[input];

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
	for (unsigned i = 0; i < BOARD_INPUTS_MAX; i++) {
		struct front_alarm *a = &front->alarms[i];
		a->front = front;
		a->input = i;
		a->job = (struct store_job){ .run = alarm_run, .done = alarm_done };
	}
}

void front_alarm_fini(struct front *front)
{
	for (size_t i = 0; i < BOARD_INPUTS_MAX; i++)
		loop_timer_cancel(&front->alarms[i].timer);
}

/*
 * Who gets alarms and who may switch outputs: the panel's lists in the store, or, where
 * it has set none, the configuration's. They are read as they are needed, so a change
 * counts for the next alarm and the next text. The panel learns from here what the board
 * has.
 */
#include <string.h>

#include "firmware/base/config.h"
#include "firmware/base/str.h"
#include "firmware/radio/front/front_parts.h"
#include "firmware/store/setting.h"

#define LOG_MODULE "front"
#include "firmware/base/log.h"

/* The office side sets and reads these (settings_alarms.c). */
#define ALARM_KEY "alarm.to"
#define SWITCH_KEY "switch.from"
#define BOARD_ALARM_KEY "board.alarm_to"
#define BOARD_SWITCH_KEY "board.switch_from"
#define BOARD_INPUTS_KEY "board.inputs"
#define BOARD_OUTPUTS_KEY "board.outputs"

static enum err numbers(struct store *s, const char *key, const char *otherwise,
	char dst[FRONT_NUMBERS_SIZE])
{
	enum err err = setting_get(s, key, dst, FRONT_NUMBERS_SIZE);

	if (err == ERR_NOTFOUND)
		return str_copy(dst, FRONT_NUMBERS_SIZE, otherwise) ? ERR_OK : ERR_MEM;
	return err;
}

enum err front_numbers_alarm(
	struct store *s, const struct front *front, char dst[FRONT_NUMBERS_SIZE])
{
	return numbers(s, ALARM_KEY, front->env.alarm_to, dst);
}

enum err front_numbers_switch(
	struct store *s, const struct front *front, char dst[FRONT_NUMBERS_SIZE])
{
	return numbers(s, SWITCH_KEY, front->env.switch_from, dst);
}

/* As the panel keeps a list: without spaces. */
static const char *tidy(const char *list, char dst[FRONT_NUMBERS_SIZE])
{
	char number[64];

	dst[0] = '\0';
	while (config_list_next(&list, number, sizeof(number))) /* it fits */
		(void)str_append_format(
			dst, FRONT_NUMBERS_SIZE, "%s%s", dst[0] ? "," : "", number);
	return dst;
}

/* A box that starts often does not write the same again. */
static enum err publish(struct store *s, const char *key, const char *value)
{
	char is[FRONT_NUMBERS_SIZE];
	enum err err = setting_get(s, key, is, sizeof(is));

	if (err == ERR_OK && str_eq(is, value))
		return ERR_OK;
	return setting_set(s, key, value);
}

static enum err about_run(struct store *s, struct store_job *job)
{
	const struct front *f = ((struct front_about *)job)->front;
	const struct board_profile *p = f->env.profile;
	char inputs[BOARD_INPUTS_MAX * sizeof(p->inputs[0].name)] = "";
	char list[FRONT_NUMBERS_SIZE];
	char outputs[BOARD_OUTPUTS_MAX * sizeof(p->outputs[0].name)] = "";

	for (size_t i = 0; i < p->n_inputs; i++) /* they fit */
		(void)str_append_format(
			inputs, sizeof(inputs), "%s%s", i ? "," : "", p->inputs[i].name);
	for (size_t i = 0; i < p->n_outputs; i++)
		(void)str_append_format(outputs, sizeof(outputs), "%s%s", i ? "," : "",
			p->outputs[i].name);
	enum err err = publish(s, BOARD_ALARM_KEY, tidy(f->env.alarm_to, list));
	if (err == ERR_OK)
		err = publish(s, BOARD_SWITCH_KEY, tidy(f->env.switch_from, list));
	if (err == ERR_OK)
		err = publish(s, BOARD_INPUTS_KEY, inputs);
	return err == ERR_OK ? publish(s, BOARD_OUTPUTS_KEY, outputs) : err;
}

static void about_done(struct store_job *job, enum err err)
{
	(void)job;
	if (err != ERR_OK)
		log_warn("the panel is not told what the board has: %s", err_name(err));
}

void front_numbers_init(struct front *front)
{
	front->about.front = front;
	front->about.job = (struct store_job){ .run = about_run, .done = about_done };
	store_thread_post(front->env.store, &front->about.job);
}

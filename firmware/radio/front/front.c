#include "firmware/radio/front/front.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/radio/front/front_parts.h"
#include "firmware/sms/split.h"
#include "firmware/store/message.h"

#define LOG_MODULE "front"
#include "firmware/base/log.h"

enum {
	ALERT_LIFE_MS = 6 * 3600 * 1000 /* later it is no news */
};

enum err front_add_message(struct store *s, const char *msisdn, const char *text)
{
	struct split_plan plan;
	struct message_added added;
	int64_t now = clock_wall_ms(store_clock(s));

	if (split_plan(text, strlen(text), NULL, &plan) != ERR_OK)
		return ERR_ARG;
	const struct message m = {
		.state = MESSAGE_QUEUED,
		.class = CLASS_ALERT,
		.encoding =
			plan.alphabet == SMS_ALPHABET_UCS2 ? MESSAGE_UCS2 : MESSAGE_GSM7,
		.parts = plan.parts,
		.msisdn = msisdn,
		.text = text,
		.cause = "",
		.due_at = now,
		.expires_at = clock_wall_is_sane(now) ? now + ALERT_LIFE_MS : 0,
	};
	return message_add(s, &m, &added);
}

enum err front_create(struct front **out, const struct front_env *env)
{
	struct front *f = calloc(1, sizeof(*f));

	if (!f)
		return ERR_MEM;
	f->env = *env;
	front_lights_init(f);
	front_button_init(f);
	const struct board_env board = {
		.loop = env->loop,
		.profile = env->profile,
		.backend = env->gpio,
		.button = front_button_moved,
		.input = front_alarm_moved,
		.user = f,
	};
	enum err err = board_create(&f->board, &board);
	if (err != ERR_OK) {
		free(f);
		return err;
	}
	front_lights_update(f);
	front_numbers_init(f);
	front_alarm_init(f); /* before any line is read */
	front_switch_init(f);
	*out = f;
	return ERR_OK;
}

void front_destroy(struct front *front)
{
	if (!front)
		return;
	loop_timer_cancel(&front->lights.timer);
	loop_timer_cancel(&front->button.timer);
	front_switch_fini(front);
	front_alarm_fini(front);
	board_destroy(front->board);
	free(front);
}

void front_stopped(struct front *front)
{
	log_warn("stopped: the power may be cut; a press of the button goes on");
	front->is_stopped = true;
	front_sound(front, FRONT_SOUND_ACK);
	front_lights_update(front);
}

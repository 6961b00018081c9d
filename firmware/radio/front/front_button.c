/*
 * The button: short, the bays' states go to the log; held, what is on air ends and the
 * power may be cut; held from the start on, the panel's set-up is opened again for
 * somebody who has lost the password and can touch the box.
 */
#include <string.h>

#include "firmware/radio/front/front_parts.h"
#include "firmware/store/audit.h"
#include "firmware/store/setting.h"

#define LOG_MODULE "front"
#include "firmware/base/log.h"

enum {
	SHORT_MS = 1000,   /* at most */
	STOP_MS = 3000,	   /* held so long */
	REOPEN_MS = 10000, /* from the start on */
	BOOT_MS = 2000, /* down so soon after the line was first read: since the start */
};

/* The office side asks for it (auth.c). */
#define REOPEN_KEY "setup.reopen"

static enum err reopen_run(struct store *s, struct store_job *job)
{
	(void)job;
	enum err err = setting_set(s, REOPEN_KEY, "button");
	if (err != ERR_OK)
		return err;
	return audit_add(s, &(struct audit){ .actor = "button",
				    .action = "setup.reopen",
				    .object = "box",
				    .detail = "held from the start on" });
}

static void reopen_done(struct store_job *job, enum err err)
{
	struct front *f = ((struct front_reopen *)job)->front;

	f->button.reopen.posted = false;
	if (err != ERR_OK) {
		log_error("the set-up cannot be opened again: %s", err_name(err));
		return;
	}
	log_warn("button=held from the start: the panel makes a new set-up link");
	front_sound(f, FRONT_SOUND_REOPENED);
}

static void on_held(void *user)
{
	struct front *f = user;
	struct front_button *b = &f->button;

	if (b->has_acted || f->is_stopped)
		return;
	b->has_acted = true;
	if (!b->is_boot) {
		log_warn("button=held: stopping");
		front_sound(f, FRONT_SOUND_ACK);
		f->env.stop(f->env.user);
	} else if (!b->reopen.posted) {
		b->reopen.posted = true;
		store_thread_post(f->env.store, &b->reopen.job);
	}
}

static void pressed(struct front *f)
{
	struct front_button *b = &f->button;
	uint64_t now = loop_now_ms(f->env.loop);

	b->is_boot = now - b->known_ms < BOOT_MS;
	b->has_acted = false;
	b->down_ms = now;
	loop_timer_set(
		f->env.loop, &b->timer, b->is_boot ? REOPEN_MS : STOP_MS, on_held, f);
}

static void released(struct front *f)
{
	struct front_button *b = &f->button;

	loop_timer_cancel(&b->timer);
	if (b->has_acted || b->is_boot ||
		loop_now_ms(f->env.loop) - b->down_ms > SHORT_MS)
		return;
	if (f->is_stopped) {
		log_info("button=pressed: going on");
		f->env.resume(f->env.user);
		return;
	}
	log_info("button=pressed");
	f->env.say_status(f->env.user);
}

void front_button_moved(void *front, bool is_down)
{
	struct front *f = front;
	bool was_known = f->button.is_known;

	if (!was_known)
		f->button.known_ms = loop_now_ms(f->env.loop);
	f->button.is_known = true;
	if (is_down)
		pressed(f);
	else if (was_known)
		released(f);
}

void front_button_init(struct front *front)
{
	front->button.reopen.front = front;
	front->button.reopen.job =
		(struct store_job){ .run = reopen_run, .done = reopen_done };
}

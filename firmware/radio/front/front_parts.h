/*
 * What the files of the front call of each other. Nobody else includes this.
 */
#ifndef RADIO_FRONT_PARTS_H
#define RADIO_FRONT_PARTS_H

#include "firmware/radio/front/front.h"
#include "firmware/radio/front/front_command.h"
#include "firmware/radio/radio.h"

enum {
	FRONT_NUMBERS_SIZE = 512, /* a list of numbers */
	FRONT_AGAIN_MS = 5000,	  /* until a job is tried again that failed for good */
};

struct front_lights {
	struct {
		int bay;
		enum slot_state state;
		bool is_used;
	} slots[RADIO_SLOTS_MAX];
	uint32_t buzz; /* a bit a tick still to come, the lowest first */
	unsigned tick;
	struct loop_timer timer;
};

struct front_button {
	bool is_known, is_boot, has_acted;
	uint64_t known_ms, down_ms; /* known: since its line was first read */
	struct loop_timer timer;
	struct front_reopen { /* the panel's set-up */
		struct store_job job;
		struct front *front;
		bool posted;
	} reopen;
};

struct front_alarm { /* of an input */
	struct store_job job;
	struct front *front;
	unsigned input;
	bool knows_past;	 /* what the last run told was read */
	bool posted, is_due;	 /* is_due: it moved on meanwhile */
	bool is_on, is_told;	 /* is_told: the alarm went out, so may its end */
	bool may_be_new;	 /* told by the last run; since then it may have ended */
	bool sends_on;		 /* what the job says */
	uint64_t again_ms;	 /* no second alarm before */
	uint64_t repeat_ms;	 /* nor one that may_be_new */
	struct loop_timer timer; /* what could not be told yet is told then */
};

struct front {
	struct front_env env;
	struct board *board;
	struct front_about { /* the board */
		struct store_job job;
		struct front *front;
	} about;
	struct front_lights lights;
	struct front_button button;
	struct front_alarm alarms[BOARD_INPUTS_MAX];
	struct front_switch switches;
	bool is_stopped;
};

/* front.c */
/* Adds one message of class alert. On the store's thread. */
enum err front_add_message(struct store *s, const char *msisdn, const char *text);

/* front_numbers.c */
/* Tells the office side what the board has, through the store. */
void front_numbers_init(struct front *front);
/* Those of the panel; the board's own where it has set none. On the store's thread. */
enum err front_numbers_alarm(
	struct store *s, const struct front *front, char dst[FRONT_NUMBERS_SIZE]);
enum err front_numbers_switch(
	struct store *s, const struct front *front, char dst[FRONT_NUMBERS_SIZE]);

/* front_lights.c */
void front_lights_init(struct front *front);
void front_lights_update(struct front *front);
enum front_sound {
	FRONT_SOUND_ACK,
	FRONT_SOUND_ALARM,
	FRONT_SOUND_REOPENED
};
void front_sound(struct front *front, enum front_sound sound);

/* front_button.c */
void front_button_init(struct front *front);
void front_button_moved(void *front, bool is_down);

/* front_alarm.c, front_switch.c */
void front_alarm_init(struct front *front);
void front_alarm_fini(struct front *front);
void front_alarm_moved(void *front, unsigned input, bool is_on);
void front_switch_init(struct front *front);
void front_switch_fini(struct front *front);

#endif

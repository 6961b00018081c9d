/*
 * What the front of the box means: lights show what the bays do, the button stops it and
 * opens the set-up, inputs raise alarms that are sent as messages, texts from permitted
 * numbers switch outputs.
 *
 * Loop thread; what goes to the store goes through its thread.
 */
#ifndef RADIO_FRONT_H
#define RADIO_FRONT_H

#include "drivers/board.h"
#include "firmware/radio/slot/slot_states.h"
#include "firmware/radio/store_thread.h"

struct front;

struct front_env { /* all borrowed until front_destroy() */
	struct loop *loop;
	struct store_thread *store;
	const struct board_profile *profile;
	const struct gpio_backend *gpio;
	/* E.164, comma separated: who gets alarms, who may switch outputs, as long as the
	 * panel says nothing else. */
	const char *alarm_to, *switch_from;
	void (*say_status)(void *user); /* button, short */
	void (*stop)(void *user);   /* held: end what is on air, then front_stopped() */
	void (*resume)(void *user); /* after that, pressed again */
	void (*work)(void *user);   /* there is something new to send */
	void *user;
};

/* ERR_MEM, or that of board_create(). */
enum err front_create(struct front **out, const struct front_env *env);
void front_destroy(struct front *front); /* accepts NULL; lights and outputs off */

/* What a slot is doing. index: slot.index; bay: of the board, or POWER_NO_BAY. */
struct front_slot {
	unsigned index;
	int bay;
	enum slot_state state;
};
void front_show(struct front *front, const struct front_slot *slot);
/* Nothing is on air any more, and nothing will be sent. */
void front_stopped(struct front *front);
/* Texts came in and are stored. Those stored before front_create() are found by it. */
void front_inbound(struct front *front);

#endif

/*
 * Lights and sounds: eight ticks of an eighth of a second are a pattern, a bit each, the
 * lowest first. The loop is only woken while something blinks.
 */
#include "drivers/power.h"
#include "firmware/radio/front/front_parts.h"

enum {
	TICK_MS = 125,
	TICKS = 8,
};

enum {
	LIGHT_OFF = 0x00,
	LIGHT_ON = 0xff,
	LIGHT_FLICKER = 0x55,
	LIGHT_BLINK = 0x0f,
	LIGHT_GAP = 0xfe,    /* lit, with a short gap */
	LIGHT_DOUBLE = 0x05, /* two flashes */
	LIGHT_FLASH = 0x01,  /* one */
};

/* rank: of several ports of one bay the highest is shown. */
static const struct {
	uint8_t pattern, rank;
} looks[SLOT_STATES] = {
	[SLOT_ABSENT] = { LIGHT_OFF, 0 },
	[SLOT_POWERING] = { LIGHT_BLINK, 2 },
	[SLOT_PROBING] = { LIGHT_BLINK, 2 },
	[SLOT_SIM_WAIT] = { LIGHT_DOUBLE, 3 },
	[SLOT_PIN] = { LIGHT_DOUBLE, 4 },
	[SLOT_REGISTERING] = { LIGHT_BLINK, 5 },
	[SLOT_READY] = { LIGHT_ON, 7 },
	[SLOT_SENDING] = { LIGHT_FLICKER, 8 },
	[SLOT_HELD] = { LIGHT_GAP, 6 },
	[SLOT_RECOVERING] = { LIGHT_BLINK, 3 },
	[SLOT_FAULT] = { LIGHT_DOUBLE, 1 },
};

static const uint32_t sounds[] = {
	[FRONT_SOUND_ACK] = 0x1,
	[FRONT_SOUND_ALARM] = 0x777,
	[FRONT_SOUND_REOPENED] = 0xffff,
};

static uint8_t pattern_of(const struct front *f, int bay)
{
	uint8_t rank = 0, pattern = LIGHT_OFF;

	for (size_t i = 0; i < RADIO_SLOTS_MAX; i++) {
		enum slot_state state = f->lights.slots[i].state;
		if (!f->lights.slots[i].is_used || f->lights.slots[i].bay != bay ||
			looks[state].rank < rank)
			continue;
		rank = looks[state].rank;
		pattern = looks[state].pattern;
	}
	return pattern;
}

static bool is_live(enum slot_state state)
{
	return state == SLOT_READY || state == SLOT_SENDING;
}

/* Lit: something can be sent and nobody is needed. */
static uint8_t status_of(const struct front *f)
{
	uint8_t pattern = LIGHT_BLINK;

	if (f->is_stopped)
		return LIGHT_FLASH;
	for (size_t i = 0; i < RADIO_SLOTS_MAX; i++) {
		enum slot_state state = f->lights.slots[i].state;
		if (!f->lights.slots[i].is_used)
			continue;
		if (state == SLOT_FAULT || state == SLOT_PIN)
			return LIGHT_DOUBLE;
		if (is_live(state))
			pattern = LIGHT_ON;
	}
	return pattern;
}

static bool is_steady(uint8_t pattern)
{
	return pattern == LIGHT_OFF || pattern == LIGHT_ON;
}

static void on_tick(void *user)
{
	struct front *f = user;

	f->lights.tick = (f->lights.tick + 1) % TICKS;
	f->lights.buzz >>= 1;
	front_lights_update(f);
}

void front_lights_update(struct front *front)
{
	struct front_lights *l = &front->lights;
	uint8_t bit = (uint8_t)(1u << l->tick), status = status_of(front);
	bool steady = is_steady(status) && l->buzz == 0;

	board_light_status(front->board, status & bit);
	board_buzz(front->board, l->buzz & 1);
	for (size_t i = 0; i < front->env.profile->n_bays; i++) {
		uint8_t pattern =
			front->is_stopped ? LIGHT_OFF : pattern_of(front, (int)i);
		board_light_bay(front->board, (int)i, pattern & bit);
		steady = steady && is_steady(pattern);
	}
	if (!steady && !loop_timer_is_armed(&l->timer))
		loop_timer_set(front->env.loop, &l->timer, TICK_MS, on_tick, front);
}

void front_lights_init(struct front *front)
{
	for (size_t i = 0; i < RADIO_SLOTS_MAX; i++)
		front->lights.slots[i].bay = POWER_NO_BAY;
}

void front_show(struct front *front, const struct front_slot *slot)
{
	struct front_lights *l = &front->lights;

	if (slot->index >= RADIO_SLOTS_MAX)
		return;
	l->slots[slot->index].is_used = true;
	l->slots[slot->index].bay = slot->bay;
	l->slots[slot->index].state = slot->state;
	front_lights_update(front);
}

void front_sound(struct front *front, enum front_sound sound)
{
	front->lights.buzz = sounds[sound];
	front_lights_update(front);
}

#include "firmware/radio/slot/slot_way.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/radio/slot/slot_parts.h"
#include "firmware/store/setting.h"

#define LOG_MODULE "slot"
#include "firmware/base/log.h"

#define KEY_PREFIX "modem.way."

/* "SPEED INTERFACE+1": an interface that is none counts as -1. */
static bool parse(const char *value, struct modem_way *out)
{
	const char *space = strchr(value, ' ');
	uint64_t speed, interface;

	if (!space || !str_to_u64(value, (size_t)(space - value), INT32_MAX, &speed) ||
		!str_to_u64(space + 1, strlen(space + 1), UINT8_MAX, &interface))
		return false;
	out->speed = (int)speed;
	out->interface = (int)interface - 1;
	return true;
}

static bool take(void *user, const char *key, const char *value)
{
	struct slot_ways *ways = user;

	if (str_copy(ways->list[ways->n].port, sizeof(ways->list[0].port),
		    key + sizeof(KEY_PREFIX) - 1) &&
		parse(value, &ways->list[ways->n].way))
		ways->n++;
	return ways->n < SLOT_WAYS_MAX;
}

void slot_ways_load(struct slot_ways *out, struct store *s)
{
	out->n = 0;
	enum err err = setting_each(s, KEY_PREFIX, take, out);
	if (err != ERR_OK)
		log_warn("the ways to the modems cannot be read: %s", err_name(err));
}

static enum err run(struct store *s, struct store_job *job)
{
	const struct slot_way *w = (struct slot_way *)job;
	char key[sizeof(KEY_PREFIX) + sizeof(w->slot->port)], value[32];

	(void)str_format(key, sizeof(key), KEY_PREFIX "%s", w->slot->port); /* both fit */
	(void)str_format(
		value, sizeof(value), "%d %d", w->way.speed, w->way.interface + 1);
	return setting_set(s, key, value);
}

static void done(struct store_job *job, enum err err)
{
	struct slot_way *w = (struct slot_way *)job;

	w->is_kept = err == ERR_OK;
	w->posted = false;
}

void slot_way_note(struct slot *slot)
{
	struct slot_way *w = &slot->way;
	struct modem_way now;

	if (w->posted || !modem_get_way(slot->modem, &now))
		return;
	if (w->is_kept && w->way.interface == now.interface && w->way.speed == now.speed)
		return;
	w->way = now;
	w->posted = true;
	store_thread_post(slot->host->store, &w->job);
}

void slot_way_doubt(struct slot *slot)
{
	struct modem_way way;

	if (modem_get_way(slot->modem, &way))
		modem_prefer_way(slot->modem, &way);
}

void slot_way_init(struct slot *slot)
{
	const struct slot_ways *ways = slot->host->ways;
	struct slot_way *w = &slot->way;

	w->slot = slot;
	w->job = (struct store_job){ .run = run, .done = done, .urgency = STORE_LAZY };
	for (size_t i = 0; ways && i < ways->n; i++) {
		if (!str_eq(ways->list[i].port, slot->port))
			continue;
		w->way = ways->list[i].way;
		w->is_kept = true;
		modem_prefer_way(slot->modem, &w->way);
	}
}

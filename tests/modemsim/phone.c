#include "tests/modemsim/phone.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/clock.h"
#include "firmware/base/str.h"

static size_t number_hash(const char *number)
{
	uint32_t hash = 2166136261U; /* FNV-1a */

	for (; *number != '\0'; number++)
		hash = (hash ^ (uint8_t)*number) * 16777619U;
	return hash % PHONE_HASH;
}

struct phone *world_find(struct world *world, const char *number)
{
	struct phone *phone = world->hash[number_hash(number)];

	while (phone && !str_eq(phone->number, number))
		phone = phone->chain;
	return phone;
}

static void use_unlink(struct world *world, struct phone *phone)
{
	*(phone->newer ? &phone->newer->older : &world->newest) = phone->older;
	*(phone->older ? &phone->older->newer : &world->oldest) = phone->newer;
	phone->newer = NULL;
	phone->older = NULL;
}

static void use_push(struct world *world, struct phone *phone)
{
	phone->older = world->newest;
	if (world->newest)
		world->newest->newer = phone;
	else
		world->oldest = phone;
	world->newest = phone;
}

static void partial_clear(struct phone_partial *partial)
{
	for (unsigned i = 0; partial->parts && i < partial->total; i++)
		free(partial->parts[i]);
	free(partial->parts);
	*partial = (struct phone_partial){ 0 };
}

void phone_forget(struct world *world, struct phone *phone)
{
	struct phone **at = &world->hash[number_hash(phone->number)];

	while (*at && *at != phone)
		at = &(*at)->chain;
	if (*at)
		*at = phone->chain;
	use_unlink(world, phone);
	for (size_t i = 0; i < PHONE_TEXTS_MAX; i++)
		free(phone->texts[i].text);
	for (size_t i = 0; i < PHONE_PARTIAL_MAX; i++)
		partial_clear(&phone->partial[i]);
	free(phone);
	world->phones--;
}

static struct phone *phone_find_or_add(struct world *world, const char *number)
{
	struct phone *phone = world_find(world, number);
	struct phone **head = &world->hash[number_hash(number)];

	if (phone) {
		use_unlink(world, phone);
		use_push(world, phone);
		return phone;
	}
	if (world->phones == WORLD_PHONES_MAX)
		phone_forget(world, world->oldest);
	phone = calloc(1, sizeof(*phone));
	if (!phone)
		return NULL;
	(void)str_copy(phone->number, sizeof(phone->number), number); /* a cut one is odd,
								       * not wrong */
	phone->chain = *head;
	*head = phone;
	use_push(world, phone);
	world->phones++;
	return phone;
}

const struct phone_text *phone_text(const struct phone *phone, size_t i)
{
	return &phone->texts[(phone->first + i) % PHONE_TEXTS_MAX];
}

/* Takes text over. */
static const char *phone_remember(
	struct world *world, struct phone *phone, const struct phone_text *text)
{
	struct phone_text *slot;

	if (phone->count == PHONE_TEXTS_MAX) {
		phone->first = (phone->first + 1) % PHONE_TEXTS_MAX;
		phone->count--;
	}
	slot = &phone->texts[(phone->first + phone->count) % PHONE_TEXTS_MAX];
	free(slot->text);
	*slot = *text;
	slot->id = ++world->last_id;
	slot->wall_ms = clock_wall_ms(clock_system());
	phone->count++;
	return slot->text;
}

static struct phone_partial *partial_get(
	struct phone *phone, const char *sim, const struct simpdu_concat *concat)
{
	struct phone_partial *partial;

	for (size_t i = 0; i < PHONE_PARTIAL_MAX; i++) {
		partial = &phone->partial[i];
		if (partial->parts && partial->ref == concat->ref &&
			partial->total == concat->total && str_eq(partial->sim, sim))
			return partial;
	}
	partial = &phone->partial[phone->next_partial++ % PHONE_PARTIAL_MAX];
	partial_clear(partial);
	partial->parts = calloc(concat->total, sizeof(char *));
	if (!partial->parts)
		return NULL;
	partial->ref = concat->ref;
	partial->total = concat->total;
	(void)str_copy(partial->sim, sizeof(partial->sim), sim); /* same size */
	return partial;
}

static char *partial_join(const struct phone_partial *partial)
{
	size_t size = 1;
	char *text;

	for (unsigned i = 0; i < partial->total; i++)
		size += strlen(partial->parts[i]);
	text = calloc(1, size);
	for (unsigned i = 0; text && i < partial->total; i++)
		(void)str_append(text, size, partial->parts[i]); /* sized for all */
	return text;
}

/* The joined text when the last part came; owned by the caller. */
static char *phone_assemble(
	struct phone *phone, const char *sim, const struct simpdu_submit *message)
{
	struct phone_partial *partial = partial_get(phone, sim, &message->concat);
	char **place;
	char *text;

	if (!partial)
		return NULL;
	place = &partial->parts[message->concat.seq - 1];
	if (!*place) {
		*place = strdup(message->text);
		partial->have = (uint8_t)(partial->have + (*place != NULL));
	}
	if (partial->have < partial->total)
		return NULL;
	text = partial_join(partial);
	partial_clear(partial);
	return text;
}

const char *phone_receive(
	struct world *world, const char *sim, const struct simpdu_submit *message)
{
	struct phone *phone = phone_find_or_add(world, message->to);
	struct phone_text text = { .parts = message->concat.total };

	if (!phone)
		return NULL;
	text.text = message->concat.total > 1 ? phone_assemble(phone, sim, message)
					      : strdup(message->text);
	if (!text.text)
		return NULL;
	(void)str_copy(text.sim, sizeof(text.sim), sim); /* same size */
	return phone_remember(world, phone, &text);
}

void phone_said(struct world *world, const char *number, const char *sim,
	const char *said, unsigned parts)
{
	struct phone *phone = phone_find_or_add(world, number);
	struct phone_text text = {
		.parts = parts, .from_phone = true, .text = strdup(said)
	};

	(void)str_copy(text.sim, sizeof(text.sim), sim); /* same size */
	if (phone && text.text)
		(void)phone_remember(world, phone, &text);
	else
		free(text.text);
}

#include "firmware/office/people/number_set.h"

#include <stdlib.h>

#define FIRST_SIZE 4096

/* Up to 15 digits fit into 50 bits; the number is its own key. */
static uint64_t key_of(const char *e164)
{
	uint64_t key = 0;
	for (; *e164; e164++) {
		if (*e164 >= '0' && *e164 <= '9')
			key = key * 10 + (uint64_t)(*e164 - '0');
	}
	return key;
}

static size_t home(uint64_t key, size_t size)
{
	return (size_t)((key * 0x9E3779B97F4A7C15ULL) >> 20) & (size - 1);
}

static size_t find(const uint64_t *slots, size_t size, uint64_t key)
{
	size_t i = home(key, size);
	while (slots[i] && slots[i] != key)
		i = (i + 1) & (size - 1);
	return i;
}

static bool grow(struct number_set *set)
{
	size_t size = set->size ? set->size * 2 : FIRST_SIZE;
	uint64_t *slots = calloc(size, sizeof(*slots));
	if (!slots)
		return false;
	for (size_t i = 0; i < set->size; i++) {
		if (set->slots[i])
			slots[find(slots, size, set->slots[i])] = set->slots[i];
	}
	free(set->slots);
	set->slots = slots;
	set->size = size;
	return true;
}

bool number_set_add(struct number_set *set, const char *e164)
{
	uint64_t key = key_of(e164);
	if (!key)
		return false;
	if (set->n * 2 >= set->size && set->n < NUMBER_SET_MAX && !grow(set) &&
		set->n + 1 >= set->size)
		return false;
	size_t i = find(set->slots, set->size, key);
	if (set->slots[i])
		return true;
	if (set->n < NUMBER_SET_MAX) {
		set->slots[i] = key;
		set->n++;
	}
	return false;
}

void number_set_fini(struct number_set *set)
{
	free(set->slots);
	*set = (struct number_set){ .n = 0 };
}

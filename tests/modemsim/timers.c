#include "tests/modemsim/timers.h"

#include <limits.h>
#include <stdlib.h>

void timers_fini(struct timers *timers)
{
	free(timers->heap);
	*timers = (struct timers){ 0 };
}

static void heap_put(struct timers *t, size_t place, struct timer *timer)
{
	t->heap[place - 1] = timer;
	timer->place = place;
}

static void heap_rise(struct timers *t, struct timer *timer)
{
	size_t place = timer->place;

	while (place > 1 && t->heap[place / 2 - 1]->due_ms > timer->due_ms) {
		heap_put(t, place, t->heap[place / 2 - 1]);
		place /= 2;
	}
	heap_put(t, place, timer);
}

static void heap_sink(struct timers *t, struct timer *timer)
{
	size_t place = timer->place;

	for (;;) {
		size_t child = place * 2;

		if (child > t->count)
			break;
		if (child < t->count &&
			t->heap[child]->due_ms < t->heap[child - 1]->due_ms)
			child++;
		if (t->heap[child - 1]->due_ms >= timer->due_ms)
			break;
		heap_put(t, place, t->heap[child - 1]);
		place = child;
	}
	heap_put(t, place, timer);
}

void timers_set(struct timers *t, struct timer *timer, uint64_t due_ms)
{
	timers_stop(t, timer);
	if (t->count == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 64;
		struct timer **heap = realloc(t->heap, cap * sizeof(struct timer *));

		if (!heap)
			abort(); /* a test tool out of memory has nothing to save */
		t->heap = heap;
		t->cap = cap;
	}
	timer->due_ms = due_ms;
	timer->place = ++t->count;
	heap_rise(t, timer);
}

void timers_stop(struct timers *t, struct timer *timer)
{
	struct timer *last;
	size_t place = timer->place;

	if (place == 0)
		return;
	timer->place = 0;
	last = t->heap[--t->count];
	if (last == timer)
		return;
	last->place = place;
	heap_rise(t, last);
	heap_sink(t, last);
}

bool timer_is_set(const struct timer *timer)
{
	return timer->place != 0;
}

int timers_wait_ms(const struct timers *t, uint64_t now_ms)
{
	uint64_t wait;

	if (t->count == 0)
		return -1;
	if (t->heap[0]->due_ms <= now_ms)
		return 0;
	wait = t->heap[0]->due_ms - now_ms;
	return wait > INT_MAX ? INT_MAX : (int)wait;
}

void timers_run(struct timers *t, uint64_t now_ms)
{
	while (t->count > 0 && t->heap[0]->due_ms <= now_ms) {
		struct timer *timer = t->heap[0];

		timers_stop(t, timer);
		timer->fn(timer->user);
	}
}

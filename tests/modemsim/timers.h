/*
 * Timers in a binary heap; the struct lives in its owner. Time is passed in, so that
 * tests step it by hand. A callback may set and stop any timer, its own included.
 */
#ifndef MODEMSIM_TIMERS_H
#define MODEMSIM_TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void (*timer_fn)(void *user);

struct timer {
	uint64_t due_ms;
	timer_fn fn;
	void *user;
	size_t place; /* 1-based place in the heap; 0: not set */
};

struct timers {
	struct timer **heap;
	size_t count;
	size_t cap;
};

void timers_fini(struct timers *timers);
/* Sets or moves it. fn(user) is called once, when run reaches due_ms (monotonic). */
void timers_set(struct timers *timers, struct timer *timer, uint64_t due_ms);
void timers_stop(struct timers *timers, struct timer *timer);
bool timer_is_set(const struct timer *timer);
/* Milliseconds until the next one: 0 if due, -1 if there is none. */
int timers_wait_ms(const struct timers *timers, uint64_t now_ms);
/* Calls everything due at now_ms, earliest first. */
void timers_run(struct timers *timers, uint64_t now_ms);

#endif

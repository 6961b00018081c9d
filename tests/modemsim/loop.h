/*
 * The one loop: epoll and a timer heap, a single thread. Watches live in their owners and
 * must not be freed while the loop runs: an event fetched before a watch was removed may
 * still call it, with fd -1.
 */
#ifndef MODEMSIM_LOOP_H
#define MODEMSIM_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "firmware/base/err.h"
#include "tests/modemsim/timers.h"

struct watch {
	int fd; /* -1: not watched */
	void (*fn)(void *user, uint32_t events);
	void *user;
};

struct loop {
	int epoll_fd;
	bool quit;
	uint64_t now_ms; /* monotonic, as of the last wake */
	struct timers timers;
};

enum err loop_init(struct loop *loop);
void loop_fini(struct loop *loop);
enum err loop_watch(struct loop *loop, struct watch *watch, int fd, uint32_t events);
/* Changes the events of a watched fd. */
void loop_rewatch(struct loop *loop, struct watch *watch, uint32_t events);
/* Forgets the fd without closing it. */
void loop_unwatch(struct loop *loop, struct watch *watch);
/* Runs until quit is set. */
void loop_run(struct loop *loop);
/* Sets timer to fire after delay_ms. */
void loop_after(struct loop *loop, struct timer *timer, uint64_t delay_ms);

#endif

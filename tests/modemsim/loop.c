#include "tests/modemsim/loop.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "firmware/base/clock.h"
#define LOG_MODULE "loop"
#include "firmware/base/log.h"

enum {
	LOOP_BATCH = 32,
};

enum err loop_init(struct loop *loop)
{
	*loop = (struct loop){ .epoll_fd = epoll_create1(EPOLL_CLOEXEC) };
	if (loop->epoll_fd < 0) {
		log_error("epoll error=%s", strerror(errno));
		return ERR_SYS;
	}
	loop->now_ms = clock_mono_ms(clock_system());
	return ERR_OK;
}

void loop_fini(struct loop *loop)
{
	timers_fini(&loop->timers);
	if (loop->epoll_fd >= 0)
		(void)close(loop->epoll_fd); /* nothing was written to it */
	loop->epoll_fd = -1;
}

enum err loop_watch(struct loop *loop, struct watch *watch, int fd, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) {
		log_error("watch fd=%d error=%s", fd, strerror(errno));
		return ERR_SYS;
	}
	watch->fd = fd;
	return ERR_OK;
}

void loop_rewatch(struct loop *loop, struct watch *watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) < 0)
		log_error("watch fd=%d error=%s", watch->fd, strerror(errno));
}

void loop_unwatch(struct loop *loop, struct watch *watch)
{
	if (watch->fd < 0)
		return;
	(void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL); /* may be gone */
	watch->fd = -1;
}

void loop_run(struct loop *loop)
{
	struct epoll_event events[LOOP_BATCH];

	while (!loop->quit) {
		int wait = timers_wait_ms(&loop->timers, loop->now_ms);
		int n = epoll_wait(loop->epoll_fd, events, LOOP_BATCH, wait);

		loop->now_ms = clock_mono_ms(clock_system());
		for (int i = 0; i < n && !loop->quit; i++) {
			struct watch *watch = events[i].data.ptr;

			if (watch->fd >= 0)
				watch->fn(watch->user, events[i].events);
		}
		timers_run(&loop->timers, loop->now_ms);
	}
}

void loop_after(struct loop *loop, struct timer *timer, uint64_t delay_ms)
{
	timers_set(&loop->timers, timer, loop->now_ms + delay_ms);
}

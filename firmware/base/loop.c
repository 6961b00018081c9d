#include "firmware/base/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#define LOG_MODULE "loop"
#include "firmware/base/log.h"

enum {
	SIGNALS_MAX = 4
};

struct loop_signal {
	loop_signal_fn fn;
	void *user;
};

struct loop {
	sd_event *event;	/* NULL in a fake loop */
	sd_event_source *timer; /* armed for the head of the list */
	const struct clock *clock;
	struct clock *fake;
	struct loop_timer *head; /* armed timers, earliest first */
	uint64_t armed_ms;	 /* what the kernel timer is set to; UINT64_MAX: off */
	int wake_fd;
	loop_fn on_wake, before_wait;
	void *on_wake_user, *before_wait_user;
	struct loop_signal signals[SIGNALS_MAX];
	size_t n_signals, n_io;
};

struct loop_io {
	struct loop *loop;
	sd_event_source *source;
	loop_io_fn fn;
	void *user;
};

static void fire_due(struct loop *loop)
{
	uint64_t now = loop_now_ms(loop);

	while (loop->head && loop->head->due_ms <= now) {
		struct loop_timer *timer = loop->head;
		loop_timer_cancel(timer);
		timer->fn(timer->user);
	}
}

static int on_timer(sd_event_source *s, uint64_t usec, void *user)
{
	struct loop *loop = user;
	(void)s;
	(void)usec;
	loop->armed_ms = UINT64_MAX;
	fire_due(loop);
	return 0;
}

static int on_wake_io(sd_event_source *s, int fd, uint32_t revents, void *user)
{
	struct loop *loop = user;
	uint64_t count;
	(void)s;
	(void)revents;
	if (read(fd, &count, sizeof(count)) < 0 && errno != EAGAIN)
		log_error("wake read failed: %s", strerror(errno));
	if (loop->on_wake)
		loop->on_wake(loop->on_wake_user);
	return 0;
}

static enum err start_kernel_side(struct loop *loop)
{
	loop->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (loop->wake_fd < 0 || sd_event_new(&loop->event) < 0)
		return ERR_SYS;
	if (sd_event_add_io(loop->event, NULL, loop->wake_fd, EPOLLIN, on_wake_io, loop) <
		0)
		return ERR_SYS;
	/* accuracy 1 us: the default of 250 ms would idle the radios */
	if (sd_event_add_time(loop->event, &loop->timer, CLOCK_MONOTONIC, UINT64_MAX, 1,
		    on_timer, loop) < 0)
		return ERR_SYS;
	return sd_event_source_set_enabled(loop->timer, SD_EVENT_OFF) < 0 ? ERR_SYS
									  : ERR_OK;
}

enum err loop_create(struct loop **out, const struct clock *clock)
{
	struct loop *loop = calloc(1, sizeof(*loop));
	if (!loop)
		return ERR_MEM;
	loop->clock = clock;
	loop->armed_ms = UINT64_MAX;
	if (start_kernel_side(loop) != ERR_OK) {
		log_error("cannot make an event loop: %s", strerror(errno));
		loop_destroy(loop);
		return ERR_SYS;
	}
	*out = loop;
	return ERR_OK;
}

enum err loop_create_fake(struct loop **out, struct clock *clock)
{
	struct loop *loop = calloc(1, sizeof(*loop));
	if (!loop)
		return ERR_MEM;
	loop->clock = clock;
	loop->fake = clock;
	loop->wake_fd = -1;
	*out = loop;
	return ERR_OK;
}

void loop_destroy(struct loop *loop)
{
	if (!loop)
		return;
	if (loop->n_io > 0)
		log_warn("left behind: io=%zu", loop->n_io);
	while (loop->head)
		loop_timer_cancel(loop->head);
	sd_event_source_unref(loop->timer);
	sd_event_unref(loop->event);
	if (loop->wake_fd > 0)
		(void)close(loop->wake_fd); /* nothing was written that could be lost */
	free(loop);
}

const struct clock *loop_clock(const struct loop *loop)
{
	return loop->clock;
}

uint64_t loop_now_ms(const struct loop *loop)
{
	return clock_mono_ms(loop->clock);
}

static void arm_kernel_timer(struct loop *loop)
{
	uint64_t due = loop->head ? loop->head->due_ms : UINT64_MAX;

	if (due == loop->armed_ms)
		return;
	loop->armed_ms = due;
	if (due == UINT64_MAX) {
		(void)sd_event_source_set_enabled(loop->timer, SD_EVENT_OFF);
		return;
	}
	/* The clock is cut to whole ms: half a ms late is right, early would spin. */
	(void)sd_event_source_set_time(loop->timer, due * 1000);
	(void)sd_event_source_set_enabled(loop->timer, SD_EVENT_ONESHOT);
}

void loop_step(struct loop *loop, uint64_t wait_ms)
{
	if (loop->fake) {
		fire_due(loop);
		return;
	}
	if (loop->before_wait)
		loop->before_wait(loop->before_wait_user);
	arm_kernel_timer(loop);
	int r = sd_event_run(
		loop->event, wait_ms == UINT64_MAX ? wait_ms : wait_ms * 1000);
	if (r < 0)
		log_error("event queue failed: %s", strerror(-r));
}

int loop_run(struct loop *loop)
{
	int code = 0;

	while (sd_event_get_state(loop->event) != SD_EVENT_FINISHED)
		loop_step(loop, UINT64_MAX);
	(void)sd_event_get_exit_code(loop->event, &code); /* set by loop_exit() */
	return code;
}

void loop_exit(struct loop *loop, int code)
{
	(void)sd_event_exit(loop->event, code); /* fails only when already finished */
}

void loop_fake_advance(struct loop *loop, uint64_t ms)
{
	uint64_t end = loop->fake->fake_mono_ms + ms;

	while (loop->head && loop->head->due_ms <= end) {
		uint64_t due = loop->head->due_ms;
		if (due > loop->fake->fake_mono_ms) {
			loop->fake->fake_wall_ms +=
				(int64_t)(due - loop->fake->fake_mono_ms);
			loop->fake->fake_mono_ms = due;
		}
		fire_due(loop);
	}
	loop->fake->fake_wall_ms += (int64_t)(end - loop->fake->fake_mono_ms);
	loop->fake->fake_mono_ms = end;
}

static int on_io(sd_event_source *s, int fd, uint32_t revents, void *user)
{
	struct loop_io *io = user;
	unsigned events = 0;
	(void)s;
	if (revents & EPOLLIN)
		events |= LOOP_READ;
	if (revents & EPOLLOUT)
		events |= LOOP_WRITE;
	if (revents & (EPOLLHUP | EPOLLERR | EPOLLRDHUP))
		events |= LOOP_HANGUP;
	io->fn(io->user, fd, events);
	return 0;
}

static uint32_t epoll_mask(unsigned events)
{
	return (events & LOOP_READ ? EPOLLIN : 0u) |
	       (events & LOOP_WRITE ? EPOLLOUT : 0u);
}

static void io_free(void *user)
{
	free(user);
}

enum err loop_io_add(struct loop *loop, struct loop_io **out, int fd, unsigned events,
	loop_io_fn fn, void *user)
{
	if (!loop->event)
		return ERR_UNSUPPORTED;
	struct loop_io *io = calloc(1, sizeof(*io));
	if (!io)
		return ERR_MEM;
	*io = (struct loop_io){ .loop = loop, .fn = fn, .user = user };
	int r = sd_event_add_io(
		loop->event, &io->source, fd, epoll_mask(events), on_io, io);
	if (r < 0) {
		log_error("cannot watch fd=%d: %s", fd, strerror(-r));
		free(io);
		return ERR_SYS;
	}
	/* The source outlives a removal inside its own callback; so must io. */
	(void)sd_event_source_set_destroy_callback(io->source, io_free);
	loop->n_io++;
	*out = io;
	return ERR_OK;
}

enum err loop_io_set(struct loop_io *io, unsigned events)
{
	return sd_event_source_set_io_events(io->source, epoll_mask(events)) < 0 ? ERR_SYS
										 : ERR_OK;
}

void loop_io_remove(struct loop_io *io)
{
	if (!io)
		return;
	io->loop->n_io--;
	(void)sd_event_source_set_enabled(io->source, SD_EVENT_OFF);
	sd_event_source_unref(
		io->source); /* frees io, now or when its callback returns */
}

void loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_ms,
	loop_fn fn, void *user)
{
	struct loop_timer *after = NULL;

	loop_timer_cancel(timer);
	timer->due_ms = loop_now_ms(loop) + delay_ms;
	timer->fn = fn;
	timer->user = user;
	timer->loop = loop;
	for (struct loop_timer *t = loop->head; t && t->due_ms <= timer->due_ms;
		t = t->next)
		after = t;
	timer->prev = after;
	timer->next = after ? after->next : loop->head;
	if (timer->next)
		timer->next->prev = timer;
	if (after)
		after->next = timer;
	else
		loop->head = timer;
}

void loop_timer_cancel(struct loop_timer *timer)
{
	struct loop *loop = timer->loop;

	if (!loop)
		return;
	if (timer->prev)
		timer->prev->next = timer->next;
	else
		loop->head = timer->next;
	if (timer->next)
		timer->next->prev = timer->prev;
	timer->loop = NULL;
	timer->prev = timer->next = NULL;
}

bool loop_timer_is_armed(const struct loop_timer *timer)
{
	return timer->loop != NULL;
}

static int on_signal(sd_event_source *s, const struct signalfd_siginfo *info, void *user)
{
	struct loop_signal *sig = user;
	(void)s;
	sig->fn(sig->user, (int)info->ssi_signo);
	return 0;
}

enum err loop_signal_add(struct loop *loop, int signo, loop_signal_fn fn, void *user)
{
	sigset_t set;

	if (loop->n_signals == SIGNALS_MAX)
		return ERR_MEM;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, signo);
	(void)sigprocmask(SIG_BLOCK, &set, NULL); /* threads started later inherit it */
	struct loop_signal *sig = &loop->signals[loop->n_signals++];
	*sig = (struct loop_signal){ .fn = fn, .user = user };
	int r = sd_event_add_signal(loop->event, NULL, signo, on_signal, sig);
	return r < 0 ? ERR_SYS : ERR_OK;
}

void loop_before_wait(struct loop *loop, loop_fn fn, void *user)
{
	loop->before_wait = fn;
	loop->before_wait_user = user;
}

void loop_wake(struct loop *loop)
{
	uint64_t one = 1;
	/* A full counter means that the loop is woken already. */
	ssize_t n = write(loop->wake_fd, &one, sizeof(one));
	(void)n;
}

void loop_on_wake(struct loop *loop, loop_fn fn, void *user)
{
	loop->on_wake = fn;
	loop->on_wake_user = user;
}

void loop_notify_ready(struct loop *loop, const char *status)
{
	(void)sd_event_set_watchdog(loop->event, true); /* off where the unit has none */
	(void)sd_notifyf(
		0, "READY=1\nSTATUS=%s", status); /* no systemd: nothing to tell */
}

/*
 * The event loop of a daemon: file descriptors, timers, signals, over sd-event. One
 * thread runs a loop; only loop_wake() may be called from another. For tests a loop can
 * be made with a clock that the test advances by hand, and then never waits.
 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/base/clock.h"
#include "firmware/base/err.h"

struct loop;
struct loop_io;

enum {
	LOOP_READ = 1,
	LOOP_WRITE = 2,
	LOOP_HANGUP = 4, /* reported whether asked for or not */
};

typedef void (*loop_io_fn)(void *user, int fd, unsigned events);
typedef void (*loop_fn)(void *user);
typedef void (*loop_signal_fn)(void *user, int signo);

/* A timer lies in its owner's struct, zeroed before first use. It fires once. */
struct loop_timer {
	struct loop_timer *prev, *next; /* private: the armed list, by deadline */
	struct loop *loop;		/* private: NULL while not armed */
	uint64_t due_ms;		/* monotonic deadline */
	loop_fn fn;
	void *user;
};

/* clock is borrowed for the loop's life. ERR_SYS: the kernel gave no event queue. */
enum err loop_create(struct loop **out, const struct clock *clock);
/* A loop without the kernel, on a clock the test owns: only timers and defers work. */
enum err loop_create_fake(struct loop **out, struct clock *clock);
/* Logs what was left registered. Accepts NULL. */
void loop_destroy(struct loop *loop);

const struct clock *loop_clock(const struct loop *loop);
uint64_t loop_now_ms(const struct loop *loop); /* monotonic */

/* Runs until loop_exit(); the code given there is returned. */
int loop_run(struct loop *loop);
void loop_exit(struct loop *loop, int code);
/* One turn: handles what is ready, waits at most wait_ms for something. */
void loop_step(struct loop *loop, uint64_t wait_ms);
/* Fake loops: moves the clock forward, firing the timers due on the way, in order. */
void loop_fake_advance(struct loop *loop, uint64_t ms);

/* Watches fd, which stays the caller's. events: LOOP_READ | LOOP_WRITE. */
enum err loop_io_add(struct loop *loop, struct loop_io **out, int fd, unsigned events,
	loop_io_fn fn, void *user);
enum err loop_io_set(struct loop_io *io, unsigned events);
/* Safe inside the io's own callback. Accepts NULL. */
void loop_io_remove(struct loop_io *io);

/* (Re)arms a timer delay_ms from now; fn is called on the loop's thread. */
void loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_ms,
	loop_fn fn, void *user);
/* Harmless when not armed. */
void loop_timer_cancel(struct loop_timer *timer);
bool loop_timer_is_armed(const struct loop_timer *timer);

/* fn is called on the loop's thread for each of these signals (blocked by this call). */
enum err loop_signal_add(struct loop *loop, int signo, loop_signal_fn fn, void *user);

/* Calls fn at the end of every turn, before the loop waits: group work goes there. One.
 */
void loop_before_wait(struct loop *loop, loop_fn fn, void *user);
/* From any thread: makes the loop call fn (set by loop_on_wake) once or more, soon. */
void loop_wake(struct loop *loop);
void loop_on_wake(struct loop *loop, loop_fn fn, void *user);

/* systemd: tells "ready" and pings the watchdog from the loop, where the unit asks. */
void loop_notify_ready(struct loop *loop, const char *status);

#endif

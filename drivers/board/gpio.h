/*
 * Lines of a board's GPIO chips. A backend takes them: gpio_libgpiod is the kernel's;
 * tests bring one of their own. Levels are logical: on is low on a line that is active
 * low.
 *
 * Threading: the loop's thread.
 */
#ifndef DRIVERS_GPIO_H
#define DRIVERS_GPIO_H

#include <stdbool.h>

#include "firmware/base/err.h"
#include "firmware/base/loop.h"

enum gpio_bias {
	GPIO_BIAS_NONE, /* as the board has it */
	GPIO_BIAS_UP,
	GPIO_BIAS_DOWN,
};

struct gpio_spec {     /* zeroed: there is no such line */
	char chip[32]; /* "gpiochip0", a path or a label */
	char line[32]; /* its offset, or its name */
	bool active_low;
	enum gpio_bias bias;
	unsigned at; /* the line of the profile that names it */
};

/* At power-on udev may not have let us to the chip yet, and a chip's driver may come
 * late: a line that cannot be had is asked for again. */
enum {
	GPIO_AGAIN_MS = 1000,
	GPIO_TRIES = 60
};

/* on: the level after an edge; called from the loop, also where it is what it was. */
typedef void (*gpio_fn)(void *user, bool on);
struct gpio_watch {
	struct loop *loop;
	gpio_fn fn;
	void *user;
};

/* Taking fails with ERR_NOTFOUND: there is no such chip or line; ERR_BUSY: somebody else
 * has it; ERR_SYS: the kernel refuses. A line is given back with release(). */
struct gpio_backend {
	enum err (*take_output)(void **out, const struct gpio_spec *spec, bool on);
	enum err (*take_input)(
		void **out, const struct gpio_spec *spec, const struct gpio_watch *watch);
	enum err (*set)(void *line, bool on);
	enum err (*get)(void *line, bool *on);
	void (*release)(void *line); /* accepts NULL; an output keeps its level */
};

extern const struct gpio_backend gpio_libgpiod;

static inline bool gpio_is_named(const struct gpio_spec *spec)
{
	return spec->line[0] != '\0';
}

#endif

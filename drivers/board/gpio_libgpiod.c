/*
 * The kernel's lines through libgpiod's first API (1.6; Debian 12). Its second is in
 * gpio_libgpiod2.c.
 */
#include "drivers/board/gpio.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <gpiod.h>

#include "firmware/base/str.h"

#define LOG_MODULE "gpio"
#include "firmware/base/log.h"

#define CONSUMER "chapar" /* as gpioinfo shows it */

struct line {
	struct gpiod_chip *chip;
	struct gpiod_line *line; /* lives as long as the chip's handle */
	struct gpio_watch watch;
	struct loop_io *io;
};

static int flags_of(const struct gpio_spec *spec)
{
	static const int biases[] = {
		[GPIO_BIAS_NONE] = 0,
		[GPIO_BIAS_UP] = GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP,
		[GPIO_BIAS_DOWN] = GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN,
	};

	return biases[spec->bias] |
	       (spec->active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0);
}

static struct gpiod_line *find_line(struct gpiod_chip *chip, const char *name)
{
	uint64_t offset;

	if (str_to_u64(name, strlen(name), UINT16_MAX, &offset))
		return gpiod_chip_get_line(chip, (unsigned)offset);
	return gpiod_chip_find_line(chip, name);
}

static void release(void *handle)
{
	struct line *l = handle;

	if (!l)
		return;
	loop_io_remove(l->io);
	if (l->chip)
		gpiod_chip_close(l->chip); /* its lines with it */
	free(l);
}

static enum err find(struct line **out, const struct gpio_spec *spec)
{
	struct line *l = calloc(1, sizeof(*l));

	if (!l)
		return ERR_MEM;
	l->chip = gpiod_chip_open_lookup(spec->chip);
	if (l->chip)
		l->line = find_line(l->chip, spec->line);
	if (l->line) {
		*out = l;
		return ERR_OK;
	}
	release(l);
	return errno == EACCES || errno == EPERM ? ERR_SYS : ERR_NOTFOUND;
}

static enum err refused(struct line *l, const struct gpio_spec *spec)
{
	int code = errno;

	log_info("chip=%s line=%s not given: %s", spec->chip, spec->line, strerror(code));
	release(l);
	return code == EBUSY ? ERR_BUSY : ERR_SYS;
}

static enum err take_output(void **out, const struct gpio_spec *spec, bool on)
{
	struct line *l = NULL;
	enum err err = find(&l, spec);

	if (err != ERR_OK)
		return err;
	if (gpiod_line_request_output_flags(l->line, CONSUMER, flags_of(spec), on) < 0)
		return refused(l, spec);
	*out = l;
	return ERR_OK;
}

static enum err get(void *handle, bool *on)
{
	struct line *l = handle;
	int value = gpiod_line_get_value(l->line);

	if (value < 0)
		return ERR_SYS;
	*on = value > 0;
	return ERR_OK;
}

/* What an edge was does not matter, its level now does; the struct's time is not read:
 * the library may know a shorter one. */
static void on_edge(void *user, int fd, unsigned events)
{
	struct line *l = user;
	struct gpiod_line_event event;
	bool on;

	(void)fd;
	(void)events;
	if (gpiod_line_event_read(l->line, &event) == 0 && get(l, &on) == ERR_OK)
		l->watch.fn(l->watch.user, on);
}

static enum err take_input(
	void **out, const struct gpio_spec *spec, const struct gpio_watch *watch)
{
	struct line *l = NULL;
	enum err err = find(&l, spec);

	if (err != ERR_OK)
		return err;
	l->watch = *watch;
	if (gpiod_line_request_both_edges_events_flags(
		    l->line, CONSUMER, flags_of(spec)) < 0)
		return refused(l, spec);
	err = loop_io_add(watch->loop, &l->io, gpiod_line_event_get_fd(l->line),
		LOOP_READ, on_edge, l);
	if (err != ERR_OK) {
		release(l);
		return err;
	}
	*out = l;
	return ERR_OK;
}

static enum err set(void *handle, bool on)
{
	struct line *l = handle;

	return gpiod_line_set_value(l->line, on) < 0 ? ERR_SYS : ERR_OK;
}

const struct gpio_backend gpio_libgpiod = {
	.take_output = take_output,
	.take_input = take_input,
	.set = set,
	.get = get,
	.release = release,
};

/*
 * The kernel's lines through libgpiod's second API (2.0 and later; Debian 13). The
 * Makefile compiles this file or gpio_libgpiod.c, as pkg-config says which library is
 * there; scripts/gpiod2.sh builds with this one on a machine that has the first.
 */
#include "drivers/board/gpio.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include <gpiod.h>

#include "firmware/base/str.h"

#define LOG_MODULE "gpio"
#include "firmware/base/log.h"

#define CONSUMER "chapar" /* as gpioinfo shows it */

enum {
	EVENTS_AT_ONCE = 16 /* of a line that bounces; the rest with the next turn */
};

struct line {
	struct gpiod_line_request *request; /* needs no open chip */
	unsigned offset;
	struct gpiod_edge_event_buffer *events; /* of an input */
	struct gpio_watch watch;
	struct loop_io *io;
};

/* What a line is asked to be, in the library's objects. */
struct asked {
	struct gpiod_line_settings *settings;
	struct gpiod_line_config *lines;
	struct gpiod_request_config *config;
};

static void asked_fini(struct asked *a)
{
	if (a->config)
		gpiod_request_config_free(a->config);
	if (a->lines)
		gpiod_line_config_free(a->lines);
	if (a->settings)
		gpiod_line_settings_free(a->settings);
}

static enum err asked_init(struct asked *a, const struct gpio_spec *spec)
{
	static const enum gpiod_line_bias biases[] = {
		[GPIO_BIAS_NONE] = GPIOD_LINE_BIAS_AS_IS,
		[GPIO_BIAS_UP] = GPIOD_LINE_BIAS_PULL_UP,
		[GPIO_BIAS_DOWN] = GPIOD_LINE_BIAS_PULL_DOWN,
	};

	a->settings = gpiod_line_settings_new();
	a->lines = gpiod_line_config_new();
	a->config = gpiod_request_config_new();
	if (!a->settings || !a->lines || !a->config)
		return ERR_MEM;
	gpiod_request_config_set_consumer(a->config, CONSUMER);
	gpiod_line_settings_set_active_low(a->settings, spec->active_low);
	if (gpiod_line_settings_set_bias(a->settings, biases[spec->bias]) < 0)
		return ERR_SYS;
	return ERR_OK;
}

static bool has_label(struct gpiod_chip *chip, const char *label)
{
	struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
	bool is_it = info && str_eq(gpiod_chip_info_get_label(info), label);

	if (info)
		gpiod_chip_info_free(info);
	return is_it;
}

/* The first API finds a chip by its label; the second leaves that to us. */
static struct gpiod_chip *open_labelled(const char *label)
{
	struct gpiod_chip *found = NULL;
	glob_t chips = { 0 };
	size_t n = glob("/dev/gpiochip*", 0, NULL, &chips) == 0 ? chips.gl_pathc : 0;
	int code = ENOENT;

	for (size_t i = 0; i < n && !found; i++) {
		found = gpiod_chip_open(chips.gl_pathv[i]);
		if (!found && (errno == EACCES || errno == EPERM))
			code = errno; /* it may be that one */
		if (found && !has_label(found, label)) {
			gpiod_chip_close(found);
			found = NULL;
		}
	}
	globfree(&chips);
	errno = code;
	return found;
}

static struct gpiod_chip *open_chip(const char *name)
{
	char path[64];

	if (strchr(name, '/'))
		return gpiod_chip_open(name);
	if (str_format(path, sizeof(path), "/dev/%s", name) &&
		gpiod_is_gpiochip_device(path))
		return gpiod_chip_open(path);
	return open_labelled(name);
}

static bool find_offset(struct gpiod_chip *chip, const char *name, unsigned *out)
{
	uint64_t offset;
	int found = str_to_u64(name, strlen(name), UINT16_MAX, &offset)
			    ? (int)offset
			    : gpiod_chip_get_line_offset_from_name(chip, name);

	*out = (unsigned)found;
	return found >= 0;
}

static void release(void *handle)
{
	struct line *l = handle;

	if (!l)
		return;
	loop_io_remove(l->io);
	if (l->request)
		gpiod_line_request_release(l->request);
	if (l->events)
		gpiod_edge_event_buffer_free(l->events);
	free(l);
}

/* The kernel says EINVAL where the chip has no line of that number. */
static enum err error_of(int code)
{
	switch (code) {
	case EBUSY:
		return ERR_BUSY;
	case ENOENT:
	case ENODEV:
	case ENXIO:
	case EINVAL:
		return ERR_NOTFOUND;
	}
	return ERR_SYS;
}

static enum err request(
	struct line *l, const struct gpio_spec *spec, const struct asked *asked)
{
	struct gpiod_chip *chip = open_chip(spec->chip);

	if (chip && find_offset(chip, spec->line, &l->offset) &&
		gpiod_line_config_add_line_settings(
			asked->lines, &l->offset, 1, asked->settings) == 0)
		l->request = gpiod_chip_request_lines(chip, asked->config, asked->lines);
	int code = errno;
	if (chip)
		gpiod_chip_close(chip);
	if (l->request)
		return ERR_OK;
	log_info("chip=%s line=%s not given: %s", spec->chip, spec->line, strerror(code));
	return error_of(code);
}

/* ask: sets what is particular to inputs or outputs; below 0: the library refuses. */
static enum err take(struct line **out, const struct gpio_spec *spec,
	int (*ask)(struct gpiod_line_settings *settings, bool on), bool on)
{
	struct asked asked = { 0 };
	struct line *l = calloc(1, sizeof(*l));
	enum err err = l ? asked_init(&asked, spec) : ERR_MEM;

	if (err == ERR_OK && ask(asked.settings, on) < 0)
		err = ERR_SYS;
	if (err == ERR_OK)
		err = request(l, spec, &asked);
	asked_fini(&asked);
	if (err == ERR_OK)
		*out = l;
	else
		release(l);
	return err;
}

static int ask_output(struct gpiod_line_settings *settings, bool on)
{
	if (gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT) < 0)
		return -1;
	return gpiod_line_settings_set_output_value(
		settings, on ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
}

static enum err take_output(void **out, const struct gpio_spec *spec, bool on)
{
	struct line *l = NULL;
	enum err err = take(&l, spec, ask_output, on);

	if (err == ERR_OK)
		*out = l;
	return err;
}

static enum err get(void *handle, bool *on)
{
	struct line *l = handle;
	enum gpiod_line_value value = gpiod_line_request_get_value(l->request, l->offset);

	if (value == GPIOD_LINE_VALUE_ERROR)
		return ERR_SYS;
	*on = value == GPIOD_LINE_VALUE_ACTIVE;
	return ERR_OK;
}

/* What an edge was does not matter, its level now does. */
static void on_edge(void *user, int fd, unsigned events)
{
	struct line *l = user;
	bool on;

	(void)fd;
	(void)events;
	if (gpiod_line_request_read_edge_events(l->request, l->events, EVENTS_AT_ONCE) >
			0 &&
		get(l, &on) == ERR_OK)
		l->watch.fn(l->watch.user, on);
}

static int ask_input(struct gpiod_line_settings *settings, bool on)
{
	(void)on;
	if (gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT) < 0)
		return -1;
	return gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH);
}

static enum err take_input(
	void **out, const struct gpio_spec *spec, const struct gpio_watch *watch)
{
	struct line *l = NULL;
	enum err err = take(&l, spec, ask_input, false);

	if (err != ERR_OK)
		return err;
	l->watch = *watch;
	l->events = gpiod_edge_event_buffer_new(EVENTS_AT_ONCE);
	err = l->events ? loop_io_add(watch->loop, &l->io,
				  gpiod_line_request_get_fd(l->request), LOOP_READ,
				  on_edge, l)
			: ERR_MEM;
	if (err == ERR_OK)
		*out = l;
	else
		release(l);
	return err;
}

static enum err set(void *handle, bool on)
{
	struct line *l = handle;

	return gpiod_line_request_set_value(l->request, l->offset,
		       on ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE) < 0
		       ? ERR_SYS
		       : ERR_OK;
}

const struct gpio_backend gpio_libgpiod = {
	.take_output = take_output,
	.take_input = take_input,
	.set = set,
	.get = get,
	.release = release,
};

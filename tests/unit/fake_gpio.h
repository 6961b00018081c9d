/* GPIO lines for tests: what was taken, what level it has, what changed when. */
#ifndef TESTS_FAKE_GPIO_H
#define TESTS_FAKE_GPIO_H

#include <stdlib.h>
#include <string.h>

#include "drivers/board/gpio.h"
#include "firmware/base/str.h"

enum {
	FAKE_LINES_MAX = 40,
	FAKE_CHANGES_MAX = 200,
};

struct fake_line {
	bool is_taken, is_on, is_input;
	struct gpio_spec spec;
	struct gpio_watch watch;
};

static struct {
	struct fake_line lines[FAKE_LINES_MAX];
	struct loop *loop; /* for the times of changes */
	struct fake_change {
		uint64_t at_ms;
		char line[32];
		bool on;
	} changes[FAKE_CHANGES_MAX];
	size_t n_changes;
	const char *missing; /* this line is not there */
} fake;

static inline struct fake_line *fake_find(const char *line)
{
	for (size_t i = 0; i < FAKE_LINES_MAX; i++)
		if (fake.lines[i].is_taken && str_eq(fake.lines[i].spec.line, line))
			return &fake.lines[i];
	return NULL;
}

static inline struct fake_line *fake_get_line(const char *line)
{
	struct fake_line *l = fake_find(line);

	if (!l)
		abort(); /* the test's own mistake */
	return l;
}

static inline void fake_note(const struct fake_line *l)
{
	struct fake_change *c = &fake.changes[fake.n_changes % FAKE_CHANGES_MAX];

	fake.n_changes++;
	c->at_ms = loop_now_ms(fake.loop);
	c->on = l->is_on;
	(void)str_copy(c->line, sizeof(c->line), l->spec.line); /* the same size */
}

static inline enum err fake_take(
	struct fake_line **out, const struct gpio_spec *spec, bool is_input)
{
	if (fake.missing && str_eq(fake.missing, spec->line))
		return ERR_NOTFOUND;
	if (fake_find(spec->line))
		return ERR_BUSY;
	for (size_t i = 0; i < FAKE_LINES_MAX; i++) {
		struct fake_line *l = &fake.lines[i];
		if (l->is_taken)
			continue;
		*l = (struct fake_line){
			.is_taken = true, .spec = *spec, .is_input = is_input
		};
		*out = l;
		return ERR_OK;
	}
	return ERR_MEM;
}

static inline enum err fake_take_output(void **out, const struct gpio_spec *spec, bool on)
{
	struct fake_line *l = NULL;
	enum err err = fake_take(&l, spec, false);

	if (err != ERR_OK)
		return err;
	l->is_on = on;
	fake_note(l);
	*out = l;
	return ERR_OK;
}

static inline enum err fake_take_input(
	void **out, const struct gpio_spec *spec, const struct gpio_watch *watch)
{
	struct fake_line *l = NULL;
	enum err err = fake_take(&l, spec, true);

	if (err != ERR_OK)
		return err;
	l->watch = *watch;
	*out = l;
	return ERR_OK;
}

static inline enum err fake_set(void *line, bool on)
{
	struct fake_line *l = line;

	l->is_on = on;
	fake_note(l);
	return ERR_OK;
}

static inline enum err fake_get(void *line, bool *on)
{
	*on = ((struct fake_line *)line)->is_on;
	return ERR_OK;
}

static inline void fake_release(void *line)
{
	if (line)
		((struct fake_line *)line)->is_taken = false;
}

static const struct gpio_backend fake_gpio = {
	.take_output = fake_take_output,
	.take_input = fake_take_input,
	.set = fake_set,
	.get = fake_get,
	.release = fake_release,
};

/* The world moves an input. */
static inline void fake_move(const char *line, bool on)
{
	struct fake_line *l = fake_get_line(line);

	l->is_on = on;
	l->watch.fn(l->watch.user, on);
}

static inline bool fake_is_on(const char *line)
{
	const struct fake_line *l = fake_find(line);

	return l && l->is_on;
}

#endif

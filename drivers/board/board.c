#include "drivers/board.h"

#include <stdlib.h>

#define LOG_MODULE "board"
#include "firmware/base/log.h"

enum {
	BUTTON_DEBOUNCE_MS = 30
};

/* An input line: told when it has been steady. */
struct sense {
	struct board *board;
	const struct gpio_spec *spec;
	const char *what;
	void *line;	     /* NULL: there is none, or it could not be had yet */
	bool is_on, is_told; /* as told last, if anything was */
	uint32_t debounce_ms;
	struct loop_timer timer;
	void (*tell)(struct sense *sense);
};

/* An output line: written only when it changes. */
struct drive {
	const struct gpio_spec *spec;
	const char *what;
	void *line;
	bool is_on; /* a light that could not be had yet begins so */
};

struct board {
	struct board_env env;
	struct drive bays[BOARD_BAYS_MAX], outputs[BOARD_OUTPUTS_MAX];
	struct drive status, buzzer;
	struct sense button, inputs[BOARD_INPUTS_MAX];
	unsigned tries; /* to have all lines */
	struct loop_timer timer;
};

/* Said once at first, for who reads along, and once in the end. */
static void refused(const struct board *b, const struct gpio_spec *spec, const char *what,
	enum err err)
{
	if (b->tries == 1)
		log_info("%s: line %s of %s is not to be had yet", what, spec->line,
			spec->chip);
	if (b->tries == GPIO_TRIES)
		log_error("%s: line %s of %s (profile line %u) cannot be had: %s", what,
			spec->line, spec->chip, spec->at, err_name(err));
}

/* True: it is there, or the profile has none. */
static bool take_drive(struct board *b, struct drive *d)
{
	if (d->line || !d->spec || !gpio_is_named(d->spec))
		return true;
	enum err err = b->env.backend->take_output(&d->line, d->spec, d->is_on);
	if (err != ERR_OK)
		refused(b, d->spec, d->what, err);
	return err == ERR_OK;
}

static enum err drive(struct board *b, struct drive *d, bool on)
{
	if (!d->line)
		return ERR_UNSUPPORTED;
	if (d->is_on == on)
		return ERR_OK;
	enum err err = b->env.backend->set(d->line, on);
	if (err == ERR_OK)
		d->is_on = on;
	return err;
}

static void drop(struct board *b, struct drive *d)
{
	(void)drive(b, d, false); /* it is given back all the same */
	b->env.backend->release(d->line);
}

/* The line has had time to settle. */
static void on_settled(void *user)
{
	struct sense *s = user;
	bool on;

	if (s->board->env.backend->get(s->line, &on) != ERR_OK ||
		(s->is_told && on == s->is_on))
		return;
	s->is_told = true;
	s->is_on = on;
	s->tell(s);
}

static void on_edge(void *user, bool on)
{
	struct sense *s = user;

	(void)on; /* it may be a bounce */
	loop_timer_set(s->board->env.loop, &s->timer, s->debounce_ms, on_settled, s);
}

static bool take_sense(struct board *b, struct sense *s)
{
	const struct gpio_watch watch = { .loop = b->env.loop, .fn = on_edge, .user = s };

	if (s->line || !s->spec || !gpio_is_named(s->spec))
		return true;
	enum err err = b->env.backend->take_input(&s->line, s->spec, &watch);
	if (err == ERR_OK)
		loop_timer_set(b->env.loop, &s->timer, 0, on_settled, s);
	else
		refused(b, s->spec, s->what, err);
	return err == ERR_OK;
}

static void take_lines(void *user)
{
	struct board *b = user;

	b->tries++;
	bool all = take_drive(b, &b->status);
	all = take_drive(b, &b->buzzer) && all;
	for (size_t i = 0; i < BOARD_BAYS_MAX; i++)
		all = take_drive(b, &b->bays[i]) && all;
	for (size_t i = 0; i < BOARD_OUTPUTS_MAX; i++)
		all = take_drive(b, &b->outputs[i]) && all;
	all = take_sense(b, &b->button) && all;
	for (size_t i = 0; i < BOARD_INPUTS_MAX; i++)
		all = take_sense(b, &b->inputs[i]) && all;
	if (!all && b->tries < GPIO_TRIES)
		loop_timer_set(b->env.loop, &b->timer, GPIO_AGAIN_MS, take_lines, b);
}

static void tell_button(struct sense *s)
{
	s->board->env.button(s->board->env.user, s->is_on);
}

static void tell_input(struct sense *s)
{
	struct board *b = s->board;

	b->env.input(b->env.user, (unsigned)(s - b->inputs), s->is_on);
}

static void name_lines(struct board *b, const struct board_profile *p)
{
	b->status = (struct drive){ .spec = &p->status_led, .what = "status light" };
	b->buzzer = (struct drive){ .spec = &p->buzzer, .what = "buzzer" };
	for (size_t i = 0; i < p->n_bays; i++)
		b->bays[i] = (struct drive){ .spec = &p->bays[i].lines[BOARD_LED],
			.what = "bay light" };
	for (size_t i = 0; i < p->n_outputs; i++)
		b->outputs[i] = (struct drive){ .spec = &p->outputs[i].line,
			.what = p->outputs[i].name };
	b->button = (struct sense){ .board = b,
		.spec = &p->button,
		.what = "button",
		.debounce_ms = BUTTON_DEBOUNCE_MS,
		.tell = tell_button };
	for (size_t i = 0; i < p->n_inputs; i++)
		b->inputs[i] = (struct sense){ .board = b,
			.spec = &p->inputs[i].line,
			.what = p->inputs[i].name,
			.debounce_ms = p->inputs[i].debounce_ms,
			.tell = tell_input };
}

enum err board_create(struct board **out, const struct board_env *env)
{
	struct board *b = calloc(1, sizeof(*b));

	if (!b)
		return ERR_MEM;
	b->env = *env;
	name_lines(b, env->profile);
	take_lines(b);
	*out = b;
	return ERR_OK;
}

static void drop_sense(struct board *b, struct sense *s)
{
	loop_timer_cancel(&s->timer);
	b->env.backend->release(s->line);
}

void board_destroy(struct board *board)
{
	if (!board)
		return;
	loop_timer_cancel(&board->timer);
	drop(board, &board->status);
	drop(board, &board->buzzer);
	for (size_t i = 0; i < BOARD_BAYS_MAX; i++)
		drop(board, &board->bays[i]);
	for (size_t i = 0; i < BOARD_OUTPUTS_MAX; i++)
		drop(board, &board->outputs[i]);
	drop_sense(board, &board->button);
	for (size_t i = 0; i < BOARD_INPUTS_MAX; i++)
		drop_sense(board, &board->inputs[i]);
	free(board);
}

/* Lights and sounds: what is not there yet begins as it was last wanted. */
static void show(struct board *b, struct drive *d, bool on)
{
	if (d->line)
		(void)drive(b, d, on); /* a light only */
	else
		d->is_on = on;
}

void board_light_bay(struct board *board, int bay, bool on)
{
	if (bay >= 0 && bay < BOARD_BAYS_MAX)
		show(board, &board->bays[bay], on);
}

void board_light_status(struct board *board, bool on)
{
	show(board, &board->status, on);
}

void board_buzz(struct board *board, bool on)
{
	show(board, &board->buzzer, on);
}

bool board_has_output(const struct board *board, unsigned output)
{
	return output < BOARD_OUTPUTS_MAX && board->outputs[output].line;
}

enum err board_switch(struct board *board, unsigned output, bool on)
{
	if (output >= BOARD_OUTPUTS_MAX)
		return ERR_UNSUPPORTED;
	return drive(board, &board->outputs[output], on);
}

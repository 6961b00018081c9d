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
	void *line; /* NULL: there is none */
	bool is_on; /* as told last */
	uint32_t debounce_ms;
	struct loop_timer timer;
	void (*tell)(struct sense *sense);
};

/* An output line: written only when it changes. */
struct drive {
	void *line;
	bool is_on;
};

struct board {
	struct board_env env;
	struct drive bays[BOARD_BAYS_MAX], outputs[BOARD_OUTPUTS_MAX];
	struct drive status, buzzer;
	struct sense button, inputs[BOARD_INPUTS_MAX];
};

static void refused(const struct gpio_spec *spec, const char *what, enum err err)
{
	log_error("%s: line %s of %s (profile line %u) cannot be had: %s", what,
		spec->line, spec->chip, spec->at, err_name(err));
}

static void take_drive(
	struct board *b, struct drive *d, const struct gpio_spec *spec, const char *what)
{
	if (!gpio_is_named(spec))
		return;
	enum err err = b->env.backend->take_output(&d->line, spec, false);
	if (err != ERR_OK)
		refused(spec, what, err);
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

	if (s->board->env.backend->get(s->line, &on) != ERR_OK || on == s->is_on)
		return;
	s->is_on = on;
	s->tell(s);
}

static void on_edge(void *user, bool on)
{
	struct sense *s = user;

	(void)on; /* it may be a bounce */
	loop_timer_set(s->board->env.loop, &s->timer, s->debounce_ms, on_settled, s);
}

static void take_sense(
	struct board *b, struct sense *s, const struct gpio_spec *spec, const char *what)
{
	const struct gpio_watch watch = { .loop = b->env.loop, .fn = on_edge, .user = s };

	if (!gpio_is_named(spec))
		return;
	s->board = b;
	enum err err = b->env.backend->take_input(&s->line, spec, &watch);
	if (err == ERR_OK)
		loop_timer_set(b->env.loop, &s->timer, 0, on_settled, s);
	else
		refused(spec, what, err);
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

enum err board_create(struct board **out, const struct board_env *env)
{
	const struct board_profile *p = env->profile;
	struct board *b = calloc(1, sizeof(*b));

	if (!b)
		return ERR_MEM;
	b->env = *env;
	take_drive(b, &b->status, &p->status_led, "status light");
	take_drive(b, &b->buzzer, &p->buzzer, "buzzer");
	for (size_t i = 0; i < p->n_bays; i++)
		take_drive(b, &b->bays[i], &p->bays[i].lines[BOARD_LED], "bay light");
	for (size_t i = 0; i < p->n_outputs; i++)
		take_drive(b, &b->outputs[i], &p->outputs[i].line, p->outputs[i].name);
	b->button.tell = tell_button;
	b->button.debounce_ms = BUTTON_DEBOUNCE_MS;
	take_sense(b, &b->button, &p->button, "button");
	for (size_t i = 0; i < p->n_inputs; i++) {
		b->inputs[i].tell = tell_input;
		b->inputs[i].debounce_ms = p->inputs[i].debounce_ms;
		take_sense(b, &b->inputs[i], &p->inputs[i].line, p->inputs[i].name);
	}
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

void board_light_bay(struct board *board, int bay, bool on)
{
	if (bay >= 0 && bay < BOARD_BAYS_MAX)
		(void)drive(board, &board->bays[bay], on); /* a light only */
}

void board_light_status(struct board *board, bool on)
{
	(void)drive(board, &board->status, on);
}

void board_buzz(struct board *board, bool on)
{
	(void)drive(board, &board->buzzer, on);
}

enum err board_switch(struct board *board, unsigned output, bool on)
{
	if (output >= BOARD_OUTPUTS_MAX)
		return ERR_UNSUPPORTED;
	return drive(board, &board->outputs[output], on);
}

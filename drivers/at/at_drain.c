#include "drivers/at/at_drain.h"

#include <string.h>

#include "drivers/at/at_chat.h"
#include "drivers/deadline.h"
#include "firmware/base/str.h"

/* Every modem with messages has it (27.007 9.1), it is answered at once, we never ask it
 * otherwise, and its answer line carries its name: a late OK cannot pass for it. */
#define PROBE "AT+CMEE?"
/* Where somebody has stored that it answers in numbers (V0), or not at all (Q1): V.250
 * 6.2.5, 6.2.6. Not at first: hardly any modem needs it. */
#define PROBE_WORDS "ATQ0V1+CMEE?"
#define PROBE_ANSWER "+CMEE:"

enum {
	TRIES_MAX = 5,
	TRIES_HASTY = 2,
	BARE_FINALS_ENOUGH = 2, /* a modem that answers, but does not know the probe */
};

static void on_timeout(void *user)
{
	at_drain_timeout(user);
}

static void wait_for(struct at_chat *c, enum deadline deadline)
{
	loop_timer_set(c->loop, &c->timer, deadline_ms(deadline), on_timeout, c);
}

static enum err probe(struct at_chat *c)
{
	const char *text = c->drain.tries % 2 ? PROBE_WORDS "\r" : PROBE "\r";
	const char *shown = c->drain.tries % 2 ? PROBE_WORDS : PROBE;

	c->drain.tries++;
	c->drain.in_escape = false;
	at_line_set_echo(&c->line, shown);
	wait_for(c, DEADLINE_DRAIN_TRY);
	at_chat_watch(c, true, shown);
	return port_write(c->port, text, strlen(text));
}

enum err at_drain_start(struct at_chat *c)
{
	bool escape = c->drain.needs_escape;

	c->drain = (struct at_drain){ .in_escape = escape };
	if (!escape)
		return probe(c);
	at_line_set_echo(&c->line, NULL);
	wait_for(c, DEADLINE_ESCAPE);
	at_chat_watch(c, true, "(escape)");
	return port_write(c->port, AT_ESCAPE, sizeof(AT_ESCAPE) - 1);
}

void at_drain_timeout(struct at_chat *c)
{
	struct at_drain *d = &c->drain;

	if (d->is_settling || (!d->in_escape && d->bare_finals >= BARE_FINALS_ENOUGH)) {
		at_drain_ended(c, true);
		return;
	}
	/* A full out-buffer counts as a try: the modem does not take bytes. */
	unsigned most = c->is_hasty ? TRIES_HASTY : TRIES_MAX;
	if (d->tries >= most || (probe(c) != ERR_OK && d->tries >= most))
		at_drain_ended(c, false);
}

void at_drain_final(struct at_chat *c)
{
	struct at_drain *d = &c->drain;

	if (d->is_settling) {
		wait_for(c, DEADLINE_DRAIN_SETTLE);
	} else if (d->in_escape) {
		(void)probe(c); /* a port that refuses bytes ends by its deadline */
	} else if (!d->has_line) {
		d->bare_finals++;
		c->urc(c->user, AT_URC_STRAY, "", NULL);
	} else if (d->tries == 1) {
		at_drain_ended(c, true);
	} else { /* answers to the other probes may still come */
		d->is_settling = true;
		wait_for(c, DEADLINE_DRAIN_SETTLE);
	}
}

/* Not every modem says that it started anew, nor has its echo on then. */
static void take_mark(struct at_chat *c, const char *value)
{
	bool is_lost = c->is_marked && str_eq(value + (*value == ' '), "0");

	if (!is_lost) {
		c->is_mark_vain &= !c->is_marked;
		return;
	}
	c->is_marked = false;
	if (c->is_mark_vain)
		return;
	c->is_mark_vain = true;
	c->urc(c->user, AT_URC_FORGOT, "", NULL);
}

bool at_drain_line(struct at_chat *c, const char *text)
{
	if (!str_starts(text, PROBE_ANSWER))
		return false;
	c->drain.has_line = true;
	take_mark(c, text + sizeof(PROBE_ANSWER) - 1);
	return true;
}

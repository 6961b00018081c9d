#include "drivers/modem/modem_news.h"

#include <string.h>

#include "drivers/modem/modem_impl.h"

enum {
	KINDS = MODEM_EVENT_CALL + 1
};

/* A callback may close the modem: nothing is touched after it. */
static void emit(struct modem *m, enum modem_event_kind kind)
{
	modem_emit(m, &(struct modem_event){ .kind = kind, .reg = at_net_reg(&m->net) });
}

static void on_calm(void *user);

static void arm(struct modem *m)
{
	loop_timer_set(m->loop, &m->news.timer, deadline_ms(DEADLINE_CALM), on_calm, m);
}

/* One kind a turn; the timer comes again while there is more. */
static void on_calm(void *user)
{
	struct modem *m = user;
	struct modem_news *n = &m->news;

	for (int k = 0; k < KINDS; k++) {
		if (!n->again[k])
			continue;
		n->again[k] = false;
		arm(m);
		emit(m, (enum modem_event_kind)k);
		return;
	}
}

void modem_news_tell(struct modem *m, enum modem_event_kind kind)
{
	struct modem_news *n = &m->news;

	if (calm_passes(&n->calm[kind], loop_now_ms(m->loop), deadline_ms(DEADLINE_CALM),
		    1)) {
		n->again[kind] = false;
		emit(m, kind);
		return;
	}
	n->again[kind] = true;
	if (!loop_timer_is_armed(&n->timer))
		arm(m);
}

void modem_news_stop(struct modem *m)
{
	loop_timer_cancel(&m->news.timer);
	memset(m->news.again, 0, sizeof(m->news.again));
}

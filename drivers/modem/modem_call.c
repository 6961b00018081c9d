#include "drivers/modem/modem_call.h"

#include <string.h>

#include "drivers/at/at_parse_health.h"
#include "drivers/modem/modem_impl.h"

#define LOG_MODULE "modem"
#include "firmware/base/log.h"

static void on_silence(void *user)
{
	modem_call_end(user);
}

void modem_call_ring(struct modem *m)
{
	struct modem_call *c = &m->call;

	if (!c->is_ringing)
		c->caller[0] = '\0';
	c->is_ringing = true;
	loop_timer_set(m->loop, &c->timer, deadline_ms(DEADLINE_RING), on_silence, m);
}

void modem_call_number(struct modem *m, const char *text)
{
	char caller[sizeof(m->call.caller)];

	modem_call_ring(m);
	if (at_parse_clip(text, strlen(text), caller, sizeof(caller)))
		memcpy(m->call.caller, caller, sizeof(caller));
	else if (at_chat_may_grumble(&m->chat))
		log_warn("odd caller");
}

void modem_call_end(struct modem *m)
{
	struct modem_call *c = &m->call;

	if (!c->is_ringing)
		return;
	modem_call_stop(m);
	modem_emit(m,
		&(struct modem_event){ .kind = MODEM_EVENT_CALL, .caller = c->caller });
}

void modem_call_stop(struct modem *m)
{
	loop_timer_cancel(&m->call.timer);
	m->call.is_ringing = false;
}

/*
 * What a modem says unasked, common to all families.
 */
#include "drivers/modem/modem_impl.h"

#include <string.h>

#include "drivers/at/at_parse_clock.h"

#define LOG_MODULE "modem"
#include "firmware/base/log.h"

const struct at_urc modem_urcs[] = {
	{ .prefix = "+CMTI:", .what = MODEM_URC_STORED },
	{ .prefix = "+CDSI:", .what = MODEM_URC_STORED },
	{ .prefix = "+CMT:", .what = MODEM_URC_DIRECT, .has_data = true },
	{ .prefix = "+CDS:", .what = MODEM_URC_DIRECT, .has_data = true },
	{ .prefix = "+CBM:", .what = MODEM_URC_NOISE, .has_data = true },
	{ .prefix = "+CREG:", .what = MODEM_URC_REG },
	{ .prefix = "+CGREG:", .what = MODEM_URC_REG },
	{ .prefix = "+CEREG:", .what = MODEM_URC_REG },
	{ .prefix = "+C5GREG:", .what = MODEM_URC_REG },
	{ .prefix = "+CUSD:", .what = MODEM_URC_USSD, .has_quotes = true },
	{ .prefix = "+CRING:", .what = MODEM_URC_RING },
	{ .prefix = "+CLIP:", .what = MODEM_URC_CALLER },
	{ .prefix = "+CPIN: READY", .what = MODEM_URC_SIM_READY },
	{ .prefix = "+CPIN:", .what = MODEM_URC_SIM },
	{ .prefix = "+CFUN: 1", .what = MODEM_URC_STARTING },
	{ .prefix = "^SIMST:", .what = MODEM_URC_SIM },
	{ .prefix = "+CSMINS:", .what = MODEM_URC_SIM },
	{ .prefix = "+QSIMSTAT:", .what = MODEM_URC_SIM },
	{ .prefix = "+SIMCARD:", .what = MODEM_URC_SIM }, /* NOT AVAILABLE */
	{ .prefix = "+CTZV:", .what = MODEM_URC_CLOCK },
	{ .prefix = "+CTZE:", .what = MODEM_URC_CLOCK },
	{ .prefix = "+CTZEU:", .what = MODEM_URC_CLOCK },
	{ .prefix = "^SMMEMFULL", .what = MODEM_URC_FULL },
	{ .prefix = "+SMS FULL", .what = MODEM_URC_FULL },
	{ .prefix = "+QIND: \"smsfull\"", .what = MODEM_URC_FULL },
	{ .prefix = "RDY", .what = MODEM_URC_STARTED },
	{ .prefix = "^SYSSTART", .what = MODEM_URC_STARTED },
	/* without a sign in front: they could pass for the answer to AT+CGMM */
	{ .prefix = "RING", .what = MODEM_URC_RING },
	{ .prefix = "NO CARRIER", .what = MODEM_URC_CALL_ENDED },
	{ .prefix = "NO ANSWER" },
	{ .prefix = "BUSY" },
	{ .prefix = "Call Ready", .what = MODEM_URC_STARTING },
	{ .prefix = "SMS Ready", .what = MODEM_URC_STARTING },
	{ .prefix = "SMS DONE", .what = MODEM_URC_STARTING },
	{ .prefix = "PB DONE", .what = MODEM_URC_STARTING },
	{ .prefix = "AT" }, /* an echo that came late */
	{ 0 },
};

static bool is_listed(
	const struct modem_fetches *f, enum modem_store store, uint16_t index)
{
	for (size_t i = 0; i < f->n; i++) {
		size_t at = (f->head + i) % MODEM_FETCH_MAX;
		if (f->ring[at].store == store && f->ring[at].index == index)
			return true;
	}
	return false;
}

static void fetch_add(struct modem *m, enum modem_store store, uint16_t index)
{
	struct modem_fetches *f = &m->fetches;

	if (is_listed(f, store, index))
		return;
	if (f->n == MODEM_FETCH_MAX) {
		if (at_chat_may_grumble(&m->chat))
			log_warn("too many new messages at once: a sweep finds the rest");
		modem_news_tell(m, MODEM_EVENT_UNREAD);
		return;
	}
	size_t at = (f->head + f->n++) % MODEM_FETCH_MAX;
	f->ring[at].store = store;
	f->ring[at].index = index;
	modem_job_kick(m);
}

static void on_direct(void *user, const struct modem_stored *stored)
{
	modem_emit(user,
		&(struct modem_event){ .kind = MODEM_EVENT_MESSAGE, .stored = stored });
}

static void take_direct(struct modem *m, const char *text, const char *data)
{
	struct at_stored head = { .store = MODEM_STORE_NONE };

	if (!at_parse_cmt(text, strlen(text), &head) && at_chat_may_grumble(&m->chat))
		log_warn("odd header: %.40s", text);
	if (!at_sms_emit(&m->sms, &head, data, on_direct, m) &&
		at_chat_may_grumble(&m->chat))
		log_warn("no whole PDU came with a message");
}

static void take_stored(struct modem *m, const char *text)
{
	struct at_stored s;

	if (at_parse_cmti(text, strlen(text), &s)) {
		struct modem_fill *fill = &m->sms.fill[s.store];
		fill->used = (uint16_t)(fill->used + (fill->used < fill->total));
		fetch_add(m, s.store, s.index);
		return;
	}
	if (at_chat_may_grumble(&m->chat))
		log_warn("new message in a memory not known: %.40s", text);
	modem_news_tell(m, MODEM_EVENT_UNREAD); /* by a name of ours it may be there */
}

void modem_started(struct modem *m)
{
	if (at_chat_may_grumble(&m->chat))
		log_info("modem started anew");
	m->is_set_up = m->is_quiet = false;
	at_sms_init(&m->sms);
	modem_job_abort(m, AT_END_RESTARTED);
	modem_news_tell(m, MODEM_EVENT_REBOOTED);
}

/* Lines that end a start, seconds after its first. From a modem that has worked for long
 * they tell of a start whose first line is lost or was never printed. Where a text waits
 * for its answer that is sure enough: a SIM that starts anew has dropped it, too. */
static bool take_starting(struct modem *m)
{
	uint64_t now = loop_now_ms(m->loop);

	if (!m->is_set_up || now - m->set_up_ms < deadline_ms(DEADLINE_STARTING))
		return false;
	if (m->running == MODEM_JOB_SUBMIT)
		modem_started(m);
	else
		modem_news_tell(m, MODEM_EVENT_SIM);
	return true;
}

static void take_nitz(struct modem *m, const char *text)
{
	struct modem_nitz told = { .is_told = true, .at_ms = loop_now_ms(m->loop) };

	if (at_parse_nitz(text, strlen(text), &told.utc_s))
		m->nitz = told;
}

void modem_take_urc(void *user, int what, const char *text, const char *data)
{
	struct modem *m = user;

	if (what == AT_URC_STRAY && m->is_swept) {
		m->is_swept = false;
		modem_news_tell(m, MODEM_EVENT_DOUBT);
	}
	/* Not every modem says that it started; but its echo is on again then. Seen
	 * before a PDU is written, as a modem in text mode would take that for a text. */
	if (what < 0) {
		if (what == AT_URC_FORGOT || (what == AT_URC_ECHO && m->is_quiet) ||
			(what == AT_URC_TEXT_MODE && m->is_set_up))
			modem_started(m);
		return;
	}
	switch ((enum modem_urc)what) {
	case MODEM_URC_NOISE:
		break;
	case MODEM_URC_STORED:
		take_stored(m, text);
		break;
	case MODEM_URC_DIRECT:
		take_direct(m, text, data);
		break;
	case MODEM_URC_REG:
		if (at_net_take_reg(&m->net, text))
			modem_news_tell(m, MODEM_EVENT_NET);
		break;
	case MODEM_URC_SIM:
		modem_news_tell(m, MODEM_EVENT_SIM);
		break;
	case MODEM_URC_SIM_READY:
		if (!take_starting(m))
			modem_news_tell(m, MODEM_EVENT_SIM);
		break;
	case MODEM_URC_STARTED:
		modem_started(m);
		break;
	case MODEM_URC_STARTING:
		(void)take_starting(m); /* else it is noise */
		break;
	case MODEM_URC_USSD:
		modem_ussd_take(m, text);
		break;
	case MODEM_URC_FULL:
		modem_news_tell(m, MODEM_EVENT_FULL);
		break;
	case MODEM_URC_RING:
		modem_call_ring(m);
		break;
	case MODEM_URC_CALLER:
		modem_call_number(m, text);
		break;
	case MODEM_URC_CALL_ENDED:
		modem_call_end(m);
		break;
	case MODEM_URC_CLOCK:
		take_nitz(m, text);
		break;
	}
}

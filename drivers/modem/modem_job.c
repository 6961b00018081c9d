/*
 * One job of a modem after the other: the caller's requests, and between them our own
 * reading of new messages, which never holds a request up for more than one message.
 */
#include "drivers/modem/modem_impl.h"

#include <string.h>

#include "firmware/base/str.h"

#define LOG_MODULE "modem"
#include "firmware/base/log.h"

enum {
	STUCK_AFTER = 3, /* commands without any answer */
	/* two in a row that were refused, or eight that were too late or not answered */
	ACK_REFUSED = 4,
	ACK_LATE = 1,
	ACKS_VAIN = 8,
};

static enum err err_of(const struct at_result *r)
{
	enum modem_sim_state state;

	switch (r->end) {
	case AT_END_ANSWERED:
		if (r->final == AT_FINAL_OK)
			return ERR_OK;
		if (at_parse_sim_error(r->final, r->code, &state) &&
			state == MODEM_SIM_BUSY)
			return ERR_BUSY;
		return r->code == 321 || r->code == 21 ? ERR_NOTFOUND : ERR_UNSUPPORTED;
	case AT_END_TIMEOUT:
	case AT_END_DEAF:
	case AT_END_NO_PROMPT:
		return ERR_TIMEOUT;
	case AT_END_CANCELLED:
	case AT_END_RESTARTED:
	case AT_END_CLOSED:
		break;
	}
	return ERR_SYS;
}

/* It answers, and knows nothing of itself: a modem's second port, as some show one that
 * takes AT and refuses all else. */
static bool is_nameless(const struct modem *m)
{
	const struct modem_info *info = &m->net.info;

	return !info->manufacturer[0] && !info->model[0] && !info->revision[0] &&
	       !info->imei[0];
}

/* How each kind of request tells its caller. */

static void end_probe(
	struct modem *m, const struct modem_request *q, const struct at_result *r)
{
	enum err err = err_of(r);

	if (err == ERR_OK) {
		struct modem_info *info = &m->net.info;
		if (!is_nameless(m))
			port_way_works(m->port);
		m->takes_nameless = false;
		m->chat.is_hasty = false;
		m->ops = modem_registry_find(info);
		m->chat.more_urcs = m->ops->urcs;
		m->ussd.is_packed = m->ops->quirks.packs_ussd;
		m->chat.is_urc = NULL;
		m->is_quiet = !m->chat.has_echo;
		(void)str_copy(info->family, sizeof(info->family), m->ops->name);
		log_info("model=%s family=%s", info->model, info->family);
	}
	q->done.info(q->user, err, &m->net.info);
}

static void end_sim(
	struct modem *m, const struct modem_request *q, const struct at_result *r)
{
	if (err_of(r) == ERR_OK && (m->net.sim.iccid[0] || m->net.sim.imsi[0]))
		port_way_works(m->port); /* also of one without a name */
	if (err_of(r) == ERR_OK)
		modem_pace_own(m);
	q->done.sim(q->user, err_of(r), &m->net.sim);
}

static void end_net(
	struct modem *m, const struct modem_request *q, const struct at_result *r)
{
	if (err_of(r) == ERR_OK)
		at_net_settle(&m->net);
	m->net.net.reg = at_net_reg(&m->net);
	q->done.net(q->user, err_of(r), &m->net.net);
}

static void end_pin(
	struct modem *m, const struct modem_request *q, const struct at_result *r)
{
	bool refused = r->end == AT_END_ANSWERED && r->final != AT_FINAL_OK;

	explicit_bzero(m->net.pin, sizeof(m->net.pin));
	explicit_bzero(m->net.puk, sizeof(m->net.puk));
	q->done.plain(q->user, refused ? ERR_INPUT : err_of(r));
}

static void end_setup(
	struct modem *m, const struct modem_request *q, const struct at_result *r)
{
	if (!m->is_set_up)
		m->set_up_ms = loop_now_ms(m->loop);
	m->is_set_up = err_of(r) == ERR_OK;
	if (m->is_set_up && m->sms.has_flow && port_set_flow(m->port, true) == ERR_OK)
		log_info("hardware flow control is on");
	m->is_quiet = m->is_set_up && !m->chat.has_echo;
	if (m->is_set_up && !modem_tells_texts(m))
		log_warn("messages will not be announced, only swept");
	q->done.plain(q->user, err_of(r));
}

static void end_ussd(
	struct modem *m, const struct modem_request *q, const struct at_result *r)
{
	struct modem_ussd_answer *a = &m->ussd.answer;
	enum err err = m->ussd.is_late ? ERR_TIMEOUT : err_of(r);

	modem_ussd_stop(m);
	if (r->end == AT_END_ANSWERED) {
		a->code = r->code;
		a->is_cme = r->final == AT_FINAL_CME;
	}
	q->done.ussd(q->user, m->ussd.has_answer ? ERR_OK : err, a);
}

static void end_health(
	struct modem *m, const struct modem_request *q, const struct at_result *r)
{
	modem_read_fill(m, m->health.health.fill);
	if (m->nitz.is_told) { /* surer than a clock that somebody may have set */
		m->health.health.has_clock = true;
		m->health.health.clock_utc_s =
			m->nitz.utc_s +
			(int64_t)((loop_now_ms(m->loop) - m->nitz.at_ms) / 1000);
	}
	q->done.health(q->user, err_of(r), &m->health.health);
}

/* What could not be asked stays skipped; that is a result too. */
static void end_self_test(
	struct modem *m, const struct modem_request *q, const struct at_result *r)
{
	q->done.self_test(
		q->user, r->end == AT_END_CLOSED ? ERR_SYS : ERR_OK, &m->health.test);
}

static void end_search(
	struct modem *m, const struct modem_request *q, const struct at_result *r)
{
	q->done.networks(q->user, err_of(r), &m->net.networks);
}

/* One memory that could not be listed does not keep the others from it. */
static void end_sweep(
	struct modem *m, const struct modem_request *q, const struct at_result *r)
{
	enum err err = err_of(r);

	m->is_swept = !err && !m->sms.unlisted;
	q->done.plain(q->user, !err && m->sms.unlisted ? ERR_UNSUPPORTED : err);
}

static void end_plain(
	struct modem *m, const struct modem_request *q, const struct at_result *r)
{
	(void)m;
	q->done.plain(q->user, err_of(r));
}

static enum err err_of_ack(const struct modem *m)
{
	if (!m->sms.needs_ack)
		return ERR_OK;
	switch (m->sms.ack) {
	case AT_ACK_TAKEN:
		return ERR_OK;
	case AT_ACK_LATE:
		return ERR_BUSY;
	case AT_ACK_REFUSED:
		return ERR_UNSUPPORTED;
	case AT_ACK_SILENT:
		break;
	}
	return ERR_TIMEOUT;
}

/* True: since now it is known to take none, though it took +CSMS=1. */
static bool note_ack(struct modem *m, enum err err)
{
	bool was_vain = m->acks_failed >= ACKS_VAIN;

	if (!m->sms.needs_ack || err == ERR_SYS) /* none was sent, or nobody heard it */
		return false;
	if (err == ERR_OK)
		m->acks_failed = 0;
	else
		m->acks_failed += err == ERR_UNSUPPORTED ? ACK_REFUSED : ACK_LATE;
	return !was_vain && m->acks_failed >= ACKS_VAIN;
}

/* A modem that takes none is set up anew without them. */
static void end_ack(
	struct modem *m, const struct modem_request *q, const struct at_result *r)
{
	enum err err = err_of(r) ? err_of(r) : err_of_ack(m);
	bool is_vain = note_ack(m, err);

	m->is_set_up &= !is_vain;
	q->done.plain(q->user, err);
	if (!is_vain || !m->is_open)
		return;
	log_warn("it takes no acknowledgements: texts will be stored in the modem");
	modem_started(m);
}

/* The caller hears of it as of a start that the modem tells of. */
static void end_check(
	struct modem *m, const struct modem_request *q, const struct at_result *r)
{
	enum err err = err_of(r);
	bool is_anew = !err && m->kept.is_forgotten;

	m->is_set_up &= !is_anew;
	q->done.plain(q->user, is_anew ? ERR_SYS : err);
	if (is_anew && m->is_open)
		modem_started(m);
}

/* A modem that goes away or starts while it is reset does what it was told. */
static void end_reset(
	struct modem *m, const struct modem_request *q, const struct at_result *r)
{
	bool is_away = r->end == AT_END_CLOSED || r->end == AT_END_RESTARTED;

	m->is_set_up = m->is_quiet = false;
	at_sms_init(&m->sms);
	m->chat.is_marked = false;
	at_chat_mark_dirty(&m->chat);
	q->done.plain(q->user, is_away ? ERR_OK : err_of(r));
}

enum context { /* of a dialogue */
	CTX_NET,
	CTX_SMS,
	CTX_HEALTH,
	CTX_KEPT
};

static const struct {
	const struct at_script *script; /* NULL: not a dialogue */
	enum context context;
	void (*end)(struct modem *m, const struct modem_request *q,
		const struct at_result *r);
} jobs[MODEM_JOB_COUNT] = {
	[MODEM_JOB_PROBE] = { &at_net_identify, CTX_NET, end_probe },
	[MODEM_JOB_SIM] = { &at_net_sim, CTX_NET, end_sim },
	[MODEM_JOB_PIN] = { &at_net_pin, CTX_NET, end_pin },
	[MODEM_JOB_SETUP] = { &at_sms_setup, CTX_SMS, end_setup },
	[MODEM_JOB_PARK] = { &at_sms_park, CTX_SMS, end_plain },
	[MODEM_JOB_NET] = { &at_net_status, CTX_NET, end_net },
	[MODEM_JOB_SWEEP] = { &at_sms_sweep, CTX_SMS, end_sweep },
	[MODEM_JOB_DELETE] = { &at_sms_delete, CTX_SMS, end_plain },
	[MODEM_JOB_ACK] = { &at_sms_ack, CTX_SMS, end_ack },
	[MODEM_JOB_CHECK] = { &at_kept_check, CTX_KEPT, end_check },
	[MODEM_JOB_SUBMIT] = { NULL, CTX_NET, modem_submit_ended },
	[MODEM_JOB_USSD] = { NULL, CTX_NET, end_ussd },
	[MODEM_JOB_HEALTH] = { &at_health_read, CTX_HEALTH, end_health },
	[MODEM_JOB_SELF_TEST] = { &at_health_test, CTX_HEALTH, end_self_test },
	[MODEM_JOB_SEARCH] = { &at_net_search, CTX_NET, end_search },
	[MODEM_JOB_DRAIN] = { &at_net_ping, CTX_NET, end_plain },
	[MODEM_JOB_RESET] = { &at_net_reset, CTX_NET, end_reset },
	[MODEM_JOB_FETCH] = { &at_sms_fetch, CTX_SMS, NULL },
};

static void on_fetched(void *user, const struct modem_stored *stored)
{
	struct modem *m = user;
	m->fetches.has_found = true;
	modem_emit(m,
		&(struct modem_event){ .kind = MODEM_EVENT_MESSAGE, .stored = stored });
}

static void prepare_fetch(struct modem *m)
{
	struct modem_fetches *f = &m->fetches;

	m->sms.store = f->ring[f->head].store;
	m->sms.index = f->ring[f->head].index;
	m->sms.each = on_fetched;
	f->has_found = false;
	m->sms.user = m;
	f->head = (f->head + 1) % MODEM_FETCH_MAX;
	f->n--;
}

static void prepare_request(struct modem *m, enum modem_job job)
{
	const struct modem_request *q = &m->request;

	m->sms.store = q->store;
	m->sms.index = q->index;
	m->sms.each = q->each;
	m->sms.user = q->user;
	m->sms.cnmi = m->ops->quirks.cnmi;
	m->sms.is_ack_vain = m->acks_failed >= ACKS_VAIN;
	m->sms.wants_flow = port_wants_flow(m->port);
	m->net.iccid_cmd = m->ops->quirks.iccid_cmd;
	m->net.pin_tries_cmd = m->ops->quirks.pin_tries_cmd;
	m->health.temperature_cmd = m->ops->quirks.temperature_cmd;
	m->health.supply_cmd = m->ops->quirks.supply_cmd;
	m->health.clock_cmd = m->ops->quirks.clock_cmd;
	m->health.act8_is_lte = m->ops->quirks.act8_is_lte;
	m->net.act8_is_lte = m->ops->quirks.act8_is_lte;
	m->net.reset_cmd = q->reset_cmd;
	m->kept.is_routed = m->sms.is_routed;
	m->kept.route = m->sms.route;
	m->kept.needs_ack = m->sms.needs_ack;
	if (job == MODEM_JOB_PROBE) {
		m->net.info = (struct modem_info){ 0 };
		m->net.was_lost = false;
		m->net.ims_vain = 0;
	}
	if (job == MODEM_JOB_SIM)
		m->net.sim = (struct modem_sim_info){
			.state = MODEM_SIM_BUSY, .pin_tries = -1, .puk_tries = -1
		};
	if (job == MODEM_JOB_NET) {
		m->net.net = (struct modem_net_info){ 0 };
		m->net.answered = 0;
	}
	if (job == MODEM_JOB_SEARCH)
		m->net.networks = (struct modem_networks){ .is_known = false };
	if (job == MODEM_JOB_HEALTH || job == MODEM_JOB_SELF_TEST)
		at_health_start(&m->health);
}

static void *context_of(struct modem *m, enum context context)
{
	switch (context) {
	case CTX_NET:
		break;
	case CTX_SMS:
		return &m->sms;
	case CTX_HEALTH:
		return &m->health;
	case CTX_KEPT:
		return &m->kept;
	}
	return &m->net;
}

static enum err start(struct modem *m, enum modem_job job)
{
	enum err err;

	if (job == MODEM_JOB_FETCH)
		prepare_fetch(m);
	else
		prepare_request(m, job);
	m->running = job;
	m->in_second_part = false;
	if (job == MODEM_JOB_SUBMIT)
		err = modem_submit_start(m);
	else if (job == MODEM_JOB_USSD)
		err = modem_ussd_start(m);
	else
		err = at_dialog_start(&m->dialog, &m->chat, jobs[job].script,
			context_of(m, jobs[job].context));
	if (err != ERR_OK)
		m->running = MODEM_JOB_NONE;
	return err;
}

static void end_request(struct modem *m, const struct at_result *result)
{
	struct modem_request q = m->request;

	m->request = (struct modem_request){ 0 };
	m->request_waits = false;
	jobs[q.job].end(m, &q, result);
}

enum err modem_job_request(struct modem *m, const struct modem_request *request)
{
	if (!m->is_open)
		return ERR_SYS;
	if (m->request.job != MODEM_JOB_NONE)
		return ERR_BUSY;
	m->request = *request;
	m->request_waits = m->running != MODEM_JOB_NONE;
	enum err err = m->request_waits ? ERR_OK : start(m, request->job);
	if (err != ERR_OK)
		m->request = (struct modem_request){ 0 };
	return err;
}

/* After a fetch the waiting request goes first, after a request the next fetch does. */
static void start_next(struct modem *m, bool after_fetch)
{
	if (!m->is_open || m->running != MODEM_JOB_NONE)
		return;
	if (m->request_waits && (after_fetch || m->fetches.n == 0)) {
		m->request_waits = false;
		enum err err = start(m, m->request.job);
		if (err != ERR_OK)
			end_request(m, &(struct at_result){ .end = AT_END_CANCELLED });
		return;
	}
	if (m->fetches.n > 0 && start(m, MODEM_JOB_FETCH) != ERR_OK)
		log_warn("cannot read a new message now");
}

static void on_kick(void *user)
{
	start_next(user, false);
}

void modem_job_kick(struct modem *m)
{
	if (m->running == MODEM_JOB_NONE && m->is_open)
		loop_timer_set(m->loop, &m->timer, 0, on_kick, m);
}

static void tell_if_stuck(struct modem *m)
{
	if (!m->is_open || m->chat.silent < STUCK_AFTER) {
		m->has_told_stuck = false;
		return;
	}
	if (m->has_told_stuck)
		return;
	m->has_told_stuck = true;
	log_warn("no answer to %u commands in a row", m->chat.silent);
	modem_emit(m, &(struct modem_event){ .kind = MODEM_EVENT_STUCK });
}

static bool continue_setup(struct modem *m, const struct at_result *result)
{
	if (m->running != MODEM_JOB_SETUP || m->in_second_part || m->ops->setup.n == 0 ||
		err_of(result) != ERR_OK)
		return false;
	m->in_second_part = true;
	return at_dialog_start(&m->dialog, &m->chat, &m->ops->setup, NULL) == ERR_OK;
}

static bool is_no_modem(const struct modem *m, const struct at_result *result)
{
	if (result->end == AT_END_DEAF || result->end == AT_END_TIMEOUT)
		return true;
	return err_of(result) == ERR_OK && is_nameless(m) && !m->takes_nameless;
}

/* A probe that no modem answers goes on over the next port or speed, where there is one.
 * When all were tried in vain, one that answers without a name is taken the next time. */
static bool probe_goes_on(struct modem *m, const struct at_result *result)
{
	if (m->running != MODEM_JOB_PROBE || !is_no_modem(m, result))
		return false;
	if (!port_try_other(m->port)) {
		m->takes_nameless = port_ways(m->port) > 1;
		return false;
	}
	port_close(m->port);
	at_chat_reset(&m->chat);
	if (port_open_some(m->port) != ERR_OK)
		return false; /* what is written to a closed port ends as if it were gone
			       */
	return start(m, MODEM_JOB_PROBE) == ERR_OK;
}

void modem_job_ended(struct modem *m, const struct at_result *result)
{
	bool was_fetch = m->running == MODEM_JOB_FETCH;
	bool is_vain = was_fetch && !m->fetches.has_found;

	if (continue_setup(m, result) || modem_ussd_goes_on(m, result) ||
		modem_self_test_goes_on(m, result) || probe_goes_on(m, result))
		return;
	if (m->running == MODEM_JOB_RESET)
		m->fetches.n = 0; /* a sweep follows every new start */
	m->running = MODEM_JOB_NONE;
	if (is_vain) /* an end without a message may have been another answer's */
		m->chat.is_dirty = true;
	start_next(m, was_fetch);
	if (!was_fetch)
		end_request(m, result);
	if (is_vain || (was_fetch && err_of(result) != ERR_OK))
		modem_news_tell(m, MODEM_EVENT_UNREAD);
	tell_if_stuck(m);
}

void modem_job_abort(struct modem *m, enum at_end end)
{
	bool was_waiting = m->request_waits;
	struct at_result result = at_chat_abort(&m->chat, end);

	loop_timer_cancel(&m->timer);
	at_dialog_stop(&m->dialog);
	modem_ussd_stop(m);
	modem_call_stop(m);
	m->fetches.n = 0; /* a sweep follows every new start */
	m->running = MODEM_JOB_NONE;
	if (was_waiting)
		result = (struct at_result){ .end = end };
	if (m->request.job != MODEM_JOB_NONE)
		end_request(m, &result);
}

#include "drivers/modem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/modem/modem_impl.h"
#include "firmware/base/str.h"

#define LOG_MODULE "modem"
#include "firmware/base/log.h"

void modem_emit(struct modem *m, const struct modem_event *event)
{
	m->event(m->user, event);
}

static void on_data(void *user, const uint8_t *data, size_t len)
{
	struct modem *m = user;

	at_chat_feed(&m->chat, data, len);
}

static void on_gone(void *user)
{
	struct modem *m = user;

	m->is_open = m->is_set_up = m->is_quiet = false;
	modem_news_stop(m);
	modem_job_abort(m, AT_END_CLOSED);
	modem_emit(m, &(struct modem_event){ .kind = MODEM_EVENT_GONE });
}

static void on_dialog_done(void *user, const struct at_result *result)
{
	modem_job_ended(user, result);
}

enum err modem_create_on(struct modem **out, struct loop *loop, struct port *port,
	modem_event_fn event, void *user)
{
	struct modem *m = calloc(1, sizeof(*m));

	if (!m) {
		port_destroy(port);
		return ERR_MEM;
	}
	m->loop = loop;
	m->port = port;
	m->event = event;
	m->user = user;
	m->ops = &modem_generic;
	port_set_handler(port, on_data, on_gone, m);
	at_chat_init(&m->chat, loop, port, modem_urcs, modem_take_urc);
	m->chat.user = m;
	m->chat.watch = modem_watch;
	at_sms_init(&m->sms);
	at_dialog_init(&m->dialog, on_dialog_done, m);
	*out = m;
	return ERR_OK;
}

enum err modem_create(struct modem **out, struct loop *loop, const char *port,
	modem_event_fn event, void *user)
{
	struct port *p;
	enum err err = port_create(&p, loop, port);

	return err ? err : modem_create_on(out, loop, p, event, user);
}

void modem_destroy(struct modem *m)
{
	if (!m)
		return;
	loop_timer_cancel(&m->timer);
	modem_ussd_stop(m);
	modem_call_stop(m);
	modem_news_stop(m);
	(void)at_chat_abort(&m->chat, AT_END_CLOSED); /* nobody is told */
	at_dialog_stop(&m->dialog);
	port_destroy(m->port);
	free(m);
}

enum err modem_open(struct modem *m)
{
	if (m->is_open)
		return ERR_BUSY;
	enum err err = port_open_some(m->port);
	if (err != ERR_OK)
		return err;
	m->is_open = true;
	m->is_set_up = m->is_quiet = m->has_told_stuck = false;
	m->ops = &modem_generic;
	m->chat.more_urcs = NULL;
	m->chat.is_urc = modem_registry_is_urc;
	m->sms = (struct at_sms){ 0 }; /* it may be another modem */
	at_sms_init(&m->sms);
	m->net = (struct at_net){ 0 };
	m->kept = (struct at_kept){ 0 };
	m->acks_failed = 0;
	m->news = (struct modem_news){ 0 };
	m->nitz = (struct modem_nitz){ 0 };
	m->count = (struct modem_count){ 0 };
	modem_pace_doubt(m);
	at_chat_reset(&m->chat);
	m->chat.is_hasty = port_ways(m->port) > 1;
	return ERR_OK;
}

bool modem_get_way(const struct modem *m, struct modem_way *out)
{
	return port_known_way(m->port, &out->interface, &out->speed);
}

void modem_prefer_way(struct modem *m, const struct modem_way *way)
{
	port_prefer_way(m->port, way->interface, way->speed);
}

void modem_close(struct modem *m)
{
	if (!m->is_open)
		return;
	m->is_open = m->is_set_up = m->is_quiet = false;
	port_close(m->port);
	modem_news_stop(m);
	modem_job_abort(m, AT_END_CLOSED);
}

enum err modem_probe(struct modem *m, modem_info_fn done, void *user)
{
	return modem_job_request(m,
		&(struct modem_request){
			.job = MODEM_JOB_PROBE, .done = { .info = done }, .user = user });
}

enum err modem_read_sim(struct modem *m, modem_sim_fn done, void *user)
{
	return modem_job_request(
		m, &(struct modem_request){
			   .job = MODEM_JOB_SIM, .done = { .sim = done }, .user = user });
}

static bool is_code(const char *code, size_t least)
{
	size_t n = 0;

	while (isdigit((unsigned char)code[n]))
		n++;
	return code[n] == '\0' && n >= least && n <= 8;
}

static enum err enter(
	struct modem *m, const char *puk, const char *pin, modem_done_fn done, void *user)
{
	if (m->request.job != MODEM_JOB_NONE)
		return ERR_BUSY;
	(void)str_copy(m->net.puk, sizeof(m->net.puk), puk); /* fits, as the PIN */
	(void)str_copy(m->net.pin, sizeof(m->net.pin), pin);
	enum err err = modem_job_request(m,
		&(struct modem_request){
			.job = MODEM_JOB_PIN, .done = { .plain = done }, .user = user });
	if (err != ERR_OK) {
		explicit_bzero(m->net.puk, sizeof(m->net.puk));
		explicit_bzero(m->net.pin, sizeof(m->net.pin));
	}
	return err;
}

enum err modem_enter_pin(struct modem *m, const char *pin, modem_done_fn done, void *user)
{
	return is_code(pin, 4) ? enter(m, "", pin, done, user) : ERR_ARG;
}

enum err modem_enter_puk(struct modem *m, const char *puk, const char *new_pin,
	modem_done_fn done, void *user)
{
	bool is_fit = is_code(puk, 8) && is_code(new_pin, 4);

	return is_fit ? enter(m, puk, new_pin, done, user) : ERR_ARG;
}

enum err modem_setup(struct modem *m, modem_done_fn done, void *user)
{
	return modem_job_request(m, &(struct modem_request){ .job = MODEM_JOB_SETUP,
					    .done = { .plain = done },
					    .user = user });
}

enum err modem_park(struct modem *m, modem_done_fn done, void *user)
{
	return modem_job_request(m,
		&(struct modem_request){
			.job = MODEM_JOB_PARK, .done = { .plain = done }, .user = user });
}

enum err modem_check(struct modem *m, modem_done_fn done, void *user)
{
	if (!m->is_set_up)
		return ERR_BUSY;
	return modem_job_request(m, &(struct modem_request){ .job = MODEM_JOB_CHECK,
					    .done = { .plain = done },
					    .user = user });
}

enum err modem_read_net(struct modem *m, modem_net_fn done, void *user)
{
	return modem_job_request(
		m, &(struct modem_request){
			   .job = MODEM_JOB_NET, .done = { .net = done }, .user = user });
}

enum err modem_sweep(
	struct modem *m, modem_stored_fn each, modem_done_fn done, void *user)
{
	return modem_job_request(m, &(struct modem_request){ .job = MODEM_JOB_SWEEP,
					    .done = { .plain = done },
					    .user = user,
					    .each = each });
}

enum err modem_delete(struct modem *m, enum modem_store store, uint16_t index,
	modem_done_fn done, void *user)
{
	if (store == MODEM_STORE_NONE)
		return ERR_ARG;
	return modem_job_request(m, &(struct modem_request){ .job = MODEM_JOB_DELETE,
					    .done = { .plain = done },
					    .user = user,
					    .store = store,
					    .index = index });
}

enum err modem_ack(struct modem *m, modem_done_fn done, void *user)
{
	return modem_job_request(m,
		&(struct modem_request){
			.job = MODEM_JOB_ACK, .done = { .plain = done }, .user = user });
}

bool modem_tells_texts(const struct modem *m)
{
	/* in vain: 27.005 3.4.4, routing is off where an acknowledgement came late */
	bool is_off = m->sms.needs_ack && m->kept.is_route_vain;

	return m->sms.is_routed && m->sms.route.mt > 0 && !is_off;
}

enum err modem_reset(
	struct modem *m, enum modem_reset how, modem_done_fn done, void *user)
{
	const struct modem_quirks *q = &m->ops->quirks;
	struct modem_request request = {
		.job = MODEM_JOB_RESET, .done = { .plain = done }, .user = user
	};

	switch (how) {
	case MODEM_RESET_DRAIN:
		request.job = MODEM_JOB_DRAIN;
		break;
	case MODEM_RESET_CFUN: /* 27.007 8.2: full functionality, restarting first */
		request.reset_cmd = q->restart_cmd ? q->restart_cmd : "AT+CFUN=1,1";
		break;
	case MODEM_RESET_VENDOR:
		if (!q->vendor_cmd)
			return ERR_UNSUPPORTED;
		request.reset_cmd = q->vendor_cmd;
		break;
	}
	if (m->running == MODEM_JOB_NONE && how == MODEM_RESET_DRAIN)
		at_chat_mark_dirty(&m->chat);
	return modem_job_request(m, &request);
}

bool modem_can_reset(const struct modem *m, enum modem_reset how)
{
	return how != MODEM_RESET_VENDOR || m->ops->quirks.vendor_cmd;
}

enum err modem_reset_usb(struct modem *m)
{
	return m->is_open ? ERR_BUSY : port_reset(m->port);
}

bool modem_can_reset_usb(const struct modem *m)
{
	return port_can_reset(m->port);
}

bool modem_is_makers(const struct modem *m)
{
	return port_is_makers(m->port);
}

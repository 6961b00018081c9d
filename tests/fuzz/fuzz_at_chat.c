/*
 * A hostile modem of any family against the whole driver. The input is a script: an octet
 * chooses what happens next (a call, time passing, the modem speaking the octets up to
 * 0xFF, a hang-up). Seeds are made of the transcripts, too. Oracle: every accepted
 * request ends exactly once and not inside its call; a PDU is written only after its
 * release; NOT_SENT is never said once Ctrl-Z was taken.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/modem/modem_impl.h"
#include "firmware/base/log.h"
#include "tests/unit/fake_port.h"

struct world {
	struct clock clock;
	struct loop *loop;
	struct fake_port *port;
	struct modem *modem;
	int pending;	 /* requests accepted and not ended */
	bool is_calling; /* inside a request call */
	bool is_submitting, is_released, is_ctrl_z_taken;
	unsigned calls_back; /* requests started from callbacks */
};

static void ended(struct world *w)
{
	if (w->is_calling || --w->pending < 0)
		abort();
}

static void note_ctrl_z(struct world *w)
{
	if (!w->is_submitting)
		return;
	for (size_t i = w->port->seen; i < w->port->sent; i++)
		if (w->port->out[i] == 0x1A) {
			if (!w->is_released)
				abort();
			w->is_ctrl_z_taken = true;
		}
	w->port->seen = w->port->sent;
}

static void on_plain(void *user, enum err err)
{
	(void)err;
	ended(user);
}

static void on_info(void *user, enum err err, const struct modem_info *info)
{
	(void)err;
	if (strnlen(info->model, sizeof(info->model)) == sizeof(info->model))
		abort();
	ended(user);
}

static void on_sim(void *user, enum err err, const struct modem_sim_info *sim)
{
	(void)err;
	(void)sim;
	ended(user);
}

static void on_net(void *user, enum err err, const struct modem_net_info *net)
{
	(void)err;
	(void)net;
	ended(user);
}

static void on_each(void *user, const struct modem_stored *stored)
{
	(void)user;
	if (stored->octets == 0 || stored->octets > MODEM_PDU_MAX)
		abort();
}

static void on_submit(void *user, const struct modem_submit_result *r);

static void submit(struct world *w)
{
	static const uint8_t pdu[] = { 0x00, 0x31, 0x00, 0x02, 0x91, 0x03, 0x00, 0x00,
		0xAA, 0x01, 0x61 };

	if (w->is_submitting)
		return;
	w->is_calling = true;
	w->port->seen = w->port->sent;
	w->is_released = w->is_ctrl_z_taken = false;
	if (modem_submit(w->modem, pdu, sizeof(pdu), on_submit, w) == ERR_OK) {
		w->pending++;
		w->is_submitting = true;
	}
	w->is_calling = false;
}

static void on_submit(void *user, const struct modem_submit_result *r)
{
	struct world *w = user;

	note_ctrl_z(w);
	ended(w);
	if (!w->is_submitting)
		abort();
	w->is_submitting = false;
	if (r->kind == MODEM_SUBMIT_NOT_SENT && w->is_ctrl_z_taken)
		abort();
	if ((r->kind == MODEM_SUBMIT_LOST || r->kind == MODEM_SUBMIT_ACCEPTED) &&
		!w->is_ctrl_z_taken)
		abort();
	if (w->calls_back++ < 3)
		submit(w);
}

static void on_event(void *user, const struct modem_event *e)
{
	struct world *w = user;

	if (e->kind == MODEM_EVENT_MESSAGE)
		on_each(w, e->stored);
	if (e->kind == MODEM_EVENT_GONE && w->pending != 0)
		abort();
}

static enum err call(struct world *w, unsigned what)
{
	switch (what) {
	case 0:
		return modem_probe(w->modem, on_info, w);
	case 1:
		return modem_read_sim(w->modem, on_sim, w);
	case 2:
		return modem_enter_pin(w->modem, "1234", on_plain, w);
	case 3:
		return modem_setup(w->modem, on_plain, w);
	case 4:
		return modem_read_net(w->modem, on_net, w);
	case 5:
		return modem_sweep(w->modem, on_each, on_plain, w);
	case 6:
		return modem_delete(w->modem, MODEM_STORE_ME, 3, on_plain, w);
	case 7:
		return modem_ack(w->modem, on_plain, w);
	case 8:
		return modem_reset(w->modem, MODEM_RESET_DRAIN, on_plain, w);
	default:
		return modem_reset(w->modem, MODEM_RESET_CFUN, on_plain, w);
	}
}

static void request(struct world *w, unsigned what)
{
	w->is_calling = true;
	if (call(w, what) == ERR_OK)
		w->pending++;
	w->is_calling = false;
}

static void on_health(void *user, enum err err, const struct modem_health *h)
{
	if (err == ERR_OK && h->supply_mv != MODEM_UNKNOWN && h->supply_mv < 1500)
		abort();
	ended(user);
}

static void on_self_test(void *user, enum err err, const struct modem_self_test_result *t)
{
	(void)err;
	for (int i = 0; i < MODEM_CHECKS; i++)
		if (strnlen(t->checks[i].said, sizeof(t->checks[i].said)) ==
			sizeof(t->checks[i].said))
			abort();
	ended(user);
}

static void on_networks(void *user, enum err err, const struct modem_networks *networks)
{
	(void)err;
	if (networks->n > MODEM_NETWORKS_MAX)
		abort();
	ended(user);
}

static void on_ussd(void *user, enum err err, const struct modem_ussd_answer *a)
{
	(void)err;
	(void)a;
	ended(user);
}

static void on_trace(void *user, const struct modem_trace_line *line)
{
	(void)user;
	if (line->is_out && /* the PIN, the PUK */
		(strstr(line->text, "1234\"") || strstr(line->text, "12345678")))
		abort();
}

static const struct modem_ops *const families[] = { &modem_simcom, &modem_simcom_lte,
	&modem_quectel, &modem_quectel_lte, &modem_huawei, &modem_zte, &modem_ublox,
	&modem_telit, &modem_sierra, &modem_wavecom, &modem_cinterion };

/* Octets 24 to 30: what came later than the first ones. */
static void act_later(struct world *w, uint8_t op)
{
	enum err err = ERR_SYS;

	w->is_calling = true;
	if (op == 24)
		err = modem_check(w->modem, on_plain, w);
	else if (op == 25)
		err = modem_park(w->modem, on_plain, w);
	else if (op == 26)
		err = modem_enter_puk(w->modem, "12345678", "1234", on_plain, w);
	else if (op == 27)
		err = modem_reset(w->modem, MODEM_RESET_VENDOR, on_plain, w);
	else if (op == 28)
		modem_self_test_stop(w->modem);
	else if (op == 29)
		err = modem_list_networks(w->modem, on_networks, w);
	else
		modem_list_networks_stop(w->modem);
	w->is_calling = false;
	w->pending += err == ERR_OK;
}

/* Octets 48 to 63. */
static void act_more(struct world *w, uint8_t op)
{
	enum err err = ERR_SYS;

	w->is_calling = true;
	if (op == 48)
		err = modem_read_health(w->modem, on_health, w);
	else if (op == 49)
		err = modem_self_test(w->modem, on_self_test, w);
	else if (op == 50)
		err = modem_ussd(w->modem, "*100#", on_ussd, w);
	else if (op == 51)
		modem_ussd_give_up(w->modem);
	else if (op == 52)
		modem_set_trace(w->modem, on_trace, w);
	else if (w->modem->running == MODEM_JOB_NONE) /* as a probe would find it */
		w->modem->ops = families[op - 53];
	w->modem->chat.more_urcs = w->modem->ops->urcs;
	w->is_calling = false;
	w->pending += err == ERR_OK;
}

static void act(struct world *w, uint8_t op)
{
	if (op >= 48 || (op >= 24 && op <= 30)) {
		(op >= 48 ? act_more : act_later)(w, op);
		note_ctrl_z(w);
		loop_step(w->loop, 0);
		return;
	}
	switch (op % 24) {
	case 10:
	case 11:
		submit(w);
		break;
	case 12:
		w->is_released = true;
		modem_submit_release(w->modem);
		break;
	case 13:
		modem_submit_abort(w->modem);
		break;
	case 14:
		loop_fake_advance(w->loop, 300);
		break;
	case 15:
		loop_fake_advance(w->loop, 70000);
		break;
	case 16:
		if (w->port->is_open)
			fake_port_hang_up(w->port);
		break;
	case 17:
		modem_close(w->modem);
		break;
	case 18:
		(void)modem_open(w->modem); /* it may be open */
		break;
	case 19:
		w->port->is_blocked = true;
		break;
	case 20:
		w->modem->is_set_up = w->modem->is_open; /* a short way to sending */
		break;
	case 21: /* a short way past the drain */
		if (w->modem->chat.state == AT_CHAT_IDLE)
			w->modem->chat.is_dirty = false;
		break;
	default:
		request(w, op % 24);
		break;
	}
	note_ctrl_z(w);
	loop_step(w->loop, 0);
}

/* What a real modem would say, so that the fuzzer gets past the first command. */
static const char *const phrases[] = { "\r\nOK\r\n", "\r\nERROR\r\n", "\r\n> ",
	"+CMEE: 1\r\nOK\r\n", "+CMGS: 7\r\n", "+CMTI: \"SM\",1\r\n",
	"+CMGR: 0,,2\r\n000102\r\nOK\r\n", "+CMGL: 1,0,,2\r\n000102\r\n",
	"+CPMS: 1,20,1,20,1,20\r\nOK\r\n", "RING\r\n", "+CLIP: \"+306\",145\r\n",
	"+CDS: 2\r\n0011\r\n", "RDY\r\n", "+CPIN: READY\r\n", "+CMS ERROR: 38\r\n" };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world w = { .clock = clock_fake(0, 0) };

	log_set_level(LOG_LEVEL_ERROR);
	w.port = fake_port_create();
	if (loop_create_fake(&w.loop, &w.clock) != ERR_OK ||
		modem_create_on(&w.modem, w.loop, &w.port->base, on_event, &w) !=
			ERR_OK ||
		modem_open(w.modem) != ERR_OK)
		abort();
	for (size_t i = 0; i < size; i++) {
		uint8_t op = data[i];
		if (op < 64) {
			act(&w, op);
		} else if (op < 128) {
			const char *p =
				phrases[op % (sizeof(phrases) / sizeof(phrases[0]))];
			fake_port_feed(w.port, p, strlen(p), 1 + op % 5);
		} else {
			const uint8_t *end = memchr(data + i + 1, 0xFF, size - i - 1);
			size_t n = (size_t)((end ? end : data + size) - (data + i + 1));
			fake_port_feed(w.port, (const char *)data + i + 1, n, 1 + op % 7);
			i += n;
		}
		note_ctrl_z(&w);
	}
	modem_close(w.modem);
	if (w.pending != 0)
		abort();
	modem_destroy(w.modem);
	loop_destroy(w.loop);
	return 0;
}

/*
 * The dialogues of tests/transcripts, their lines doubled, swapped, cut, moved and mixed,
 * played to the whole driver. The input is a transcript as it stands there; where the
 * driver asks something else than the transcript has, the modem answers with what the
 * transcript says to that question anywhere, else with OK. Then the modem gets well, and
 * so must the driver: no state is left behind.
 *
 * Oracle: a request ends once, not inside its call, and within TIME_MOST_MS of a modem
 * that says nothing more; ACCEPTED is said of a text only if Ctrl-Z was taken and +CMGS
 * came after it, NOT_SENT only if it was not; the heap is as large afterwards as before;
 * and with a modem that is well again probe, set-up, sweep and submission do what they
 * are for.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "drivers/modem/modem_impl.h"
#include "firmware/base/log.h"
#include "firmware/base/str.h"
#include "tests/fuzz/line_mutator.h"
#include "tests/unit/fake_port.h"

enum {
	LINES_MAX = 600,
	ANSWERS_MAX = 64, /* to questions that the transcript does not ask here */
	WAIT_MOST_MS = 70000,
	TIME_MOST_MS = 3600 * 1000,
	TIME_STEP_MS = 10 * 1000,
	CALM_MS = 400 * 1000, /* no late answer is awaited any more */
	CHUNK = 64,
	CTRL_Z = 0x1A,
	ESC = 0x1B,
};

struct line { /* of the input: "! submit 00", "> AT", "< OK"; borrowed */
	const char *text;
	size_t len;
};

struct written { /* by the driver */
	char text[512];
	char last; /* CR, CTRL_Z or ESC */
};

struct world {
	struct clock clock;
	struct loop *loop;
	struct fake_port *port;
	struct modem *modem;
	struct line lines[LINES_MAX];
	size_t n, at;
	bool is_calling, is_pending;
	bool is_submitting, is_released, is_ctrl_z_taken, has_reference;
	char heard[8]; /* the last letters that the modem said, to know +CMGS: by */
	enum err err;  /* of the request that ended last */
	struct modem_submit_result result;
	unsigned swept;
};

/* The heap in use: the fuzzers are built with a sanitizer that counts it. */
size_t __sanitizer_get_current_allocated_bytes(void);

#define check(holds) check_at((holds), __LINE__)
static void check_at(bool holds, int line)
{
	if (holds)
		return;
	(void)fprintf(stderr, "%s:%d does not hold\n", __FILE__, line);
	abort();
}

/* What the driver tells. */

static void ended(struct world *w, enum err err)
{
	check(!w->is_calling && w->is_pending);
	w->is_pending = false;
	w->err = err;
}

static void on_plain(void *user, enum err err)
{
	ended(user, err);
}

static void on_info(void *user, enum err err, const struct modem_info *info)
{
	check(strnlen(info->model, sizeof(info->model)) < sizeof(info->model));
	ended(user, err);
}

static void on_sim(void *user, enum err err, const struct modem_sim_info *sim)
{
	check(sim->state <= MODEM_SIM_FAILED);
	ended(user, err);
}

static void on_net(void *user, enum err err, const struct modem_net_info *net)
{
	check(net->reg <= MODEM_REG_ROAMING);
	ended(user, err);
}

static void on_health(void *user, enum err err, const struct modem_health *h)
{
	check(err != ERR_OK || h->supply_mv == MODEM_UNKNOWN || h->supply_mv >= 1500);
	ended(user, err);
}

static void on_test(void *user, enum err err, const struct modem_self_test_result *t)
{
	for (int i = 0; i < MODEM_CHECKS; i++)
		check(t->checks[i].verdict <= MODEM_VERDICT_FAILED);
	ended(user, err);
}

static void on_networks(void *user, enum err err, const struct modem_networks *networks)
{
	check(networks->is_known || networks->n == 0);
	ended(user, err);
}

static void on_ussd(void *user, enum err err, const struct modem_ussd_answer *a)
{
	check(strnlen(a->text, sizeof(a->text)) < sizeof(a->text));
	ended(user, err);
}

static void on_each(void *user, const struct modem_stored *stored)
{
	struct world *w = user;

	check(stored->octets > 0 && stored->octets <= MODEM_PDU_MAX);
	w->swept++;
}

/* What left for the modem since it was looked at last. */
static void note_sent(struct world *w)
{
	const struct fake_port *p = w->port;

	for (size_t i = p->seen; i < p->sent && w->is_submitting; i++)
		if (p->out[i] == CTRL_Z) {
			check(w->is_released);
			w->has_reference &= w->is_ctrl_z_taken;
			w->is_ctrl_z_taken = true;
		}
}

static void on_submit(void *user, const struct modem_submit_result *r)
{
	struct world *w = user;

	note_sent(w);
	check(w->is_submitting);
	check(r->kind != MODEM_SUBMIT_NOT_SENT || !w->is_ctrl_z_taken);
	check(r->kind != MODEM_SUBMIT_LOST || w->is_ctrl_z_taken);
	check(r->kind != MODEM_SUBMIT_ACCEPTED ||
		(w->is_ctrl_z_taken && w->has_reference));
	w->is_submitting = false;
	w->result = *r;
	ended(w, ERR_OK);
}

static void on_event(void *user, const struct modem_event *e)
{
	struct world *w = user;

	if (e->kind == MODEM_EVENT_MESSAGE)
		check(e->stored->octets > 0 && e->stored->octets <= MODEM_PDU_MAX);
	check(e->kind != MODEM_EVENT_GONE || !w->is_pending);
}

/* What the driver is asked. */

static enum err do_submit(struct world *w)
{
	static const uint8_t pdu[] = { 0x00, 0x31, 0x00, 0x0C, 0x91, 0x03, 0x96, 0x66,
		0x66, 0x66, 0x66, 0x00, 0x00, 0xAA, 0x05, 0xE8, 0x32, 0x9B, 0xFD, 0x06 };

	w->port->seen = w->port->sent; /* a text from before is not this one */
	enum err err = modem_submit(w->modem, pdu, sizeof(pdu), on_submit, w);

	if (err == ERR_OK) {
		w->is_submitting = true;
		w->is_released = w->is_ctrl_z_taken = false;
	}
	return err;
}

#define ASK(name, request)                                                               \
	static enum err do_##name(struct world *w)                                       \
	{                                                                                \
		return request;                                                          \
	}
ASK(probe, modem_probe(w->modem, on_info, w))
ASK(sim, modem_read_sim(w->modem, on_sim, w))
ASK(pin, modem_enter_pin(w->modem, "1234", on_plain, w))
ASK(puk, modem_enter_puk(w->modem, "12345678", "4711", on_plain, w))
ASK(setup, modem_setup(w->modem, on_plain, w))
ASK(check, modem_check(w->modem, on_plain, w))
ASK(park, modem_park(w->modem, on_plain, w))
ASK(net, modem_read_net(w->modem, on_net, w))
ASK(delete, modem_delete(w->modem, MODEM_STORE_SM, 3, on_plain, w))
ASK(ack, modem_ack(w->modem, on_plain, w))
ASK(health, modem_read_health(w->modem, on_health, w))
ASK(self_test, modem_self_test(w->modem, on_test, w))
ASK(networks, modem_list_networks(w->modem, on_networks, w))
ASK(ussd, modem_ussd(w->modem, "*100#,1", on_ussd, w))
ASK(drain, modem_reset(w->modem, MODEM_RESET_DRAIN, on_plain, w))
ASK(vendor_reset, modem_reset(w->modem, MODEM_RESET_VENDOR, on_plain, w))
ASK(reset, modem_reset(w->modem, MODEM_RESET_CFUN, on_plain, w))

static enum err do_sweep(struct world *w)
{
	w->swept = 0;
	return modem_sweep(w->modem, on_each, on_plain, w);
}

static void do_release(struct world *w)
{
	w->is_released = w->is_submitting;
	modem_submit_release(w->modem);
}

#define ACT(name, action)                                                                \
	static void do_##name(struct world *w)                                           \
	{                                                                                \
		action(w->modem);                                                        \
	}
ACT(abort, modem_submit_abort)
ACT(give_up, modem_ussd_give_up)
ACT(self_test_stop, modem_self_test_stop)
ACT(networks_stop, modem_list_networks_stop)
ACT(close, modem_close)
ACT(open, (void)modem_open) /* it may be open */

static void do_hang_up(struct world *w)
{
	if (w->port->is_open)
		fake_port_hang_up(w->port);
}

static void do_block(struct world *w)
{
	w->port->is_blocked = true;
}

static const struct call { /* longer names before their beginnings */
	const char *name;
	enum err (*ask)(struct world *w); /* a request, which ends later */
	void (*act)(struct world *w);
} calls[] = {
	{ "! probe", do_probe, NULL },
	{ "! sim", do_sim, NULL },
	{ "! pin", do_pin, NULL },
	{ "! puk", do_puk, NULL },
	{ "! setup", do_setup, NULL },
	{ "! check", do_check, NULL },
	{ "! park", do_park, NULL },
	{ "! net", do_net, NULL },
	{ "! sweep", do_sweep, NULL },
	{ "! delete", do_delete, NULL },
	{ "! ack", do_ack, NULL },
	{ "! health", do_health, NULL },
	{ "! self_test_stop", NULL, do_self_test_stop },
	{ "! self_test", do_self_test, NULL },
	{ "! networks_stop", NULL, do_networks_stop },
	{ "! networks", do_networks, NULL },
	{ "! ussd", do_ussd, NULL },
	{ "! reset drain", do_drain, NULL },
	{ "! reset vendor", do_vendor_reset, NULL },
	{ "! reset", do_reset, NULL },
	{ "! submit", do_submit, NULL },
	{ "! release", NULL, do_release },
	{ "! abort", NULL, do_abort },
	{ "! give_up", NULL, do_give_up },
	{ "! port hang", NULL, do_hang_up },
	{ "! port close", NULL, do_close },
	{ "! port open", NULL, do_open },
	{ "! port block", NULL, do_block },
};

static void ask(struct world *w, enum err (*request)(struct world *w))
{
	bool was_pending = w->is_pending;

	w->is_calling = true;
	enum err err = request(w);
	w->is_calling = false;
	check(err != ERR_OK || !was_pending); /* one at a time */
	w->is_pending |= err == ERR_OK;
	if (err != ERR_OK)
		w->err = err;
}

static bool begins(const struct line *l, const char *with)
{
	return l->len >= strlen(with) && memcmp(l->text, with, strlen(with)) == 0;
}

static void call(struct world *w, const struct line *l)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (!begins(l, calls[i].name))
			continue;
		if (calls[i].ask)
			ask(w, calls[i].ask);
		else
			calls[i].act(w);
		return;
	}
}

/* The modem. */

/* Before the driver hears it, as it may act upon it at once. */
static void hear(struct world *w, char c)
{
	static const char sign[] = "+CMGS:";
	enum {
		LEN = sizeof(sign) - 1
	};

	if ((unsigned char)c < ' ' && c != '\r' && c != '\n')
		return; /* the driver drops these, too */
	memmove(w->heard, w->heard + 1, LEN - 1);
	w->heard[LEN - 1] = c;
	w->has_reference |= w->is_ctrl_z_taken && memcmp(w->heard, sign, LEN) == 0;
}

static void say(struct world *w, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hear(w, text[i]);
	fake_port_feed(w->port, text, len, CHUNK);
	note_sent(w);
	loop_step(w->loop, 0);
	note_sent(w);
}

static void say_text(struct world *w, const char *text)
{
	say(w, text, strlen(text));
}

/* "< OK", or "<< bytes" with \r \n \z \0 in them. */
static void say_line(struct world *w, const struct line *l)
{
	static const char from[] = "rnez0", to[] = "\r\n\x1B\x1A";
	bool is_raw = begins(l, "<< ");
	char out[1100];
	size_t n = 0;

	if (!is_raw)
		out[n++] = '\r', out[n++] = '\n';
	for (size_t i = is_raw ? 3 : 2; i < l->len && n + 4 < sizeof(out); i++) {
		bool is_pair = l->text[i] == '\\' && i + 1 < l->len;
		const char *hit = is_pair ? memchr(from, l->text[i + 1], 5) : NULL;
		out[n++] = hit ? to[hit - from] : l->text[i];
		i += hit != NULL;
	}
	if (!is_raw)
		out[n++] = '\r', out[n++] = '\n';
	say(w, out, n);
}

/* The next thing that the driver wrote, up to CR, which is left out, Ctrl-Z or ESC, with
 * which it ends. False: nothing. */
static bool take_written(struct world *w, struct written *out)
{
	struct fake_port *p = w->port;
	size_t from = p->seen;

	note_sent(w);
	for (size_t i = from; i < p->sent; i++) {
		char c = (char)p->out[i];
		if (c != '\r' && c != CTRL_Z && c != ESC)
			continue;
		out->last = c;
		check(str_copy_n(out->text, sizeof(out->text),
			(const char *)p->out + from, i - from));
		p->seen = i + 1;
		return true;
	}
	return false;
}

/* "> 00..\z" and "> \e" stand for the text and the escape. */
static bool is_question(const struct line *l, const struct written *q)
{
	const char *end = q->last == CTRL_Z ? "\\z" : q->last == ESC ? "\\e" : "";
	size_t len = strlen(q->text);

	return begins(l, "> ") && l->len == 2 + len + strlen(end) &&
	       memcmp(l->text + 2, q->text, len) == 0 &&
	       memcmp(l->text + 2 + len, end, strlen(end)) == 0;
}

static void answer_anyhow(struct world *w, const struct written *q)
{
	if (str_starts(q->text, "AT+CMGS="))
		say_text(w, "\r\n> ");
	else if (q->last == CTRL_Z)
		say_text(w, "\r\n+CMGS: 7\r\n\r\nOK\r\n");
	else if (q->last != ESC)
		say_text(w, "\r\nOK\r\n");
}

/* What the transcript says to this, here or anywhere. */
static void answer(struct world *w, const struct written *q)
{
	for (size_t k = 0; k < w->n; k++) {
		size_t i = (w->at + k) % w->n;
		if (!is_question(&w->lines[i], q))
			continue;
		for (i++; i < w->n && begins(&w->lines[i], "<"); i++)
			say_line(w, &w->lines[i]);
		return;
	}
	answer_anyhow(w, q);
}

/* The transcript's own next question is answered by the lines that follow it there. */
static bool is_expected(const struct world *w, const struct written *q)
{
	for (size_t i = w->at + 1; i < w->n && !begins(&w->lines[i], "!"); i++)
		if (begins(&w->lines[i], ">"))
			return is_question(&w->lines[i], q);
	return false;
}

static void answer_others(struct world *w)
{
	struct written q;

	for (int i = 0; i < ANSWERS_MAX && take_written(w, &q) && !is_expected(w, &q);
		i++)
		answer(w, &q);
}

static void advance(struct world *w, const struct line *l)
{
	uint64_t ms = 0;

	(void)str_to_u64(l->text + 2, l->len - 2, WAIT_MOST_MS, &ms); /* else at once */
	loop_fake_advance(w->loop, (unsigned)ms);
}

static void play(struct world *w)
{
	for (w->at = 0; w->at < w->n; w->at++) {
		const struct line *l = &w->lines[w->at];
		if (begins(l, "! "))
			call(w, l);
		else if (begins(l, "@ "))
			advance(w, l);
		else if (begins(l, "< ") || begins(l, "<< "))
			say_line(w, l);
		loop_step(w->loop, 0);
		answer_others(w);
	}
}

/* The modem that is well again: one text in SM, references from 100 on. */

static const struct {
	const char *asked, *said;
} sane[] = {
	{ "AT+CMEE?", "+CMEE: 1\r\n\r\nOK\r\n" },
	{ "AT+CGMI", "Maker\r\n\r\nOK\r\n" },
	{ "AT+CGMM", "Model\r\n\r\nOK\r\n" },
	{ "AT+CGMR", "1.0\r\n\r\nOK\r\n" },
	{ "AT+CGSN", "490154203237518\r\n\r\nOK\r\n" },
	{ "AT+CPMS=?", "+CPMS: (\"SM\"),(\"SM\"),(\"SM\")\r\n\r\nOK\r\n" },
	{ "AT+CPMS=", "+CPMS: 1,20,1,20,1,20\r\n\r\nOK\r\n" },
	{ "AT+CMGL=4", "+CMGL: 1,0,,2\r\n000102\r\n\r\nOK\r\n" },
	{ "AT+CMGS=", "> " },
	{ "", "OK\r\n" },
};

static void answer_sanely(struct world *w, const struct written *q)
{
	size_t i = 0;

	if (q->last == CTRL_Z)
		say_text(w, "\r\n+CMGS: 100\r\n\r\nOK\r\n");
	if (q->last != '\r')
		return;
	while (!str_starts(q->text, sane[i].asked))
		i++;
	say_text(w, "\r\n");
	say_text(w, sane[i].said);
}

/* True: it did. */
static bool goes_well(struct world *w, enum err (*request)(struct world *w))
{
	struct written q;

	ask(w, request);
	if (w->is_submitting)
		do_release(w);
	for (uint64_t ms = 0; w->is_pending && ms < TIME_MOST_MS; ms += TIME_STEP_MS) {
		loop_step(w->loop, 0);
		while (take_written(w, &q))
			answer_sanely(w, &q);
		if (w->is_pending)
			loop_fake_advance(w->loop, TIME_STEP_MS);
	}
	return w->err == ERR_OK;
}

static void heal(struct world *w)
{
	w->port->is_blocked = false;
	w->port->sent = w->port->seen = w->port->len;
	loop_fake_advance(w->loop, CALM_MS);
	say_text(w, "\r\n"); /* whatever was half said is over */
	if (!w->modem->is_open)
		do_open(w);
	(void)goes_well(w, do_drain); /* it may meet what is left of a restart */
	check(goes_well(w, do_probe));
	check(goes_well(w, do_setup));
	check(goes_well(w, do_sweep) && w->swept == 1);
	check(goes_well(w, do_submit));
	check(w->result.kind == MODEM_SUBMIT_ACCEPTED && w->result.mr == 100);
}

static void wait_for_end(struct world *w)
{
	for (uint64_t ms = 0; w->is_pending && ms < TIME_MOST_MS; ms += TIME_STEP_MS) {
		loop_fake_advance(w->loop, TIME_STEP_MS);
		note_sent(w);
		w->port->seen = w->port->sent;
	}
	check(!w->is_pending);
}

static void split(struct world *w, const char *text, size_t size)
{
	while (size > 0 && w->n < LINES_MAX) {
		const char *end = memchr(text, '\n', size);
		size_t len = end ? (size_t)(end - text) : size;
		w->lines[w->n++] = (struct line){ .text = text, .len = len };
		text += len + (end != NULL);
		size -= len + (end != NULL);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world *w = calloc(1, sizeof(*w));

	check(w != NULL);
	log_set_level(LOG_LEVEL_ERROR);
	w->clock = clock_fake(0, 0);
	w->port = fake_port_create();
	check(loop_create_fake(&w->loop, &w->clock) == ERR_OK);
	check(modem_create_on(&w->modem, w->loop, &w->port->base, on_event, w) == ERR_OK);
	check(modem_open(w->modem) == ERR_OK);
	split(w, (const char *)data, size);
	tzset(); /* it keeps what it allocates */
	size_t heap = __sanitizer_get_current_allocated_bytes();
	play(w);
	wait_for_end(w);
	check(__sanitizer_get_current_allocated_bytes() == heap);
	heal(w);
	modem_close(w->modem);
	modem_destroy(w->modem);
	loop_destroy(w->loop);
	free(w);
	return 0;
}

static const char *const phrases[] = { "! probe", "< OK", "< ERROR", "<< \\r\\n> ",
	"< +CMS ERROR: 38", "< +CMS ERROR: 500", "< +CME ERROR: 14", "< +CMGS: 7",
	"< +CMEE: 0", "< +CMEE: 1", "< RING", "< NO CARRIER", "< RDY", "< +CPIN: READY",
	"< +CMTI: \"SM\",1", "< +CDS: 2", "< 000102",
	"< +CMGR: \"REC UNREAD\",\"+27\",,\"26/11/21,22:41:03+08\"", "< +CUSD: 0,\"open",
	"< end\",15", "< +CREG: 5", "< +CMGL: 1,0,,2", "<< +CMGS:", "<< \\0\\0\\0",
	"@ 300", "@ 2000", "@ 60000", "! submit", "! release", "! sweep", "! setup",
	"! ussd", "! delete", "! abort", "! port hang", "! port open", "! port block",
	"! self_test", "! park", "! networks", "! networks_stop", NULL };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	return lines_mutate(data, size, max, seed, phrases);
}
